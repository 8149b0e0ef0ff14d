"""One Python class for each C type, made when first asked for: types that are declared identically share theirs, in
whatever library they are declared."""

from __future__ import annotations

import sys
import weakref
from typing import Any

from ... import seed
from ...ctype import Array as ArrayType
from ...ctype import Complex as ComplexType
from ...ctype import (
    CType,
    Enum,
    Float,
    Function,
    Integer,
    Qualified,
    Void,
    alignof,
    canonical,
    is_const,
    is_modifiable,
    keep_apart,
    layout,
    sizeof,
    unfinished,
    unqualified,
)
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ...ctype import Vector as VectorType
from ...errors import IncompleteTypeError, UnsupportedTypeError
from ...stub.carrier import Carrier, InstanceKind, block_align, carrier
from ...stub.construct import LARGEST, MOST
from ...stub.construct import Member as Parameter
from ...stub.item import Items
from ..facts.host import host_target
from ..link.linker import linker
from ..link.native import (
    BF_GETBUFFER,
    MP_ASS_SUBSCRIPT,
    MP_SUBSCRIPT,
    NB_BOOL,
    SQ_ASS_ITEM,
    SQ_ITEM,
    SQ_LENGTH,
    Getset,
    Kept,
    bound,
    closure,
    entry,
    make_type,
)
from ..link.typeobject import seal, set_vectorcall, settable
from .array import Array
from .base import Keep, view
from .function_pointer import FunctionPointer
from .member import Member, aliases_of, getset, kind_of, members_of
from .number import Complex, Precise, Wide
from .pointer import Pointer
from .record import Struct, Union
from .scalar import Integral, Scalar
from .vector import Vector

__all__ = ["class_of", "class_read", "outdated", "plain_class", "specialise"]

#: A constructor is generated for the type that is called so many times.
CALLS_BEFORE_CODE = 2
CONST = frozenset({"const"})
#: The slots by which items are written, and their stubs.
ASSIGNMENTS = ((MP_ASS_SUBSCRIPT, "ass_subscript"), (SQ_ASS_ITEM, "ass_item"))

#: Classes are held weakly: one that nobody uses is dropped. Those of pointers to incomplete records are apart, since they
#: have no members yet.
_classes: weakref.WeakValueDictionary[CType, Any] = weakref.WeakValueDictionary()
_opaque: weakref.WeakValueDictionary[CType, Any] = weakref.WeakValueDictionary()


def class_of(ctype: CType) -> Any:
    """The class whose instances are values of `ctype`; of a const type one that refuses to be written.

    Raises UnsupportedTypeError for void and functions, IncompleteTypeError for a record without members.
    """
    constant, ctype = is_const(ctype), unqualified(ctype)
    if constant and not isinstance(ctype, ArrayType):
        ctype = Qualified(ctype, CONST)
    elif constant and isinstance(ctype, ArrayType) and not is_const(ctype.element):
        ctype = ArrayType(Qualified(ctype.element, CONST), ctype.length)
    made = _classes.get(ctype)
    return _shared(ctype) if made is None else made


def outdated(cls: Any) -> bool:
    """Whether a class is of pointers to a record that was incomplete when it was made, and is not any more."""
    ctype = cls.__ctype__
    return _opaque.get(ctype) is cls and not unfinished(ctype)


def _shared(ctype: CType) -> Any:
    """The class of a type that none is known for by its own name: that of the type which is declared identically."""
    if unfinished(ctype):
        made = _opaque.get(ctype)
        return _opaque.setdefault(ctype, _make(ctype)) if made is None else made
    one = canonical(ctype)
    made = _classes.get(one)
    if made is None:
        made = _classes.setdefault(one, _make(one))
    if one is not ctype:
        _classes[ctype] = made
    return made


def class_read(ctype: CType) -> Any:
    """The class of what reading a `ctype` gives: a view is const where its memory is; pointers and numbers are values of
    their own, which are not."""
    plain = unqualified(ctype)
    return class_of(ctype if isinstance(plain, (RecordType, ArrayType, VectorType)) else plain)


def plain_class(cls: Any) -> Any:
    """The class of values that can be written, of a type's own class; a class written in Python is left as it is."""
    if not cls.__const__ or "__ctype__" not in vars(cls):
        return cls
    return class_of(_plain(cls.__ctype__))


def _plain(ctype: CType) -> CType:
    """A type without const, of arrays also that of their items."""
    plain = unqualified(ctype)
    return ArrayType(_plain(plain.element), plain.length) if isinstance(plain, ArrayType) else plain


def specialise(record: RecordType, doc: str, attributes: dict[str, Any]) -> Any:
    """The class of a record with attributes of its own. From now on values of the record are instances of it, for as
    long as it lives; it stays open to change."""
    keep_apart(record)
    plain: Any = class_of(record)
    made: Any = make_type(plain.__name__, (plain,), plain.__layout__.size, doc)
    for name, thing in attributes.items():
        setattr(made, name, thing)
    _classes[record] = made
    return made


