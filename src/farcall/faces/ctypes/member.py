"""Members that are numbers, text or addresses, read and written by generated code; and `value` of simple types, which is such a
member of itself.

The rest is Python's: values that the number does not hold as they are, members of other kinds, and what is no C data.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from ...cpython.facts.host import WORD, host_target
from ...cpython.link.linker import linker
from ...cpython.link.native import PY_TP_NEW, Kept, bound, entry, make_type
from ...cpython.value.base import address, poke
from ...stub.carrier import BoolKind, Carrier, CharKind, carrier
from ...stub.data_text import CELLS, KEY
from .data import MAKER, ORDER, CData, assign, keep, read
from .letters import Letter
from .shape import shape_of

__all__ = [
    "WHOLE", "CField", "FieldType", "member_class", "member_of", "read_member", "renumber", "set_cell", "value_member",
    "write_member",
]  # fmt: skip

# Include/typeslots.h
PY_TP_DESCR_GET, PY_TP_DESCR_SET = 54, 55
#: What stands in place of a member's number where it is the whole of a simple value.
WHOLE = -1
#: Letters whose Python values are those of generated code.
NUMBERS = "bBhHiIlLqQfd?c"
#: Those of text and of addresses.
ADDRESSES = "zP"


#: From 3.14 on the interpreter's own Python code makes members, and they tell more.
NEWER = sys.version_info >= (3, 14)


class FieldType(type):
    """The metaclass of members. A call of `CField` itself makes one of the class that suits what it is of."""

    make: Callable[..., Any]

    def __call__(cls, *args: Any, **named: Any) -> Any:
        return FieldType.make(*args, **named) if cls is CField else super().__call__(*args, **named)


class CField(metaclass=FieldType):
    """Structure/Union member"""

    __slots__ = ()
    __module__ = "ctypes" if NEWER else "_ctypes"
    name: str
    cls: Any
    index: int
    place: int
    length: int
    letter: Any
    bits: int | None
    bit_offset: int
    is_anonymous: bool

    @property
    def type(self) -> Any:
        """type of this field"""
        return self.cls

    @property
    def byte_offset(self) -> int:
        """offset in bytes of this field. For bitfields: excludes bit_offset."""
        return self.place

    @property
    def byte_size(self) -> int:
        """size of this field in bytes"""
        return self.length

    @property
    def bit_size(self) -> int:
        """size of this field in bits"""
        return 8 * self.length if self.bits is None else self.bits

    @property
    def is_bitfield(self) -> bool:
        """true if this is a bitfield"""
        return self.bits is not None

    @property
    def offset(self) -> int:
        """offset in bytes of this field"""
        return self.place

    @property
    def size(self) -> int:
        """size in bytes of this field; of a bit-field its bits, times 65536, and which is the first"""
        return self.length if self.bits is None else (self.bits << 16) + self.bit_offset

    def __repr__(self) -> str:
        if NEWER:
            start = f"<ctypes.CField {self.name!r} type={self.cls.__name__}, ofs={self.offset}"
            if self.bits is not None:
                return f"{start}, bit_size={self.bits}, bit_offset={self.bit_offset}>"
            return f"{start}, size={self.length}>"
        if self.bits is not None:
            return f"<Field type={self.cls.__name__}, ofs={self.offset}:{self.bit_offset}, bits={self.bits}>"
        return f"<Field type={self.cls.__name__}, ofs={self.offset}, size={self.length}>"


def read_member(member: Any, instance: Any) -> Any:
    """What a member is. Raises TypeError for no C data."""
    if not isinstance(instance, CData):
        raise TypeError("not a ctype instance")
    return read(member.cls, member.letter, instance, member.index, address(instance) + member.place)


def write_member(member: Any, instance: Any, *value: Any) -> None:
    """Set a member, or refuse to delete it."""
    if not isinstance(instance, CData):
        raise TypeError("not a ctype instance")
    if not value:
        raise TypeError("can't delete attribute")
    place = address(instance) + member.place
    if member.index == WHOLE:
        keep(instance, 0, member.letter.write(place, value[0]))
    else:
        keep(instance, member.index, assign(member.cls, value[0], member.length, place))


def value_member(name: str, cls: Any, letter: Letter | None, index: int, offset: int) -> Any:
    """The descriptor of a member that is a number, text or an address; None for one that generated code does not read."""
    if letter is None or letter.swapped or letter.code not in (*NUMBERS, *ADDRESSES):
        return None
    if letter.code in NUMBERS:
        return member_of(_number_class(carrier_of(letter)), name, cls, letter, index, offset)
    made = member_of(_address_class(letter.code == "z"), name, cls, letter, index, offset)
    if index != WHOLE:
        renumber(made, index)
    return made


def renumber(member: Any, index: int) -> None:
    """Say which part a member is."""
    member.index = index
    if type(member) in (_address_class(False), _address_class(True)):
        member.key = f"{index:x}"  # by which text is kept
        set_cell(member, KEY, id(member.key))


def member_of(kind: Any, name: str, cls: Any, letter: Letter | None, index: int, offset: int) -> Any:
    """A member of a class that was made for generated code."""
    made = kind.__new__(kind)
    made.name, made.cls, made.index, made.place, made.letter = name, cls, index, offset, letter
    made.length, made.bits, made.bit_offset, made.is_anonymous = shape_of(cls).size, None, 0, False
    set_cell(made, 0, offset)
    return made


def set_cell(member: Any, number: int, value: int) -> None:
    """Tell generated code of a member; what is an object's address, the member keeps alive."""
    poke(id(member) + linker().facts.value_payload + number * WORD, value.to_bytes(WORD, ORDER))


def carrier_of(letter: Letter) -> Carrier:
    """How generated code reads and writes a number."""
    if letter.code == "?":
        return BoolKind()
    return CharKind(signed=True) if letter.code == "c" else carrier(letter.ctype, host_target().model)


def _refuse(self: Any, *args: Any) -> None:
    raise TypeError("cannot create '_ctypes.CField' instances")


@cache
def _number_class(kind: Carrier) -> Any:
    return member_class(1, ("member_get", kind), ("member_set", kind))


@cache
def _address_class(text: bool) -> Any:
    return member_class(CELLS, ("address_get", text), ("address_set", text))


def member_class(
    cells: int,
    getter: tuple[Any, ...],
    setter: tuple[Any, ...],
    read: Any = read_member,
    write: Any = write_member,
    data: Any = None,
) -> Any:
    """The class of members that generated code reads and writes, with so many words for it. `read` and `write` are Python's
    functions for what is unusual, and for what is not of the class `data`: of any C data if there is none."""
    kept = Kept()
    own = {"function": id(read), "class:writer": id(write), "class:data": id(data or CData)}
    own["class:maker"] = MAKER if data is None else 0  # no class has none
    slots = [
        (PY_TP_NEW, entry("new")),
        (PY_TP_DESCR_GET, kept.code(bound(*getter, own=own))),
        (PY_TP_DESCR_SET, kept.code(bound(*setter, own=own))),
    ]
    native = make_type("CField", (object,), cells * WORD, "Structure/Union member", (), slots, kept=kept)
    kept.things += [read, write]
    names = ("bit_offset", "bits", "cls", "index", "is_anonymous", "key", "length", "letter", "name", "owner", "place")
    space = {"__slots__": names, "__module__": CField.__module__, "__doc__": native.__doc__, "__init__": _refuse}
    return FieldType("CField", (CField, native), space)
