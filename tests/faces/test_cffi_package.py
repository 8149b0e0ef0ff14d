"""cffi's package under another name: installed, out of line, and what is said without it. Each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import farcall

PLACE = str(Path(farcall.__file__).parent.parent)
BEGIN = f"import sys; sys.path.insert(0, {PLACE!r})\n"

NEITHER = """
import farcall
assert "farcall.cffi" not in sys.modules
from farcall.cffi import FFI, CDefError
ffi = FFI()
ffi.cdef("int abs(int);")
assert ffi.dlopen(None).abs(-7) == 7
assert "_cffi_backend" not in sys.modules and "cffi" not in sys.modules
try:
    ffi.cdef("int f(")
except CDefError:
    print("done")
"""
INSTALLED = """
import farcall.cffi
farcall.cffi.install()
farcall.cffi.install()
import cffi, cffi.model
assert cffi is farcall.cffi and cffi.model is sys.modules["farcall.cffi.model"]
assert cffi.FFI is farcall.cffi.FFI
print("done")
"""
TOO_LATE = """
import cffi
import farcall.cffi
try:
    farcall.cffi.install()
except RuntimeError as error:
    assert "loaded already" in str(error)
    print("done")
"""
OUT_OF_LINE = """
from farcall.cffi import FFI, install
from pathlib import Path
base = FFI()
base.cdef("typedef struct { short x, y; } point_t;")
base.set_source("_base", None)
ffi = FFI()
ffi.include(base)
ffi.cdef('''
    typedef struct { int a; long b : 5; double c[4]; struct node *next; union { int u; float v; }; } record_t;
    struct node; enum colour { RED, GREEN = 5 }; typedef enum { LOW = -1, HIGH } level_t;
    #define LIMIT 42
    extern int optind; int abs(int); size_t strlen(const char *); int printf(const char *, ...);
    struct tail { char x[]; };
    void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
    struct pair { point_t first, second; };
''')
ffi.set_source("_made", None)
for one, name in ((base, "_base"), (ffi, "_made")):
    one.emit_python_code(str(Path(FOLDER) / f"{name}.py"))
install()
sys.path.insert(0, FOLDER)
from _made import ffi
lib = ffi.dlopen(None)
record = ffi.new("record_t *", {"a": 1, "b": 3})
assert (record.a, record.b, len(record.c), record.u) == (1, 3, 4, 0)
assert (lib.abs(-4), lib.strlen(b"abc"), lib.LIMIT, lib.GREEN, lib.LOW) == (4, 3, 42, 5, -1)
assert ffi.typeof("enum colour").relements == {"RED": 0, "GREEN": 5}
assert ffi.typeof("level_t").cname == "level_t" and ffi.typeof("record_t").fields[3][1].type.cname == "struct node *"
assert lib.optind == ffi.addressof(lib, "optind")[0]
pair = ffi.new("struct pair *", [[1, 2], [3]])
assert (pair.first.y, pair.second.x) == (2, 3)
assert ffi.typeof("point_t") is ffi.typeof("struct pair").fields[0][1].type
compare = ffi.callback("int(const void *, const void *)", lambda a, b: ffi.cast("int *", a)[0] - ffi.cast("int *", b)[0])
numbers = ffi.new("int[]", [3, 1, 2])
lib.qsort(numbers, 3, 4, compare)
assert list(numbers) == [1, 2, 3]
ffi.cdef("int no_such_function_anywhere(void); extern int no_such_variable_anywhere;")
for name in ("no_such_function_anywhere", "no_such_variable_anywhere"):
    try:
        getattr(lib, name)
        raise AssertionError(name)
    except ffi.error as error:
        assert str(error).startswith(f"symbol {name!r} not found in library '"), error
for _ in range(2):
    ffi.dlclose(lib)
try:
    lib.abs(-1)
    raise AssertionError("closed")
except ffi.error as error:
    assert str(error).endswith("has been closed"), error
print("done")
"""
WITHOUT = """
import farcall
try:
    import farcall.cffi
except ImportError as error:
    assert "pip install cffi" in str(error), error
    print("done")
"""
API_MODE = """
import farcall.cffi
farcall.cffi.install()
import _cffi_backend
try:
    _cffi_backend._init_cffi_1_0_external_module(0)
except ImportError as error:
    assert "API mode" in str(error)
try:
    _cffi_backend.FFI("old", _version=1)
except ImportError as error:
    assert "unknown version" in str(error)
    print("done")
"""


def run(program: str, *options: str) -> None:
    done = subprocess.run(
        [sys.executable, *options, "-c", BEGIN + program], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1:] == ["done"]


@pytest.mark.parametrize("program", [NEITHER, INSTALLED, TOO_LATE, API_MODE])
def test_the_package(program: str) -> None:
    pytest.importorskip("cffi", reason="needs cffi's Python files")
    run(program)


def test_modules_of_out_of_line_mode(tmp_path: Path) -> None:
    pytest.importorskip("cffi", reason="needs cffi's Python files")
    run(f"FOLDER = {str(tmp_path)!r}\n{OUT_OF_LINE}")


def test_without_cffi() -> None:
    run(WITHOUT, "-I", "-S")
