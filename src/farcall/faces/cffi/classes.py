"""The classes of cdata: one for each of cffi's types, derived from farcall's class of its C type, which it stands for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from ...cpython.facts.host import WORD
from ...cpython.link.native import Kept, bound, entry
from ...cpython.link.typeobject import free_plainly, set_compare, set_finalizer, settable
from ...cpython.value.base import address, target
from ...cpython.value.classes import class_of, specialise, stand_for
from ...ctype import Pointer as PointerType
from ...ctype import Qualified, Void
from .cdata import ADDRESSES
from .comparison import comparison
from .conversion import get_field, put_field
from .data import ArrayData, FunctionData, OwnData, OwnPointer, OwnView, PointerData, RecordData
from .items import have_items, items_of_array, items_of_pointer
from .parts import is_number, kind_of_part, number, part
from .record import CField
from .release import Collected
from .types import CType

__all__ = ["class_for", "collected_class_for", "know_argument", "own_class_for", "sliced_class_for", "view_class_for"]

#: How members are read and written by farcall's own descriptors as cffi does it. A bit-field of one signed bit takes 1.
NATIVE = frozenset({"signed", "unsigned", "char"})
#: How they are read by these alone: cffi does not keep what a stored pointer needs, and makes a large number an infinite float.
READ = frozenset(
    {"pointer", "function", "struct", "union", "float", "complex"}
)  # the first four where code for parts is not


def class_for(type: CType) -> Any:
    """The class of a type's cdata."""
    if type._cls is not None:
        return type._cls
    if type.kind == "array":
        record = type.item.kind in ("struct", "union")  # whose members an array has not
        native = class_of(
            PointerType(Qualified(Void(), frozenset({f"cffi {type.cname}"}))) if record else type._decayed._type
        )
        type._cls = _made(type, (ArrayData, native), items_of_array(type, native))
        _know(type.item)
        return type._cls
    if type.kind == "function":
        native = class_of(type._type)
        type._cls = _made(type, (FunctionData, native), {"__bool__": native.__bool__})
        stand_for(type._cls, type._type)
        return type._cls
    if type.kind == "pointer":
        if type.item.kind in ("struct", "union") and type.item._size >= 0:
            class_for(type.item)  # of which items are
            if type._cls is not None:
                return type._cls
        native = class_of(type._type)
        kept = Kept()
        members = _descriptors(type.item, native, _pointed_to, _keeper, kept)
        own = {**items_of_pointer(type, native), **members, "_parts_": kept, "__bool__": native.__bool__}
        type._cls = _made(type, (PointerData, native), own)
        have_items(type._cls, type, own=False)
        stand_for(type._cls, type._type)
        _know(type.item)
        return type._cls
    type._cls = specialise(type._type, f"The C type {type.cname}.", {**_methods(RecordData), "_ct_": type})  # type: ignore[arg-type]
    type._cls._parts_ = kept = Kept()
    for name, member in _descriptors(type, type._cls, address, _keeper, kept).items():
        setattr(type._cls, name, member)
    for field in type._fields.values():
        _know(field.type)
    return type._cls


def _methods(mixin: Any) -> dict[str, Any]:
    """What a class gets of one that it cannot have as a base, since generated code makes its instances."""
    found: dict[str, Any] = {}
    for base in reversed(mixin.__mro__[:-1]):
        found |= {name: thing for name, thing in vars(base).items() if name not in NOT_INHERITED}
    return found


#: What a class statement makes for itself.
NOT_INHERITED = frozenset({"__slots__", "__dict__", "__weakref__", "__module__", "__doc__", "__annotations__"})


def know_argument(type: CType) -> None:
    """Have the classes of a parameter's values be known to farcall: also of what stands for arguments where bytes are taken."""
    class_for(type)
    if type._argument is not None and type._argument_class is None:
        type._argument_class = _made(type, (PointerData, class_of(type._argument)), {})
        stand_for(type._argument_class, type._argument)


