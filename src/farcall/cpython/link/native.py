"""Native parts made at run time: builtins from stubs, and types from PyType_Spec.

What is made here lives for good; what belongs to one function or one library is made elsewhere.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Sequence
from functools import cache, lru_cache
from types import BuiltinFunctionType

from ... import seed
from ...errors import UnsupportedTypeError
from ...memory import Slot
from ...record import NamedTuple
from ...stub import value_routine
from ...stub.carrier import LARGEST_OWNED
from ...stub.class_facts import WORDS as FACTS
from ...stub.interpreter import TP_VECTORCALL_OFFSET
from ...system import running
from ..facts.host import WORD
from ..facts.without_gil import share
from .belongings import Belongings
from .late import late
from .linker import Prepared, linker

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "BF_GETBUFFER", "CALLS_BEFORE_CODE", "METH_FASTCALL", "METH_KEYWORDS", "METH_O", "MP_ASS_SUBSCRIPT",
    "MP_SUBSCRIPT", "NB_ADD", "NB_BOOL", "NB_INT", "NB_SUBTRACT", "PY_TPFLAGS_BASETYPE", "PY_TPFLAGS_DEFAULT", "PY_TP_DEALLOC",
    "PY_TP_GETSET", "PY_TP_ITER", "PY_TP_ITERNEXT", "PY_TP_METHODS", "PY_TP_NEW", "SQ_ASS_ITEM", "SQ_ITEM", "SQ_LENGTH", "TP_CALL",
    "TP_HASH", "TP_RICHCOMPARE",
    "Getset", "Kept", "bound", "called_through", "closure", "entry", "lead_to", "make_builtin", "make_type", "method_def",
    "method_table", "take_names",
]  # fmt: skip

# Include/methodobject.h
METH_KEYWORDS, METH_NOARGS, METH_O, METH_FASTCALL = 0x0002, 0x0004, 0x0008, 0x0080
# Include/typeslots.h
BF_GETBUFFER, PY_TP_DEALLOC, PY_TP_DOC, PY_TP_METHODS, PY_TP_NEW, PY_TP_MEMBERS, PY_TP_GETSET = (
    1,
    52,
    56,
    64,
    65,
    72,
    73,
)
MP_ASS_SUBSCRIPT, MP_SUBSCRIPT, NB_BOOL, SQ_ASS_ITEM, SQ_ITEM, SQ_LENGTH = 3, 5, 9, 39, 44, 45
PY_TP_ITER, PY_TP_ITERNEXT = 62, 63
NB_ADD, NB_INT, NB_SUBTRACT, TP_CALL, TP_HASH, TP_RICHCOMPARE = 7, 26, 36, 50, 59, 67
# Include/object.h
PY_TPFLAGS_DEFAULT, PY_TPFLAGS_BASETYPE = 1 << 18, 1 << 10
#: What is made or asked often, a class or a front, has code of its own from so many calls on: a program pays for what it uses.
CALLS_BEFORE_CODE = 2
#: What puts arguments with names into their places, above this module.
CALL_NAMED = "cpython.callable.by_name:call_named"
#: PyGetSetDef (Include/descrobject.h), PyType_Slot (Include/object.h) and PyMemberDef (Include/structmember.h), as C lays them
#: out here.
GETSET, SLOT, MEMBER = "5P", "iP", "PiniP"
#: Include/structmember.h: a member that is a Py_ssize_t, and is read alone.
T_PYSSIZET, READONLY = 19, 1


class Getset(NamedTuple):
    """A field's descriptor: the addresses of its getter and setter, and the cells of its closure (see
    `stub.field`): the offset, which member it is, the class of its values, its size."""

    name: str
    getter: int
    setter: int
    closure: bytearray
    doc: str


class _First:
    """What generated code reads of a type: the first slot. Of a function pointer's, what closures of that type share."""

    __slots__ = ("closure_type",)
    closure_type: Any


