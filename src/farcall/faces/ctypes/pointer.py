"""Pointers: `POINTER(T)`, `pointer(x)`, and what they point to."""

from __future__ import annotations

from functools import cache
from typing import Any

from ... import seed
from ...cpython.facts.host import WORD
from ...cpython.link.native import METH_O, Kept, bound, method_def
from ...cpython.link.typeobject import items_of, set_items
from ...cpython.value.base import address, poke
from ...stub.data_view import OWNER
from .argument import CArgObject, byref
from .data import ORDER, CData, assign, keep, kept_objects, place_of_pointer, read, reads_as
from .items import Unspecialised, have_items
from .member import member_of, set_cell
from .metatype import DataType, caller
from .shape import Shape, kind_of, shape_of
from .view import have_views, made_view, settle, view_class

__all__ = ["POINTER", "PyCPointerType", "_Pointer", "pointer", "pointer_types"]

#: The classes of pointers by what they point to; those to what is known by its name alone by the class's id.
pointer_types: dict[Any, Any] = {}


class PyCPointerType(DataType):
    """The metaclass of pointers."""

    __module__ = "_ctypes"

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any], **named: Any) -> Any:
        cls: Any = super().__new__(mcs, name, bases, space, **named)
        if CData in bases:  # the root of them
            return cls
        cls.__shape__ = Shape("pointer", WORD, WORD, 1, points=True, format="X{}")
        proto = space.get("_type_")
        if proto is not None:
            cls.set_type(proto)
        return cls

    def set_type(cls, proto: Any) -> None:
        """Say what these point to."""
        cls._settle(proto)
        type.__setattr__(cls, "_type_", proto)

    def _settle(cls, proto: Any) -> None:
        if not isinstance(proto, type):
            raise TypeError("_type_ must be a type")
        target = getattr(proto, "__shape__", None)
        if not isinstance(target, Shape):
            raise TypeError("_type_ must have storage info")
        shape: Shape = cls.__shape__  # type: ignore[attr-defined]
        shape.proto = proto
        if target.pointer is None:
            target.pointer = cls
        dimensions = f"({','.join(map(str, target.dimensions))})" if target.dimensions else ""
        shape.format = f"&{dimensions}{target.format}"
        own: Any = cls
        if shape.items is not None:  # by which the last class's were read
            set_items(cls, *items_of(_Pointer), 0)
            shape.items = None
        contents = getattr(cls, "contents", None)
        made = _contents_of(proto)
        made.owner = cls  # it is kept, and so its address is no other's
        set_cell(made, OWNER, id(cls))
        type.__setattr__(cls, "__contents__", made)
        if contents is _Pointer.contents or type(contents) is type(made):
            type.__setattr__(cls, "contents", made)
        if own.__getitem__ is _Pointer.__getitem__ and own.__setitem__ is _Pointer.__setitem__:
            have_items(cls, _Pointer.__getitem__, _write_item)

    def from_param(cls, value: Any) -> Any:
        """Convert a Python object into a function call parameter."""
        if value is None:
            return None
        proto = shape_of(cls).proto
        if proto is not None and isinstance(value, proto):
            return byref(value)
        if kind_of(type(value)) in ("pointer", "array"):
            of = shape_of(type(value)).proto
            if of is not None and proto is not None and issubclass(of, proto):
                return value
        if type(value) is CArgObject and proto is not None and isinstance(value._obj, proto):
            return value
        return DataType.from_param(cls, value)


