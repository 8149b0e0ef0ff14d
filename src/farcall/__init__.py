"""Call any C function from Python, in generated machine code.

    import farcall

    libm = farcall.Library("libm.so.6")
    cos = libm.function("double cos(double x)")
    cos(0.0)

farcall reads a C declaration, decides by the platform's ABI where every byte travels, generates the machine code
for that one signature, and wraps it as a builtin. Everything here is loaded when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .cpython.closure import Closure, ClosureOnce
    from .cpython.errno import errno
    from .cpython.gdb import debug_map
    from .cpython.perf import perf_map
    from .cpython.value import Array, Pointer, Struct, Union
    from .errors import (
        ClosureError,
        DeclarationError,
        FarcallError,
        IncompleteTypeError,
        LibraryClosedError,
        LibraryError,
        MemoryPolicyError,
        NullPointerError,
        SymbolError,
        UnsupportedTargetError,
        UnsupportedTypeError,
    )
    from .high import Library, addressof, alignof, array, capsule, closure, function, offsetof, pointer, sizeof, type_of

#: Where each public name lives, below this package.
_HOMES = {
    "Array": "cpython.value",
    "Closure": "cpython.closure",
    "ClosureError": "errors",
    "ClosureOnce": "cpython.closure",
    "DeclarationError": "errors",
    "FarcallError": "errors",
    "IncompleteTypeError": "errors",
    "Library": "high",
    "LibraryClosedError": "errors",
    "LibraryError": "errors",
    "MemoryPolicyError": "errors",
    "NullPointerError": "errors",
    "Pointer": "cpython.value",
    "Struct": "cpython.value",
    "SymbolError": "errors",
    "Union": "cpython.value",
    "UnsupportedTargetError": "errors",
    "UnsupportedTypeError": "errors",
    "addressof": "high",
    "alignof": "high",
    "array": "high",
    "capsule": "high",
    "closure": "high",
    "debug_map": "cpython.gdb",
    "errno": "cpython.errno",
    "function": "high",
    "offsetof": "high",
    "perf_map": "cpython.perf",
    "pointer": "high",
    "sizeof": "high",
    "type_of": "high",
}

#: C's named types, as classes: `farcall.double`, `farcall.int64`.
_TYPES = (
    "void bool_ char schar uchar short ushort int_ uint long ulong longlong ulonglong "
    "int8 uint8 int16 uint16 int32 uint32 int64 uint64 int128 uint128 "
    "size_t ssize_t ptrdiff_t intptr uintptr wchar float_ double longdouble float16 bfloat16 float128 "
    "complex_float complex_double complex_longdouble"
).split()

__all__ = [*_HOMES, *_TYPES, "__version__"]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is not None:
        from importlib import import_module

        found = getattr(import_module(f"{__name__}.{home}"), name)
    elif name in _TYPES:
        from .high.types import named

        found = named(name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
