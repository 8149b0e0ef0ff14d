"""From Python to C: instructions that read an object into a local, the likely kinds inline, the rest out of line.

Each `unbox_*` gets the object in a register and leaves the C value in `to`. What it does not recognise goes to
a support routine that works through the C API; that one raises, naming function and parameter, or gives the
value as well. In the tier without known layouts everything goes there; without a GIL all but what stays as it is while other
threads run: numbers, text, and the addresses that a call's pointers, structs and closures stand for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from ..ir.builder import Builder, Passage
from ..ir.instruction import (
    AddressOf,
    Branch,
    Compute,
    Convert,
    Copy,
    Jump,
    Label,
    Load,
    LoadAddress,
    Local,
    Memory,
    Move,
    Operand,
    Store,
    Symbol,
)
from ..record import NamedTuple
from .carrier import BoolKind, Carrier, CharKind, FloatKind, InstanceKind, IntKind, ObjectKind, PointerKind, VoidKind
from .data_pointer import unless_freed
from .inline_cache import otherwise
from .integer import small_int, unbox_integer
from .interpreter import TP_DEALLOC, Surroundings
from .link import SELF, api, class_of, type_of

#: What is read of objects that never change.
UNCHANGING = (IntKind, BoolKind, CharKind, FloatKind)

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["KNOWN", "Slot", "fetch", "inline", "reads_inline", "support_name", "unbox"]

#: Classes whose instances stay what they are.
KNOWN = ("int", "bool", "float", "bytes", "str", "NoneType")

F32_MAGNITUDE = 0x7FFFFFFF
F32_INFINITY = 0x7F800000


class Slot(NamedTuple):
    """One parameter on its way: where the object comes from, and where its value goes.

    `fetch` loads the object again (None: it stays in `register`); `keep` is the Py_buffer that holds on to a
    buffer or a temporary until the call is over. `owner` and `which` tell the one who refuses a value whose
    parameter or field it was for. `cls` is where the class lies, if it is no link of the code's. `cache` is where the classes
    lie that Python found to fit a call's parameter. `again` is a call's: it writes the code that has all arguments looked at
    again, since this conversion ran Python code that took memory or code back, and then goes to a label. With `plain` only
    what needs no Python code is read, of numbers: for the rest it goes to `failed` with nothing raised. `known` is the name of
    the class that the object is of, one of KNOWN, where who comes here has looked at it already. `brief` is for code of which there
    is much, each for few calls: what is seldom is left to the support routine.
    """

    number: int
    register: str
    fetch: Load | None
    to: Local | Memory
    keep: Local | None
    failed: str
    owner: Operand = SELF
    which: Operand = 0
    cls: Memory | None = None
    cache: Symbol | None = None
    again: Callable[[str], None] | None = None
    plain: bool = False
    known: str = ""
    brief: bool = False

    @property
    def place(self) -> Memory:
        """Where the value goes, as memory."""
        return self.to if isinstance(self.to, Memory) else Memory(self.to)


@lru_cache(maxsize=256)
def fetch(place: int, pointer: int) -> Load:
    """Load the argument at a place of a call's."""
    return Load("t0", Memory("s0", place * pointer), pointer, note=f"argument {place}")


def support_name(carrier: Carrier) -> str:
    """The support routine that reads any acceptable object of this kind."""
    if isinstance(carrier, IntKind):
        return f"whole:{'s' if carrier.signed else 'u'}{carrier.size}"
    if isinstance(carrier, BoolKind):
        return "whole:b1"
    if isinstance(carrier, CharKind):
        return f"character:{'s' if carrier.signed else 'u'}1"
    if isinstance(carrier, FloatKind):
        return f"real:{carrier.size}"
    if isinstance(carrier, PointerKind):
        words = [
            (carrier.numbers or "any", carrier.numbers != "whole"),
            ("const", carrier.const),
            ("text", carrier.text),
        ]
        return ",".join([f"pointer:{carrier.item}", *(word for word, holds in words if holds)])
    if isinstance(carrier, ObjectKind):
        return "object"
    assert isinstance(carrier, InstanceKind)
    return "block"


