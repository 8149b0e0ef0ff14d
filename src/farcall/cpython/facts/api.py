"""CPython's C API, as far as farcall calls it: each function's C signature, in a short notation.

A signature is written "result parameters", one letter a type:

    v void   p pointer   i int   l long   q long long   z Py_ssize_t   n size_t   u unsigned long long
    d double   f float   ... the variadic part begins

All are exported by every CPython from 3.10 on, most of them in the stable ABI. The C library's functions that
stubs need stand beside them, and farcall's own support routines under "support:".
"""

from __future__ import annotations

from ...convention import Signature
from ...ctype import CType, Pointer, names

__all__ = ["API", "signature"]

_LETTERS: dict[str, CType] = {
    "v": names.void,
    "p": Pointer(names.void),
    "i": names.int_,
    "l": names.long,
    "q": names.longlong,
    "z": names.ssize_t,
    "n": names.size_t,
    "u": names.ulonglong,
    "d": names.double,
    "f": names.float_,
}

_API = {
    # the shapes of methods (Include/methodobject.h)
    "METH_O": "p pp",
    "METH_FASTCALL": "p ppz",
    "METH_FASTCALL_KEYWORDS": "p ppzp",
    "METH_NOARGS": "p pp",
    "METH_VARARGS": "p pp",
    # the shapes of type slots and descriptors (Include/object.h, Include/descrobject.h)
    "tp_new": "p ppp",
    "tp_dealloc": "v p",
    "capsule_destructor": "v p",
    "bf_getbuffer": "i ppi",
    "getter": "p pp",
    "setter": "i ppp",
    "tp_vectorcall": "p ppnp",
    "tp_traverse": "i ppp",
    "tp_clear": "i p",
    "visitproc": "i pp",
    "sq_length": "z p",
    "sq_item": "p pz",
    "sq_ass_item": "i pzp",
    "mp_subscript": "p pp",
    "mp_ass_subscript": "i ppp",
    "nb_bool": "i p",
    "nb_unary": "p p",
    "nb_binary": "p pp",
    "tp_richcompare": "p ppi",
    "tp_hash": "z p",
    "tp_call": "p ppp",
    # a writer of values (stub/writer.py): cells, place, value, keeper
    "writer": "i pppp",
    # objects
    "Py_IncRef": "v p",
    "Py_DecRef": "v p",
    "PyObject_Malloc": "p n",
    "PyObject_Free": "v p",
    "PyErr_NoMemory": "p ",
    "PyType_GenericAlloc": "p pz",
    "PyLong_AsVoidPtr": "p p",
    "PyLong_FromVoidPtr": "p p",
    "PyBuffer_FillInfo": "i pppzii",
    "PyErr_SetString": "v pp",
    "PyType_IsSubtype": "i pp",
    "PyDict_Next": "i pppp",
    "PyDict_Size": "z p",
    "PyTuple_New": "p z",
    "PyTuple_Size": "z p",
    "PyTuple_GetItem": "p pz",
    "PyTuple_SetItem": "i pzp",
    "PyDict_New": "p ",
    "PyDict_SetItem": "i ppp",
    "PyObject_SetAttr": "i ppp",
    "PyObject_SetItem": "i ppp",
    "PyObject_Call": "p ppp",
    "PyObject_CheckBuffer": "i p",
    "PyObject_GetBuffer": "i ppi",
    "PyBuffer_Release": "v p",
    "PyMemoryView_FromMemory": "p pzi",
    "PyMemoryView_FromObject": "p p",
    "PyObject_GetAttr": "p pp",
    "PyDict_GetItemWithError": "p pp",
    "PyObject_GetItem": "p pp",
    "PyObject_GC_UnTrack": "v p",
    "PyObject_ClearWeakRefs": "v p",
    # numbers and text
    "PyNumber_Index": "p p",
    "PyObject_Hash": "z p",
    "PyLong_AsSsize_t": "z p",
    "PyLong_AsSize_t": "n p",
    "PyLong_AsLongLong": "q p",
    "PyLong_AsUnsignedLongLong": "u p",
    "PyLong_FromLongLong": "p q",
    "PyLong_FromLong": "p l",
    "PyLong_AsUnsignedLongLongMask": "u p",
    "PyNumber_Lshift": "p pp",
    "PyNumber_FloorDivide": "p pp",
    "PyNumber_Or": "p pp",
    "PyNumber_Rshift": "p pp",
    "PyComplex_FromDoubles": "p dd",
    "PyComplex_ImagAsDouble": "d p",
    "PyComplex_RealAsDouble": "d p",
    "PyLong_FromUnsignedLongLong": "p u",
    "PyLong_FromSsize_t": "p z",
    "PyLong_FromSize_t": "p n",
    "PyBool_FromLong": "p l",
    "PyFloat_AsDouble": "d p",
    "PyFloat_FromDouble": "p d",
    "PyBytes_FromStringAndSize": "p pz",
    "PyBytes_AsStringAndSize": "i ppp",
    "PyUnicode_AsUTF8AndSize": "p pp",
    "PyUnicode_DecodeUTF8": "p pzp",
    # errors, threads
    "PyErr_Clear": "v ",
    "PyErr_Occurred": "p ",
    "PyEval_SaveThread": "p ",
    "PyEval_RestoreThread": "v p",
    "PyErr_Fetch": "v ppp",
    "PyErr_Restore": "v ppp",
    "PyList_Append": "i pp",
    "PyList_New": "p z",
    "PyList_SetItem": "i pzp",
    "PySequence_GetItem": "p pz",
    "PySlice_AdjustIndices": "z zppz",
    "PySlice_Unpack": "i pppp",
    "PyTuple_Pack": "p z...pp",
    "PyErr_NormalizeException": "v ppp",
    "PyErr_WriteUnraisable": "v p",
    "PyException_SetTraceback": "i pp",
    # of those without a GIL, from 3.13 on
    "PyMutex_Lock": "v p",
    "PyMutex_Unlock": "v p",
    "PyThread_acquire_lock": "i pi",
    "PyThread_release_lock": "v p",
    "PyThreadState_GetUnchecked": "p ",
    "PyGILState_GetThisThreadState": "p ",
    "PyInterpreterState_Get": "p ",
    "PyThreadState_GetInterpreter": "p p",
    "PyThreadState_New": "p p",
    "PyThreadState_Swap": "p p",
    "PyThreadState_Clear": "v p",
    "PyThreadState_Delete": "v p",
    "PyThreadState_DeleteCurrent": "v ",
    "Py_AddPendingCall": "i pp",
    "pending_call": "i p",
    "thread_ended": "v p",
    "Py_IsInitialized": "i ",
    "Py_IsFinalizing": "p ",
    "_Py_Dealloc": "v p",
    "PyCapsule_GetContext": "p p",
    # PyObject_Vectorcall, or PyObject_VectorcallDict where that is not exported
    "vectorcall": "p ppnp",
    # a Python function, called as it is called by CPython itself
    "call_function": "p ppnp",
    # the system's functions for a value of each thread (System.thread_values): a key, and the value
    "thread_get": "p p",
    "thread_set": "v pp",
    "thread_delete": "v p",
    # a C handler in libffi's shape: cif, result, arguments, user data
    "handler": "v pppp",
    # libffi's shapes: ffi_call_go(cif, function, result, arguments, chain); the others have fewer parameters
    "ffi_call_go": "v ppppp",
    "ffi_prep_cif": "i piipp",
    # PyObject_CallFunctionObjArgs(callable, objects..., NULL) with one to four objects
    "call_python_1": "p p...pp",
    "call_python_2": "p p...ppp",
    "call_python_3": "p p...pppp",
    "call_python_4": "p p...ppppp",
    # the C library
    "strlen": "n p",
    "memchr": "p pin",
    "memmove": "p ppn",
    "memset": "p pin",
    "calloc": "p nn",
    "free": "v p",
    "getpid": "i ",
    "write": "z ipn",
    "errno": "p ",  # by its name on the system (Target.errno)
    "get_last_error": "i ",  # by their names as well (Target.last_error)
    "set_last_error": "v i",
    # PySys_Audit of an address and an int
    "audit_bytes": "i pp...zi",
    # and of three sizes
    "audit_buffer": "i pp...zzz",
    "text_at": "p pi",
    "cast_data": "p ppp",
    # support routines
    "support:adopt": "i pppz",
    "support:block": "i pppzp",
    "support:character": "i pppz",
    "support:construct": "p ppnp",
    "support:convert": "p pzp",
    "support:count": "p pz",
    "support:errno_cell": "p ",
    "support:errno_location": "p ",
    "support:failed": "v pp",
    "support:free_threads": "v ",
    "support:get_item": "p pz",
    "support:get_member": "p pz",
    "support:get_slice": "p pppzz",
    "support:keep_grow": "i p",
    "support:keep_put": "i ppppz",
    "support:keep_slot": "p pp",
    "support:lasts": "i pp",
    "support:keep_thread": "i ",
    "support:make": "p pp",
    "support:make_closure": "p ppp",
    "support:number": "p p",
    "support:object": "i pppzp",
    "support:outside": "i zzz",
    "support:plain": "i pp",
    "support:pointer": "i pppzp",
    "support:real": "i pppz",
    "support:recheck": "i ppz",
    "support:refuse": "v pzp",
    "support:recycle_closure": "v p",
    "support:remember": "i ppppz",
    "support:set_item": "i pzp",
    "support:set_member": "i pzp",
    "support:set_slice": "i pppzzp",
    "support:set_subscript": "i ppp",
    "support:store_closure": "i pppp",
    "support:text": "p p",
    "support:closed_closure": "v pp",
    "support:raise_pending": "i pp",
    "support:unwrap": "p p",
    "support:whole": "i pppz",
}


