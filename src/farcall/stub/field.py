"""Stubs of fields: getters and setters of getset descriptors, and of records seen through a pointer to them.

A field's facts are in the descriptor's closure, so one routine serves every field of its kind. With `through`
the value is a pointer, and the field is one of the record that it points to.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Compute,
    Copy,
    Invoke,
    Load,
    LoadAddress,
    LoadArgument,
    Local,
    Memory,
    Move,
    Return,
    Routine,
    Store,
)
from ..record import NamedTuple
from .box import box
from .box_from_memory import give_member, give_number, give_pointer, give_view, load_number
from .carrier import BoolKind, Carrier, IntKind
from .data_pointer import locate, unless_keeping
from .interpreter import Surroundings
from .link import c_string, object_in
from .reverse import reverse
from .unbox import Slot, unbox
from .whole import store_directly, store_made

__all__ = [
    "CLOSURE_CLASS", "CLOSURE_MEMBER", "CLOSURE_SIZE", "CLOSURE_WRITER", "Bits",
    "ask_getter", "ask_setter", "bits_getter", "bits_setter",
    "block_setter", "getter", "member_getter", "pointer_getter", "pointer_setter", "setter", "swapped_getter",
    "swapped_setter", "view_getter",
]  # fmt: skip

#: A descriptor's closure points to cells as wide as a pointer: the field's offset, which member it is, the class of
#: its values (0 while that is not made), its size, the cells of its type's writer (0 while they are not made).
CLOSURE_MEMBER, CLOSURE_CLASS, CLOSURE_SIZE, CLOSURE_WRITER = 1, 2, 3, 4


#: Where a setter keeps the object: its first local.
_SELF = Memory(Local(1, 8))


def _cell(env: Surroundings, number: int) -> Memory:
    """A cell of the closure, whose address is in s1."""
    return Memory("s1", number * env.target.model.pointer)


class Bits(NamedTuple):
    """A bit-field: `width` bits from bit `shift` on of the `size` bytes (at most 8) at the field's offset, counted
    from the least significant; `unit` is the size of its declared type; `truth` and `member`:
    a bool, and of an enumeration. `swapped`: the bytes are a number of the other byte order."""

    size: int
    shift: int
    width: int
    signed: bool
    unit: int
    truth: bool = False
    member: bool = False
    swapped: bool = False


def getter(carrier: Carrier, through: bool, env: Surroundings) -> Routine:
    """`PyObject *(self, closure)`: of a number, a char or text."""
    w = Builder("getter", env.placement("getter"))
    w.add(LoadArgument(0, "t0", "the object"))
    locate(w, env, "t0", through=through)
    w.add(
        LoadArgument(1, "t1", "the closure"),
        Load("t1", Memory("t1"), env.target.model.pointer, note="the field's offset"),
        Compute("add", "t0", "t1"),
    )
    give_number(w, env, carrier)
    return w.finish()


def swapped_getter(carrier: Carrier, through: bool, env: Surroundings) -> Routine:
    """The same, of a number in the other byte order."""
    w = _placed(env, through)
    value = Memory(w.local(8))
    reverse(w, value, Memory("t0"), carrier.size, "the other way round")
    w.add(LoadAddress("t0", value))
    give_number(w, env, carrier)
    return w.finish()


def member_getter(carrier: Carrier, through: bool, env: Surroundings) -> Routine:
    """The same, of an enumeration: a member, if there is a class of these. Its word is in the place of the field's class."""
    w = _placed(env, through)
    load_number(w, env, carrier, "s0")
    w.add(Load("t0", _cell(env, CLOSURE_CLASS), env.target.model.pointer))
    give_member(w, env, "s0")
    return w.finish()


def view_getter(through: bool, env: Surroundings) -> Routine:
    """The same, of a record, an array or a vector: a view."""
    w = _placed(env, through)
    give_view(w, env, _cell(env, CLOSURE_CLASS), "ask", through=through)
    return w.finish()


def pointer_getter(through: bool, env: Surroundings) -> Routine:
    """The same, of a pointer: a pointer object."""
    w = _placed(env, through)
    give_pointer(w, env, _cell(env, CLOSURE_CLASS), "ask", through=through)
    return w.finish()


def ask_getter(env: Surroundings) -> Routine:
    """The same, of whatever Python itself reads."""
    w = Builder("ask_getter", env.placement("getter"))
    w.add(LoadArgument(0, "s0", "the object"), LoadArgument(1, "s1", "the closure"))
    _ask_for_member(w, env)
    return w.finish()


def _placed(env: Surroundings, through: bool) -> Builder:
    """The start of a getter: the object in s0, the closure in s1, the field's address in t0."""
    w = Builder("getter", env.placement("getter"))
    w.add(LoadArgument(0, "s0", "the object"), LoadArgument(1, "s1", "the closure"))
    locate(w, env, "s0", Move("t0", "s0"), through=through)
    w.add(Load("t1", Memory("s1"), env.target.model.pointer, note="the field's offset"), Compute("add", "t0", "t1"))
    w.aside("ask", lambda: _ask_for_member(w, env))
    return w


