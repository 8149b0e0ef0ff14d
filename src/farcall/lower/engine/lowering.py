"""From a routine's instructions to a CPU's: one function for each kind, and none looks at another instruction."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from ...convention import Target
from ...ir.instruction import (
    AtomicAdd,
    Branch,
    Compute,
    Convert,
    Copy,
    Indirect,
    Invoke,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Memory,
    Move,
    Return,
    Routine,
    SaveResult,
    Store,
    Symbol,
    TailJump,
    ThreadPointer,
)
from ..code import Code, Relocation
from .assembler import Assembler
from .callee import give, pass_on, receive
from .caller import invoke, take
from .machine import Constant, Machine
from .odd_sizes import copy, gather, scatter
from .snippet import OFTEN, Snippet, kept

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["lower"]


def lower(routine: Routine, target: Target, machines: tuple[type[Machine], ...], assembler: type[Assembler]) -> Code:
    """The machine code of `routine` on a target whose CPU is the first of `machines`; the next does it where a distance
    is too long for that one's branches."""
    *near, far = machines
    for machine in near:
        try:
            return _lower(machine(routine, target, assembler))
        except ValueError:
            continue
    return _lower(far(routine, target, assembler))


def _lower(m: Machine) -> Code:
    m.prologue()
    if m.a.repeats:
        _from_snippets(m)
    else:
        for step in m.routine.steps:
            m.a.note = step.note
            _STEPS[type(step)](m, step)
    return m.a.finish()


def _from_snippets(m: Machine) -> None:
    """The instructions, where they were lowered before by what is kept of that."""
    a, offsets, table, placement = m.a, m.layout.offsets, kept(m.outlook()).kinds, m.routine.placement
    data, references, cells, labels = a.data, a.references, a.cells, a.labels
    standing = id(placement), *m.standing()
    moved = True  # the frame, perhaps, since the last label
    for step in m.routine.steps:
        kind: type[Any] = type(step)
        if kind is Label:
            labels[step[0]] = len(data)
            if moved:
                m.at_label()
                moved = False
            continue
        if kind not in table:
            _STEPS[kind](m, step)
            moved = True
            continue
        key_of, known, times, label = table[kind]
        key = key_of(step, offsets, standing)
        found = known.get(key)
        if found is None:
            _keep(m, step, known, times, key)
            moved = True
            continue
        code, leads, named, absolute, rows, _ = found
        at = len(data)
        if leads:
            references.append((at, leads, "" if label is None else step[label]))
            for name in named:
                if name not in cells:
                    cells[name] = len(cells)
        if absolute:
            a.absolutes += [Relocation(at + offset, name) for offset, name in absolute]
        for offset, depth, saved, base in rows:
            a.frame(depth, saved, base, at + offset)
            moved = True
        data += code
        if kind is Invoke:
            m.given = step.placement.result  # type: ignore[union-attr]


def _keep(m: Machine, step: Any, known: dict[Hashable, Snippet], times: bytearray, key: Hashable) -> None:
    """Lower an instruction, and keep what it became if it has come before: many never do again, with a number of their own. A call
    of a routine that stubs share is kept at once: it is the longest to lower, and comes again in most of them."""
    place = hash(key) % len(times)
    times[place] = count = min(times[place] + 1, OFTEN)
    if key is None or (count < OFTEN and type(step) is not Invoke):
        _STEPS[type(step)](m, step)
        return
    mark = m.a.mark()
    _STEPS[type(step)](m, step)
    things = m.routine.placement, getattr(step, "placement", None)
    snippet = m.a.since(mark, getattr(step, "label", ""), things)
    if snippet is not None:
        known[key] = snippet


def _load(m: Machine, step: Load) -> None:
    gather(m, m.named[step.to], m.mem(step.source), step.size, step.signed)


def _store(m: Machine, step: Store) -> None:
    if isinstance(step.source, str):
        scatter(m, m.mem(step.to), m.named[step.source], step.size)
    else:
        m.store_constant(m.mem(step.to), step.source, step.size)


def _copy(m: Machine, step: Copy) -> None:
    both = isinstance(step.to, Indirect) and isinstance(step.source, Indirect)
    source = m.mem(step.source, m.OTHER if both else m.HOLDER)
    copy(m, m.mem(step.to), source, step.size)


def _address(m: Machine, step: LoadAddress) -> None:
    m.address(m.named[step.to], m.mem(step.place))


def _move(m: Machine, step: Move) -> None:
    m.value(m.named[step.to], step.source)


def _compute(m: Machine, step: Compute) -> None:
    to = m.named[step.to]
    if isinstance(step.operand, str):
        m.compute(step.operation, to, m.named[step.operand])
    else:
        half = 1 << 8 * m.word - 1
        number = step.operand if -half <= step.operand < half else (step.operand + half) % (2 * half) - half
        m.compute_constant(step.operation, to, number)  # signed: often it is a small one then


def _thread(m: Machine, step: ThreadPointer) -> None:
    m.thread(m.named[step.to])


def _count(m: Machine, step: AtomicAdd) -> None:
    m.count(m.mem(step.place), step.amount)


def _convert(m: Machine, step: Convert) -> None:
    m.convert(step.kind, m.mem(step.to), m.mem(step.source))


def _branch(m: Machine, step: Branch) -> None:
    left = m.mem(step.left) if isinstance(step.left, Memory) else m.named[step.left]
    right: Any
    if isinstance(step.right, Symbol):
        right = step.right.name
    else:
        right = m.named[step.right] if isinstance(step.right, str) else Constant(step.right)
    m.a.note = ""
    m.branch(step.condition, left, right, step.size or m.word, step.label, step.note)


def _jump(m: Machine, step: Jump) -> None:
    m.jump(step.label)


def _label(m: Machine, step: Label) -> None:
    m.a.label(step.name)
    m.at_label()


_STEPS: dict[type[Any], Callable[[Machine, Any], None]] = {
    LoadArgument: receive,
    Load: _load,
    Store: _store,
    Copy: _copy,
    LoadAddress: _address,
    Move: _move,
    Compute: _compute,
    ThreadPointer: _thread,
    AtomicAdd: _count,
    Convert: _convert,
    Branch: _branch,
    Jump: _jump,
    Label: _label,
    Invoke: invoke,
    TailJump: pass_on,
    SaveResult: take,
    Return: give,
}