def signature(notation: str) -> Signature:
    """The signature that `notation` is short for."""
    result, _, rest = notation.partition(" ")
    fixed, dots, tail = rest.partition("...")
    parameters = tuple(_LETTERS[letter] for letter in fixed + tail)
    return Signature(_LETTERS[result], parameters, len(fixed) if dots else None)


API = {name: signature(notation) for name, notation in _API.items()}

#: Names in the table that stand for exported ones: the first that this version exports.
EXPORTED_AS = {f"call_python_{count}": ("PyObject_CallFunctionObjArgs",) for count in (1, 2, 3, 4)} | {
    "vectorcall": ("PyObject_Vectorcall", "PyObject_VectorcallDict"),  # 3.11 on; 3.9 on
    "call_function": ("PyObject_Vectorcall", "_PyFunction_Vectorcall"),  # 3.11 on; 3.10, whose first is no function
    "PyThreadState_GetUnchecked": ("PyThreadState_GetUnchecked", "_PyThreadState_UncheckedGet"),  # 3.13 on
    "Py_IsFinalizing": ("Py_IsFinalizing", "_Py_IsFinalizing"),  # 3.13 on; both give 0 or not
    "getpid": ("getpid", "_getpid"),
    "audit_bytes": ("PySys_Audit",),
    "audit_buffer": ("PySys_Audit",),
    "write": ("write", "_write"),  # POSIX, and as Microsoft's C library calls it
}
