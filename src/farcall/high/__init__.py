"""The high layer: Python as one wants to write it. `import farcall` is this layer.

Promises: no address need be handled, every wrong argument is an exception that names it. Cannot check that a
declaration is the function's real one.

Beside what `farcall` itself has, there are the names that libffi's bindings use: `call` and `arg`, `Signature`,
`FnPtr`, the numbers by width (`u8` ... `f64`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .closure import Closure, ClosureMut, ClosureOnce, capsule, closure
from .custom import CType, register_ctype
from .fnptr import FnPtr
from .function import function
from .library import Library, cdef
from .types import addressof, alignof, array, offsetof, pointer, sizeof, type_of

if TYPE_CHECKING:
    from .invoke import arg, call
    from .marker import f32, f64, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize
    from .picture import draw
    from .record import struct
    from .signature import Signature

#: What is loaded when first used, and where it is.
_HOMES = {
    "Signature": "signature",
    "arg": "invoke",
    "call": "invoke",
    "draw": "picture",
    "struct": "record",
    **dict.fromkeys(("f32", "f64", "i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32", "u64", "usize"), "marker"),
}

__all__ = [
    "CType", "Closure", "ClosureMut", "ClosureOnce", "FnPtr", "Library", "Signature", "addressof", "alignof", "arg",
    "array", "call", "capsule", "cdef", "closure", "draw", "f32", "f64", "function", "i8", "i16", "i32", "i64",
    "isize", "offsetof", "pointer", "register_ctype", "sizeof", "struct", "type_of", "u8", "u16", "u32", "u64", "usize",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return found
