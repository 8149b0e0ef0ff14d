"""`_cffi_backend.FFI`: the object that a module of out-of-line mode makes, of its tables."""

from __future__ import annotations

from typing import Any, NoReturn

from ...cpython.link.late import late
from .cdata import CData
from .memory import new_allocator
from .types import CType

__all__ = ["FFI", "refuse_api_mode"]

#: What makes an `FFI` of the tables, by cffi's own package, which is loaded then.
TABLES = "faces.cffi.tables:ffi_of_tables"


class FFI:
    """Modules made by `set_source(name, None)` call this with their tables, and get an `ffi` with what they declare. Without
    tables, the `ffi` knows standard types only."""

    CData, CType = CData, CType
    new_allocator = staticmethod(new_allocator)

    def __new__(
        cls,
        module_name: str = "?",
        _version: int = -1,
        _types: bytes = b"",
        _globals: tuple[Any, ...] = (),
        _struct_unions: tuple[Any, ...] = (),
        _enums: tuple[bytes, ...] = (),
        _typenames: tuple[bytes, ...] = (),
        _includes: tuple[Any, ...] = (),
    ) -> Any:
        if _version != -1 and not OLDEST <= _version <= NEWEST:
            raise ImportError(
                f"cffi out-of-line Python module '{module_name}' has unknown version {_version:#x}: it was made by another cffi"
            )
        if _version == -1:
            return object.__new__(cls)
        return late(TABLES)(module_name, _types, _globals, _struct_unions, _enums, _typenames, _includes)


#: The versions of modules' tables (src/c/parse_c_type.h).
OLDEST, NEWEST = 0x2601, 0x28FF


def refuse_api_mode(*args: Any) -> NoReturn:
    """Raise ImportError for a module of API mode."""
    raise ImportError(
        "this module was compiled by cffi in API mode, against cffi's own C code; farcall.cffi serves ABI mode: "
        "libraries that an ffi opens, and modules made by set_source(name, None)"
    )
