"""Structs and unions as Python values: fields by attribute, construction by position and keyword."""

from __future__ import annotations

from collections.abc import Iterator
from types import MethodType

from ...ctype import Layout, is_modifiable, layout, unqualified
from ...ctype import Record as RecordType
from ...stub.carrier import block_align
from ...stub.construct import LARGEST, MOST
from ..facts.host import host_target
from ..link.late import late
from ..link.native import BF_GETBUFFER, PY_TP_METHODS, Kept, entry, make_type, method_table
from ..link.typeobject import settable
from .accepting import is_row, is_sequence, to_instance, write_whole
from .base import METHODS, Value, address, native
from .classes import derive
from .copying import copied, reduce, refuse_pointers
from .given import items_of
from .making import counts_calls, finished
from .member import NUMBERS, Member, aliases_of, getset, kind_of, members_of
from .membership import write_member

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["Record", "Struct", "Union", "fill_record", "record_class"]

#: What shows a record in a notebook.
HTML = "cpython.value.html_table:html_table"
#: What makes a picture of a type; it stands above, and is loaded when one is shown.
DRAW = "high.picture:draw"


class ClassDrawing:
    """`_repr_svg_` of a class of structs, by which a notebook shows its layout. Instances have none: their values say more."""

    def __get__(self, instance: object, cls: Any) -> Any:
        if instance is not None:
            raise AttributeError(f"{cls.__name__!r} object has no attribute '_repr_svg_'")
        return MethodType(_drawing_of, cls)


def _drawing_of(cls: Any) -> str | None:
    """The drawing of a class; None for one that is none of a C type, or of a type whose members are not known."""
    if not hasattr(cls, "__ctype__") or cls.__ctype__.fields is None:
        return None
    return str(late(DRAW)(cls).svg())


@native
class Record(Value):
    """What structs and unions share. Two are equal if they are of one type and all members are equal."""

    __slots__ = ()
    __ctype__: ClassVar[RecordType]
    __layout__: ClassVar[Layout]
    __members__: ClassVar[tuple[str, ...]]
    __fields__: ClassVar[tuple[Member, ...]]
    __match_args__: ClassVar[tuple[str, ...]]  # the members
    __named__: ClassVar[tuple[Member, ...]]  # with those that headers know by other names

    _repr_svg_ = ClassDrawing()
    __write__ = classmethod(write_whole)
    __accept__ = classmethod(to_instance)

    @classmethod
    def __made_of__(cls, value: Any) -> Any:
        """A record of a sequence of its members, or of a row of NumPy's."""
        known = is_sequence(value) or is_row(value)
        return cls(*items_of(value, len(cls.__members__))) if known else None

    def __init_subclass__(cls, **options: object) -> None:
        """A class that is derived in Python from farcall's own of a struct or union stands for it from then on."""
        super(Value, cls).__init_subclass__(**options)
        for base in cls.__bases__:
            if "__ctype__" in vars(base) and issubclass(base, Value) and not base.__const__:
                derive(cls, base)

    def __init__(self, /, *args: object, **fields: object) -> None:  # a member may be called self
        fill_record(self, args, fields)

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__members__)
        return f"{type(self).__name__}({fields})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record) or other.__ctype__ is not self.__ctype__:
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__members__)

    __hash__ = None  # type: ignore[assignment]  # it is mutable

    def _repr_html_(self) -> str:
        """A table of the members, as notebooks show it."""
        return late(HTML)(self)  # type: ignore[no-any-return]

    def __copy__(self) -> Any:
        return copied(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        refuse_pointers(self, "copied deeply")
        return copied(self)

    def __reduce__(self) -> Any:
        return reduce(self)


@native
class Struct(Record):
    """A C struct.

    Its members are attributes; the class takes them by position or by name, as much as is given, and the rest is zero.
    A value that does not fit raises TypeError or OverflowError, naming the member.

        >>> lib = farcall.cdef("struct point { double x, y; };")
        >>> lib.types.point(1, y=2)
        point(x=1.0, y=2.0)

    It is unpacked and matched by its members in order; `_asdict()` returns them by name.
    """

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return iter([getattr(self, name) for name in self.__members__])

    def _asdict(self) -> dict[str, Any]:
        """The members by name; of structs, unions and arrays views."""
        return {name: getattr(self, name) for name in self.__members__}


@native
class Union(Record):
    """A C union: all members lie at the same place; construction takes at most one, and raises TypeError for
    more.

    >>> number = farcall.cdef("union number { float f; unsigned bits; };").types.number(f=1)
    >>> hex(number.bits)
    '0x3f800000'
    """

    __slots__ = ()

    def __init__(self, /, *args: object, **fields: object) -> None:
        if len(args) + len(fields) > 1:
            raise TypeError(f"{self.__ctype__} holds one member at a time, {len(args) + len(fields)} were given")
        fill_record(self, args, fields)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Union) or other.__ctype__ is not self.__ctype__:
            return NotImplemented
        return Record.__bytes__(self) == Record.__bytes__(other)

    __hash__ = None