def _make(ctype: CType) -> Any:
    name = str(ctype)
    if isinstance(ctype, Qualified):
        return _make_const(ctype)
    if isinstance(ctype, RecordType):
        return _make_record(ctype)
    if isinstance(ctype, PointerType):
        return _make_pointer(ctype)
    if isinstance(ctype, (ArrayType, VectorType)):
        return _make_array(ctype)
    if isinstance(ctype, (Void, Function)):
        raise UnsupportedTypeError(f"there are no values of type {ctype}")
    size = sizeof(ctype, host_target().model)
    kind = carrier(ctype, host_target().model)
    if isinstance(kind, InstanceKind):
        number = Complex if isinstance(ctype, ComplexType) else Precise if isinstance(ctype, Float) else Wide
        cls = make_type(_python_name(name), (number,), size, f"The C type {name}.")
    elif isinstance(ctype, (Integer, Float, Enum)):
        base = Scalar if isinstance(ctype, Float) else Integral
        value = Getset(
            "value",
            entry("getter", kind, False),
            entry("setter", kind, False),
            closure(0, 0, size),
            f"The Python value of this {name}.",
        )
        cls = make_type(_python_name(name), (base,), size, f"The C type {name}, in memory.", [value])
    else:
        raise UnsupportedTypeError(f"there are no values of type {ctype}")
    return _finished(cls, ctype)


def _finished(cls: Any, ctype: CType) -> Any:
    """The class with its C type, open to no more change."""
    cls.__ctype__ = ctype
    plain = unqualified(ctype)
    if not isinstance(plain, PointerType) and alignof(plain, host_target().model) > block_align(host_target().model):
        cls.__new__ = staticmethod(_new_aligned)
    seal(cls)
    return cls


def _make_record(ctype: RecordType) -> Any:
    model, kept = host_target().model, Kept()
    placed, members = layout(ctype, model), members_of(ctype)
    named = members + aliases_of(ctype)
    getsets = [getset(member, index) for index, member in enumerate(named)]
    kept.cells = {g.name: g.closure for g in getsets}
    label = ctype.tag or ctype.name or ctype.kind
    base = Union if ctype.is_union else Struct
    slots = [(BF_GETBUFFER, entry("getbuffer_described"))] if members and members[-1].flexible else []
    cls: Any = make_type(label, (base,), placed.size, f"The C type {ctype}.", getsets, slots, kept=kept)
    cls.__layout__, cls.__fields__, cls.__named__ = placed, members, named
    cls.__members__ = tuple(member.name for member in members)
    cls.__open_ended__ = bool(slots)
    _finished(cls, ctype)
    small = placed.align <= block_align(model) and placed.size <= LARGEST and 0 < len(members) <= MOST
    plain = small and not ctype.is_union
    if plain and settable() and not any(m.flexible or _initialised(m) for m in members):
        address = linker().address("support:construct")
        assert address is not None
        set_vectorcall(cls, address)
        kept.calls = 0
    return cls


def _initialised(member: Member) -> bool:
    """Whether a member is written by construction alone, in Python: its descriptor refuses to."""
    fixed = member.const or not is_modifiable(member.ctype)
    return fixed and (member.bits is not None or kind_of(member.ctype)[0] != "number")


def _make_const(ctype: Qualified) -> Any:
    """The class of a const type: its values cannot be written, nor what is read of them."""
    plain, kept = class_of(ctype.type), Kept()
    getsets, slots = [], [(BF_GETBUFFER, entry("getbuffer_described"))]
    size = sizeof(ctype.type, host_target().model)
    if isinstance(ctype.type, RecordType):
        getsets = [getset(member, index, const=True) for index, member in enumerate(plain.__named__)]
    elif issubclass(plain, Scalar):
        kind = carrier(ctype.type, host_target().model)
        cells = closure(0, 0, size)
        getsets = [Getset("value", entry("getter", kind, False), entry("ask_setter"), cells, "The Python value.")]
    elif isinstance(ctype.type, VectorType):
        items = Items("ask", 0, None)
        own = {"length": ctype.type.count}
        slots += [(slot, kept.code(bound(stub, items, own=own))) for slot, stub in ASSIGNMENTS]
    kept.cells = {g.name: g.closure for g in getsets}
    cls: Any = make_type(plain.__name__, (plain,), size, f"The C type {ctype}.", getsets, slots, kept=kept)
    cls.__const__ = True
    if isinstance(ctype.type, RecordType):  # its members are const as well, which is what their classes depend on
        cls.__fields__ = tuple(member._replace(const=True) for member in plain.__fields__)
        cls.__named__ = tuple(member._replace(const=True) for member in plain.__named__)
    return _finished(cls, ctype.type)