def _ask_for_member(w: Builder, env: Surroundings) -> None:
    w.add(
        Load("t0", _cell(env, CLOSURE_MEMBER), env.target.model.pointer),
        env.support("get_member", "s0", "t0", tail=True, note="Python reads it"),
    )


def setter(carrier: Carrier, through: bool, env: Surroundings) -> Routine:
    """`int (self, value, closure)`: of a number or a char."""
    w = _given(env)
    local = w.local(8)
    unbox(w, env, carrier, Slot(0, "s0", None, local, None, "failed", _SELF, _cell(env, CLOSURE_MEMBER)))
    _again(w, env, through)
    w.add(Copy(Memory("t0"), Memory(local), carrier.size, "the field"), Return(0))
    return w.finish()


def swapped_setter(carrier: Carrier, through: bool, env: Surroundings) -> Routine:
    """The same, of a number in the other byte order."""
    w = _given(env)
    local = w.local(8)
    unbox(w, env, carrier, Slot(0, "s0", None, local, None, "failed", _SELF, _cell(env, CLOSURE_MEMBER)))
    _again(w, env, through)
    reverse(w, Memory("t0"), Memory(local), carrier.size, "the other way round")
    w.add(Return(0))
    return w.finish()


def pointer_setter(through: bool, env: Surroundings) -> Routine:
    """The same, of a pointer: what its type's writer takes. The rest is for Python to convert and to keep."""
    w = _given(env)
    w.aside("ask", lambda: _ask_to_set(w, env))
    w.add(Branch("eq", _cell(env, CLOSURE_WRITER), 0, "ask"))
    _again(w, env, through)
    store_directly(w, env, _cell(env, CLOSURE_WRITER), _SELF, "ask")
    w.add(Return(0))
    return w.finish()


def block_setter(through: bool, env: Surroundings) -> Routine:
    """The same, of a record, an array or a vector: an instance of the field's own class, or what its type's writer makes
    one of. What keeps something for its pointers, and the rest, is for Python."""
    w, facts, pointer = _given(env), env.interpreter, env.target.model.pointer
    place = Memory(w.local())
    w.aside("ask", lambda: _ask_to_set(w, env))
    w.add(
        Load("t0", Memory("s0", facts.type), pointer),
        Branch("ne", _cell(env, CLOSURE_CLASS), "t0", "made", note="an instance of the field's class"),
    )
    unless_keeping(w, env, "s0", "ask")
    _again(w, env, through)
    w.add(
        Load("t1", Memory("s0", facts.value_data), pointer),
        env.invoke("memmove", "t0", "t1", _cell(env, CLOSURE_SIZE)),
        Return(0),
    )

    def made() -> None:
        w.add(Branch("eq", _cell(env, CLOSURE_WRITER), 0, "ask"))
        _again(w, env, through)  # before it: nothing that is done from here on runs Python code
        w.add(Store(place, "t0", pointer))
        store_made(w, env, _cell(env, CLOSURE_WRITER), _SELF, place, _cell(env, CLOSURE_SIZE), "ask")
        w.add(Return(0))

    w.aside("made", made)
    return w.finish()


def ask_setter(env: Surroundings) -> Routine:
    """The same, of whatever Python itself writes, or refuses to."""
    w = _given(env)
    _ask_to_set(w, env)
    return w.finish()


def _given(env: Surroundings) -> Builder:
    """The start of a setter: the object in a local, the value in s0, the closure in s1."""
    w = Builder("setter", env.placement("setter"))
    assert Memory(w.local()) == _SELF
    w.add(
        LoadArgument(0, _SELF, "the object"),
        LoadArgument(1, "s0", "the value"),
        LoadArgument(2, "s1", "the closure"),
        Branch("eq", "s0", 0, "deleted"),
    )
    w.aside("failed", lambda: w.add(Return(-1)))

    def deleted() -> None:
        w.add(
            env.invoke("PyErr_SetString", object_in("PyExc_TypeError"), c_string("undeletable")),
            Return(-1),
        )

    w.aside("deleted", deleted)
    return w


def _again(w: Builder, env: Surroundings, through: bool) -> None:
    """The field's address into t0; of numbers only now, since reading the value may have run Python code."""
    pointer = env.target.model.pointer
    again = Load("t0", _SELF, pointer)
    w.add(again)
    locate(w, env, "t0", again, through=through, failure=-1)
    w.add(Load("t1", Memory("s1"), pointer, note="the field's offset"), Compute("add", "t0", "t1"))


