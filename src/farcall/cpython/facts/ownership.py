"""Which functions of CPython's C API lend a reference, or take one over: all others that give an object give a reference with
it, and borrow those that they are given (docs.python.org, "C API: Reference Counts", and each function's page)."""

from __future__ import annotations

from ...ctype import Function, Pointer, Qualified, is_python_object, unqualified
from ...record import replace

__all__ = ["as_lent", "taken_over"]

#: "Return value: Borrowed reference".
LENT = frozenset((
    "PyCFunction_GetSelf", "PyDict_GetItem", "PyDict_GetItemString", "PyDict_GetItemWithError", "PyDict_SetDefault",
    "PyErr_Occurred", "PyEval_GetBuiltins", "PyEval_GetGlobals", "PyEval_GetLocals", "PyFunction_GetAnnotations",
    "PyFunction_GetClosure", "PyFunction_GetCode", "PyFunction_GetDefaults", "PyFunction_GetGlobals",
    "PyFunction_GetKwDefaults", "PyFunction_GetModule", "PyImport_AddModule", "PyImport_AddModuleObject",
    "PyImport_GetModuleDict", "PyInstanceMethod_Function", "PyInterpreterState_GetDict", "PyList_GetItem",
    "PyMethod_Function", "PyMethod_Self", "PyModule_GetDict", "PyObject_Init", "PyState_FindModule",
    "PyStructSequence_GetItem", "PySys_GetObject", "PySys_GetXOptions", "PyThreadState_GetDict", "PyTuple_GetItem",
    "PyWeakref_GetObject",
))  # fmt: skip
#: Numbers of the parameters whose reference the function takes over ("steals"), whether it fails or not.
TAKEN_OVER = {
    "PyErr_Restore": (0, 1, 2), "PyErr_SetExcInfo": (0, 1, 2), "PyErr_SetRaisedException": (0,), "PyException_SetCause": (1,),
    "PyException_SetContext": (1,), "PyList_SetItem": (2,), "PyStructSequence_SetItem": (2,), "PyTuple_SetItem": (2,),
}  # fmt: skip


def as_lent(name: str, function: Function) -> Function:
    """The type of a function of the C API; of one that lends its result, to const."""
    result = unqualified(function.result)
    if name not in LENT or not isinstance(result, Pointer) or not is_python_object(result):
        return function
    return replace(function, result=Pointer(Qualified(unqualified(result.target), frozenset({"const"}))))


def taken_over(name: str, function: Function) -> tuple[int, ...]:
    """Which parameters of a function of the C API get a reference of their own, which it takes over."""
    numbers = TAKEN_OVER.get(name, ())
    types = [parameter.type for parameter in function.parameters]
    return tuple([number for number in numbers if number < len(types) and is_python_object(types[number])])
