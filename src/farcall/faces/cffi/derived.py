"""Pointers, arrays and functions, as cffi's types."""

from __future__ import annotations

import sys
import weakref
from typing import Any

from ...ctype import Array, Function, Parameter, Qualified, names
from ...ctype import Pointer as PointerType
from .types import MODEL, CType, insert, own, shared

__all__ = ["FFI_CDECL", "FFI_DEFAULT_ABI", "function_of", "new_array_type", "new_function_type", "new_pointer_type"]

#: cffi's numbers of calling conventions; there is one here.
FFI_DEFAULT_ABI = FFI_CDECL = 2
MOST = sys.maxsize

#: The function types of cffi's by farcall's.
_by_function: weakref.WeakValueDictionary[Function, CType] = weakref.WeakValueDictionary()


def new_pointer_type(item: CType) -> CType:
    """The type of pointers to a type."""
    found = None if item._pointer is None else item._pointer()
    if found is None:
        found = _pointer(item)
        item._pointer = weakref.ref(found)
    return found


def _pointer(item: CType) -> CType:
    extra, back = ("(*)", 1) if item.kind == "array" else (" *", 0)
    place = item._place + len(extra) - back
    size = MODEL.pointer
    made = CType("pointer", "pointer", insert(item, extra), place, size, size, PointerType(own(item._type)))
    made.item = item
    item._dependents.append(weakref.ref(made))
    return made


def new_array_type(pointer: CType, length: int | None) -> CType:
    """The type of arrays of what a pointer points to; None for an open length. Raises TypeError for no pointer type, ValueError
    for items of unknown size and negative lengths, OverflowError for one that is too large."""
    if pointer.kind != "pointer":
        raise TypeError("first arg must be a pointer ctype")
    item = pointer.item
    if item._size < 0:
        raise ValueError(f"array item of unknown size: '{item.cname}'")
    if length is not None:
        if length < 0:
            raise ValueError("negative array length")
        if length * max(item._size, 1) > MOST:
            raise OverflowError("array size would overflow a Py_ssize_t")
    return shared(("array", pointer, length), lambda: _array(pointer, item, length))


def _array(pointer: CType, item: CType, length: int | None) -> CType:
    text = "[]" if length is None else f"[{length}]"
    size = -1 if length is None else length * item._size
    name = insert(item, text)
    made = CType("array", "array", name, item._place, size, item._align, Array(item._type, length))
    made.item, made.length, made._pointer = item, length, None
    made._decayed = pointer
    return made


def new_function_type(
    args: tuple[CType, ...], result: CType, ellipsis: bool = False, abi: int = FFI_DEFAULT_ABI
) -> CType:
    """The type of pointers to functions. Raises TypeError for what cannot be passed or returned."""
    if not all(isinstance(one, CType) for one in args):
        raise TypeError("expected a tuple of ctypes")
    if result.kind == "array" or (result._size < 0 and result.kind not in ("void", "struct", "union")):
        raise TypeError(f"invalid result type: '{result.cname}'")
    args = tuple([one._decayed if one.kind == "array" else one for one in args])
    for one in args:
        if one.kind == "void":
            raise TypeError("invalid argument type: 'void'")
    return shared(("function", args, result, bool(ellipsis), abi), lambda: _function(args, result, bool(ellipsis), abi))


def _function(args: tuple[CType, ...], result: CType, ellipsis: bool, abi: int) -> CType:
    words = [one.cname for one in args] + ["..."] * ellipsis
    name = insert(result, f"(*)({', '.join(words)})")
    function = Function(result._type, tuple([Parameter("", one._type) for one in args]), ellipsis)
    size = MODEL.pointer
    made = CType("function", "function", name, result._place + 2, size, size, PointerType(own(function)))
    made.args, made.result, made.ellipsis, made.abi = args, result, ellipsis, abi
    made._bound, made._function, made._last = {}, function, bytearray(2 * MODEL.pointer)
    passed = tuple([Parameter("", argument_type(one)) for one in args])
    made._called = Function(result._type, passed, ellipsis)
    _by_function[made._called] = made
    return made


def argument_type(type: CType) -> Any:
    """What farcall calls a parameter of a type: where bytes may be passed, one that takes them as they are."""
    if type.kind != "pointer":
        return type._type
    item = type.item
    byte = item._how == "char" or (item._size == 1 and item._how in ("signed", "unsigned"))
    if not byte and item._how != "void":
        return type._type
    if type._argument is None:
        apart = frozenset({"const", f"cffi argument {type.cname}"})
        type._argument = PointerType(Qualified(names.uchar if byte else names.void, apart))
    return type._argument


def function_of(function: Any) -> CType | None:
    """cffi's type of a farcall function type that was made of it."""
    return _by_function.get(function)
