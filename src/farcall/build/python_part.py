"""How a built module's code reaches its Python part, the source of `errors` with the module's own values: each interpreter runs
it for itself, when something is first asked of it, and finds it among its modules from then on.

So no object is kept where code finds it: what stands for a function of the Python part in code is its name, as a C string, and
what stands for a C function's description is the text that describes it.
"""

from __future__ import annotations

from ..convention import Signature, Target, place
from ..ir.instruction import (
    AddressOf,
    Branch,
    Instruction,
    Invoke,
    Label,
    LoadArgument,
    Local,
    Memory,
    Move,
    Operand,
    Return,
    Routine,
    Store,
    Symbol,
)
from ..stub import Surroundings
from .called import POINTER, invoke

__all__ = ["MOST_ASKED", "ask", "asked", "attribute"]

PY_FILE_INPUT = 257  # Include/compile.h
ASKED = Signature(POINTER, (POINTER,))
#: The most arguments that a function of the Python part is given.
MOST_ASKED = 4


def asked(on: Target) -> Routine:
    """`PyObject *asked(const char *name)`: the function called so, a new reference, or NULL and an exception. Two threads may both
    run the source: the first that is through is the one for all."""
    word = on.model.pointer
    name, key = Memory(Local(1, word, word)), Memory(Local(2, word, word))
    steps: tuple[Instruction, ...] = (
        LoadArgument(0, name),
        invoke(on, "PyUnicode_FromString", Symbol("part"), result="s0"),
        Store(key, "s0", word),
        Branch("eq", "s0", 0, "failed"),
        invoke(on, "PyImport_GetModuleDict", result="s1"),
        invoke(on, "PyObject_GetItem", "s1", "s0", result="s2"),
        Branch("ne", "s2", 0, "there"),
        invoke(on, "PyErr_Clear"),
        invoke(on, "PyModule_NewObject", "s0", result="s2"),
        Branch("eq", "s2", 0, "not_there"),
        invoke(on, "PyModule_GetDict", "s2", result="s0"),
        invoke(on, "PyRun_StringFlags", Symbol("source"), PY_FILE_INPUT, "s0", "s0", 0, result="s0"),
        Branch("eq", "s0", 0, "not_run"),
        invoke(on, "Py_DecRef", "s0"),
        invoke(on, "PyDict_SetDefault", "s1", key, "s2", result="s0"),
        invoke(on, "Py_DecRef", "s2"),
        Branch("eq", "s0", 0, "not_there"),
        invoke(on, "PyObject_GetItem", "s1", key, result="s2"),
        Branch("eq", "s2", 0, "not_there"),
        Label("there"),
        invoke(on, "Py_DecRef", key),
        invoke(on, "PyObject_GetAttrString", "s2", name, result="s0"),
        invoke(on, "Py_DecRef", "s2"),
        Return("s0"),
        Label("not_run"),
        invoke(on, "Py_DecRef", "s2"),
        Label("not_there"),
        invoke(on, "Py_DecRef", key),
        Label("failed"),
        Return(0),
    )
    return Routine("asked", place(ASKED, on), steps)


def ask(count: int, env: Surroundings) -> Routine:
    """`PyObject *ask(const char *name, ..., NULL)` with at most so many arguments, which stands for the interpreter's function
    that calls an object with them. Of several the first is the C function's description."""
    on, word = env.target, env.target.model.pointer
    given, number = Local(1, MOST_ASKED * word, word), Memory(Local(2, word, word))
    counted: list[Instruction] = [Move("t0", 1)]
    for one in range(1, count):
        counted += [Branch("eq", Memory(given, one * word), 0, "counted"), Move("t0", one + 1)]
    first: list[Instruction] = []
    if count > 1:
        first = [
            invoke(on, "PyUnicode_FromString", Memory(given), result="s1"),
            Store(Memory(given), "s1", word),
            Branch("eq", "s1", 0, "failed"),
        ]
    drop = [invoke(on, "Py_DecRef", "s1")] if first else []
    steps: tuple[Instruction, ...] = (
        *(LoadArgument(1 + one, Memory(given, one * word)) for one in range(count)),
        LoadArgument(0, "s0"),
        *counted,
        Label("counted"),
        Store(number, "t0", word),
        *first,
        *_call(on, given, number),
        *drop,
        Return("s2"),
        Label("not_asked"),
        *drop,
        Label("failed"),
        Return(0),
    )
    return Routine("ask", env.placement(f"call_python_{count}"), steps)


def attribute(on: Target) -> Routine:
    """`PyObject *attribute(PyObject *module, PyObject *name)`: the module's `__getattr__`."""
    word = on.model.pointer
    given = Local(1, word, word)
    steps: tuple[Instruction, ...] = (
        LoadArgument(1, Memory(given)),
        Move("s0", Symbol("python:attribute")),
        *_call(on, given, 1),
        Return("s2"),
        Label("not_asked"),
        Return(0),
    )
    return Routine("attribute", place(Signature(POINTER, (POINTER, POINTER)), on), steps)


def _call(on: Target, given: Local, count: Operand) -> tuple[Instruction, ...]:
    """The call of the function whose name is in s0: its result in s2. To `not_asked` where there is no such function."""
    return (
        Invoke(Symbol("asked"), place(ASKED, on), ("s0",), "s0"),
        Branch("eq", "s0", 0, "not_asked"),
        invoke(on, "vectorcall", "s0", AddressOf(Memory(given)), count, 0, result="s2"),
        invoke(on, "Py_DecRef", "s0"),
    )
