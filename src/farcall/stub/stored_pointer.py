"""The writer of pointers: of what is stored as one, and of what has to stay alive for it.

Beside those that all types have (`writer`), a pointer type's cells name the classes whose instances Python last found to fit,
as the inline cache of a function's parameter does:

    VALUE     of values that are stored by their address: `T` for `T *`
    POINTER   of pointer objects of other classes: `T *` for `void *`
    OWNER     of objects that own code, such as a closure
    ENTRY     of the pointer to it that they keep
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Compute,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Memory,
    Move,
    Return,
    Routine,
    Store,
)
from .data_pointer import derive, unless_freed
from .inline_cache import M_SELF
from .interpreter import Surroundings
from .link import api, type_of
from .writer import CLASS

__all__ = ["ENTRY", "OWNER", "POINTER", "VALUE", "write_pointer"]

VALUE, POINTER, OWNER, ENTRY = range(3, 7)


def write_pointer(text: bool, void: bool, code: bool, env: Surroundings) -> Routine:
    """The writer of a pointer: to const char with `text`, to anything with `void`, to a function with `code`."""
    w, facts, pointer = Builder("write_pointer", env.placement("writer")), env.interpreter, env.target.model.pointer
    if not facts.fast:
        w.add(Return(1))
        return w.finish()
    place, keeper, pointed, made = (Memory(w.local()) for _ in range(4))
    w.add(
        LoadArgument(0, "s1", "the cells"),
        LoadArgument(1, place),
        LoadArgument(2, "s0", "the value"),
        LoadArgument(3, keeper),
        Move("s2", 0, "what has to stay: nothing yet"),
        Store(made, 0, pointer),
        Load("t1", Memory("s0", facts.type), pointer),
        Branch("eq", Memory("s1", CLASS * pointer), "t1", "pointer"),
        Branch("eq", "s0", api("_Py_NoneStruct"), "null"),
        Branch("eq", Memory("s1", VALUE * pointer), "t1", "value"),
        Branch("eq", Memory("s1", POINTER * pointer), "t1", "pointer"),
    )
    if text:
        w.add(Branch("eq", "t1", api("PyBytes_Type"), "bytes"), Branch("eq", "t1", api("PyUnicode_Type"), "text"))
    if void:
        w.add(Branch("eq", "t1", api("PyLong_Type"), "number"))
    if code:
        w.add(Branch("eq", Memory("s1", OWNER * pointer), "t1", "owner"))
        w.add(Branch("eq", "t1", api("PyCFunction_Type"), "bound"))
    w.add(
        Label("ask"),
        Return(1),
        Label("found"),
        Branch("ne", "s2", 0, "keep"),
        Load("t1", keeper, pointer),
        Branch("ne", Memory("t1", facts.value_owner), 0, "keep"),
        Load("t1", place, pointer),
        Store(Memory("t1"), "t0", pointer, "nothing was kept, and nothing has to be"),
        Return(0),
        Label("keep"),
        Store(pointed, "t0", pointer),
        env.support("remember", keeper, place, pointed, "s2", made, result="t0"),
        Return("t0"),
    )
    w.aside("null", lambda: w.add(Move("t0", 0), Jump("found")))

    def of_pointer() -> None:
        unless_freed(w, env, "s0", "ask")
        w.add(
            Load("s2", Memory("s0", facts.value_owner), pointer, note="what keeps its target"),
            Load("t0", Memory("s0", facts.value_data), pointer),
            Load("t0", Memory("t0"), pointer),
            Jump("found"),
        )

    def of_value() -> None:
        unless_freed(w, env, "s0", "ask")
        derive(w, env)
        w.add(Move("s2", "t1"), Load("t0", Memory("s0", facts.value_data), pointer), Jump("found"))

    w.aside("pointer", of_pointer)
    w.aside("value", of_value)
    w.aside("bytes", lambda: w.add(LoadAddress("s1", Memory("s0", facts.bytes_data)), Jump("characters")))
    w.aside("text", lambda: _text(w, env))
    w.aside("characters", lambda: _characters(w, env, keeper, place, made))
    w.aside("number", lambda: _number(w, env))
    w.aside("owner", lambda: _owner(w, env))
    w.aside("bound", lambda: _bound(w, env))
    return w.finish()


def _text(w: Builder, env: Surroundings) -> None:
    """A str's own characters, where they are its UTF-8; a NUL inside Python refuses."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(
        Load("t1", Memory("s0", facts.text_state), 4),
        Compute("and", "t1", facts.text_ascii),
        Branch("ne", "t1", facts.text_ascii, "ask", note="ASCII is its own UTF-8"),
        LoadAddress("s1", Memory("s0", facts.text_data)),
        env.invoke("strlen", "s1", result="t0"),
        Load("t1", Memory("s0", facts.text_length), pointer),
        Branch("ne", "t0", "t1", "ask", note="a NUL inside would cut it"),
        Jump("characters"),
    )


def _characters(w: Builder, env: Surroundings, keeper: Memory, place: Memory, made: Memory) -> None:
    """The characters at s1 of the object in s0, which nobody else may keep: C's own memory does not."""
    w.add(
        env.support("lasts", keeper, place, result="t0"),
        Branch("eq", "t0", 0, "ask", 4),
        Store(made, 1, env.target.model.pointer),
        Move("s2", "s0"),
        Move("t0", "s1"),
        Jump("found"),
    )


def _number(w: Builder, env: Surroundings) -> None:
    """An int as an address."""
    w.add(
        env.invoke("PyLong_AsSize_t", "s0", result="t0"),
        Branch("ne", "t0", -1, "found"),
        env.invoke("PyErr_Clear", note="Python says what is wrong, if anything is"),
        Jump("ask"),
    )


def _owner(w: Builder, env: Surroundings) -> None:
    """The code of an object whose first slot is an entry."""
    w.add(Load("t0", Memory("s0", env.interpreter.header), env.target.model.pointer), Jump("entry"))
    w.aside("entry", lambda: _entry(w, env))


def _bound(w: Builder, env: Surroundings) -> None:
    """The C function behind a builtin, if that is farcall's."""
    facts, word = env.interpreter, env.target.model.pointer
    w.add(
        Load("t0", Memory("s0", facts.header + M_SELF * word), word, note="its __self__"),
        Branch("eq", "t0", 0, "ask"),
        Branch("ne", Memory("t0", facts.type), type_of("description"), "ask"),
        Load("t0", Memory("t0", facts.header), word),
        Jump("entry"),
    )


def _entry(w: Builder, env: Surroundings) -> None:
    """The address in the pointer in t0, if it is there, is of the class that fits, and has not been taken back."""
    facts, word = env.interpreter, env.target.model.pointer
    w.add(
        Branch("eq", "t0", 0, "ask"),
        Load("t1", Memory("t0", facts.type), word),
        Branch("ne", Memory("s1", ENTRY * word), "t1", "ask"),
        Load("t0", Memory("t0", facts.value_data), word),
        Load("t0", Memory("t0"), word),
        Branch("eq", "t0", 0, "ask", note="closed"),
        Move("s2", "s0", "the closure, or the function, stays"),
        Jump("found"),
    )
