"""The raw layer: libffi's C interface, name for name, on addresses.

Promises: libffi's structures with libffi's layouts, its functions with its arguments and status codes, its
constants with its numbers; addresses in, status out, no exceptions for a status. Does not check that an address
is what it is said to be: this is the one layer in which a wrong address crashes the process. NULL, and a cif
that was never prepared, gives a status or does nothing.

The examples of the functions have `from farcall import low, raw`, and `at(value)` for `int(farcall.addressof(value))`.

The type objects are addresses: `ffi_type_sint32`, `ffi_type_double`, `ffi_type_complex_float`, ... The structures
are classes: `ffi_type`, `ffi_cif`, `ffi_closure`, ... `exports()` returns the addresses of the same functions, for C.
"""

from __future__ import annotations

from ..cpython.facts.host import host_target as _host_target
from . import constants
from .call import (
    ffi_call,
    ffi_call_go,
    ffi_call_plan_alloc,
    ffi_call_plan_free,
    ffi_call_plan_invoke,
    ffi_call_plan_size,
)
from .cells import (
    ffi_java_ptrarray_to_raw,
    ffi_java_raw_call,
    ffi_java_raw_size,
    ffi_java_raw_to_ptrarray,
    ffi_ptrarray_to_raw,
    ffi_raw_call,
    ffi_raw_size,
    ffi_raw_to_ptrarray,
)
from .cif import ffi_get_struct_offsets, ffi_prep_cif, ffi_prep_cif_var
from .closure import (
    ffi_closure_alloc,
    ffi_closure_free,
    ffi_get_closure_size,
    ffi_prep_closure,
    ffi_prep_closure_loc,
    ffi_prep_go_closure,
    ffi_prep_java_raw_closure,
    ffi_prep_java_raw_closure_loc,
    ffi_prep_raw_closure,
    ffi_prep_raw_closure_loc,
)
from .constants import *  # noqa: F403
from .exports import exports
from .types import TYPES as _TYPES
from .version import ffi_get_default_abi, ffi_get_version, ffi_get_version_number

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

_STRUCTS = (
    "ffi_type", "ffi_cif", "ffi_closure", "ffi_raw", "ffi_raw_closure", "ffi_java_raw",
    "ffi_java_raw_closure", "ffi_go_closure", "ffi_arg", "ffi_sarg",
)  # fmt: skip

_LONG = 8 * _host_target().model.long
#: C's names for the same types (libffi's macros), by name without the prefix.
_ALIASES = {
    "uchar": "uint8", "schar": "sint8", "ushort": "uint16", "sshort": "sint16", "uint": "uint32",
    "sint": "sint32", "ulong": f"uint{_LONG}", "slong": f"sint{_LONG}",
}  # fmt: skip

__all__ = [
    *constants.__all__,
    *_STRUCTS,
    *(f"ffi_type_{name}" for name in (*_TYPES, *_ALIASES)),
    "exports", "ffi_call", "ffi_call_go", "ffi_call_plan_alloc", "ffi_call_plan_free", "ffi_call_plan_invoke",
    "ffi_call_plan_size", "ffi_closure_alloc", "ffi_closure_free", "ffi_get_closure_size", "ffi_get_default_abi",
    "ffi_get_struct_offsets", "ffi_get_version", "ffi_get_version_number", "ffi_java_ptrarray_to_raw",
    "ffi_java_raw_call", "ffi_java_raw_size", "ffi_java_raw_to_ptrarray", "ffi_prep_cif", "ffi_prep_cif_var",
    "ffi_prep_closure", "ffi_prep_closure_loc", "ffi_prep_go_closure", "ffi_prep_java_raw_closure",
    "ffi_prep_java_raw_closure_loc", "ffi_prep_raw_closure", "ffi_prep_raw_closure_loc",
    "ffi_ptrarray_to_raw", "ffi_raw_call", "ffi_raw_size", "ffi_raw_to_ptrarray",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _STRUCTS:
        from .structs import STRUCTS

        return STRUCTS[name]
    if name.startswith("ffi_type_"):
        short = name[len("ffi_type_") :]
        found = _TYPES.get(_ALIASES.get(short, short))
        if found is not None:
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