def reads_inline(env: Surroundings, carrier: Carrier, given: bool) -> bool:
    """Whether the likely objects of this kind are read where they are; `given`: a call is given them. Without a GIL that is what
    can be relied on while other threads run. Pointers that are stored in memory, or given back by a callback, go another
    way there: what they need is kept."""
    if env.interpreter.fast or not env.interpreter.unchanging:
        return env.interpreter.fast
    return isinstance(carrier, UNCHANGING) or (given and isinstance(carrier, (PointerKind, InstanceKind)))


def unbox(w: Builder, env: Surroundings, carrier: Carrier, slot: Slot) -> None:
    """Read the object of `slot` into its local, as the carrier asks."""
    assert not isinstance(carrier, VoidKind)
    if slot.known and not w.mark:
        w.put(_of_known(env, carrier, slot))
        return
    done, slow = w.label("done"), w.label("slow")

    def ask_support() -> None:
        if slot.fetch:
            w.add(slot.fetch)
        if slot.plain:
            name = "plain:" + support_name(carrier)
            w.add(
                env.support(name, slot.register, AddressOf(slot.place), result="t0"),
                Branch("ne", "t0", 0, slot.failed, 4, "Python has to"),
            )
            return
        arguments: list[Operand] = [slot.register, AddressOf(slot.place), slot.owner, slot.which]
        if slot.keep:
            arguments.append(AddressOf(Memory(slot.keep)))
        w.add(env.support(support_name(carrier), *arguments, result="t0"))
        if slot.again is None:
            w.add(Branch("lt", "t0", 0, slot.failed, 4, "it raised"))
            return
        again, revoked, resumed = slot.again, w.label("revoked"), w.label("resumed")
        w.add(Branch("ne", "t0", 0, revoked, 4, "it raised, or something was taken back"), Label(resumed))

        def look_again() -> None:
            w.add(Branch("lt", "t0", 0, slot.failed, 4, "it raised"))
            again(resumed)

        w.aside(revoked, look_again)

    if slot.fetch:
        w.add(slot.fetch)
    if not reads_inline(env, carrier, slot.cache is not None or slot.known != ""):
        ask_support()
        return
    inline(w, env, carrier, slot, slow)
    w.add(Label(done))

    def out_of_line() -> None:
        ask_support()
        w.add(Jump(done))

    w.aside(slow, out_of_line)


@lru_cache(maxsize=1024)
def _of_known(env: Surroundings, carrier: Carrier, slot: Slot) -> Passage:
    """How an object of a known class is read, the same in all tails in which one is passed there."""
    w = Builder("of known class", env.placement("METH_FASTCALL"), mark=f"{slot.number}_")
    unbox(w, env, carrier, slot)
    return w.passage()


def _truth(w: Builder, env: Surroundings, carrier: BoolKind, slot: Slot, slow: str) -> None:
    true, done, other = w.label("true"), w.label("stored"), w.label("number")
    w.add(
        Branch("eq", slot.register, api("_Py_TrueStruct"), true),
        Branch("ne", slot.register, api("_Py_FalseStruct"), other),
        Store(slot.place, 0, 1, f"parameter {slot.number}: False"),
        Jump(done),
        Label(true),
        Store(slot.place, 1, 1, f"parameter {slot.number}: True"),
        Label(done),
    )
    w.aside(other, lambda: _bit(w, env, slot, done, slow))


def _bit(w: Builder, env: Surroundings, slot: Slot, done: str, slow: str) -> None:
    """The int 0 or 1."""
    small_int(w, env, slot.register, slow)
    w.add(Branch("above", "t0", 1, slow), Store(slot.place, "t0", 1, f"parameter {slot.number}: 0 or 1"), Jump(done))


