"""What the stand-in's slots are filled with: farcall's functions, or those of the libffi that is installed."""

from __future__ import annotations

import ctypes
import ctypes.util
from pathlib import Path

__all__ = ["LIBRARIES", "Table", "fill", "table"]

SIZEOF_TYPE = 2 * ctypes.sizeof(ctypes.c_void_p) + max(4, ctypes.sizeof(ctypes.c_void_p))  # an ffi_type
TYPES = (
    "void", "uint8", "sint8", "uint16", "sint16", "uint32", "sint32", "uint64", "sint64", "float", "double",
    "longdouble", "pointer", "complex_float", "complex_double", "complex_longdouble", "uint128", "sint128",
)  # fmt: skip
FUNCTIONS = (
    "ffi_prep_cif", "ffi_prep_cif_var", "ffi_call", "ffi_get_struct_offsets", "ffi_closure_alloc", "ffi_closure_free",
    "ffi_prep_closure_loc", "ffi_prep_closure", "ffi_raw_call", "ffi_raw_size", "ffi_ptrarray_to_raw",
    "ffi_raw_to_ptrarray", "ffi_prep_raw_closure", "ffi_prep_raw_closure_loc", "ffi_prep_go_closure", "ffi_call_go",
    "ffi_java_raw_call", "ffi_java_raw_size", "ffi_java_ptrarray_to_raw", "ffi_java_raw_to_ptrarray",
    "ffi_prep_java_raw_closure", "ffi_prep_java_raw_closure_loc",
    "ffi_call_plan_alloc", "ffi_call_plan_invoke", "ffi_call_plan_free", "ffi_call_plan_size", "ffi_get_version",
    "ffi_get_version_number", "ffi_get_default_abi", "ffi_get_closure_size",
)  # fmt: skip


class Table:
    """The addresses of a library's functions, and of its type objects, by name."""

    def __init__(self, functions: dict[str, int], types: dict[str, int]) -> None:
        self.functions = functions
        self.types = types


def farcall() -> Table:
    from farcall import raw

    types = {name: getattr(raw, f"ffi_type_{name}", 0) for name in TYPES}
    return Table(raw.exports(), {name: found for name, found in types.items() if found})


def real(name: str = "libffi.so.8") -> Table:
    """The installed libffi. Raises OSError where there is none."""
    library = ctypes.CDLL(ctypes.util.find_library("ffi") or name)

    def address(symbol: str) -> int:
        try:
            return ctypes.addressof(ctypes.c_char.in_dll(library, symbol))
        except ValueError:
            return 0

    functions = {name: address(name) for name in FUNCTIONS}
    types = {name: address(f"ffi_type_{name}") for name in TYPES}
    return Table(
        {name: found for name, found in functions.items() if found},
        {name: found for name, found in types.items() if found},
    )


LIBRARIES = {"farcall": farcall, "real": real}


def table(name: str) -> Table:
    """The table of a library by its name in LIBRARIES."""
    return LIBRARIES[name]()


def fill(standin: Path, content: Table) -> ctypes.CDLL:
    """Load the stand-in and fill its slots and types; what the table lacks aborts with its name when called."""
    library = ctypes.CDLL(str(standin))
    for name, address in content.functions.items():
        if name in FUNCTIONS:
            ctypes.c_void_p.in_dll(library, f"slot_{name}").value = address
    for name, address in content.types.items():
        place = ctypes.c_char.in_dll(library, f"ffi_type_{name}")
        ctypes.memmove(ctypes.addressof(place), address, SIZEOF_TYPE)
    return library
