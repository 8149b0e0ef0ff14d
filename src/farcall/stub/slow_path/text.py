"""A str, or bytes, of a C string."""

from __future__ import annotations

from ...ir.builder import Builder
from ...ir.instruction import Branch, Label, LoadArgument, Move, Routine
from ..box import return_none
from ..fresh import give_ascii, give_bytes
from ..interpreter import Surroundings
from ..link import c_string

__all__ = ["text"]


def text(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`PyObject *text(const char *)`: a str by UTF-8 with surrogateescape, or (`detail` "bytes") its bytes; None of NULL."""
    w.add(LoadArgument(0, "s0"), Branch("eq", "s0", 0, "null"))
    fast = env.interpreter.fast
    if detail == "bytes":
        w.add(Move("s2", "s0"), env.invoke("strlen", "s0", result="t0"))
        if fast:
            give_bytes(w, env)
        else:
            w.add(env.invoke("PyBytes_FromStringAndSize", "s2", "t0", tail=True))
    else:
        w.add(env.invoke("strlen", "s0", result="s1"))
        if fast:
            give_ascii(w, env, "decode")
            w.add(Label("decode"))
        w.add(env.invoke("PyUnicode_DecodeUTF8", "s0", "s1", c_string("surrogateescape"), tail=True))
    w.aside("null", lambda: return_none(w, env))
    return w.finish()
