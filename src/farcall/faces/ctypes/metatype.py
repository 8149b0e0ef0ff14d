"""The metaclass of C data: what can be asked of its classes, `from_address`, `from_buffer` and the like; and `c_int * 3`."""

from __future__ import annotations

import sys
from typing import Any

from ... import seed
from ...cpython.facts.host import END
from ...cpython.link.native import METH_FASTCALL, Kept, bound, method_def
from ...cpython.value.base import own
from .argument import CArgObject
from .data import call_anew, copied_from, fresh, part
from .loading import find_symbol
from .shape import MISSING, Shape, shape_of

__all__ = ["DataType", "builtin_method", "caller"]

#: Where the face's own modules are.
OWN = __name__.rpartition(".")[0]


def caller() -> str:
    """The name of the module that has called the face, of which classes that are made for it are said to be."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__", "").startswith(OWN):
        frame = frame.f_back  # type: ignore[assignment]
    return "ctypes" if frame is None else str(frame.f_globals.get("__name__", "ctypes"))


class DataType(type):
    """The metaclass of all C data."""

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any], **named: Any) -> Any:
        if "__module__" not in space:
            space = {**space, "__module__": caller()}
        made = super().__new__(mcs, name, bases, space, **named)
        type.__setattr__(made, "__size__", None)  # what it is, its first instance tells
        return made

    def __setattr__(cls, name: str, value: Any) -> None:
        type.__setattr__(cls, name, value)
        if name in ("__init__", "__new__"):
            call_anew(cls)

    if sys.version_info >= (3, 14):

        @property
        def __pointer_type__(cls) -> Any:
            """the class of pointers to these"""
            found = _stored(cls).pointer
            if found is None:
                raise AttributeError(f"type {cls!r} has no attribute '__pointer_type__'")
            return found

        @__pointer_type__.setter
        def __pointer_type__(cls, pointer: Any) -> None:
            _stored(cls).pointer = pointer

        @__pointer_type__.deleter
        def __pointer_type__(cls) -> None:
            _stored(cls).pointer = None

    def from_address(cls, address: int) -> Any:
        """C instance.from_address(integer) -> C instance

        access a C instance at the specified address"""
        if not isinstance(address, int):
            raise TypeError("integer expected")
        sys.audit("ctypes.cdata", address)
        shape_of(cls)
        return part(cls, address % END, None, 0)

    def from_buffer(cls, buffer: Any, offset: int = 0) -> Any:
        """C instance.from_buffer(object, offset=0) -> C instance

        create a C instance from a writeable buffer"""
        shape = shape_of(cls)
        view = memoryview(buffer)
        if view.readonly:
            raise TypeError("underlying buffer is not writable")
        if not view.c_contiguous:
            raise TypeError("underlying buffer is not C contiguous")
        _check_size(view, shape.size, offset)
        sys.audit("ctypes.cdata/buffer", view.nbytes, view.nbytes, offset)
        made = part(cls, seed.address_of(view) + offset, None, 0) if view.nbytes else part(cls, 0, None, 0)
        own(made, view)
        made._objects = {"ffffffff": view} if shape.length else view
        return made

    def in_dll(cls, library: Any, name: str) -> Any:
        """C instance.in_dll(dll, name) -> C instance

        access a C instance in a dll"""
        if not isinstance(name, str):
            raise TypeError(f"in_dll() argument 2 must be str, not {type(name).__name__}")
        handle = library._handle
        if not isinstance(handle, int):
            raise TypeError("the _handle attribute of the second argument must be an integer")
        shape_of(cls)
        try:
            place = find_symbol(handle, name, library)
        except OSError as error:
            raise ValueError(str(error)) from None
        return part(cls, place, None, 0)

    def from_param(cls, value: Any) -> Any:
        """Convert a Python object into a function call parameter."""
        if isinstance(value, cls):
            return value
        if type(value) is CArgObject:
            if isinstance(value._obj, cls):
                return value
            raise TypeError(f"expected {cls.__name__} instance instead of pointer to {type(value._obj).__name__}")
        given = getattr(value, "_as_parameter_", MISSING)
        if given is not MISSING:
            return cls.from_param(given)
        raise TypeError(f"expected {cls.__name__} instance instead of {type(value).__name__}")


def _copy(cls: Any, buffer: Any, offset: int = 0) -> Any:
    """C instance.from_buffer_copy(object, offset=0) -> C instance

    create a C instance from a readable buffer"""
    shape = shape_of(cls)
    with memoryview(buffer) as view:
        if not view.c_contiguous:
            raise BufferError("memoryview: underlying buffer is not C-contiguous")
        _check_size(view, shape.size, offset)
        sys.audit("ctypes.cdata/buffer", view.nbytes, view.nbytes, offset)
        data = bytes(view.cast("B") if view.nbytes else b"")[offset : offset + shape.size]
    return copied_from(cls, seed.address_of(data)) if data else fresh(cls)


def builtin_method(cls: type, name: str, kind: str, flags: int, otherwise: Any, links: dict[str, int]) -> Any:
    """A method of a class that runs the routine `kind`, which leaves to the function `otherwise` what is unusual."""
    code = _kept.code(bound(kind, own={"function": id(otherwise), **links}))
    table = _kept.add(method_def(_kept.text(name), code, flags, _kept.text(otherwise.__doc__ or "")))
    _kept.things.append(otherwise)
    made = seed.object_at(_new_method(id(cls), table))
    seed.drop(made)  # the reference that C gave
    return made


_kept = Kept()
_new_method = seed.word_function(seed.symbol("PyDescr_NewMethod"), 2)
#: It leaves to Python what is no bytes object, or has an offset.
_from_copy = builtin_method(DataType, "from_buffer_copy", "data_copy", METH_FASTCALL, _copy, {})
type.__setattr__(DataType, "from_buffer_copy", _from_copy)


def _stored(cls: Any) -> Shape:
    """The facts of a class. Raises TypeError for an abstract one."""
    shape = getattr(cls, "__shape__", None)
    if not isinstance(shape, Shape):
        raise TypeError(f"{cls!r} must have storage info")
    return shape


def _check_size(view: memoryview, size: int, offset: int) -> None:
    """Raise ValueError where a buffer has not so many bytes from an offset on."""
    if offset < 0:
        raise ValueError("offset cannot be negative")
    if size > view.nbytes - offset:
        raise ValueError(f"Buffer size too small ({view.nbytes} instead of at least {size + offset} bytes)")
