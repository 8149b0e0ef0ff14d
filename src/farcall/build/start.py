"""The code that runs when Python imports a built module: the library is opened, its symbols are found, functions are made."""

from __future__ import annotations

from ..convention import Signature, Target, place
from ..ctype import CType, Pointer
from ..ctype import names as c
from ..ir.instruction import (
    Branch,
    Compute,
    Instruction,
    Invoke,
    Jump,
    Label,
    Load,
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

__all__ = ["CALLED", "FUNCTION", "HELPER", "forward", "init", "start"]

POINTER: CType = Pointer(c.void)
RTLD_NOW = 2
PY_FILE_INPUT = 257  # Include/compile.h
#: C's functions that this code calls, by name.
CALLED = {
    "PyCFunction_NewEx": Signature(POINTER, (POINTER, POINTER, POINTER)),
    "PyDict_GetItem": Signature(POINTER, (POINTER, POINTER)),
    "PyErr_SetString": Signature(c.void, (POINTER, POINTER)),
    "PyErr_BadInternalCall": Signature(c.void, ()),
    "PyImport_AddModule": Signature(POINTER, (POINTER,)),
    "PyModuleDef_Init": Signature(POINTER, (POINTER,)),
    "PyModule_AddFunctions": Signature(c.int_, (POINTER, POINTER)),
    "PyModule_AddObjectRef": Signature(c.int_, (POINTER, POINTER, POINTER)),
    "PyModule_GetDict": Signature(POINTER, (POINTER,)),
    "vectorcall": Signature(POINTER, (POINTER, POINTER, c.size_t, POINTER)),
    "PyRun_StringFlags": Signature(POINTER, (POINTER, c.int_, POINTER, POINTER, POINTER)),
    "PyUnicode_FromString": Signature(POINTER, (POINTER,)),
    "Py_DecRef": Signature(c.void, (POINTER,)),
    "dlerror": Signature(POINTER, ()),
    "dlopen": Signature(POINTER, (POINTER, c.int_)),
    "dlsym": Signature(POINTER, (POINTER, POINTER)),
}
#: A row of the table of functions, in words: the symbol, the cell of its address, what the function is in words, the cell
#: of those as a str, its PyMethodDef. A row of the table of helpers: the name, the PyMethodDef, the cell of the object,
#: and the name in the module, if it has one.
FUNCTION, HELPER = 5, 4


def _invoke(on: Target, name: str, *arguments: Operand, result: str | None = None, tail: bool = False) -> Invoke:
    return Invoke(Symbol(f"api:{name}"), place(CALLED[name], on), arguments, result, tail)


def init(on: Target) -> Routine:
    """`PyObject *PyInit_NAME(void)`."""
    steps = (_invoke(on, "PyModuleDef_Init", Symbol("definition"), tail=True),)
    return Routine("init", place(Signature(POINTER, ()), on), steps)


def start(on: Target) -> Routine:
    """`int start(PyObject *module)`: what Py_mod_exec names."""
    word = on.model.pointer
    handle, module = Local(1, word, word), Local(2, word, word)

    def at(row: int) -> Memory:
        return Memory("s2", row * word)

    steps: tuple[Instruction, ...] = (
        LoadArgument(0, Memory(module)),
        _invoke(on, "dlopen", Symbol("library"), RTLD_NOW, result="s0"),
        Store(Memory(handle), "s0", word),
        Branch("eq", "s0", 0, "no_library"),
        Move("s2", Symbol("helpers")),
        Label("helper"),
        Load("t0", at(0), word),
        Branch("eq", "t0", 0, "functions"),
        _invoke(on, "PyUnicode_FromString", "t0", result="s0"),
        Branch("eq", "s0", 0, "failed"),
        Load("t0", at(1), word),
        _invoke(on, "PyCFunction_NewEx", "t0", "s0", 0, result="s1"),
        _invoke(on, "Py_DecRef", "s0"),
        Branch("eq", "s1", 0, "failed"),
        Load("t0", at(2), word),
        Store(Memory("t0"), "s1", word),
        Load("t0", at(3), word),
        Branch("eq", "t0", 0, "next_helper"),
        _invoke(on, "PyModule_AddObjectRef", Memory(module), "t0", "s1", result="t0"),
        Branch("ne", "t0", 0, "failed", 4),
        Label("next_helper"),
        Compute("add", "s2", HELPER * word),
        Jump("helper"),
        Label("functions"),
        Move("s2", Symbol("functions")),
        Label("function"),
        Load("t0", at(0), word),
        Branch("eq", "t0", 0, "done"),
        _invoke(on, "dlsym", Memory(handle), "t0", result="s0"),
        Branch("eq", "s0", 0, "next_function", note="who asks for it is told"),
        Load("t0", at(1), word),
        Store(Memory("t0"), "s0", word),
        Load("t0", at(2), word),
        _invoke(on, "PyUnicode_FromString", "t0", result="s0"),
        Branch("eq", "s0", 0, "failed"),
        Load("t0", at(3), word),
        Store(Memory("t0"), "s0", word),
        Load("t0", at(4), word),
        _invoke(on, "PyModule_AddFunctions", Memory(module), "t0", result="t0"),
        Branch("ne", "t0", 0, "failed", 4),
        Label("next_function"),
        Compute("add", "s2", FUNCTION * word),
        Jump("function"),
        Label("done"),
        _invoke(on, "dlerror", result="t0"),  # so that nobody takes our misses for theirs
        Return(0),
        Label("no_library"),
        _invoke(on, "dlerror", result="s0"),
        Move("t0", Symbol("api:PyExc_ImportError")),
        Load("t0", Memory("t0"), word),
        _invoke(on, "PyErr_SetString", "t0", "s0"),
        Label("failed"),
        Return(-1),
    )
    return Routine("start", place(Signature(c.int_, (POINTER,)), on), steps)


def forward(on: Target) -> Routine:
    """`PyObject *forward(PyObject *name, PyObject *const *arguments, Py_ssize_t count)`: calls the function called so in the
    module's Python part, which is run when something is first asked of it."""
    word = on.model.pointer
    arguments, count = Local(1, word, word), Local(2, word, word)
    steps: tuple[Instruction, ...] = (
        LoadArgument(0, "s0"),
        LoadArgument(1, Memory(arguments)),
        LoadArgument(2, Memory(count)),
        _invoke(on, "PyImport_AddModule", Symbol("part"), result="t0"),
        Branch("eq", "t0", 0, "failed"),
        _invoke(on, "PyModule_GetDict", "t0", result="s1"),
        _invoke(on, "PyDict_GetItem", "s1", "s0", result="t0"),
        Branch("ne", "t0", 0, "call"),
        _invoke(on, "PyRun_StringFlags", Symbol("source"), PY_FILE_INPUT, "s1", "s1", 0, result="t0"),
        Branch("eq", "t0", 0, "failed"),
        _invoke(on, "Py_DecRef", "t0"),
        _invoke(on, "PyDict_GetItem", "s1", "s0", result="t0"),
        Branch("eq", "t0", 0, "lost"),
        Label("call"),
        _invoke(on, "vectorcall", "t0", Memory(arguments), Memory(count), 0, tail=True),
        Label("lost"),
        _invoke(on, "PyErr_BadInternalCall"),
        Label("failed"),
        Return(0),
    )
    return Routine("forward", place(Signature(POINTER, (POINTER, POINTER, c.ssize_t)), on), steps)
