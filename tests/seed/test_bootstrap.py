"""The first way into native code: an extension module that comes with farcall, by a file in memory or a private one, or ctypes."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from farcall.convention.cpu_names import OLDER
from farcall.lower import CPUS
from farcall.lower.cpu_facts import hardware
from farcall.seed import bootstrap, images, native
from farcall.seed.bootstrap import MODULES
from tests.unwind.toolchain import BARE, TOOLCHAINS

ROOT = Path(__file__).parents[2]
#: A whole use of farcall: a library, a struct, a callback, a type of Python's.
USE = """
import farcall
libc = farcall.Library("libc.so.6")
libc.cdef("struct div { int quot, rem; }; struct div div(int a, int b);"
          "void qsort(int *base, size_t count, size_t size, int (*compare)(const int *, const int *));")
assert (libc.div(17, 5).quot, libc.div(17, 5).rem) == (3, 2)
numbers = farcall.array(farcall.int_, 3)([3, 1, 2])
libc.qsort(numbers, 3, 4, lambda a, b: a[0] - b[0])
assert list(numbers) == [1, 2, 3]
from farcall import seed
"""
HIDDEN = "import sys; sys.modules['_ctypes'] = None\n"
#: What says how these tests' own Python finds native code.
ASKED = ("FARCALL_SEED", "PYTHONPATH")


def run(code: str, **environment: str) -> str:
    """What a new Python says."""
    kept = {name: value for name, value in os.environ.items() if name not in ASKED}
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'src')!r})\n{code}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**kept, **environment})
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_images_are_what_the_source_makes() -> None:
    directory, made = Path(images.__file__).parent, native.sources()
    assert {file.name for file in directory.glob("elf_*.py")} == set(made)
    assert {name: (directory / name).read_text(encoding="utf-8") for name in made} == made
    facts = [hardware(cpu) for cpu in CPUS]
    assert [images.image_of(one.elf, 8 * one.word, one.order.name) for one in facts] == [
        native.bootstrap(cpu) for cpu in CPUS
    ]
    assert [images.thread_of(one.elf, 8 * one.word, one.order.name) for one in facts] == [
        native.thread(cpu) for cpu in CPUS
    ]
    assert images.image_of(8, 128, "little") is images.thread_of(8, 128, "little") is None


def test_where_machines_are_older_than_the_code_they_are_asked_for() -> None:
    facts = [hardware(cpu) for cpu in OLDER]
    assert {(one.elf, 8 * one.word) for one in facts} == images.DOUBTFUL


@pytest.mark.parametrize(
    ("machine", "flags", "there"),
    [("armv7l", 0x0500_0400, True), ("aarch64", 0x0500_0400, True), ("armv6l", 0x0500_0400, False),
     ("armv5tejl", 0x0500_0200, False)],
)  # fmt: skip
def test_no_image_runs_where_its_instructions_are_not(
    machine: str, flags: int, there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program"
    program.write_bytes(b"\x7fELF" + bytes((1, 1, 1)) + bytes(9) + struct.pack("<2H5I", 2, 40, 1, 0, 0, 0, flags))
    monkeypatch.setattr(bootstrap, "PROGRAM", str(program))
    monkeypatch.setattr(bootstrap.sys, "byteorder", "little")
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(machine=machine))
    if there:
        assert bootstrap._image() == native.bootstrap("arm")
    else:
        with pytest.raises(ImportError, match=f"no module for this program on {machine}"):
            bootstrap._image()


@pytest.mark.parametrize(
    ("machine", "bits", "there"),
    [
        (21, 64, ["little"]),
        (243, 32, ["little"]),
        (183, 64, ["little", "big"]),
        (8, 32, ["little", "big"]),
        (8, 64, ["little", "big"]),
        (22, 64, ["big"]),
    ],
)
@pytest.mark.parametrize("order", ["little", "big"])
def test_no_image_is_of_the_other_byte_order(
    machine: int, bits: int, there: list[str], order: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program"
    program.write_bytes(
        b"\x7fELF" + bytes((bits // 32, 1 + (order == "big"), 1)) + bytes(11) + machine.to_bytes(2, order) + bytes(32)
    )
    monkeypatch.setattr(bootstrap, "PROGRAM", str(program))
    monkeypatch.setattr(bootstrap.sys, "byteorder", order)
    if order in there:
        found = bootstrap._image()
        assert found == images.image_of(machine, bits, order)
        assert found[5] == program.read_bytes()[5]
    else:
        with pytest.raises(ImportError, match=f"no module for machine {machine} of {bits} bits in this byte order"):
            bootstrap._image()


@pytest.mark.parametrize("cpu", CPUS)
def test_gnu_s_tools_read_the_images(cpu: str, tmp_path: Path) -> None:
    tools, made = (TOOLCHAINS | BARE)[cpu], tmp_path / "bootstrap.so"
    made.write_bytes(native.bootstrap(cpu))
    text = tools.tool("readelf", "--all", "--wide", made)
    assert "arning" not in text
    assert "TEXTREL" not in text
    symbols = tools.tool("nm", "--dynamic", "--defined-only", made)
    assert sorted(line.split()[-1] for line in symbols.splitlines()) == sorted(
        f"PyInit_bootstrap_{slots}_{header}" for slots, header in MODULES
    )
    assert made.stat().st_size < 16384


@pytest.mark.parametrize("cpu", [cpu for cpu in CPUS if native.thread(cpu)])
def test_gnu_s_tools_read_the_library_of_what_threads_have(cpu: str, tmp_path: Path) -> None:
    tools, made = (TOOLCHAINS | BARE)[cpu], tmp_path / "thread.so"
    made.write_bytes(native.thread(cpu))
    text = tools.tool("readelf", "--all", "--wide", made)
    assert "arning" not in text
    assert "STATIC_TLS" in text
    assert text.count("_TP") == 2  # of both distances, as each CPU calls these relocations
    (segment,) = [line.split() for line in text.splitlines() if line.startswith("  TLS ")]
    assert (int(segment[4], 16), int(segment[5], 16), segment[-1]) == (0, native.THREAD, hex(native.THREAD))


def test_nothing_of_libffi_is_in_the_process() -> None:
    code = USE + "print(seed.BOOTSTRAP.kind, 'ctypes' in sys.modules, 'libffi' in open('/proc/self/maps').read())"
    assert run(code) == "image False False"


def test_a_python_without_ctypes() -> None:
    assert run(HIDDEN + USE + "print(seed.BOOTSTRAP.kind)") == "image"


def test_no_page_of_it_is_writable_and_runs_and_pointers_are_read_only() -> None:
    code = (
        "from farcall import seed\nprint(*sorted({l.split()[1] for l in open('/proc/self/maps') if 'bootstrap' in l}))"
    )
    assert run(code) == "---p r--p r-xp rw-p"


def test_ctypes_can_be_asked_for() -> None:
    code = USE + "print(seed.BOOTSTRAP.kind, seed.BOOTSTRAP.why, 'ctypes' in sys.modules)"
    assert run(code, FARCALL_SEED="ctypes") == "ctypes FARCALL_SEED asks for it True"


def test_all_acts_are_the_same_by_ctypes() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/seed/test_seed.py"]
    kept = {name: value for name, value in os.environ.items() if name not in ASKED}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env={**kept, "FARCALL_SEED": "ctypes"}
    )
    assert done.returncode == 0, done.stdout


def test_another_word_is_refused() -> None:
    code = "try:\n    from farcall import seed\nexcept ValueError as error: print(error)"
    assert run(code, FARCALL_SEED="libffi") == "FARCALL_SEED is 'libffi'; it can be 'image' or 'ctypes'"


NO_MEMFD = (
    "import os\ndef refuse(*_, **__): raise PermissionError(1, 'Operation not permitted')\nos.memfd_create = refuse\n"
)
NO_FILE = "import tempfile\ntempfile.mkdtemp = refuse\n"


def test_without_files_in_memory_a_private_file_serves_and_does_not_stay(tmp_path: Path) -> None:
    code = NO_MEMFD + "from farcall import seed\nprint(seed.BOOTSTRAP.kind, seed.BOOTSTRAP.why)"
    assert run(code, TMPDIR=str(tmp_path)) == "image an extension module from a private file"
    assert list(tmp_path.iterdir()) == []


def test_without_any_file_ctypes_serves() -> None:
    code = NO_MEMFD + NO_FILE + "from farcall import seed\nprint(seed.BOOTSTRAP.kind, seed.BOOTSTRAP.why, sep=': ')"
    said = run(code)
    assert said.startswith("ctypes: a file in memory: ")
    assert "a private file: [Errno 1] Operation not permitted" in said


def test_where_nothing_serves_all_that_was_tried_is_said() -> None:
    code = HIDDEN + NO_MEMFD + NO_FILE + "try:\n    from farcall import seed\nexcept ImportError as error: print(error)"
    said = run(code)
    assert said.startswith(
        "farcall finds no way into native code. a file in memory: [Errno 1] Operation not permitted; "
    )
    assert "; a private file: " in said
    assert "; ctypes: import of _ctypes halted" in said


def test_a_descriptor_that_was_closed_and_is_another_file_s_now_is_no_danger() -> None:
    """The dynamic linker knows libraries by name."""
    code = (
        "import os\nfrom farcall import seed\nfrom farcall.seed import bootstrap\n"
        "os.closerange(3, 64)\nagain = bootstrap._from_memory(bootstrap._image())\n"
        "names = {l.split()[-1] for l in open('/proc/self/maps') if 'bootstrap' in l}\n"
        "print(len({l.split()[4] for l in open('/proc/self/maps') if 'bootstrap' in l}), again.dlsym() == seed.BOOTSTRAP.dlsym)"
    )
    assert run(code) == "2 True"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="no interpreters with a GIL of their own")
def test_an_interpreter_with_a_gil_of_its_own_has_the_bootstrap() -> None:
    module = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
    made = "create('isolated')" if sys.version_info >= (3, 13) else "create(isolated=True)"
    runs = "exec" if sys.version_info >= (3, 13) else "run_string"
    inner = "import sys, types; sys.modules['farcall'] = types.ModuleType('farcall');"  # which refuses to be there
    inner += f"sys.modules['farcall'].__path__ = [{str(ROOT / 'src' / 'farcall')!r}];"
    inner += "from farcall import seed; print(seed.BOOTSTRAP.kind, seed.read(seed.address_of(b'here'), 4))"
    code = f"import {module} as interpreters\nmade = interpreters.{made}\ninterpreters.{runs}(made, {inner!r})"
    assert run(code) == "image b'here'"
