"""Taking a reference and giving it back, inline where the layout of reference counts is known."""

from __future__ import annotations

from .interpreter import Surroundings
from .step import At, Branch, Compute, Jump, Label, Load, Store
from .writer import Writer

__all__ = ["hold", "release"]


def release(w: Writer, env: Surroundings, obj: str) -> None:
    """Py_DECREF of the object in the register `obj`, which is not NULL. t1 is lost, and all temporaries when the
    object dies."""
    facts = env.interpreter
    if not facts.fast:
        w.add(env.invoke("Py_DecRef", obj))
        return
    dead, done = w.label("dead"), w.label("released")
    size = 4 if facts.none_immortal else env.target.model.pointer
    w.add(Load("t1", At(obj), size, signed=True, note="the reference count"))
    if facts.none_immortal:  # PEP 683: an immortal object's lower 32 bits are negative
        w.add(Branch("lt", "t1", 0, done, 4))
    w.add(
        Compute("sub", "t1", 1),
        Store(At(obj), "t1", size),
        Branch("eq", "t1", 0, dead, size),
        Label(done),
    )
    w.aside(dead, lambda: w.add(env.invoke("_Py_Dealloc", obj), Jump(done)))


def hold(w: Writer, env: Surroundings, obj: str, spare: str) -> None:
    """Py_INCREF of the object in the register `obj`, which is not NULL. `spare` is lost, and all temporaries in the
    tier without layouts."""
    facts = env.interpreter
    if not facts.fast:
        w.add(env.invoke("Py_IncRef", obj))
        return
    done = w.label("held")
    size = 4 if facts.none_immortal else env.target.model.pointer
    w.add(Load(spare, At(obj), size, signed=True, note="the reference count"))
    if facts.none_immortal:  # PEP 683, as above
        w.add(Branch("lt", spare, 0, done, 4))
    w.add(Compute("add", spare, 1), Store(At(obj), spare, size), Label(done))
