"""`_cffi_backend.FFI`: the object that a module of out-of-line mode makes, of its tables."""

from __future__ import annotations

from typing import Any, NoReturn

from .memory import new_allocator

__all__ = ["FFI", "refuse_api_mode"]


class FFI:
    new_allocator = staticmethod(new_allocator)


def refuse_api_mode(*args: Any) -> NoReturn:
    """Raise ImportError for a module of API mode."""
    raise ImportError(
        "this module was compiled by cffi in API mode, against cffi's own C code; farcall.cffi serves ABI mode: "
        "ffi.dlopen(), and modules made by set_source(name, None)"
    )
