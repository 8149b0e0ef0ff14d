"""Built modules: called as run-time functions are, with the same errors, on their own."""

from __future__ import annotations

import array
import inspect
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall.build import PythonVersion, build_module, suffix, version_of
from farcall.cpython.facts import interpreter
from farcall.cpython.facts.host import host_target
from farcall.errors import DeclarationError, UnsupportedTargetError, UnsupportedTypeError
from tests.conftest import Compile
from tests.lower.image.samples import TARGETS
from tests.unwind.toolchain import TOOLCHAINS

ROOT = Path(__file__).parents[2]
HERE, VERSION = host_target().name, version_of(None, "")
SOURCE = """
#include <string.h>
#include <stdbool.h>
double half(double x) { return x / 2; }
float third(float x) { return x / 3; }
signed char narrow(signed char a, unsigned short b) { return a + b; }
int add(int a, int b) { return a + b; }
long long wide(long long a, unsigned long long b) { return a ^ b; }
bool not_(bool b) { return !b; }
char next(char c) { return c + 1; }
void nothing(void) {}
unsigned length(const char *text) { return text ? strlen(text) : 99; }
const char *after(const char *text) { return text && *text ? text + 1 : 0; }
double total(const double *items, int count) { double sum = 0; while (count--) sum += *items++; return sum; }
void fill(unsigned char *bytes, int count, int with) { memset(bytes, with, count); }
long first(const void *what) { return what ? *(const unsigned char *)what : -1; }
double many(int a, double b, float c, short d, long e, const char *f, double g, int h, double i, unsigned char j)
{ return a + b + c + d + e + (f ? *f : 0) + g + h + i + j; }
"""
TEXT = """
double half(double x); float third(float x); signed char narrow(signed char a, unsigned short b); int add(int a, int b);
long long wide(long long a, unsigned long long b); _Bool not_(_Bool b); char next(char c); void nothing(void);
unsigned length(const char *text); const char *after(const char *text); double total(const double *items, int count);
void fill(unsigned char *bytes, int count, int with); long first(const void *what);
double many(int a, double b, float c, short d, long e, const char *f, double g, int h, double i, unsigned char j);
"""


def can_be_built() -> bool:
    """Whether the layouts of this Python's objects are known to be what they are: else modules are built for none."""
    facts = interpreter.interpreter("fast")
    return facts.fast or facts.unchanging


pytestmark = pytest.mark.skipif(not can_be_built(), reason="modules are built for Pythons whose objects are known")


class Index:
    def __index__(self) -> int:
        return 3


class Raising:
    def __index__(self) -> int:
        raise RuntimeError("raised by __index__")

    __float__ = __index__


#: Arguments for every parameter of every function, right and wrong.
VALUES: tuple[Any, ...] = (
    0, 1, -1, 2, 100, 127, 128, -129, 65536, 1 << 31, 1 << 63, 1 << 64, -(1 << 63) - 1, 1 << 400, True, 0.5, 1e40, float("inf"),
    None, "text", "", "t\0t", "\xe9", b"bytes", b"", b"x", bytearray(b"array"), array.array("d", [1.5, 2.5]),
    array.array("i", [1, 2]), memoryview(b"abcd")[::2], memoryview(b"view"), [1, 2], (1,), {}, object(), 1j, Index(), Raising(),
    Decimal("1.5"), Fraction(1, 4), print,
)  # fmt: skip