def _ask_to_set(w: Builder, env: Surroundings) -> None:
    w.add(
        env.support("set_member", _SELF, _cell(env, CLOSURE_MEMBER), "s0", tail=True, note="Python writes it"),
    )


def bits_getter(bits: Bits, through: bool, env: Surroundings) -> Routine:
    """The getter of a bit-field. Only the bytes that hold its bits are touched. One in more bytes than a register has
    is left to Python."""
    pointer = env.target.model.pointer
    if bits.size > pointer:
        return ask_getter(env)
    w = Builder("getter", env.placement("getter"))
    word, low = w.local(8), env.target.byteorder.low(pointer, bits.size)
    w.add(LoadArgument(0, "t0", "the object"))
    if bits.member:
        w.add(LoadArgument(1, "s1", "the closure"))
    locate(w, env, "t0", through=through)
    w.add(
        Move("t1", "s1") if bits.member else LoadArgument(1, "t1", "the closure"),
        Load("t1", Memory("t1"), pointer),
        Compute("add", "t0", "t1"),
        Store(Memory(word), 0, pointer),
    )
    _fetch(w, bits, Memory(word, low), Memory("t0"))
    w.add(
        Load("t0", Memory(word), pointer),
        Compute("shl", "t0", 8 * pointer - bits.shift - bits.width),
        Compute("sar" if bits.signed else "shr", "t0", 8 * pointer - bits.width),
    )
    if bits.truth:
        w.add(env.invoke("PyBool_FromLong", "t0", tail=True))
    elif bits.member:
        box(w, env, IntKind(pointer, bits.signed), "t0", result="s0")
        w.add(Load("t0", _cell(env, CLOSURE_CLASS), pointer))
        give_member(w, env, "s0")
    else:
        box(w, env, IntKind(pointer, bits.signed), "t0", result=None)
    return w.finish()


def bits_setter(bits: Bits, through: bool, env: Surroundings) -> Routine:
    """The setter of a bit-field: in range of its width, its neighbours left alone. One in more bytes than a register
    has is left to Python."""
    pointer = env.target.model.pointer
    if bits.size > pointer:
        return ask_setter(env)
    w = _given(env)
    local, word, low_bytes = w.local(8), w.local(8), env.target.byteorder.low(pointer, bits.size)
    # its width is in range of its type's in any case
    whole: IntKind | BoolKind = BoolKind() if bits.truth else IntKind(min(bits.unit, pointer), bits.signed)
    unbox(w, env, whole, Slot(0, "s0", None, local, None, "failed", _SELF, _cell(env, CLOSURE_MEMBER)))
    low = -(1 << (bits.width - 1)) if bits.signed else 0
    high = (1 << (bits.width - bits.signed)) - 1
    w.add(Load("t0", Memory(local), whole.size, bits.signed))
    if bits.truth:
        high = 1
    if high != (1 << (8 * whole.size - bits.signed)) - 1:
        if bits.signed:
            w.add(Branch("lt", "t0", low, "outside"), Branch("gt", "t0", high, "outside"))
        else:
            w.add(Branch("above", "t0", high, "outside"))
        w.aside("outside", lambda: w.add(_refuse(env), Return(-1)))
    mask = (1 << bits.width) - 1
    keep = ~(mask << bits.shift)
    w.add(
        Move("t1", _signed(mask, pointer)),
        Compute("and", "t0", "t1"),
        Compute("shl", "t0", bits.shift),
        Store(Memory(local), "t0", pointer, "its bits"),
    )
    _again(w, env, through)
    w.add(
        Move("s1", "t0"),
        Store(Memory(word), 0, pointer),
    )
    _fetch(w, bits, Memory(word, low_bytes), Memory("s1"))
    w.add(
        Load("t0", Memory(word), pointer),
        Move("t1", _signed(keep, pointer)),
        Compute("and", "t0", "t1"),
        Load("t1", Memory(local), pointer),
        Compute("or", "t0", "t1"),
        Store(Memory(word), "t0", pointer),
    )
    _fetch(w, bits, Memory("s1"), Memory(word, low_bytes))
    w.add(Return(0))
    return w.finish()


def _fetch(w: Builder, bits: Bits, to: Memory, source: Memory) -> None:
    """The bytes that hold a bit-field, as those of a number in the machine's order, or back from there. t1 may be lost."""
    if bits.swapped:
        reverse(w, to, source, bits.size, "the bytes that hold it, the other way round")
    else:
        w.add(Copy(to, source, bits.size, "the bytes that hold it"))


def _refuse(env: Surroundings) -> Invoke:
    return env.support("refuse", _SELF, _cell(env, CLOSURE_MEMBER), "s0", note="out of the field's range")


def _signed(number: int, pointer: int) -> int:
    """The low bits of a number that a register holds, as a signed one."""
    half = 1 << (8 * pointer - 1)
    return (number + half) % (2 * half) - half
