"""Taking a reference and giving it back, inline where the layout of reference counts is known."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Compute, Jump, Label, Load, Memory, Store
from .interpreter import Surroundings

__all__ = ["hold", "release"]

#: PEP 683. On 64-bit machines an immortal object's lower 32 bits are negative; on 32-bit ones its count is at least
#: this (Include/object.h of 3.12 and 3.13; from 3.14 on it is one more, which no count of another object comes near).
IMMORTAL_32 = 0x3FFFFFFF


def release(w: Builder, env: Surroundings, obj: str) -> None:
    """Py_DECREF of the object in the register `obj`, which is not NULL. t1 is lost, and all temporaries when the
    object dies."""
    facts = env.interpreter
    if not facts.fast:
        w.add(env.invoke("Py_DecRef", obj))
        return
    dead, done = w.label("dead"), w.label("released")
    count, size = _count(env, obj)
    w.add(Load("t1", count, size, signed=True, note="the reference count"))
    if facts.none_immortal:
        w.add(_unless_immortal(env, "t1", done))
    w.add(
        Compute("sub", "t1", 1),
        Store(count, "t1", size),
        Branch("eq", "t1", 0, dead, size),
        Label(done),
    )
    w.aside(dead, lambda: w.add(env.invoke("_Py_Dealloc", obj), Jump(done)))


def hold(w: Builder, env: Surroundings, obj: str, spare: str) -> None:
    """Py_INCREF of the object in the register `obj`, which is not NULL. `spare` is lost, and all temporaries in the
    tier without layouts."""
    facts = env.interpreter
    if not facts.fast:
        w.add(env.invoke("Py_IncRef", obj))
        return
    done = w.label("held")
    count, size = _count(env, obj)
    w.add(Load(spare, count, size, signed=True, note="the reference count"))
    if facts.none_immortal:
        w.add(_unless_immortal(env, spare, done))
    w.add(Compute("add", spare, 1), Store(count, spare, size), Label(done))


def _count(env: Surroundings, obj: str) -> tuple[Memory, int]:
    """Where the reference count of the object in a register lies, and its size: where objects can be immortal, the
    low-order four bytes (ob_refcnt_split, Include/object.h)."""
    pointer = env.target.model.pointer
    size = 4 if env.interpreter.none_immortal else pointer
    return Memory(obj, env.target.byteorder.low(pointer, size)), size


def _unless_immortal(env: Surroundings, count: str, done: str) -> Branch:
    """Go to `done` if the reference count in a register says that the object is never freed."""
    if env.target.model.pointer > 4:
        return Branch("lt", count, 0, done, 4)
    return Branch("ge", count, IMMORTAL_32, done, 4)
