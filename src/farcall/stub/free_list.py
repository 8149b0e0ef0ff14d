"""The free list of a closure's parameter that Python sees as an instance (a pointer, a struct): of one instance.

A callback gets a new instance for each such argument, and most drop it when they return. Making one and freeing it again
costs more than the rest of the call, so the last one is kept in a cell of the closure (see `state`) and handed out at the next
call. Only an instance that nobody else refers to, not even weakly, is kept, that keeps nothing alive itself, and that is still
of the parameter's class: Python may assign to `__class__`. Those of a class written in Python may have attributes of their
own, and are not kept. The cell needs no lock, because only a thread that holds the GIL comes here; where there is none, in the tier
without known layouts, nothing is kept.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Compute, Jump, Label, Load, Memory, Store
from .instance import make_instance, unless_plain
from .interpreter import TP_BASICSIZE, Surroundings
from .reference import release
from .state import Classes

__all__ = ["make", "put_by"]


def make(w: Builder, env: Surroundings, cells: Classes, index: int, failed: str) -> None:
    """An instance for parameter `index` in s2, the spare if there is one; its payload is left unwritten. The closure's
    state is in s0."""
    cls, spare, pointer = Memory("s0", cells.of(index)), Memory("s0", cells.spare(index)), env.target.model.pointer
    if not env.interpreter.fast:
        make_instance(w, env, cls, "s2", failed, derived=True)
        return
    none, made = w.label("no_spare"), w.label("made")
    w.add(
        Load("s2", spare, pointer, note="a spare instance"),
        Branch("eq", "s2", 0, none),
        Store(spare, 0, pointer),
        Label(made),
    )

    def anew() -> None:
        make_instance(w, env, cls, "s2", failed, derived=True)
        w.add(Jump(made))

    w.aside(none, anew)


def put_by(w: Builder, env: Surroundings, cells: Classes, index: int) -> None:
    """Let go of the instance in t0, made for parameter `index`, or keep it as the spare. Temporaries are lost."""
    spare = Memory("s0", cells.spare(index))
    facts = env.interpreter
    if not facts.fast:
        release(w, env, "t0")
        return
    pointer = env.target.model.pointer
    count = 4 if facts.none_immortal else pointer
    shared, done = w.label("shared"), w.label("put_by")
    w.add(
        Branch("ne", Memory("t0"), 1, shared, count, "somebody has kept it"),
        Branch("ne", Memory("t0", facts.value_owner), 0, shared),
        Load("t1", Memory("s0", cells.of(index)), pointer),
        Branch("ne", Memory("t0", facts.type), "t1", shared),
        Branch("ne", spare, 0, shared, note="there is one already"),
        Load("t1", Memory("t1", facts.header + TP_BASICSIZE * pointer), pointer, note="tp_basicsize"),
        Compute("add", "t1", "t0"),
        Branch("ne", Memory("t1", -pointer), 0, shared, note="somebody refers to it weakly"),
        Load("t1", Memory("s0", cells.of(index)), pointer),
    )
    unless_plain(w, env, "t1", "t1", shared)
    w.add(
        Store(spare, "t0", pointer),
        Label(done),
    )

    def let_go() -> None:
        release(w, env, "t0")
        w.add(Jump(done))

    w.aside(shared, let_go)
