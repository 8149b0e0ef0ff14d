"""Python's ints read inline: of one digit, and of two where a register holds them."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Compute, Jump, Label, Load, Memory, Move, Store
from .carrier import IntKind
from .interpreter import TP_FLAGS, Surroundings
from .link import api

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from .unbox import Slot

__all__ = ["small_int", "unbox_integer"]

#: The flag of classes that are derived from int (Include/object.h: Py_TPFLAGS_LONG_SUBCLASS).
LONG_SUBCLASS = 1 << 24


def unbox_integer(w: Builder, env: Surroundings, carrier: IntKind, slot: Slot, slow: str) -> None:
    """An int, or an instance of a class derived from it, bool and IntEnum among them: whatever methods that has, its digits
    are what CPython's own functions read."""
    facts, obj = env.interpreter, slot.register
    pointer = env.target.model.pointer
    derived, digits, bits = w.label("derived"), w.label("digits"), carrier.size * 8
    held = facts.digit_bits == 30 and pointer == 8 and bits > facts.digit_bits  # in a register: two digits
    held = held and not (slot.brief and bits == 32)  # of two bits more than one digit
    several = w.label("several") if held else slow
    if not slot.known:
        w.add(
            Load("t1", Memory(obj, facts.type), pointer),
            Branch("ne", "t1", api("PyLong_Type"), derived, note="exactly int"),
            Label(digits),
        )
    w.add(Load("t1", Memory(obj, facts.int_tag), pointer))
    w.aside(derived, lambda: _if_integer(w, env, digits, slow))
    if facts.int_tagged:  # 3.12: digits << 3 | (0 positive, 1 zero, 2 negative)
        w.add(
            Branch("above", "t1", 15, several, note="one digit"),
            Load("t0", Memory(obj, facts.int_digit), facts.digit_size),
            Compute("and", "t1", 3),
            Compute("sub", "t1", 1),
            Compute("mul", "t0", "t1"),
            Compute("neg", "t0", 0, "(1 - sign) * digit"),
        )
    else:  # up to 3.11: the sign of ob_size is the sign of the number
        w.add(
            Compute("add", "t1", 1),
            Branch("above", "t1", 2, several, note="one digit or none"),
            Load("t0", Memory(obj, facts.int_digit), facts.digit_size),
            Compute("sub", "t1", 1),
            Compute("mul", "t0", "t1", "sign * digit"),
        )
    if not carrier.signed:
        if bits > facts.digit_bits:
            w.add(Branch("lt", "t0", 0, slow))
        else:
            w.add(Branch("above", "t0", (1 << bits) - 1, slow))
    elif bits <= facts.digit_bits:
        w.add(
            Branch("gt", "t0", (1 << (bits - 1)) - 1, slow),
            Branch("lt", "t0", -(1 << (bits - 1)), slow),
        )
    note = f"parameter {slot.number}"
    if carrier.size <= pointer:
        w.add(Store(slot.place, "t0", carrier.size, note))
        if held:
            stored = w.label("whole")
            w.add(Label(stored))
            w.aside(several, lambda: _two_digits(w, env, carrier, slot, stored, slow))
        return
    base, offset = slot.place
    order = env.target.byteorder
    low = Memory(base, offset + order.low(carrier.size, pointer))
    high = Memory(base, offset + order.high(carrier.size, pointer))
    w.add(Store(low, "t0", pointer, note))
    if carrier.signed:
        w.add(Compute("sar", "t0", 8 * pointer - 1), Store(high, "t0", pointer, "its sign"))
    else:
        w.add(Store(high, 0, pointer, "it is not negative"))


def _if_integer(w: Builder, env: Surroundings, digits: str, slow: str) -> None:
    """Go to `digits` if instances of the class in t1 are laid out as an int."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(
        Load("t1", Memory("t1", facts.header + TP_FLAGS * pointer), pointer, note="its tp_flags"),
        Compute("and", "t1", LONG_SUBCLASS),
        Branch("ne", "t1", 0, digits, note="derived from int"),
        Jump(slow),
    )


def _two_digits(w: Builder, env: Surroundings, carrier: IntKind, slot: Slot, stored: str, slow: str) -> None:
    """An int of two digits, whose tag (plus one, where that is its size) is in t1; the value ends in t0."""
    facts, obj = env.interpreter, slot.register
    minus, ranged = w.label("minus"), w.label("ranged")
    plus_two, minus_two = (2 << 3, (2 << 3) + 2) if facts.int_tagged else (3, -1)

    def read() -> None:
        w.add(
            Load("t1", Memory(obj, facts.int_digit + facts.digit_size), facts.digit_size),
            Compute("shl", "t1", facts.digit_bits),
            Load("t0", Memory(obj, facts.int_digit), facts.digit_size),
            Compute("add", "t0", "t1"),
        )

    def negative() -> None:
        read()
        w.add(Compute("neg", "t0", 0), Jump(ranged))

    if carrier.signed:
        w.add(Branch("eq", "t1", minus_two, minus))
        w.aside(minus, negative)
    w.add(Branch("ne", "t1", plus_two, slow, note="two digits"))
    read()
    w.add(Label(ranged))
    if carrier.size < 8:
        low, high = (-(1 << 31), (1 << 31) - 1) if carrier.signed else (0, (1 << 32) - 1)
        w.add(Move("t1", high), Branch("gt", "t0", "t1", slow))
        if carrier.signed:
            w.add(Branch("lt", "t0", low, slow))
    w.add(Store(slot.place, "t0", carrier.size, f"parameter {slot.number}"), Jump(stored))


def small_int(w: Builder, env: Surroundings, obj: str, slow: str) -> None:
    """The value of the exact int of one digit in register `obj` into t0, with its sign; others go to `slow`."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(
        Branch("ne", Memory(obj, facts.type), api("PyLong_Type"), slow, note="exactly int"),
        Load("t1", Memory(obj, facts.int_tag), pointer),
        Load("t0", Memory(obj, facts.int_digit), facts.digit_size),
    )
    if facts.int_tagged:  # 3.12: digits << 3 | (0 positive, 1 zero, 2 negative)
        minus = w.label("minus")
        w.add(Branch("ne", "t1", 8, minus), Label(minus + "_done"))

        def negative() -> None:
            w.add(
                Branch("above", "t1", 15, slow, note="one digit"),
                Compute("and", "t1", 3),
                Compute("sub", "t1", 1),
                Compute("mul", "t0", "t1"),
                Compute("neg", "t0", 0, "(1 - sign) * digit"),
                Jump(minus + "_done"),
            )

        w.aside(minus, negative)
        return
    minus = w.label("minus")
    w.add(Branch("ne", "t1", 1, minus), Label(minus + "_done"))

    def signed() -> None:  # up to 3.11: the sign of ob_size is the sign of the number
        w.add(
            Compute("add", "t1", 1),
            Branch("above", "t1", 1, slow, note="minus one digit, or none: a zero"),
            Compute("sub", "t1", 1),
            Compute("mul", "t0", "t1", "sign * digit"),
            Jump(minus + "_done"),
        )

    w.aside(minus, signed)
