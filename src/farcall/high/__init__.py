"""The high layer: Python as one wants to write it. `import farcall` is this layer.

Promises: you never handle raw addresses; every wrong argument is an exception that names it. Cannot check that a
declaration is the function's real one.

Beside what `farcall` itself has, there are the names that libffi's bindings use: `call` and `arg`, `Signature`,
`FnPtr`, the numbers by width (`u8` ... `f64`).
"""

from __future__ import annotations

import sys

from ..cache import awake

TYPE_CHECKING = False  # as typing has it
if TYPE_CHECKING:
    from typing import Any

    from .closure import Closure, ClosureMut, ClosureOnce, capsule, closure
    from .custom import CType, register_ctype
    from .fnptr import FnPtr
    from .function import function
    from .invoke import arg, call
    from .library import Library
    from .marker import f32, f64, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize
    from .picture import draw
    from .process import cdef
    from .record import struct
    from .signature import Signature
    from .types import addressof, alignof, array, offsetof, pointer, sizeof, type_of

#: Where each name is, which is loaded when it is first used.
_HOMES = {
    "CType": "custom",
    "FnPtr": "fnptr",
    "Signature": "signature",
    **dict.fromkeys(("Closure", "ClosureMut", "ClosureOnce", "capsule", "closure"), "closure"),
    "Library": "library",
    "cdef": "process",
    **dict.fromkeys(("addressof", "alignof", "array", "offsetof", "pointer", "sizeof", "type_of"), "types"),
    "function": "function",
    "register_ctype": "custom",
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
    module = f"{__name__}.{_HOMES[name]}"
    __import__(module)  # `importlib` loads more
    found = globals()[name] = getattr(sys.modules[module], name)
    if name != "Library":
        awake()
    return found


class _Package(type(sys)):  # type: ignore[misc]
    """This package, in which `closure` and `function` are what the modules of these names have, whoever imports the modules."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, type(sys)) and name in _HOMES):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
