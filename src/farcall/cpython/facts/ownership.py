"""Which functions of CPython's C API lend a reference, or take one over: all others that give an object give a reference with
it, and borrow those that they are given (docs.python.org, "C API: Reference Counts", and each function's page)."""

from __future__ import annotations

from ...ctype import CType, Function, Pointer, Qualified, is_python_object, unqualified
from ...record import replace

__all__ = ["as_lent", "taken_over"]

#: "Return value: Borrowed reference".
LENT = frozenset((
    "PyCFunction_GetSelf", "PyDict_GetItem", "PyDict_GetItemString", "PyDict_GetItemWithError", "PyDict_SetDefault",
    "PyErr_Occurred", "PyEval_GetBuiltins", "PyEval_GetGlobals", "PyEval_GetLocals", "PyFunction_GetAnnotations",
    "PyFunction_GetClosure", "PyFunction_GetCode", "PyFunction_GetDefaults", "PyFunction_GetGlobals",
    "PyFunction_GetKwDefaults", "PyFunction_GetModule", "PyImport_AddModule", "PyImport_AddModuleObject",
    "PyImport_GetModuleDict", "PyInstanceMethod_Function", "PyInterpreterState_GetDict", "PyList_GetItem",
    "PyMethod_Function", "PyMethod_Self", "PyModuleDef_Init", "PyModule_GetDict", "PyObject_Init", "PyState_FindModule",
    "PyStructSequence_GetItem", "PySys_GetObject", "PySys_GetXOptions", "PyThreadState_GetDict", "PyTuple_GetItem",
    "PyType_GetModule", "PyType_GetModuleByDef", "PyWeakref_GetObject", "Py_GetConstantBorrowed",
))  # fmt: skip
#: Numbers of the parameters through which a function writes borrowed references.
LENT_THROUGH = {"PyDict_Next": (2, 3)}
#: Numbers of the parameters whose reference the function takes over ("steals"), whether it fails or not. Only
#: PyModule_AddObject leaves it to the caller where it fails: there one is lost, which is better than one too few.
TAKEN_OVER = {
    "PyBytes_ConcatAndDel": (1,), "PyErr_Restore": (0, 1, 2), "PyErr_SetExcInfo": (0, 1, 2),
    "PyErr_SetRaisedException": (0,), "PyException_SetCause": (1,), "PyException_SetContext": (1,), "PyList_SetItem": (2,),
    "PyModule_Add": (2,), "PyModule_AddObject": (2,), "PyStructSequence_SetItem": (2,), "PyTuple_SetItem": (2,),
    "PyUnicode_AppendAndDel": (1,),
}  # fmt: skip
_CONST = frozenset({"const"})


def as_lent(name: str, function: Function, out: tuple[int, ...] = ()) -> Function:
    """The type of a function of the C API; one that lends its result gives one to const, and so do those parameters of `out`
    through which it lends."""
    if name in LENT:
        return replace(function, result=_to_const(function.result))
    through = [number for number in LENT_THROUGH.get(name, ()) if number in out]
    if not through:
        return function
    parameters = list(function.parameters)
    for number in through:
        pointer = unqualified(parameters[number].type)
        if isinstance(pointer, Pointer):
            parameters[number] = replace(parameters[number], type=Pointer(_to_const(pointer.target)))
    return replace(function, parameters=tuple(parameters))


def _to_const(type: CType) -> CType:
    """`const PyObject *` for `PyObject *`; other types as they are."""
    pointer = unqualified(type)
    if not isinstance(pointer, Pointer) or not is_python_object(pointer):
        return type
    return Pointer(Qualified(unqualified(pointer.target), _CONST))


def taken_over(name: str, function: Function) -> tuple[int, ...]:
    """Which parameters of a function of the C API get a reference of their own, which it takes over."""
    numbers = TAKEN_OVER.get(name, ())
    types = [parameter.type for parameter in function.parameters]
    return tuple([number for number in numbers if number < len(types) and is_python_object(types[number])])
