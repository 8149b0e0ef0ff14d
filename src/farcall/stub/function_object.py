"""The thunk of a callable object that leads to a foreign function's code: what a vectorcall slot of an instance points to.

What the code does not take as it is, another number of arguments or names, goes the way that the builtin itself goes.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Compute, Invoke, Load, LoadArgument, Memory, Move, Routine
from .interpreter import Surroundings
from .link import FUNCTION, SELF, TARGET

__all__ = ["led_one", "led_several"]


def led_one(at: int, env: Surroundings) -> Routine:
    """`PyObject *(object, arguments, nargsf, names)` before METH_O code; builtins are called through the address at `at`."""
    w, pointer = Builder("led_one", env.placement("tp_vectorcall")), env.target.model.pointer
    w.add(
        LoadArgument(3, "t0", "the names"),
        Branch("ne", "t0", 0, "odd"),
        LoadArgument(2, "t0"),
        Compute("shl", "t0", 1, "without PY_VECTORCALL_ARGUMENTS_OFFSET, the highest bit (PEP 590)"),
        Branch("ne", "t0", 2, "odd", note="one argument"),
        LoadArgument(1, "t0"),
        Load("s0", Memory("t0"), pointer),
        Invoke(TARGET, env.placement("METH_O"), (SELF, "s0"), tail=True, note="the function's code"),
    )
    w.aside("odd", lambda: _go_the_builtin_s_way(w, env, at))
    return w.finish()


def led_several(at: int, env: Surroundings) -> Routine:
    """The same before METH_FASTCALL code, which counts by itself."""
    w = Builder("led_several", env.placement("tp_vectorcall"))
    w.add(
        LoadArgument(3, "t0", "the names"),
        Branch("ne", "t0", 0, "odd"),
        LoadArgument(1, "s0"),
        LoadArgument(2, "s1"),
        Compute("shl", "s1", 1, "without PY_VECTORCALL_ARGUMENTS_OFFSET, the highest bit (PEP 590)"),
        Compute("shr", "s1", 1),
        Invoke(TARGET, env.placement("METH_FASTCALL"), (SELF, "s0", "s1"), tail=True, note="the function's code"),
    )
    w.aside("odd", lambda: _go_the_builtin_s_way(w, env, at))
    return w.finish()


def _go_the_builtin_s_way(w: Builder, env: Surroundings, at: int) -> None:
    w.add(
        LoadArgument(1, "s0"),
        LoadArgument(2, "s1"),
        LoadArgument(3, "s2"),
        Move("t0", FUNCTION),
        Load("t0", Memory("t0", at), env.target.model.pointer),
        Invoke("t0", env.placement("tp_vectorcall"), (FUNCTION, "s0", "s1", "s2"), tail=True, note="the builtin"),
    )