def _make_pointer(ctype: PointerType) -> Any:
    kept, target = Kept(), unqualified(ctype.target)
    slots, getsets = [(NB_BOOL, entry("not_null"))], []
    complete = not (isinstance(target, RecordType) and target.fields is None)
    if complete and not isinstance(target, (Void, Function)) and not _unmeasured(target):
        slots += _item_slots(ctype.target, 0, kept, through=True)
    if complete and isinstance(target, RecordType):
        const = is_const(ctype.target)
        members = enumerate(members_of(target) + aliases_of(target))
        getsets = [getset(member, index, through=True, const=const) for index, member in members]
        kept.cells = {g.name: g.closure for g in getsets}
    size = sizeof(ctype, host_target().model)
    base = FunctionPointer if isinstance(target, Function) else Pointer
    cls = make_type(str(ctype), (base,), size, f"The C type {ctype}.", getsets, slots, kept=kept)
    return _finished(cls, ctype)


def _unmeasured(target: CType) -> bool:
    while isinstance(target, ArrayType):
        if target.length is None:
            return True
        target = unqualified(target.element)
    return isinstance(target, (Void, Function)) or (isinstance(target, RecordType) and target.fields is None)


def _make_array(ctype: ArrayType | VectorType) -> Any:
    kept = Kept()
    if isinstance(ctype, ArrayType):
        if ctype.length is None:
            raise IncompleteTypeError(f"{ctype} has no length")
        base, element, count, name = Array, ctype.element, ctype.length, str(ctype)
    else:
        base, element, count, name = Vector, ctype.lane, ctype.count, _python_name(str(ctype))  # type: ignore[assignment]
    slots = _item_slots(element, count, kept)
    slots.append((SQ_LENGTH, kept.code(bound("length", own={"length": count}))))
    if is_const(element):
        slots.append((BF_GETBUFFER, entry("getbuffer_described")))
    size = sizeof(ctype, host_target().model)
    cls: Any = make_type(name, (base,), size, f"The C type {ctype}.", (), slots, kept=kept)
    cls.__const__ = is_const(element)
    return _finished(cls, ctype)


def _item_slots(element: CType, count: int, kept: Kept, *, through: bool = False) -> list[tuple[int, int]]:
    """The slots by which items are read and, unless const, written."""
    kind, detail = kind_of(element)
    items = Items(kind, sizeof(element, host_target().model), detail, through)
    own = {"length": count}
    if kind in ("pointer", "view"):
        cls = class_read(element)
        kept.things.append(cls)
        own["class:item"] = id(cls)
    slots = [(MP_SUBSCRIPT, "subscript")]
    if not through:
        slots.append((SQ_ITEM, "item"))
    if not is_const(element):
        slots += [(slot, stub) for slot, stub in ASSIGNMENTS if not (through and slot == SQ_ASS_ITEM)]
    return [(slot, kept.code(bound(stub, items, own=own))) for slot, stub in slots]


def construct(cls: Any, values: tuple[object, ...], count: int, names: tuple[str, ...] | None) -> Any:
    """What a call of a record's type does before there is code for it, and where that code gives up."""
    kept = vars(cls)["__native__"]
    kept.calls += 1
    if kept.calls == CALLS_BEFORE_CODE:
        _generate(cls, kept)
    made = cls.__new__(cls)
    cls.__init__(made, *values[:count], **dict(zip(names or (), values[count:], strict=True)))
    return made


def _generate(cls: Any, kept: Kept) -> None:
    """Give a record's type a constructor of its own."""
    model = host_target().model
    parameters, own = [], {}
    for index, member in enumerate(cls.__fields__):
        name = sys.intern(member.name)
        kept.things.append(name)
        own[f"name:{index}"] = id(name)
        detail: Carrier | None = None
        if member.bits is None:
            kind, found = kind_of(member.ctype)
            detail = found if kind == "number" else None
        if detail is None:
            descriptor = getset(member, index)
            own[f"setter:{index}"] = descriptor.setter
            own[f"closure:{index}"] = seed.address_of(kept.cells[member.name])
        parameters.append(Parameter(detail, member.offset))
    size = sizeof(cls.__ctype__, model)
    set_vectorcall(cls, kept.code(bound("constructor", tuple(parameters), size, own=own)))


def _new_aligned(cls: Any, /, *values: object, **fields: object) -> Any:
    """A zeroed instance of a type that is aligned to more than malloc's blocks are."""
    native = next(base for base in cls.__mro__ if "__ctype__" in vars(base))
    align = alignof(native.__ctype__, host_target().model)
    memory = bytearray(sizeof(native.__ctype__, host_target().model) + align)
    place = -(-seed.address_of(memory) // align) * align
    keep = Keep(memory)
    keep.sizes[place] = 0  # it has no more than its type says
    return view(cls, place, keep)


def _python_name(name: str) -> str:
    return name.replace(" ", "_")
