"""What cffi's Python code asks of `_cffi_backend`, as a module of that name."""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Any

from .buffer import buffer_class, from_buffer, memmove
from .callback import callback
from .cast import cast
from .cdata import CData
from .derived import FFI_CDECL, FFI_DEFAULT_ABI, new_array_type, new_function_type, new_pointer_type
from .errno import get_errno, set_errno
from .fronts import set_ffi
from .handle import from_handle, newp_handle
from .inspection import alignof, getcname, rawaddressof, sizeof, typeof, typeoffsetof
from .library import Library, load_library
from .memory import newp
from .module import FFI, refuse_api_mode
from .primitive import new_enum_type, new_primitive_type, new_void_type
from .record import CField, complete_struct_or_union, new_struct_type, new_union_type
from .release import gcp, release
from .text import string, unpack
from .types import CType

__all__ = ["core"]


def _get_types() -> tuple[Any, Any]:
    """The classes CData and CType."""
    return CData, CType


def _get_common_types(types: dict[str, str]) -> None:
    """Names that a system's headers give types. cffi's own table has the others."""
    types["bool"] = "_Bool"


core = ModuleType("_cffi_backend", "farcall in place of cffi's compiled module.")
vars(core).update(
    {
        one.__name__: one
        for one in (
            alignof, callback, cast, complete_struct_or_union, from_buffer, from_handle, gcp, get_errno, getcname,
            load_library, memmove, new_array_type, new_enum_type, new_function_type, new_pointer_type, new_primitive_type,
            new_struct_type, new_union_type, new_void_type, newp, newp_handle, rawaddressof, release, set_errno, set_ffi, sizeof,
            string, typeof, typeoffsetof, unpack, _get_types, _get_common_types, CField, FFI,
        )
    },
    _CDataBase=CData, CType=CType, Lib=Library, CLibrary=Library, buffer=buffer_class(), FFI_DEFAULT_ABI=FFI_DEFAULT_ABI,
    FFI_CDECL=FFI_CDECL, _init_cffi_1_0_external_module=refuse_api_mode, __version__="",
)  # fmt: skip
vars(core).update({name: getattr(os, name) for name in dir(os) if name.startswith("RTLD_")})
if sys.platform == "win32":
    vars(core)["RTLD_LAZY"] = vars(core)["RTLD_NOW"] = vars(core)["RTLD_GLOBAL"] = vars(core)["RTLD_LOCAL"] = 0