def loaded(file: Path, name: str) -> Any:
    loader = ExtensionFileLoader(name, str(file))
    module = loader.create_module(ModuleSpec(name, loader, origin=str(file)))
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pair(compile_c: Compile, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """The built module, and the library with the same functions bound at run time."""
    library = compile_c(SOURCE)
    built = build_module("built", TEXT, str(library), HERE, VERSION)
    file = tmp_path_factory.mktemp("built") / f"built{suffix(HERE, VERSION)}"
    file.write_bytes(built.data)
    bound = farcall.Library(library)
    bound.cdef(TEXT)
    assert built.imported == ()
    assert set(built.plain) == {name for name in vars(loaded(file, "built")) if not name.startswith("__")}
    return loaded(file, "built"), bound


def outcome(function: Callable[..., Any], *arguments: Any) -> tuple[str, str]:
    """What a call gives or raises, as text."""
    try:
        return "", repr(function(*arguments))
    except Exception as error:
        return type(error).__name__, str(error)


#: Arguments that every function takes, in the order of its parameters.
FINE: dict[str, tuple[Any, ...]] = {
    "half": (3.0,), "third": (1.5,), "narrow": (-5, 3), "add": (2, 3), "wide": (-(1 << 62), 1 << 63), "not_": (True,),
    "next": (b"a",), "nothing": (), "length": ("text",), "after": ("text",), "total": (array.array("d", [1.5, 2.5]), 2),
    "fill": (bytearray(8), 8, 65), "first": (b"A",), "many": (1, 2.0, 3.0, 4, 5, "6", 7.0, 8, 9.0, 10),
}  # fmt: skip


@pytest.mark.parametrize("name", FINE)
def test_results_and_errors_are_those_of_run_time_functions_word_for_word(pair: tuple[Any, Any], name: str) -> None:
    built, bound = (getattr(one, name) for one in pair)
    arguments = FINE[name]
    assert outcome(built, *arguments) == outcome(bound, *arguments)
    assert outcome(built, *arguments)[0] == ""
    for position in range(len(arguments)):
        for value in VALUES:
            if name in ("total", "fill") and isinstance(value, int) and position == 1:
                continue  # a number of items that is really read
            if name == "first" and isinstance(value, (int, Index)):
                continue  # an address
            given = (*arguments[:position], value, *arguments[position + 1 :])
            if name in ("total", "fill") and position == 0:
                given = (value, 0, *arguments[2:])
            assert outcome(built, *given) == outcome(bound, *given), (name, position, value)
    for given in ((), arguments[:1], arguments[:2], (*arguments, 1)):
        assert outcome(built, *given)[0] == outcome(bound, *given)[0]
        if not (len(arguments) == 1 or len(given) == len(arguments)):
            assert outcome(built, *given) == outcome(bound, *given)


def test_arrays_of_numpys_are_memory(pair: tuple[Any, Any]) -> None:
    np = pytest.importorskip("numpy", reason="needs numpy")
    for one in pair:
        assert one.first(np.array([65, 66], "u1")) == 65
        assert one.total(np.array([1.5, 2.5]), 2) == 4.0


def test_what_help_and_inspect_say(pair: tuple[Any, Any]) -> None:
    built, _ = pair
    for name in FINE:
        shown = [list(inspect.signature(getattr(one, name)).parameters) for one in pair]  # a built one's have no names
        assert shown[0] == shown[1]
    assert list(inspect.signature(built.fill).parameters) == ["bytes", "count", "with_"]
    assert built.add.__doc__.startswith("int add(int a, int b);\n\nfrom ")
    assert (built.add.__name__, built.add.__module__, built.__name__) == ("add", "built", "built")
    assert type(built.add) is type(len)


def test_a_module_is_itself_alone_and_slow_parts_are_loaded_when_needed(compile_c: Compile, tmp_path: Path) -> None:
    """Without farcall, until something needs it: then it says so."""
    text = TEXT + "struct s { int a; }; int of_struct(struct s s); enum color { RED, BLUE = 7 }; int not_there(int);"
    text += 'int renamed(int, int) __asm__("add"); int misnamed(int) __asm__("absent");'
    built = build_module("alone", text, str(compile_c(SOURCE)), HERE, VERSION)
    assert built.imported == ("of_struct", "types")
    assert built.constants == ("RED", "BLUE")
    (tmp_path / f"alone{suffix(HERE, VERSION)}").write_bytes(built.data)
    code = """
import sys
sys.modules["farcall"] = None
sys.path.insert(0, sys.argv[1])
import alone
print(alone.add(2, 3), alone.BLUE, alone.length("four"), alone.renamed(4, 5))
for act in (lambda: alone.add(1), lambda: alone.not_there, lambda: alone.misnamed, lambda: alone.of_struct, lambda: alone.nowhere):
    try:
        act()
    except Exception as error:
        print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    library = compile_c(SOURCE)
    assert done.stdout.splitlines() == [
        "5 7 4 9",
        "TypeError add() takes 2 arguments (1 given): int add(int a, int b)",
        f"AttributeError {library} has no symbol 'not_there'",
        f"AttributeError {library} has no symbol 'absent'",
        "ImportError alone.of_struct needs farcall, which is not installed",
        "AttributeError module 'alone' has no attribute 'nowhere'",
    ]


def test_a_struct_is_passed_by_farcall(compile_c: Compile, tmp_path: Path) -> None:
    library = compile_c("struct point { int x, y; }; int sum(struct point p) { return p.x + p.y; }", "point")
    text = "struct point { int x, y; }; int sum(struct point p); "
    file = tmp_path / "point.so"
    file.write_bytes(build_module("point", text, str(library), HERE, VERSION).data)
    module = loaded(file, "point")
    assert module.sum({"x": 3, "y": 4}) == 7


def test_a_library_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "lost.so"
    file.write_bytes(build_module("lost", "int f(int);", "libno_such.so.7", HERE, VERSION).data)
    with pytest.raises(ImportError, match=r"libno_such\.so\.7"):
        loaded(file, "lost")


@pytest.mark.parametrize("cpu", TARGETS)
@pytest.mark.parametrize(
    "version", [*[PythonVersion(3, minor) for minor in range(10, 16)], PythonVersion(3, 13, True)], ids=str
)
def test_modules_for_all_targets_are_what_readelf_understands(cpu: str, version: PythonVersion, tmp_path: Path) -> None:
    built = build_module("every", TEXT, "libevery.so.1", f"{cpu}-linux", version, gil="hold")
    assert built == build_module("every", TEXT, "libevery.so.1", f"{cpu}-linux", version, gil="hold")
    file = tmp_path / "every.so"
    file.write_bytes(built.data)
    text = TOOLCHAINS[cpu].tool("readelf", "--all", "--wide", file)
    assert "arning" not in text
    assert "TEXTREL" not in text
    needed = TOOLCHAINS[cpu].tool("nm", "--dynamic", "--undefined-only", file)
    assert ("PyObject_VectorcallDict" in needed) == (version < (3, 11))


@pytest.mark.parametrize("cpu", ["aarch64", "arm", "riscv64", "loongarch64", "i386", "ppc64le", "mipsel", "mips64el"])
def test_a_module_made_here_is_called_on_another_cpu(cpu: str, tmp_path: Path) -> None:
    python = ROOT / ".cpus" / cpu / "bin" / "python3"
    if not python.exists():
        pytest.skip(f"no Python of {cpu} is unpacked: make test-cpu CPU={cpu} does")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    asked = subprocess.run(
        [python, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True, env=environment
    )
    version = tuple(map(int, asked.stdout.split()))
    text = "double ldexp(double x, int exponent); double cos(double x);"
    name = f"cross{suffix(f'{cpu}-linux', (version[0], version[1]))}"
    (tmp_path / name).write_bytes(
        build_module("cross", text, "libm.so.6", f"{cpu}-linux", (version[0], version[1])).data
    )
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import cross; print(cross.ldexp(0.75, 4), cross.cos(0.0))\n"
        "try: cross.ldexp('a', 1)\nexcept TypeError as error: print(error)"
    )
    done = subprocess.run(
        [python, "-c", code, str(tmp_path)], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.splitlines() == ["12.0 1.0", "ldexp() parameter 'x' must be a number for double, not str"]


def test_files_are_called_as_debian_s_python_calls_them() -> None:
    assert suffix("riscv64-linux", (3, 13)) == ".cpython-313-riscv64-linux-gnu.so"
    assert suffix("x86_64-linux", version_of("3.13t", "")) == ".cpython-313t-x86_64-linux-gnu.so"
    assert suffix("arm-linux", (3, 11)) == ".cpython-311-arm-linux-gnueabihf.so"
    assert suffix("ppc64le-linux", (3, 11)) == ".cpython-311-powerpc64le-linux-gnu.so"
    assert suffix("mips64el-linux", (3, 11)) == ".cpython-311-mips64el-linux-gnuabi64.so"


def test_what_cannot_be_built() -> None:
    for arguments, error, words in (
        (("a-b", TEXT, "x.so", HERE, VERSION), ValueError, "a module cannot be called 'a-b'"),
        (("m", TEXT, "", HERE, VERSION), ValueError, "a library cannot be called ''"),
        (("m", "int x;", "x.so", HERE, VERSION), DeclarationError, "declares no function"),
        (("m", "int f(", "x.so", HERE, VERSION), DeclarationError, "line 1"),
        (("m", TEXT, "x.so", HERE, (3, 9)), UnsupportedTypeError, "no layouts are known of Python 3.9"),
        (("m", TEXT, "x.so", HERE, (3, 99, True)), UnsupportedTypeError, "no layouts are known of Python 3.99t"),
        (
            ("m", TEXT, "x.so", "aarch64-macos", VERSION),
            UnsupportedTargetError,
            "modules are built for .*, not for aarch64-macos",
        ),
    ):
        with pytest.raises(error, match=words):
            build_module(*arguments)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'release' or 'hold'"):
        build_module("m", TEXT, "x.so", HERE, VERSION, gil="both")
    with pytest.raises(
        ValueError, match=r"--python: 3\.12t is no Python; without a GIL there are builds from 3\.13 on"
    ):
        version_of("3.12t", "--python")
