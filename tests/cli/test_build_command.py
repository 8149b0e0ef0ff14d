"""`farcall build`: the file it writes is a module that Python imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from farcall.build import suffix, version_of
from farcall.cpython.facts.host import host_target
from farcall.cpython.facts.without_gil import has_gil
from tests.cli.command import outside, within


@pytest.mark.skipif(not has_gil(), reason="built modules are for Pythons with a GIL")
def test_a_module_is_written_and_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = tmp_path / "mathlib.h"
    header.write_text(
        "double ldexp(double x, int exponent);\nstruct two { int a, b; };\nstruct two no_such(struct two);\n"
    )
    file = tmp_path / f"mathlib{suffix(host_target().name, version_of(None, ''))}"
    ended = within(capsys, "build", str(header), "-o", str(file), "--library", "libm.so.6")
    assert (ended.status, ended.err) == (0, "")
    assert "alone: ldexp\nwith farcall: no_such, types\n" in ended.out
    code = "import sys; sys.path.insert(0, sys.argv[1]); import mathlib; print(mathlib.ldexp(0.75, 2))"
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "3.0\n"


def test_what_is_wrong_is_told(tmp_path: Path) -> None:
    header = tmp_path / "x.h"
    header.write_text("int f(int);")
    for words, said in (
        (("--library", "x.so", "--python", "three"), "--python takes a version like 3.13 or 3.13t, not 'three'"),
        (("--library", "x.so", "--target", "z80-cpm"), "z80-cpm"),
        (("--library", "x.so", "--name", "1x"), "a module cannot be called '1x'"),
    ):
        ended = outside("build", str(header), *words)
        assert ended.status == 1
        assert said in ended.err
    assert outside("build", str(tmp_path / "nowhere.h"), "--library", "x.so").status == 1
