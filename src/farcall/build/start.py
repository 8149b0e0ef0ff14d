"""The code that runs when Python imports a built module: the library is opened, its symbols are found, functions are made.

Each interpreter of a process does so for itself. What is written for all of them, the addresses of the library's functions,
is the same each time.
"""

from __future__ import annotations

from ..convention import Signature, Target, place
from ..ctype import names as c
from ..ir.instruction import (
    Branch,
    Compute,
    Instruction,
    Jump,
    Label,
    Load,
    LoadArgument,
    Local,
    Memory,
    Move,
    Return,
    Routine,
    Store,
    Symbol,
)
from .called import POINTER, invoke

__all__ = ["FUNCTION", "init", "start"]

RTLD_NOW = 2
#: A row of the table of functions, in words: the symbol, the cell of its address, its PyMethodDef.
FUNCTION = 3


def init(on: Target) -> Routine:
    """`PyObject *PyInit_NAME(void)`."""
    steps = (invoke(on, "PyModuleDef_Init", Symbol("definition"), tail=True),)
    return Routine("init", place(Signature(POINTER, ()), on), steps)


def start(on: Target) -> Routine:
    """`int start(PyObject *module)`: what Py_mod_exec names."""
    word = on.model.pointer
    handle, module = Local(1, word, word), Local(2, word, word)

    def at(row: int) -> Memory:
        return Memory("s2", row * word)

    steps: tuple[Instruction, ...] = (
        LoadArgument(0, Memory(module)),
        invoke(on, "dlopen", Symbol("library"), RTLD_NOW, result="s0"),
        Store(Memory(handle), "s0", word),
        Branch("eq", "s0", 0, "no_library"),
        invoke(on, "PyModule_AddFunctions", Memory(module), Symbol("getattr"), result="t0"),
        Branch("ne", "t0", 0, "failed", 4),
        Move("s2", Symbol("functions")),
        Label("function"),
        Load("t0", at(0), word),
        Branch("eq", "t0", 0, "done"),
        invoke(on, "dlsym", Memory(handle), "t0", result="s0"),
        Branch("eq", "s0", 0, "next_function", note="who asks for it is told"),
        Load("t0", at(1), word),
        Store(Memory("t0"), "s0", word),
        Load("t0", at(2), word),
        invoke(on, "PyModule_AddFunctions", Memory(module), "t0", result="t0"),
        Branch("ne", "t0", 0, "failed", 4),
        Label("next_function"),
        Compute("add", "s2", FUNCTION * word),
        Jump("function"),
        Label("done"),
        invoke(on, "dlerror", result="t0"),  # so that nobody takes our misses for theirs
        Return(0),
        Label("no_library"),
        invoke(on, "dlerror", result="s0"),
        Move("t0", Symbol("api:PyExc_ImportError")),
        Load("t0", Memory("t0"), word),
        invoke(on, "PyErr_SetString", "t0", "s0"),
        Label("failed"),
        Return(-1),
    )
    return Routine("start", place(Signature(c.int_, (POINTER,)), on), steps)