def _character(w: Builder, env: Surroundings, carrier: CharKind, slot: Slot, slow: str) -> None:
    facts, obj = env.interpreter, slot.register
    pointer = env.target.model.pointer
    w.add(
        Load("t1", Memory(obj, facts.type), pointer),
        Branch("ne", "t1", api("PyBytes_Type"), slow, note="exactly bytes"),
        Branch("ne", Memory(obj, facts.bytes_size), 1, slow, note="of one byte"),
        Load("t0", Memory(obj, facts.bytes_data), 1),
        Store(slot.place, "t0", 1, f"parameter {slot.number}"),
    )


def _real(w: Builder, env: Surroundings, carrier: FloatKind, slot: Slot, slow: str) -> None:
    facts, obj = env.interpreter, slot.register
    value, note = slot.place, f"parameter {slot.number}"
    if not slot.known:
        w.add(
            Load("t1", Memory(obj, facts.type), env.target.model.pointer),
            Branch("ne", "t1", api("PyFloat_Type"), slow, note="exactly float"),
        )
    if carrier.size == 8:
        w.add(Copy(value, Memory(obj, facts.float_value), 8, note))
        return
    w.add(
        Convert("f64:f32", value, Memory(obj, facts.float_value), note),
        Load("t1", value, 4),
        Compute("and", "t1", F32_MAGNITUDE),
        Branch("eq", "t1", F32_INFINITY, slow, 4, "infinite: was it before?"),
    )


def _pointer(w: Builder, env: Surroundings, carrier: PointerKind, slot: Slot, slow: str) -> None:
    facts, obj = env.interpreter, slot.register
    pointer = env.target.model.pointer
    note = f"parameter {slot.number}"
    if slot.known == "NoneType":
        w.add(Store(slot.place, 0, pointer, note + ": None"))
        return
    if slot.known == "bytes":
        w.add(
            LoadAddress("t0", Memory(obj, facts.bytes_data)),
            Store(slot.place, "t0", pointer, note + ": the bytes themselves"),
        )
        return
    if slot.known == "str":
        _text(w, env, slot, slow)
        return
    other, stored, ours = w.label("other"), w.label("stored"), "" if carrier.text else w.label("ours")
    w.aside(other, lambda: otherwise(w, env, carrier, slot, ours, stored, slow))
    w.add(Load("t1", Memory(obj, facts.type), pointer))
    if not carrier.text:
        if carrier.const and slot.cls is None:
            w.add(Branch("eq", "t1", class_of(slot.number, plain=True), ours, note="a pointer to non-const"))
        w.add(_unless_class(slot, other, "a pointer of the declared type"), Label(ours))
        unless_freed(w, env, obj, slow)
        w.add(
            Load("t0", Memory(obj, facts.value_data), pointer),
            Load("t0", Memory("t0"), pointer),
            Store(slot.place, "t0", pointer, note),
            Label(stored),
        )
        return
    text = w.label("text")
    w.add(
        Branch("ne", "t1", api("PyBytes_Type"), text),
        LoadAddress("t0", Memory(obj, facts.bytes_data)),
        Store(slot.place, "t0", pointer, note + ": the bytes themselves"),
        Jump(stored),
        Label(text),
        Branch("ne", "t1", api("PyUnicode_Type"), other),
    )
    _text(w, env, slot, slow)
    w.add(Label(stored))


def _text(w: Builder, env: Surroundings, slot: Slot, slow: str) -> None:
    """The characters of a str that has no others than ASCII, and no NUL among them."""
    facts, obj, pointer = env.interpreter, slot.register, env.target.model.pointer
    w.add(
        Load("t1", Memory(obj, facts.text_state), 4),
        Compute("and", "t1", facts.text_ascii),
        Branch("ne", "t1", facts.text_ascii, slow, note="ASCII is its own UTF-8"),
        LoadAddress("t0", Memory(obj, facts.text_data)),
        Store(slot.place, "t0", pointer, f"parameter {slot.number}: the characters themselves"),
        env.invoke("strlen", "t0", result="t1", note="a NUL inside would cut it"),
    )
    if slot.fetch:
        w.add(slot.fetch)
    w.add(Branch("ne", Memory(obj, facts.text_length), "t1", slow))