class Kept(_First):
    """What a type points to: C strings, tables, other types, the cells of its descriptors, and code of its own, which
    is freed with it. `calls` counts those that Python answered; `exported` is the address of its Py_buffer, `writer` that
    of the cells of its values' writer, `items` the words where its code finds those of its items, and what reads one;
    `facts` what code knows of the class (`stub.class_facts`). `fits` are the classes that a pointer's cells name.
    """

    owned: Belongings
    __slots__ = ("calls", "cells", "exported", "facts", "fits", "items", "owned", "things", "token", "writer")

    def __init__(self) -> None:
        self.things: list[object] = []
        self.token: object = None
        self.cells: dict[str, bytearray] = {}
        self.items: bytearray | None = None
        self.facts = bytearray()
        self.fits: dict[int, type] = {}
        self.calls = self.exported = self.writer = 0

    def add(self, data: bytes | bytearray) -> int:
        """The address of bytes that are kept."""
        self.things.append(data)
        return seed.address_of(data)

    def know(self, fact: int, value: int) -> None:
        """Write down a fact of the class for generated code."""
        struct.pack_into("P", self.facts, (FACTS - fact) * WORD, value % (1 << 8 * WORD))

    def knows(self, fact: int) -> int:
        """What is written down for a fact of the class."""
        found: int = struct.unpack_from("P", self.facts, (FACTS - fact) * WORD)[0]
        return found

    def text(self, text: str) -> int:
        return self.add(text.encode() + b"\0")

    def code(self, slot: Slot) -> int:
        """The address of code that lives as long."""
        if self.token is None:
            self.owned = Belongings()
            self.token = self.owned.token()
        self.owned.add(slot.free)
        return slot.address


def closure(offset: int, member: int, size: int, members: int = 0) -> bytearray:
    """The cells of a field's closure; the class and the writer's cells are filled in when they are first needed. Of an
    enumeration there is the address of the word of its `members` in place of a class."""
    return bytearray(struct.pack("5P", offset, member, members, size, 0))


def method_def(name: int, code: int, flags: int, doc: int) -> bytes:
    """A PyMethodDef of the four addresses and flags."""
    return struct.pack("PPiP", name, code, flags, doc)


_kept = Kept()  # what farcall's own builtins point to


def entry(kind: str, *details: Any) -> int:
    """The address of a routine by which values are made, read or written; see `Linker.entry`."""
    return linker().entry(kind, *details)


@lru_cache(maxsize=1024)  # by kinds of values, which are few; only constructors, made once for a struct, differ by it
def _prepared(kind: str, *details: Any) -> Prepared:
    link = linker()
    return link.prepare(value_routine(kind)(*details, link.surroundings))


def bound(kind: str, *details: Any, own: dict[str, int]) -> Slot:
    """Code of one type's own: such a routine with the binding's own addresses."""
    return linker().bind(_prepared(kind, *details), own, f"value:{kind}")


def lead_to(kept: Kept, lead: str, first: Slot) -> tuple[int, bytearray]:
    """Where a builtin of farcall's own begins for good, and the word that says where it goes: to `first` until it is changed. Both
    live as long as `kept`."""
    leads = bytearray(kept.code(first).to_bytes(WORD, sys.byteorder))
    return kept.code(bound(lead, own={"leads": kept.add(leads)})), leads


def make_builtin(name: str, kind: str, flags: int, doc: str) -> BuiltinFunctionType:
    """A builtin of farcall's own, running the routine `kind`, of which the code is made at the first call: there are dozens, and
    a program uses few."""

    def first(*arguments: Any) -> Any:
        leads[:] = entry(kind).to_bytes(WORD, sys.byteorder)
        return made(*arguments)

    _kept.things.append(first)
    ask, lead = ("ask_one", "lead_one") if flags == METH_O else ("ask_fast", "lead_fast")
    start, leads = lead_to(_kept, lead, bound(ask, own={"function": id(first)}))
    texts = _kept.text(name), _kept.text(f"{name}($module, /, *args)\n--\n\n{doc}")
    table = _kept.add(bytearray(method_def(texts[0], start, flags, texts[1])))
    made = seed.make_builtin(table, None, "farcall")
    share(id(made))  # it lives for good
    return made


def take_names(function: BuiltinFunctionType, flags: int) -> None:
    """Have a foreign function's builtin, just made with these flags, take arguments by name. Calls without names are what
    they were."""
    known = _namers.get(flags)
    if known is None:  # CPython has one function for each kind of builtin
        at = called_through()
        code = _named(_word(id(function) + at)).to_bytes(WORD, sys.byteorder) if at else b""
        known = _namers[flags] = at, code, seed.address_of(code)
    at, _, code_at = known
    if at:
        _copy(id(function) + at, code_at, WORD)


_copy = seed.word_function(seed.symbol("memmove"), 3)
#: By the flags of builtins, where they have the address that they are called through, and what takes names: its address, and where
#: that is.
_namers: dict[int, tuple[int, bytes, int]] = {}


def _named(target: int) -> int:
    """The address of what calls builtins whose own function is at `target`. It is there to the very end: what the interpreter
    keeps may call functions when this module is gone."""

    def call(*arguments: Any, find: Any = late, wanted: str = CALL_NAMED) -> Any:
        return find(wanted)(*arguments)

    seed.hold(call)  # as the code: finalizers call functions when this module is gone
    return bound("ask_named", own={"target": target, "function": id(call)}).address


