"""libffi's structures as classes: memory with named fields, for those who write or read it from Python."""

from __future__ import annotations

from ..cdecl import parse_declarations
from ..cpython.facts.declared import host_scope
from ..cpython.value import class_of
from .constants import FFI_TRAMPOLINE_SIZE, PORT

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["STRUCTS"]

_EXTRA = "".join(f" {field.declaration};" for field in PORT.extra)
#: What a raw closure has before its handler, except where the API is native.
_BETWEEN = "" if PORT.native_raw else "void (*translate_args)(ffi_cif *, void *, void **, void *); void *this_closure;"
_DECLARATIONS = f"""
typedef struct _ffi_type {{ size_t size; unsigned short alignment; unsigned short type;
                           struct _ffi_type **elements; }} ffi_type;
typedef struct {{ unsigned int abi; unsigned int nargs; ffi_type **arg_types; ffi_type *rtype;
                 unsigned int bytes; unsigned int flags;{_EXTRA} }} ffi_cif;
typedef struct {{ char tramp[{FFI_TRAMPOLINE_SIZE}]; ffi_cif *cif;
                 void (*fun)(ffi_cif *, void *, void **, void *); void *user_data; }} ffi_closure;
typedef union {{ intptr_t sint; uintptr_t uint; float flt; char data[sizeof(void *)]; void *ptr; }} ffi_raw;
typedef struct {{ char tramp[{FFI_TRAMPOLINE_SIZE}]; ffi_cif *cif;
                 {_BETWEEN}
                 void (*fun)(ffi_cif *, void *, ffi_raw *, void *); void *user_data; }} ffi_raw_closure;
typedef ffi_raw ffi_java_raw;
typedef struct {{ char tramp[{FFI_TRAMPOLINE_SIZE}]; ffi_cif *cif;
                 {_BETWEEN}
                 void (*fun)(ffi_cif *, void *, ffi_java_raw *, void *); void *user_data; }} ffi_java_raw_closure;
typedef struct {{ void *tramp; ffi_cif *cif; void (*fun)(ffi_cif *, void *, void **, void *); }} ffi_go_closure;
typedef uintptr_t ffi_arg;
typedef intptr_t ffi_sarg;
"""

_NAMES = (
    "ffi_type",
    "ffi_cif",
    "ffi_closure",
    "ffi_raw",
    "ffi_raw_closure",
    "ffi_java_raw",
    "ffi_java_raw_closure",
    "ffi_go_closure",
    "ffi_arg",
    "ffi_sarg",
)


def _make() -> dict[str, Any]:
    scope = host_scope()
    parse_declarations(_DECLARATIONS, scope)
    return {name: class_of(scope.typedefs[name]) for name in _NAMES}


#: The classes by C's names. Like all farcall values, instances own their memory and have an address.
STRUCTS = _make()