def own_class_for(type: CType) -> Any:
    """The class of those that own something."""
    if type._own is None:
        base = class_for(type)
        mixin = OwnPointer if type.kind == "pointer" else OwnData
        slots = ("_kept", "_length") if type.kind == "array" else ("_kept",)
        type._own = _made(type, (mixin, base), {}, *slots)
        if type.kind in ("pointer", "array"):
            have_items(type._own, type, own=True)
    return type._own


def collected_class_for(type: CType) -> Any:
    """The class of those with a destructor, which is in their last slots but one: what it is called with, the destructor, and how
    many items there are."""
    if type._collected is None:
        slots = "_cdata", "_destructor", "_length"  # as they lie in memory: in the order of their names
        type._collected = made = _made(type, (Collected, class_for(type)), {}, *slots)
        if settable():
            set_finalizer(made, _finalizer(made.__basicsize__ - len(slots) * WORD))
            if type.kind in ("pointer", "array"):
                have_items(made, type, own=type.kind == "array")
    return type._collected


@cache
def _finalizer(place: int) -> int:
    """What calls the destructor that is in the second of three slots at that place in an object."""
    return _ends.code(bound("data_finalize", own={"length": place}))


def sliced_class_for(type: CType) -> Any:
    """The class of arrays that are parts of others."""
    if type._sliced is None:
        type._sliced = _made(type, (class_for(type),), {}, "_length")
        have_items(type._sliced, type, own=True)
    return type._sliced


def view_class_for(type: CType) -> Any:
    """The class of structs and unions that a pointer owns."""
    if type._view is None:
        type._view = _made(type, (OwnView, class_for(type)), {})
    return type._view


def _know(type: CType) -> None:
    """Have the class of what is read of a cdata be known to farcall."""
    if type._cls is None and (type.kind in ADDRESSES or (type.kind in ("struct", "union") and type._size >= 0)):
        class_for(type)


def _made(type_: CType, bases: tuple[Any, ...], own: dict[str, Any], *slots: str) -> Any:
    made = type(bases[0])(type_.cname, bases, {"__slots__": slots, "__module__": "_cffi_backend", **own})
    made._ct_ = type_
    if settable():
        if type_.kind in ADDRESSES:
            set_compare(made, comparison(), entry("pointer_hash"))
        if made.__basicsize__ == bases[-1].__basicsize__:
            free_plainly(made, bases[-1], _end())
    return made


@cache
def _end() -> int:
    """What frees instances that have nothing but what farcall's values have."""
    return _ends.code(bound("dealloc", own={}))


_ends = Kept()


def _pointed_to(cdata: Any) -> int:
    """Where a pointer points to. Raises RuntimeError for NULL."""
    place = target(cdata)
    if not place:
        raise RuntimeError(f"cannot dereference null pointer from cdata '{cdata._ct_.cname}'")
    return place


def _keeper(cdata: Any) -> object:
    """What keeps the memory of a cdata."""
    return cdata._held


def _descriptors(
    type: CType, native: Any, place: Callable[[Any], int], keep: Callable[[Any], object], kept: Kept
) -> dict[str, Any]:
    """Descriptors for the members that only cffi reads so; they live as long as `kept`."""
    if type.kind not in ("struct", "union") or type._fields is None:
        return {}
    found: dict[str, Any] = {}
    for name, field in type._fields.items():
        if field.bitshift == -1 and kind_of_part(field.type):
            found[name] = part(name, field, native, place is _pointed_to, place, keep, kept)
        elif is_number(name, field, native):
            found[name] = number(name, field, native, place, kept)
        elif field.bitshift >= 0 or (field.type._how not in NATIVE and field.type._format != "=d"):
            found[name] = _property(
                field, place, keep, getattr(native, name, None) if field.type._how in READ else None
            )
    return found


def _property(
    field: CField, place: Callable[[Any], int], keep: Callable[[Any], object], native: Any = None
) -> property:
    def read(self: Any) -> Any:
        return get_field(field, place(self), keep(self))

    def write(self: Any, value: Any) -> None:
        put_field(field, place(self), value)

    return property(read if native is None else native.__get__, write)