@lru_cache(maxsize=1)
def called_through() -> int:
    """Where a builtin has the address that it is called through: CPython itself tells. 0 where it does not agree."""
    at = _word(id(BuiltinFunctionType) + linker().facts.header + TP_VECTORCALL_OFFSET * WORD)
    if not linker().facts.header < at <= int(type.__dict__["__basicsize__"].__get__(BuiltinFunctionType)) - WORD:
        return 0
    origin = running().symbol_origin
    known = origin(seed.symbol("PyObject_Repr"))[0]
    return at if origin(_word(id(len) + at))[0] == known != "" else 0


def _word(address: int) -> int:
    return int.from_bytes(seed.read(address, WORD), sys.byteorder)


@cache
def method_table(methods: tuple[tuple[str, str, str], ...]) -> int:
    """The address of the PyMethodDefs of methods without arguments: the name, the routine, what it does. A class that has them
    from its base may have them for itself too: CPython calls a method directly only on what is exactly of the class that it is
    of, and binds one quicker."""
    lines = [
        method_def(_kept.text(method), entry(kind), METH_NOARGS, _kept.text(f"{method}($self, /)\n--\n\n{text}"))
        for method, kind, text in methods
    ]
    return _kept.add(b"".join(lines) + bytes(struct.calcsize("PPiP")))


#: The most bytes that memory of one value can have: a Py_ssize_t.
MOST_BYTES = (1 << (8 * WORD - 1)) - 1


def _weak_list(kept: Kept, offset: int) -> bytes:
    """The PyMemberDefs that say where an instance keeps the list of weak references to it."""
    row = struct.pack(MEMBER, kept.text("__weaklistoffset__"), T_PYSSIZET, offset, READONLY, 0)
    return row + bytes(struct.calcsize(MEMBER))


def make_type(
    name: str,
    bases: tuple[type, ...],
    size: int,
    doc: str,
    getsets: Sequence[Getset] = (),
    slots: Sequence[tuple[int, int]] = (),
    *,
    root: bool = False,
    kept: Kept | None = None,
    dealloc: str = "dealloc",
    methods: Sequence[tuple[str, str, str]] = (),
    referred: bool = False,
) -> type:
    """A heap type whose instances carry `size` bytes inline, with a native descriptor for each of `getsets` and the
    functions `slots`, (slot id, address). What is larger than an object can be lies apart from it. `kept` is what these
    need; the type holds on to it. `methods` take no arguments: the name, the routine, what it does.

    With `referred` there may be weak references to its instances, the list of which is their last word.
    With `root` it is the base of all, with `tp_new` and the buffer protocol; others inherit these. `dealloc` is the routine
    that frees its instances.
    """
    facts, kept = linker().facts, kept or Kept()
    if size > MOST_BYTES:
        raise UnsupportedTypeError(f"{name} has {size} bytes, more than memory can have")
    if size > LARGEST_OWNED:
        size = 0  # its values lie apart
    table = [(PY_TP_DEALLOC, entry(dealloc)), (PY_TP_DOC, kept.text(doc)), *slots]
    if root:
        table += [(PY_TP_NEW, entry("new")), (BF_GETBUFFER, entry("getbuffer"))]
    if methods:
        table.append((PY_TP_METHODS, method_table(tuple(methods))))
    rows = [
        struct.pack(GETSET, kept.text(g.name), g.getter, g.setter, kept.text(g.doc), kept.add(g.closure))
        for g in getsets
    ]
    if referred:
        at = -(-(facts.value_payload + size) // WORD) * WORD
        table.append((PY_TP_MEMBERS, kept.add(_weak_list(kept, at))))
    kept.facts = bytearray(FACTS * WORD) + b"".join(rows) + bytes(struct.calcsize(GETSET))
    table.append((PY_TP_GETSET, kept.add(kept.facts) + FACTS * WORD))
    at = kept.add(b"".join(struct.pack(SLOT, slot, address) for slot, address in table) + bytes(struct.calcsize(SLOT)))
    end = facts.value_payload + size
    if referred:
        end = -(-end // WORD) * WORD + WORD
    end = max(end, *(base.__basicsize__ for base in bases))
    flags = PY_TPFLAGS_DEFAULT | PY_TPFLAGS_BASETYPE
    spec = struct.pack("PiiIP", kept.text(f"farcall.{name}"), end, 0, flags, at)
    made = seed.make_type(kept.add(spec), bases)
    made.__native__ = kept  # type: ignore[attr-defined]
    return made