def fill_record(record: Any, args: tuple[object, ...], fields: dict[str, object]) -> None:
    """The members of a new record, const ones too."""
    names, members, ctype = record.__members__, record.__fields__, unqualified(record.__ctype__)
    if len(args) > len(names):
        raise TypeError(f"{ctype} has {len(names)} fields, {len(args)} values were given")
    for member, value in zip(members, args, strict=False):
        if member.name in fields:
            raise TypeError(f"{ctype}: field {member.name!r} was given by position and by keyword")
        _write(record, member, value)
    for name, value in fields.items():
        if name in names:
            _write(record, members[names.index(name)], value)
            continue
        found = next((member for member in record.__named__ if member.name == name), None)
        if found is None:
            there = ", ".join(names) or "none"
            raise TypeError(f"{ctype} has no field {name!r}; there are: {there}")
        _write(record, found, value)


def _write(record: Any, member: Member, value: object) -> None:
    write_member(member, address(record), value, record, f"{record.__ctype__}: field {member.name!r}")


def record_class(ctype: RecordType) -> Any:
    """The class of a struct or union type."""
    model, kept = host_target().model, Kept()
    placed, members = layout(ctype, model), members_of(ctype)
    named = members + aliases_of(ctype)
    getsets = [getset(member, index) for index, member in enumerate(named)]
    kept.cells = {g.name: g.closure for g in getsets}
    label = ctype.tag or ctype.name or ctype.kind
    base = Union if ctype.is_union else Struct
    flexible = bool(members) and members[-1].flexible
    slots = [(BF_GETBUFFER, entry("getbuffer_described"))] if flexible else []
    if all(member.name not in METHODS[0] for member in named):
        slots.append((PY_TP_METHODS, method_table(METHODS)))
    cls: Any = make_type(label, (base,), placed.size, f"The C type {ctype}.", getsets, slots, kept=kept, referred=True)
    cls.__layout__, cls.__fields__, cls.__named__ = placed, members, named
    cls.__members__ = tuple(member.name for member in members)
    cls.__match_args__ = cls.__members__  # type: ignore[misc]
    cls.__open_ended__ = flexible
    finished(cls, ctype)
    small = placed.align <= block_align(model) and placed.size <= LARGEST and 0 < len(members) <= MOST
    plain = small and not ctype.is_union
    if plain and settable() and not any(m.flexible or _initialised(m) for m in members):
        counts_calls(cls)
    return cls


def _initialised(member: Member) -> bool:
    """Whether a member is written by construction alone, in Python: its descriptor refuses to."""
    fixed = member.const or not is_modifiable(member.ctype)
    return fixed and (member.bits is not None or kind_of(member.ctype)[0] not in NUMBERS)
