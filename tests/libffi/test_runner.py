"""The runner itself: what it reads in a program, and that it tells one that fails."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.libffi import ending, process
from tests.libffi.compiler import Bench, CompileError, bench
from tests.libffi.directive import directives
from tests.libffi.machine import MACHINES
from tests.libffi.program import Program, Variant, programs, variants
from tests.libffi.table import Table, fill, table

X86_64 = next(one for one in MACHINES if one.macro == "__x86_64__")
TRIPLET = X86_64.triplet
CALL = """
#include <stdio.h>
#include <ffi.h>
static int twice(int x) { return 2 * x; }
int main(void) {
    ffi_cif cif; ffi_type *types[1] = {&ffi_type_sint}; int x = 21; void *values[1] = {&x}; ffi_arg result;
    if (ffi_prep_cif(&cif, FFI_DEFAULT_ABI, 1, &ffi_type_sint, types) != FFI_OK) return 3;
    ffi_call(&cif, FFI_FN(twice), &result, values);
    printf("twice: %d\\nmore\\n", (int)result);
    return 0;
}
"""


@pytest.mark.parametrize(
    ("text", "skipped", "fails", "options", "output"),
    [
        ("/* { dg-do run } */", False, False, (), ""),
        ("/* { dg-do run { xfail strongarm*-*-* xscale*-*-* } } */", False, False, (), ""),
        ("/* { dg-do run { xfail x86_64-*-* } } */", False, True, (), ""),
        ("/* { dg-do run { xfail gccbug } } */", False, False, (), ""),
        ("/* { dg-do run { target alpha*-*-* } } */", True, False, (), ""),
        ('/* { dg-options "-Wno-format" { target alpha*-dec-osf* } } */', False, False, (), ""),
        ('/* { dg-options "-DA -O1" } */', False, False, ("-DA", "-O1"), ""),
        ('/* { dg-output "" { xfail avr32*-*-* } } */\n/* { dg-output "a: 1" } */', False, False, (), "a: 1"),
        ('x /* { dg-output "a \\\\(b\\\\)" } */\n  /* { dg-output "\\nc" } */', False, False, (), "a \\(b\\)\nc"),
    ],
)
def test_directives(text: str, skipped: bool, fails: bool, options: tuple[str, ...], output: str) -> None:
    found = directives(text, TRIPLET)
    assert (bool(found.skipped), found.fails, found.options, found.output) == (skipped, fails, options, output)


@pytest.mark.parametrize("text", ["/* { dg-require-effective-target x } */", "/* { dg-do preprocess } */"])
def test_directives_that_are_not_known(text: str) -> None:
    with pytest.raises(ValueError, match="dg-"):
        directives(text, TRIPLET)


def test_programs_and_their_variants(tmp_path: Path) -> None:
    for name, text in {
        "libffi.call/one.c": "ABI_NUM",
        "libffi.call/two.cc": "",
        "libffi.call/ffitest.h": "",
        "libffi.bhaible/test-call.c": "#if DGTEST == 1 || DGTEST == 2 || DGTEST == 1",
        "libffi.bhaible/testcases.c": "",
    }.items():
        path = tmp_path / "testsuite" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    names = [variant.name for variant in variants(programs(tmp_path, TRIPLET), ["O2"], ["default", "ms"], X86_64)]
    assert names == [
        "libffi.call/one.c -O2",
        "libffi.call/one.c -O2 ms",
        "libffi.call/two.cc -O2",
        "libffi.bhaible/test-call.c:1 -O2",
        "libffi.bhaible/test-call.c:2 -O2",
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    if shutil.which("gcc") is None:
        pytest.skip("needs gcc")
    try:
        found = bench(tmp_path_factory.mktemp("programs"), [], static_trampolines=False)
    except CompileError as error:
        pytest.fail(str(error))
    if found.lacks.get("libffi.go"):
        pytest.skip("needs ffi.h")
    return found


def complaint(made: Bench, text: str, pattern: str = "", seconds: int = 20) -> str:
    source = made.directory / f"program{abs(hash(text))}.c"
    source.write_text(text)
    program = made.compile(
        Variant(Program("libffi.call", source, None, False, directives("", TRIPLET)), "O0", "default", ())
    )
    return ending.complaint(process.run(program, seconds), pattern)


def test_a_program_that_passes_and_one_that_prints_something_else(made: Bench) -> None:
    fill(made.standin, table("farcall"))
    assert complaint(made, CALL, "twice: 42\nmore") == ""
    assert complaint(made, CALL, "twice: 43").startswith("printed 'twice: 42")
    wrong = CALL.replace("2 * x", "3 * x")
    assert complaint(made, wrong, "twice: 42\nmore").startswith("printed 'twice: 63")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return 5;", "exit status 5"),
        ("exit(0);", ""),
        ("abort();", "SIGABRT"),
        ("*(volatile int *)1 = 1; return 0;", "SIGSEGV"),
        ("for (;;) pause();", "did not end"),
        ('puts("no"); fflush(stdout); raise(SIGFPE);', "SIGFPE; it printed"),
    ],
)
def test_endings(made: Bench, body: str, expected: str) -> None:
    head = "#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n"
    found = complaint(made, f"{head}int main(void) {{ {body} }}", seconds=2)
    assert found.startswith(expected)
    assert bool(found) == bool(expected)


def test_only_the_table_stands_behind_libffis_names(made: Bench) -> None:
    content = table("farcall")
    other = content.functions | {"ffi_call": content.functions["ffi_get_version_number"]}
    try:
        fill(made.standin, Table(other, {}))
        assert complaint(made, CALL, "twice: 42").startswith("printed")
    finally:
        fill(made.standin, content)
    assert complaint(made, CALL, "twice: 42") == ""


def test_a_program_that_cannot_be_loaded(made: Bench) -> None:
    text = "int missing(void);\nint main(void) { return missing(); }"
    assert complaint(made, text).startswith(f"exit status {ending.UNLOADABLE}")