def _block(w: Builder, env: Surroundings, carrier: InstanceKind, slot: Slot, slow: str) -> None:
    facts, obj = env.interpreter, slot.register
    pointer = env.target.model.pointer
    other, ours = w.label("other"), w.label("ours")
    stored = w.label("stored") if carrier.number else ""

    def of_another_class() -> None:
        if carrier.number:
            _wide(w, env, carrier, slot, stored)
        otherwise(w, env, carrier, slot, ours, "", slow)

    w.aside(other, of_another_class)
    w.add(
        Load("t1", Memory(obj, facts.type), pointer),
        _unless_class(slot, other, "exactly the declared struct"),
        Label(ours),
    )
    unless_freed(w, env, obj, slow)
    w.add(
        Load("t0", Memory(obj, facts.value_data), pointer),
        Store(slot.place, "t0", pointer, f"parameter {slot.number}: where its bytes are"),
    )
    if carrier.number:
        w.add(Label(stored))


def _wide(w: Builder, env: Surroundings, carrier: InstanceKind, slot: Slot, stored: str) -> None:
    """A number of Python's, as one of the frame; go on with the class of the object in t1 if it is none that is known."""
    pointer, local, failed = (
        env.target.model.pointer,
        w.local(carrier.size, 2 * env.target.model.pointer),
        w.label("odd"),
    )
    if carrier.number == "complex:8":
        parts = w.label("parts")
        w.add(Branch("eq", "t1", api("PyComplex_Type"), parts, note="exactly complex"))
        w.aside(parts, lambda: _parts(w, env, slot, stored))
    if slot.fetch:
        w.add(slot.fetch)
    w.add(
        env.support("plain:" + carrier.number, slot.register, AddressOf(Memory(local)), result="t0"),
        Branch("ne", "t0", 0, failed, 4, "Python has to"),
        LoadAddress("t0", Memory(local)),
        Store(slot.place, "t0", pointer, f"parameter {slot.number}: where its bytes are"),
        Jump(stored),
        Label(failed),
    )
    if slot.fetch:
        w.add(slot.fetch)
    w.add(Load("t1", Memory(slot.register, env.interpreter.type), pointer))


def _parts(w: Builder, env: Surroundings, slot: Slot, stored: str) -> None:
    """The two numbers in a complex number of Python's, which lie as C's do."""
    if slot.fetch:
        w.add(slot.fetch)
    w.add(
        LoadAddress("t0", Memory(slot.register, env.interpreter.float_value)),
        Store(slot.place, "t0", env.target.model.pointer, f"parameter {slot.number}: where its numbers are"),
        Jump(stored),
    )


def _object(w: Builder, env: Surroundings, carrier: ObjectKind, slot: Slot, slow: str) -> None:
    """The object itself."""
    facts, pointer = env.interpreter, env.target.model.pointer
    dealloc = facts.header + TP_DEALLOC * pointer
    w.add(
        Store(slot.place, slot.register, pointer, f"parameter {slot.number}: the object"),
        Load("t1", Memory(slot.register, facts.type), pointer),
        Load("t1", Memory("t1", dealloc), pointer),
        Move("t0", type_of("value")),
        Branch("eq", Memory("t0", dealloc), "t1", slow, note="farcall's own may be a pointer to an object"),
    )


def _unless_class(slot: Slot, other: str, note: str) -> Branch:
    """Go to `other` unless the class in t1 is the one wanted."""
    if slot.cls is not None:
        return Branch("ne", slot.cls, "t1", other, note=note)
    return Branch("ne", "t1", class_of(slot.number), other, note=note)


def inline(w: Builder, env: Surroundings, carrier: Carrier, slot: Slot, slow: str) -> None:
    """Read an object of the likely kinds; go to `slow`, having done nothing, for others. In the tier with known layouts."""
    _INLINE[type(carrier)](w, env, carrier, slot, slow)


_INLINE: dict[type, Callable[[Builder, Surroundings, Any, Slot, str], None]] = {
    IntKind: unbox_integer,
    BoolKind: _truth,
    CharKind: _character,
    FloatKind: _real,
    PointerKind: _pointer,
    ObjectKind: _object,
    InstanceKind: _block,
}
