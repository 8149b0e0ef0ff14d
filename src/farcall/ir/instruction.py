"""The instructions that a routine is made of: a small language that no CPU owns.

A routine is a C function. It has a placement (how it is called), named registers, locals in its frame, and labels.
The registers are as wide as a pointer:

    t0, t1              temporaries: lost at every Invoke; never a register that arguments are passed in
    s0, s1, s2          saved: kept over an Invoke

Larger values (a 64-bit integer on a 32-bit CPU, a double, a struct) live in memory and are moved by `Copy`, `Convert`
and as arguments, so a routine is the same for a CPU of 8 registers and one of 31. A comparison is always part of a
branch (some CPUs have no flags).

    C                                       instructions

    int first(int *p) { return *p; }        LoadArgument(0, "t0")
                                            Load("t0", Memory("t0"), 4)
                                            Return("t0")

    long twice(long (*f)(long), long x)     LoadArgument(0, "s0"); LoadArgument(1, "t0")
    { return f(x) + f(x); }                 Store(Memory(x), "t0", 8)
                                            Invoke("s0", unary, (Memory(x),), "s1")
                                            Invoke("s0", unary, (Memory(x),), "t0")
                                            Compute("add", "t0", "s1")
                                            Return("t0")

    double half(struct pair p)              LoadArgument(0, Memory(p))
    { return p.second; }                    Return(Memory(p, 8))

    void *keep(void) { return make(8); }    Invoke(Symbol("make"), unary, (8,), tail=True)

with `x = Local(1, 8, 8)` and `p = Local(1, 16, 8)`. Beside registers and memory, two things come and go:

    the routine's arguments   lie where the caller put them until an instruction that says it loses them; `LoadArgument`
                              and `TailJump` need them
    RESULT                    what an Invoke without a `result` gave lies where it was returned until an instruction that
                              says it loses it: all do but Store, Branch, Jump, Label, and a Move or Load to t1 or a
                              saved register

An instruction changes what its docstring says and nothing else. `verifier` holds a routine to these rules,
`interpreter` carries it out. An instruction's `note` is what the listing says about it.
"""

from __future__ import annotations

from ..convention.placement import Placement
from .record import Record

__all__ = [
    "RESULT",
    "AddressOf",
    "AtomicAdd",
    "Branch",
    "Compute",
    "Convert",
    "Copy",
    "Indirect",
    "Instruction",
    "Invoke",
    "Jump",
    "Label",
    "Load",
    "LoadAddress",
    "LoadArgument",
    "Local",
    "Memory",
    "Move",
    "Operand",
    "Register",
    "Return",
    "Routine",
    "SaveResult",
    "Store",
    "Symbol",
    "TailJump",
    "ThreadPointer",
]

Register = str


class Symbol(Record):
    """An address known only when the code is bound, by name: "api:PyFloat_Type", "target", "self"."""

    name: str


class Local(Record):
    """A slot in the frame: `size` bytes, aligned to `align`; `number` tells it from the others. Nothing is in it until
    something is written."""

    number: int
    size: int
    align: int = 8


class Memory(Record):
    """Memory at the address in a register, or in a local, plus `offset` bytes: `s0->field`, `local.field`.

    In a local it lies inside it, and what is loaded or stored at once lies there aligned to its size.
    """

    base: Register | Local
    offset: int = 0


class Indirect(Record):
    """Memory that a pointer held in memory (a local, or a place) points to, plus `offset` bytes: `(*s0->field).item`."""

    pointer: Local | Memory
    offset: int = 0


class AddressOf(Record):
    """The address of a place, as an argument: `&local`, `&s0->field`."""

    place: Memory


class _Result(Record):
    """What the Invoke just before gave, still where it was returned; good for one use."""

    kind: str = "result"


RESULT = _Result()

Operand = Register | int | Symbol | Memory | Indirect | AddressOf | _Result


class LoadArgument(Record):
    """Take the routine's own argument `number` (-1: the hidden result address) into memory, or into a register, widened
    by its C type.

    `void f(char c)`: LoadArgument(0, "s0") leaves c in s0, with its sign where char has one. Loses RESULT. Arguments
    that have not been taken keep their places; an Invoke loses them all.
    """

    number: int
    to: Register | Memory
    note: str = ""


class Load(Record):
    """Read `size` bytes, at most a register's, into a register, widened with the sign or with zeros.

    `t1 = (long)*(int *)(s0 + 16)`: Load("t1", Memory("s0", 16), 4, True). With the sign, `size` is a power of two.
    Loses RESULT if it is to t0, and the arguments if `size` is none.
    """

    to: Register
    source: Memory
    size: int
    signed: bool = False
    note: str = ""


class Store(Record):
    """Write the low `size` bytes, at most a register's, of a register or a constant; of a constant a power of two.

    `s0->count = 1`: Store(Memory("s0", 16), 1, 8). Loses nothing; if `size` is no power of two, the arguments.
    """

    to: Memory
    source: Register | int
    size: int
    note: str = ""


class Copy(Record):
    """Copy `size` bytes, exactly; the two do not overlap, unless they are one.

    `*out = s0->pair`, with out a local: Copy(Indirect(out), Memory("s0", 16), 16). Loses the arguments and RESULT.
    """

    to: Memory | Indirect
    source: Memory | Indirect
    size: int
    note: str = ""


