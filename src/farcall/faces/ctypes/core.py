"""The module `_ctypes`, over farcall."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ... import seed
from ...cpython.facts.host import host_target
from ...cpython.link.typeobject import seal
from ...ctype import names
from ...ctype import sizeof as size_in_c
from . import errno, loading, memory
from .argument import CArgObject, byref
from .array import Array
from .call import (
    CDECL,
    HRESULT,
    MOST,
    PYTHONAPI,
    STDCALL,
    USE_ERRNO,
    USE_LASTERROR,
    ArgumentError,
    bound_function,
    prepared,
)
from .data import _unpickle
from .function import CFuncPtr
from .loaded import dllist
from .member import NEWER, CField
from .pointer import POINTER, _Pointer, pointer, pointer_types
from .simple import _SimpleCData
from .structure import Structure, Union

__all__ = ["core"]


def call_function(place: int, arguments: tuple[Any, ...], flags: int = STDCALL) -> int:
    """Call the function at an address; the result is an int."""
    made = prepared(arguments, ())
    types = tuple([one.ctype for one in made])
    return bound_function(None, place, flags, names.int_, types, len(types))(*[one.value for one in made])  # type: ignore[no-any-return]


def call_cdeclfunction(place: int, arguments: tuple[Any, ...]) -> int:
    """The same by C's own convention."""
    return call_function(place, arguments, CDECL)


def PyObj_FromPtr(place: int) -> Any:
    """The object at an address."""
    return seed.object_at(place)


def Py_INCREF(thing: Any) -> Any:
    """Take a reference."""
    seed.hold(thing)
    return thing


def Py_DECREF(thing: Any) -> Any:
    """Give a reference back."""
    seed.drop(thing)
    return thing


def _made() -> ModuleType:
    made = ModuleType("_ctypes", "Create and manipulate C compatible data types in Python.")
    vars(made).update(
        __version__="1.1.0",
        ArgumentError=ArgumentError,
        Array=Array,
        CArgObject=CArgObject,
        CTYPES_MAX_ARGCOUNT=MOST,
        CField=CField,
        CFuncPtr=CFuncPtr,
        FUNCFLAG_CDECL=CDECL,
        FUNCFLAG_HRESULT=HRESULT,
        FUNCFLAG_PYTHONAPI=PYTHONAPI,
        FUNCFLAG_STDCALL=STDCALL,
        FUNCFLAG_USE_ERRNO=USE_ERRNO,
        FUNCFLAG_USE_LASTERROR=USE_LASTERROR,
        PyObj_FromPtr=PyObj_FromPtr,
        Py_DECREF=Py_DECREF,
        Py_INCREF=Py_INCREF,
        RTLD_GLOBAL=loading.RTLD_GLOBAL,
        RTLD_LOCAL=loading.RTLD_LOCAL,
        SIZEOF_TIME_T=size_in_c(names.long, host_target().model),
        Structure=Structure,
        Union=Union,
        _Pointer=_Pointer,
        _SimpleCData=_SimpleCData,
        _cast_addr=memory.cast_address,
        _memoryview_at_addr=memory.memoryview_at_address,
        _memmove_addr=seed.symbol("memmove"),
        _memset_addr=seed.symbol("memset"),
        _string_at_addr=memory.string_at_address,
        _unpickle=_unpickle,
        _wstring_at_addr=memory.wstring_at_address,
        addressof=memory.addressof,
        alignment=memory.alignment,
        buffer_info=memory.buffer_info,
        byref=byref,
        call_cdeclfunction=call_cdeclfunction,
        call_function=call_function,
        dlclose=loading.close_library,
        dlopen=loading.open_library,
        dlsym=loading.find_symbol,
        get_errno=errno.get_errno,
        resize=memory.resize,
        set_errno=errno.set_errno,
        sizeof=memory.sizeof,
    )
    if NEWER:  # pointers' classes are found by Python code there
        vars(made).update(dllist=dllist)
    else:
        vars(made).update(POINTER=POINTER, pointer=pointer, _pointer_type_cache=pointer_types)
    return made


def _seal() -> None:
    """Let nobody set attributes of the classes that are all programs': those in C have the same flag."""
    roots: tuple[Any, ...] = (Structure, Union, Array, _Pointer, _SimpleCData, CFuncPtr)
    for cls in (*roots, *(type(root) for root in roots), *(type(root).__base__ for root in roots), CArgObject, CField):
        if cls is not type:
            seal(cls)


_seal()
#: The module. It is `sys.modules["_ctypes"]` where the face is installed.
core = _made()
