"""The interpreter's and the C library's functions that a built module's own code calls, and how."""

from __future__ import annotations

from ..convention import Signature, Target, place
from ..ctype import CType, Pointer
from ..ctype import names as c
from ..ir.instruction import Invoke, Operand, Symbol

__all__ = ["CALLED", "POINTER", "invoke"]

POINTER: CType = Pointer(c.void)
#: Their signatures, by name.
CALLED = {
    "PyDict_SetDefault": Signature(POINTER, (POINTER, POINTER, POINTER)),
    "PyErr_Clear": Signature(c.void, ()),
    "PyErr_SetString": Signature(c.void, (POINTER, POINTER)),
    "PyImport_GetModuleDict": Signature(POINTER, ()),
    "PyModuleDef_Init": Signature(POINTER, (POINTER,)),
    "PyModule_AddFunctions": Signature(c.int_, (POINTER, POINTER)),
    "PyModule_GetDict": Signature(POINTER, (POINTER,)),
    "PyModule_NewObject": Signature(POINTER, (POINTER,)),
    "PyObject_GetAttrString": Signature(POINTER, (POINTER, POINTER)),
    "PyObject_GetItem": Signature(POINTER, (POINTER, POINTER)),
    "PyRun_StringFlags": Signature(POINTER, (POINTER, c.int_, POINTER, POINTER, POINTER)),
    "PyUnicode_FromString": Signature(POINTER, (POINTER,)),
    "Py_DecRef": Signature(c.void, (POINTER,)),
    "vectorcall": Signature(POINTER, (POINTER, POINTER, c.size_t, POINTER)),
    "dlerror": Signature(POINTER, ()),
    "dlopen": Signature(POINTER, (POINTER, c.int_)),
    "dlsym": Signature(POINTER, (POINTER, POINTER)),
}


def invoke(on: Target, name: str, *arguments: Operand, result: str | None = None, tail: bool = False) -> Invoke:
    """A call of one of them."""
    return Invoke(Symbol(f"api:{name}"), place(CALLED[name], on), arguments, result, tail)