class _Pointer(CData, metaclass=PyCPointerType):
    """Pointers: a class derived from this one names in `_type_` what they lead to."""

    __module__ = "_ctypes"
    __slots__ = ()

    __parts__ = ("__contents__",)
    #: the object this pointer points to (read-write): what has a type has it
    contents: Any = None
    __contents__: Any = None  # the same, whatever `contents` is in a class that is derived

    def _begin_(self, *target: Any, **named: Any) -> None:
        if len(target) == 1:
            self.__contents__ = target[0]
        elif target:
            raise TypeError(f"POINTER expected at most 1 argument, got {len(target)}")

    def __bool__(self) -> bool:
        return place_of_pointer(self) != 0

    def _item_place(self, index: int) -> tuple[Any, int, int]:
        place = place_of_pointer(self)
        if not place:
            raise ValueError("NULL pointer access")
        proto = shape_of(type(self)).proto
        size = shape_of(proto).size
        return proto, place + index * size, size

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self._items(index)
        if not hasattr(index, "__index__"):
            raise TypeError("Pointer indices must be integer")
        index = index.__index__()
        proto, place, _ = self._item_place(index)
        found = read(proto, reads_as(proto), self, index, place)
        shape = self.__shape__
        if shape.items is None and isinstance(found, CData) and type(self).__getitem__ is _Pointer.__getitem__:
            have_views(type(self), shape, _Pointer.__getitem__)
        return found

    def __setitem__(self, index: Any, value: Any) -> None:
        if not hasattr(index, "__index__"):
            raise TypeError(
                "Pointer does not support slice assignment"
                if isinstance(index, slice)
                else "Pointer indices must be integer"
            )
        index = index.__index__()
        proto, place, size = self._item_place(index)
        keep(self, index, assign(proto, value, size, place))

    def __delitem__(self, index: Any) -> None:
        raise TypeError("Pointer does not support item deletion")

    def _items(self, wanted: slice) -> Any:
        """`pointer[2:5]`: a str or bytes of characters, else a list. Only the start may be left out, and only forwards."""
        step = 1 if wanted.step is None else wanted.step.__index__()
        if step == 0:
            raise ValueError("slice step cannot be zero")
        if wanted.start is None and step < 0:
            raise ValueError("slice start is required for step < 0")
        start = 0 if wanted.start is None else wanted.start.__index__()
        if wanted.stop is None:
            raise ValueError("slice stop is required")
        numbers = range(start, wanted.stop.__index__(), step)
        proto = shape_of(type(self)).proto
        letter = shape_of(proto).letter
        found = [self[number] for number in numbers]
        if letter is not None and letter.code == "c":
            return b"".join(found)
        if letter is not None and letter.code == "u":
            return "".join(found)
        return found


def _read_contents(member: Any, instance: Any) -> Any:
    """What a pointer leads to. Raises TypeError for no pointer, ValueError for NULL."""
    if not isinstance(instance, _Pointer):
        raise TypeError(f"descriptor 'contents' does not apply to a '{type(instance).__name__}' object")
    place = place_of_pointer(instance)
    if not place:
        raise ValueError("NULL pointer access")
    return made_view(member, place, instance)


def _write_contents(member: Any, instance: Any, *value: Any) -> None:
    if not isinstance(instance, _Pointer):
        raise TypeError(f"descriptor 'contents' does not apply to a '{type(instance).__name__}' object")
    if not value:
        raise TypeError("Pointer does not support item deletion")
    if not isinstance(value[0], member.cls):
        raise TypeError(f"expected {member.cls.__name__} instead of {type(value[0]).__name__}")
    _point(instance, value[0])
    settle(member)


@cache
def _contents_class() -> Any:
    return view_class(True, _read_contents, _write_contents, _Pointer)


def _contents_of(proto: Any) -> Any:
    """The descriptor of what pointers to a class lead to."""
    return member_of(_contents_class(), "contents", proto, None, 0, 0)


def _point(pointer: Any, target: Any) -> None:
    """Have a pointer hold a target's address, and keep the target and all that is kept for it."""
    poke(address(pointer), address(target).to_bytes(WORD, ORDER))
    held = pointer._objects
    if pointer._b_base_ is not None or target._b_base_ is not None or not (held is None or type(held) is dict):
        keep(pointer, 1, target)
        keep(pointer, 0, kept_objects(target))
        return
    kept = target._objects
    if kept is None and target.__shape__.length:
        kept = target._objects = {}
    if held is None:
        held = pointer._objects = {}
    held["1"] = target
    if kept is not None:
        held["0"] = kept


_Pointer.__getitem__ = Unspecialised(_Pointer.__getitem__)  # type: ignore[assignment, method-assign]


def _write_item(self: Any, index: Any, *value: Any) -> None:
    if value:
        self.__setitem__(index, value[0])
    else:
        self.__delitem__(index)


def POINTER(cls: Any) -> Any:
    """POINTER(type) -> the class of pointers to a type; of a name, of one to be completed by SetPointerType."""
    found = pointer_types.get(cls)
    if found is not None:
        return found
    if isinstance(cls, str):
        made: Any = PyCPointerType(f"LP_{cls}", (_Pointer,), {"__module__": caller()})
        pointer_types[id(made)] = made
        return made
    if not isinstance(cls, type):
        raise TypeError("must have a ctypes type")
    made = PyCPointerType(f"LP_{cls.__name__}", (_Pointer,), {"_type_": cls, "__module__": caller()})
    pointer_types[cls] = made
    return made


def _pointer(thing: Any) -> Any:
    return POINTER(type(thing))(thing)


def _made_pointer() -> Any:
    """`pointer` as a builtin, which leaves to Python what no pointer was made to."""
    code = _kept.code(bound("refer_to", own={"function": id(_pointer), "class:pointers": id(pointer_types)}))
    text = "pointer(object) -> a pointer to an object."
    table = _kept.add(method_def(_kept.text("pointer"), code, METH_O, _kept.text(text)))
    return seed.make_builtin(table, None, "_ctypes")


_kept = Kept()
pointer = _made_pointer()
