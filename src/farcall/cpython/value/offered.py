"""Pointers that objects of other packages offer: capsules, arrays, cffi's data, and what says what it is passed as.

None of these packages is imported: who has such an object has imported its package.
"""

from __future__ import annotations

from functools import lru_cache

from ... import seed
from ...ctype import Array as ArrayType
from ...ctype import CType, Float, Function, Void, sizeof, unqualified
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ...stub.carrier import PointerKind
from ..facts.host import host_target
from .access import accept
from .array_interface import described
from .base import owner, target
from .interop_types import cffi_of, numpy_classes
from .made_for_it import MadeForIt, made_for_it

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["offered"]

#: The names of capsules by protocol, and the tags of the structs that they point to.
CAPSULES = {
    "arrow_schema": "ArrowSchema", "arrow_array": "ArrowArray", "arrow_array_stream": "ArrowArrayStream",
    "arrow_device_array": "ArrowDeviceArray", "dltensor": "DLManagedTensor",
    "dltensor_versioned": "DLManagedTensorVersioned",
}  # fmt: skip
#: The methods that give a capsule for a struct of this tag, and which of several it is.
ARROW = {
    "ArrowArray": (("__arrow_c_array__", 1),),
    "ArrowSchema": (("__arrow_c_schema__", None), ("__arrow_c_array__", 0)),
    "ArrowArrayStream": (("__arrow_c_stream__", None),),
}
#: What `__arrow_c_array__` returns.
PAIR = ("a PyCapsule of a schema", "one of an array")
#: cffi's words for floating types.
FLOATING = frozenset({"float", "double", "long double"})


def offered(wanted: PointerType, kind: PointerKind, value: Any, where: str) -> tuple[int, object] | None:
    """The address that an object offers where a pointer of type `wanted`, of carrier `kind`, is wanted, and what keeps it;
    None for an object that offers none. Raises TypeError, naming `where`, for one to something else."""
    tag = getattr(unqualified(wanted.target), "tag", None)
    for method, which in ARROW.get(tag or "", ()):
        if hasattr(type(value), method):
            given = getattr(value, method)()
            if which is not None:
                if type(given) not in (tuple, list) or len(given) != len(PAIR):
                    raise TypeError(f"{where}: {type(value).__name__}.{method}() must return {' and '.join(PAIR)}")
                given = given[which]
            if type(given) is not _capsule_class():
                name = f"{type(value).__name__}.{method}()"
                raise TypeError(f"{where}: {name} must return PyCapsules, not {type(given).__name__}")
            place, held = _in_capsule(wanted, given, where)
            return place, MadeForIt((held, value))
    if type(value) is _capsule_class():
        return _in_capsule(wanted, value, where)
    cffi = cffi_of(value)
    if cffi is not None:
        return _of_cffi(cffi, wanted, value, where)
    if isinstance(value, numpy_classes("ndarray", "generic")):
        return None  # arrays' buffers say why they do not suit, and scalars have no memory that lasts
    facts = getattr(value, "__array_interface__", None)
    if isinstance(facts, dict) and isinstance(facts.get("data"), tuple):
        return described(wanted, kind, facts, value, where)
    lent = getattr(value, "_as_parameter_", None)
    if lent is None or lent is value:
        return None
    made = accept(wanted, lent, where)
    held = (owner(made), value)
    return target(made), MadeForIt(held) if made_for_it(lent, held[0]) else held


@lru_cache(maxsize=1)
def _capsule_class() -> Any:
    return seed.object_at(seed.symbol("PyCapsule_Type"))


def _in_capsule(wanted: PointerType, capsule: Any, where: str) -> tuple[int, object]:
    """What a PyCapsule points to: any for `void *`, else a struct that the capsule's name stands for."""
    named = seed.word_function(seed.symbol("PyCapsule_GetName"), 1)(id(capsule))
    name = seed.c_string(named).decode(errors="replace") if named else None
    plain = unqualified(wanted.target)
    if not isinstance(plain, Void) and (name is None or CAPSULES.get(name) != getattr(plain, "tag", "")):
        raise TypeError(f"{where} must be {wanted}, not a PyCapsule named {name!r}; cast it if that is meant")
    return seed.word_function(seed.symbol("PyCapsule_GetPointer"), 2)(id(capsule), named), capsule


def _of_cffi(cffi: Any, wanted: PointerType, value: Any, where: str) -> tuple[int, object]:
    """Where a pointer or an array of cffi's points to, or a struct of its lies."""
    ctype, held_by = cffi.typeof(value), value
    if ctype.kind in ("struct", "union"):
        place = cffi.FFI().addressof(value)  # which does not keep the struct
        ctype, value, held_by = cffi.typeof(place), place, (place, value)
    if ctype.kind not in ("pointer", "array", "function"):
        raise TypeError(f"{where} must be {wanted}, not cffi's {ctype.cname}")
    held = ctype if ctype.kind == "function" else ctype.item
    if not _same(cffi, held, wanted.target):
        raise TypeError(f"{where} must be {wanted}, not cffi's {ctype.cname}; cast it if that is meant")
    return int(cffi.FFI().cast("uintptr_t", value)), held_by


def _same(cffi: Any, held: Any, wanted: CType) -> bool:
    """Whether a type of cffi's, of which its size and its name are known, may be one of C's."""
    plain, model = unqualified(wanted), host_target().model
    if held.kind == "void" or isinstance(plain, Void):
        return held.kind != "function" or isinstance(plain, (Void, Function))
    if held.kind == "function" or isinstance(plain, Function):
        return held.kind == "function" and isinstance(plain, Function)
    if held.kind == "pointer" or isinstance(plain, PointerType):
        return held.kind == "pointer" and isinstance(plain, PointerType) and _same(cffi, held.item, plain.target)
    if held.kind == "array" or isinstance(plain, ArrayType):
        return (
            held.kind == "array"
            and isinstance(plain, ArrayType)
            and held.length == plain.length
            and _same(cffi, held.item, plain.element)
        )
    if held.kind in ("struct", "union") or isinstance(plain, RecordType):
        tag = held.cname.rpartition(" ")[2]
        if not isinstance(plain, RecordType) or tag not in (plain.tag, plain.name):
            return False
        return plain.fields is None or held.fields is None or bool(cffi.sizeof(held) == sizeof(plain, model))
    floating = isinstance(plain, Float)
    return bool(cffi.sizeof(held) == sizeof(plain, model)) and (held.cname in FLOATING) == floating
