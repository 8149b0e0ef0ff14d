"""What the interpreter is told of a built module: its PyModuleDef, its slots, its methods."""

from __future__ import annotations

from ..convention import Target
from .datum import Int
from .version import PythonVersion

__all__ = ["METH_O", "NO_METHOD", "definition", "method", "slots"]

METH_O = 0x0008  # Include/methodobject.h
#: The row behind the last of a table of PyMethodDefs.
NO_METHOD = (0, 0, 0, 0)
#: Rows of PyModuleDef_Slots (Include/moduleobject.h): Py_mod_exec; from 3.12 on Py_mod_multiple_interpreters, with
#: Py_MOD_PER_INTERPRETER_GIL_SUPPORTED; of free-threaded builds Py_mod_gil, with Py_MOD_GIL_NOT_USED.
MOD_EXEC, OWN_GIL, NO_GIL = 2, (3, 2), (4, 1)
OWN_GIL_SINCE = (3, 12)
#: Reference counts that say, from 3.12 on, that nobody counts (PEP 683; Include/refcount.h, before 3.14 Include/object.h): where
#: pointers have 8 bytes, where they have 4, and the same from 3.14 on; in free-threaded builds that of the object's own thread.
IMMORTAL_SINCE = (3, 12)
IMMORTAL, IMMORTAL_32, IMMORTAL_32_NEWER = 3 << 30, (1 << 30) - 1, 5 << 28
NEWER = (3, 14)
IMMORTAL_LOCAL = b"\xff" * 4


def definition(python: PythonVersion, on: Target) -> list[str | int]:
    """A PyModuleDef: an object, three words that the interpreter fills in, then name, documentation, size of the state,
    methods, slots, and three functions that there are none of. All interpreters of a process use it."""
    return [*_header(python, on), 0, 0, 0, "name", "told", 0, 0, "slots", 0, 0, 0]


def _header(python: PythonVersion, on: Target) -> list[int]:
    """What the object begins with (Include/object.h): ob_refcnt and ob_type; in a free-threaded build ob_tid, two bytes of
    padding or flags, ob_mutex, ob_gc_bits, ob_ref_local, ob_ref_shared, ob_type."""
    word = on.model.pointer
    if python.free_threaded:
        header = bytes(word + 4) + IMMORTAL_LOCAL + bytes(2 * word)
        return [int.from_bytes(header[at : at + word], on.byteorder.name) for at in range(0, len(header), word)]
    if python < IMMORTAL_SINCE:
        return [0, 0]
    return [IMMORTAL if word == 8 else IMMORTAL_32 if python < NEWER else IMMORTAL_32_NEWER, 0]


def slots(python: PythonVersion) -> list[str | int]:
    """The module's slots. Nothing that its code keeps is an interpreter's own, so that any interpreter may load it."""
    rows = [*([OWN_GIL] if python >= OWN_GIL_SINCE else []), *([NO_GIL] if python.free_threaded else [])]
    return [Int(MOD_EXEC), "start", *(word for slot, value in rows for word in (Int(slot), value)), 0, 0]


def method(name: str, code: str, flags: int, document: str | int = 0) -> list[str | int]:
    """A PyMethodDef, by the links of its parts."""
    return [name, code, Int(flags), document]