class LoadAddress(Record):
    """Put the address of a place into a register.

    `t0 = &s0->field`: LoadAddress("t0", Memory("s0", 16)). Loses RESULT. Of a local, from here on anybody may have
    written to it.
    """

    to: Register
    place: Memory
    note: str = ""


class Move(Record):
    """Put a register, a number of a pointer's width, or the address of a symbol into a register.

    `t0 = &PyFloat_Type`: Move("t0", Symbol("api:PyFloat_Type")). Loses RESULT if it is to t0.
    """

    to: Register
    source: Register | int | Symbol
    note: str = ""


class Compute(Record):
    """`to = to OPERATION operand`, on registers, modulo their width.

    Operations: add sub and or xor mul; shl shr sar, by a constant from 0 to below the width; neg, whose operand is 0 and
    means nothing. `t0 += 16`: Compute("add", "t0", 16). Loses RESULT.
    """

    operation: str
    to: Register
    operand: Register | int
    note: str = ""


class ThreadPointer(Record):
    """Put the calling thread's pointer into a register: the address from which on its own variables lie, another one in each
    thread, and the same wherever a thread is.

    `t0 = __builtin_thread_pointer()`: ThreadPointer("t0"). Loses RESULT.
    """

    to: Register
    note: str = ""


class AtomicAdd(Record):
    """`place += amount` on a pointer-sized integer, which other threads see at once, in order with all loads and stores
    around it. `amount` fits 32 signed bits.

    `atomic_fetch_add(&s0->active, 1)`: AtomicAdd(Memory("s0", 24), 1). Loses the arguments and RESULT.
    """

    place: Memory
    amount: int
    note: str = ""


class Convert(Record):
    """A floating conversion in memory: `kind` is "f64:f32" (round to nearest even) or "f32:f64".

    `narrow = (float)wide`, of two locals: Convert("f64:f32", Memory(narrow), Memory(wide)). Loses the arguments and
    RESULT.
    """

    kind: str
    to: Memory
    source: Memory
    note: str = ""


class Branch(Record):
    """Go to `label` if `left CONDITION right`, compared as `size` bytes (0: a pointer's width).

    Conditions: eq ne; lt le gt ge signed; below, below_eq, above, above_eq unsigned. `size` is a power of two, and of a
    symbol a pointer's. `if (s0->type != &PyFloat_Type) goto slow`:
    Branch("ne", Memory("s0", 8), Symbol("api:PyFloat_Type"), "slow"). Loses nothing.
    """

    condition: str
    left: Register | Memory
    right: Register | int | Symbol
    label: str
    size: int = 0
    note: str = ""


class Jump(Record):
    """`goto label`. Loses nothing."""

    label: str
    note: str = ""


class Label(Record):
    """`name:`, once in a routine. Loses nothing."""

    name: str
    note: str = ""


class Invoke(Record):
    """Call a C function as `placement` says.

    `arguments` are operands, one per parameter: a register, number, symbol or AddressOf is the value itself; `Memory`
    and `Indirect` name memory that holds it; RESULT is what the Invoke before has left. A floating number and a struct
    come from memory or RESULT. `result` is where the result goes: memory; a register (widened by its C type); None: it is
    left where it is returned (see RESULT), if there is one. For a result by hidden pointer, `result` is the memory whose
    address is passed. With `tail` the routine ends here, with this call's result as its own.

    t1 arrives as the callee's static chain. `t0 = strlen(s0)`: Invoke(Symbol("api:strlen"), size_t_of_text, ("s0",), "t0").
    Loses t0, t1, the arguments and RESULT.
    """

    target: Symbol | Register | Memory
    placement: Placement
    arguments: tuple[Operand, ...] = ()
    result: Register | Memory | Indirect | None = None
    tail: bool = False
    note: str = ""


class TailJump(Record):
    """Jump to another function of the routine's own signature, all arguments as they came.

    `return t0(the same arguments)`: TailJump("t0"). The routine ends here.
    """

    target: Register
    note: str = ""


class SaveResult(Record):
    """Save the result of the Invoke just before, of this `placement`, which had none named, into memory.

    Loses the arguments and RESULT.
    """

    placement: Placement
    to: Memory
    note: str = ""


class Return(Record):
    """End the routine with a value: a register, number or symbol of at most a pointer's width, memory, or None for void.

    `return -1`: Return(-1). A routine whose result goes through a hidden pointer returns that, where its convention has
    the callee return it, else None.
    """

    value: Register | int | Symbol | Memory | None = None
    note: str = ""


Instruction = (
    LoadArgument
    | Load
    | Store
    | Copy
    | LoadAddress
    | Move
    | Compute
    | ThreadPointer
    | AtomicAdd
    | Convert
    | Branch
    | Jump
    | Label
    | Invoke
    | TailJump
    | SaveResult
    | Return
)


class Routine(Record):
    """A C function as instructions, with the placement by which it is itself called.

    `live_in` are the registers that hold something when it starts: ("t1",) of what a closure's thunk jumps to, which
    finds the address of the closure's cells there.
    """

    name: str
    placement: Placement
    steps: tuple[Instruction, ...]
    live_in: tuple[Register, ...] = ()
