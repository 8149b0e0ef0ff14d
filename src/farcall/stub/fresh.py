"""New bytes and str objects as CPython's own functions make them (Objects/bytesobject.c, Objects/unicodeobject.c), without the
call. In the tier with known layouts."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import AddressOf, Branch, Compute, Jump, Label, Load, Memory, Move, Return, Store
from .interpreter import Surroundings
from .link import api

__all__ = ["give_ascii", "give_bytes"]

#: The bit that no ASCII character has.
WIDE = 0x80


def give_bytes(w: Builder, env: Surroundings) -> None:
    """End with bytes of the t0 bytes of memory at s2. s0 and s1 are lost."""
    facts, pointer, few = env.interpreter, env.target.model.pointer, w.label("few")
    w.add(
        Branch("below_eq", "t0", 1, few, note="CPython has these already"),
        Move("s1", "t0"),
        Compute("add", "t0", facts.bytes_data + 1, "the NUL"),
    )
    _allocate(w, env, "PyBytes_Type", "s0")
    w.add(
        Store(Memory("s0", facts.bytes_size), "s1", pointer, "how many"),
        Store(Memory("s0", facts.bytes_size + pointer), -1, pointer, "the hash, which is not known"),
        env.invoke("memmove", AddressOf(Memory("s0", facts.bytes_data)), "s2", "s1"),
        Compute("add", "s1", "s0"),
        Store(Memory("s1", facts.bytes_data), 0, 1, "the NUL"),
        Return("s0"),
    )
    w.aside(few, lambda: w.add(env.invoke("PyBytes_FromStringAndSize", "s2", "t0", tail=True)))


def give_ascii(w: Builder, env: Surroundings, other: str) -> None:
    """End with a str of the s1 bytes at s0, if they are ASCII; else go on at `other` with both. They are looked at in the
    copy, where they are aligned: it ends with a whole word, which was zero before. s2 is lost."""
    facts, pointer, look = env.interpreter, env.target.model.pointer, w.label("look")
    source, wide = Memory(w.local()), WIDE * ((1 << 8 * pointer) // 0xFF) - (1 << 8 * pointer)
    w.add(
        Branch("below_eq", "s1", 1, other, note="CPython has these already"),
        Move("t0", "s1"),
        Compute("add", "t0", facts.text_data + pointer, "the NUL, up to the end of its word"),
        Compute("and", "t0", -pointer),
    )
    _allocate(w, env, "PyUnicode_Type", "s2")
    w.add(
        Store(Memory("s2", facts.text_length), "s1", pointer, "how many"),
        Store(Memory("s2", facts.text_length + pointer), -1, pointer, "the hash, which is not known"),
        Store(Memory("s2", facts.text_state), facts.text_fresh, 4),
    )
    if facts.text_data - facts.text_state > pointer:
        w.add(Store(Memory("s2", facts.text_data - pointer), 0, pointer, "wstr, up to 3.11"))
    w.add(
        Store(source, "s0", pointer),
        Move("t0", "s0"),
        Move("s0", "s1"),
        Compute("and", "s0", -pointer),
        Compute("add", "s0", "s2", "the word with the NUL, but for where the characters begin"),
        Store(Memory("s0", facts.text_data), 0, pointer),
        env.invoke("memmove", AddressOf(Memory("s2", facts.text_data)), "t0", "s1"),
        Move("t0", "s2"),
        Label(look),
        Load("t1", Memory("t0", facts.text_data), pointer),
        Compute("and", "t1", wide),
        Branch("ne", "t1", 0, look + "_wide"),
        Compute("add", "t0", pointer),
        Branch("below_eq", "t0", "s0", look),
        Return("s2"),
    )

    def not_ascii() -> None:
        w.add(env.invoke("PyObject_Free", "s2"), Load("s0", source, pointer))
        w.add(Jump(other))

    w.aside(look + "_wide", not_ascii)


def _allocate(w: Builder, env: Surroundings, cls: str, into: str) -> None:
    """An object of t0 bytes, of a class of CPython's own, which is not held by what is of it."""
    facts, pointer, without = env.interpreter, env.target.model.pointer, w.label("no_memory")
    w.add(
        env.invoke("PyObject_Malloc", "t0", result=into),
        Branch("eq", into, 0, without),
        Store(Memory(into), 1, pointer, "its one reference"),
        Move("t0", api(cls)),
        Store(Memory(into, facts.type), "t0", pointer),
    )
    w.aside(without, lambda: w.add(env.invoke("PyErr_NoMemory"), Return(0)))
