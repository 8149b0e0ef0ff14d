"""The peers: each reaches the same functions its own way, written as its manual says.

A caller turns a row into a `Call`: the expression that is timed, and the objects it names. Where a peer does
not take a value as it is (a str, an array), what it takes instead is made inside the timed expression.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from bench import build
from bench.row import Row, doubles

__all__ = ["Call", "Caller", "callers", "callers_beside_ctypes"]


class Call(NamedTuple):
    expression: str
    names: dict[str, Any]

    def __call__(self) -> Any:
        return eval(self.expression, dict(self.names))


class Caller(NamedTuple):
    """`functions` has the C functions as attributes; `point` makes a struct of two doubles.

    `spelled` are the expressions of rows whose values have to be converted first, `names` what they need.
    """

    name: str
    functions: Any
    point: Callable[[float, float], Any]
    spelled: dict[str, str]
    names: dict[str, Any]

    def call(self, row: Row) -> Call:
        names = {"call": getattr(self.functions, row.function)}
        for name, value in row.arguments.items():
            if value is doubles:
                names[name] = doubles()
            elif isinstance(value, tuple):
                names[name] = self.point(*value)
            else:
                names[name] = value
        expression = self.spelled.get(row.name, f"call({', '.join(row.arguments)})")
        return Call(expression, names | {k: v for k, v in self.names.items() if k in expression})


# Neither ctypes nor cffi takes a str for `const char *`.
ENCODED = {"size_t(const char *) of str": "call(a.encode())"}


def by_hand(directory: Path, release: bool) -> Caller:
    module = build.extension(directory, release=release)
    return Caller("C ext", module, module.point, {}, {})


def by_ctypes(library: Path) -> Caller:
    import ctypes as c

    class Point(c.Structure):
        _fields_ = (("x", c.c_double), ("y", c.c_double))

    dll = c.CDLL(str(library))
    vector: Any = c.c_void_p
    if find_spec("numpy"):
        from numpy.ctypeslib import ndpointer

        vector = ndpointer(dtype="float64", ndim=1, flags="C_CONTIGUOUS")
    for name, result, *arguments in (
        ("nothing", None),
        ("half", c.c_double, c.c_double),
        ("scale", c.c_double, c.c_double, c.c_double),
        ("add", c.c_int, c.c_int, c.c_int),
        ("eight", c.c_int64, *[c.c_int64] * 8),
        ("length", c.c_size_t, c.c_char_p),
        ("total", c.c_double, vector, c.c_size_t),
        ("swap", Point, Point),
        ("mixed", c.c_double, c.c_int, c.c_double, c.c_char_p, c.c_int64, c.c_float, c.c_ubyte),
    ):
        function = getattr(dll, name)
        function.restype, function.argtypes = result, arguments
    return Caller("ctypes", dll, Point, ENCODED, {})


def by_cffi(ffi: Any, functions: Any, name: str) -> Caller:
    def point(x: float, y: float) -> Any:
        return ffi.new("point *", (x, y))[0]

    spelled = ENCODED | {"double(const double *, size_t)": "call(from_buffer('double[]', a), b)"}
    return Caller(name, functions, point, spelled, {"from_buffer": ffi.from_buffer})


def by_cffi_abi(library: Path) -> Caller:
    import cffi

    ffi = cffi.FFI()
    ffi.cdef(build.declarations())
    return by_cffi(ffi, ffi.dlopen(str(library)), "cffi ABI")


def by_cffi_api(directory: Path) -> Caller:
    module = build.cffi_module("_peer_cffi", build.PEER / "target.h", directory, "target")
    return by_cffi(module.ffi, module.lib, "cffi API")


def by_farcall(library: Path, gil: str) -> Caller | None:
    """None where farcall has no `Library` yet."""
    import farcall

    if not hasattr(farcall, "Library"):
        return None
    opened = farcall.Library(str(library), gil=gil)
    opened.cdef(build.declarations())
    return Caller("farcall", opened, lambda x, y: opened.types.point(x=x, y=y), {}, {})


def callers(directory: Path) -> dict[str, Caller]:
    """Every peer by its key: farcall and the extension for both policies; the others release the GIL."""
    library = build.target(directory)
    found = {
        "farcall hold": by_farcall(library, "hold"),
        "ext hold": by_hand(directory, release=False),
        "farcall release": by_farcall(library, "release"),
        "ext release": by_hand(directory, release=True),
        "ctypes": by_ctypes(library),
        "cffi ABI": by_cffi_abi(library),
        "cffi API": by_cffi_api(directory),
    }
    return {key: caller for key, caller in found.items() if caller is not None}


def callers_beside_ctypes(directory: Path) -> dict[str, Caller]:
    """farcall and ctypes only, by the same keys."""
    library = build.target(directory)
    found = {f"farcall {gil}": by_farcall(library, gil) for gil in ("hold", "release")} | {"ctypes": by_ctypes(library)}
    return {key: caller for key, caller in found.items() if caller is not None}
