"""A spare instance for each parameter of a closure that is boxed as one: a pointer, a struct.

Most callbacks drop their arguments when they return. Then the instance is not freed but kept for the next call,
which saves making one. An instance that anyone else refers to, that keeps something alive, or that has become of
another class, is let go as any object. The cell of the spare is the holder of the GIL's.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Jump, Label, Load, Memory, Move, Store
from .box import make_instance
from .interpreter import Surroundings
from .link import class_of, spare_of
from .reference import release

__all__ = ["make", "put_by"]


def make(w: Builder, env: Surroundings, index: int, failed: str) -> None:
    """An instance for parameter `index` in s2, the spare if there is one; its payload is left unwritten."""
    cls = class_of(index)
    if not env.interpreter.fast:
        make_instance(w, env, cls, "s2", failed)
        return
    none, made = w.label("no_spare"), w.label("made")
    w.add(
        Move("t1", spare_of(index)),
        Load("s2", Memory("t1"), env.target.model.pointer, note="a spare instance"),
        Branch("eq", "s2", 0, none),
        Store(Memory("t1"), 0, env.target.model.pointer),
        Label(made),
    )

    def anew() -> None:
        make_instance(w, env, cls, "s2", failed)
        w.add(Jump(made))

    w.aside(none, anew)


def put_by(w: Builder, env: Surroundings, index: int) -> None:
    """Let go of the instance in t0, made for parameter `index`, or keep it as the spare. Temporaries are lost."""
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
        Branch("ne", Memory("t0", facts.type), class_of(index), shared),
        Move("t1", spare_of(index)),
        Branch("ne", Memory("t1"), 0, shared, note="there is one already"),
        Store(Memory("t1"), "t0", pointer),
        Label(done),
    )

    def let_go() -> None:
        release(w, env, "t0")
        w.add(Jump(done))

    w.aside(shared, let_go)
