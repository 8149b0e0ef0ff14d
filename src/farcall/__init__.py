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

# ruff: noqa: F403, I001, SIM905  (names for type checkers; __all__ is computed; lists are words)
if TYPE_CHECKING:  # in the forms that type checkers take for public
    from .cpython.callable.errno import errno as errno
    from .cpython.observe.gdb import debug_map as debug_map
    from .cpython.observe.perf import perf_map as perf_map
    from .cpython.value import Array as Array, Pointer as Pointer, Struct as Struct, Union as Union
    from .errors import *
    from .high import *
    from .high.exchange import *
    from .high.memory import *
    from .high.va_list import va_list as va_list

#: What the high door gives.
_HIGH = (
    "CType", "Closure", "ClosureMut", "ClosureOnce", "FnPtr", "Library", "Signature", "addressof", "alignof", "arg",
    "array", "call", "capsule", "cdef", "closure", "f32", "f64", "function", "i8", "i16", "i32", "i64", "isize",
    "offsetof", "pointer", "register_ctype", "sizeof", "struct", "type_of", "u8", "u16", "u32", "u64", "usize",
)  # fmt: skip

#: Values in memory, and types exchanged with others.
_MEMORY = ("arena", "cast", "free", "new", "string", "view")
_VARIADIC = ("va_list",)
_EXCHANGE = ("dtype", "from_ctypes", "from_dtype", "to_ctypes")

#: Where each public name lives, below this package.
_HOMES = {
    "Array": "cpython.value",
    "ClosureError": "errors",
    "DeclarationError": "errors",
    "FarcallError": "errors",
    "FreedMemoryError": "errors",
    "IncompleteTypeError": "errors",
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
    "debug_map": "cpython.observe.gdb",
    "errno": "cpython.callable.errno",
    "perf_map": "cpython.observe.perf",
    **dict.fromkeys(_HIGH, "high"),
    **dict.fromkeys(_MEMORY, "high.memory"),
    **dict.fromkeys(_VARIADIC, "high.va_list"),
    **dict.fromkeys(_EXCHANGE, "high.exchange"),
}

#: C's named types, as classes: `farcall.double`, `farcall.int64`.
_TYPES = (
    "void bool_ char schar uchar short ushort int_ uint long ulong longlong ulonglong "
    "int8 uint8 int16 uint16 int32 uint32 int64 uint64 int128 uint128 "
    "size_t ssize_t ptrdiff_t intptr uintptr wchar float_ double longdouble float16 bfloat16 float128 "
    "complex_float complex_double complex_longdouble"
).split()

__all__ = [*_HOMES, *_TYPES, "__version__"]


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
