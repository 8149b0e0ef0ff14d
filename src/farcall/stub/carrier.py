"""Carriers: how a C value crosses between Python and C, decided from its type alone.

No tuples: those of two kinds with the same numbers would be equal.
"""

from __future__ import annotations

from functools import cache, lru_cache

from ..ctype import (
    Array,
    Complex,
    CType,
    DataModel,
    Enum,
    Float,
    Function,
    Integer,
    Pointer,
    Record,
    Swapped,
    Vector,
    Void,
    alignof,
    is_const,
    is_python_object,
    is_signed,
    sizeof,
    unqualified,
)
from ..errors import UnsupportedTypeError
from ..record import dataclass

__all__ = [
    "LARGEST_OWNED",
    "SHOWN_FLOATS",
    "BoolKind",
    "Carrier",
    "CharKind",
    "FloatKind",
    "InstanceKind",
    "IntKind",
    "ObjectKind",
    "PointerKind",
    "VoidKind",
    "block_align",
    "carrier",
    "in_ffi_arg",
    "in_memory",
    "is_owned",
    "lies_apart",
    "stored",
    "widened",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class VoidKind:
    """`void`: None."""

    size: int = 0


@dataclass(frozen=True, slots=True)
class IntKind:
    """An integer of `size` bytes: a Python int in range."""

    size: int
    signed: bool


@dataclass(frozen=True, slots=True)
class BoolKind:
    """`_Bool`: a Python bool, or 0 or 1."""

    size: int = 1


@dataclass(frozen=True, slots=True)
class CharKind:
    """Plain `char`: one byte of `bytes`, or an int in range."""

    signed: bool
    size: int = 1


@dataclass(frozen=True, slots=True)
class FloatKind:
    """`float` (4 bytes) or `double` (8): a Python float."""

    size: int


@dataclass(frozen=True, slots=True)
class PointerKind:
    """A pointer.

    `const`: the target may be read only. `text`: `const char *`, which Python str stands for. `item`: the
    target's size in bytes, 0 where any buffer will do (`void *`), -1 where no buffer can (functions,
    incomplete types, numbers in the other byte order). `numbers`: which numbers the items of a buffer have to be, as their
    size alone does not tell: "floating" for those of SHOWN_FLOATS, "complex", "whole" for any others but these; "" where the
    items are no numbers. `code`: whether it points to functions.
    """

    size: int
    const: bool
    text: bool
    item: int
    numbers: str = "whole"
    code: bool = False

    def takes(self, numbers: str) -> bool:
        """Whether items that are "floating" or "complex" numbers, or "" for any others, may be these."""
        if self.numbers == "whole":
            return not numbers
        return numbers != "floating" if not self.numbers else numbers == self.numbers


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """`PyObject *`: the object itself, of any class. `borrowed`: one to const, so that a result is not the caller's to let
    go of."""

    size: int
    borrowed: bool = False


@dataclass(frozen=True, slots=True)
class InstanceKind:
    """A value that an instance of its class stands for: struct, union, vector, long double.

    With `unwrap` the instance gives way to a Python number (`value`) when it comes from C: __int128, complex,
    float16. `aligned`: to more than malloc's blocks are, or so large that instances have memory of their own. `number`: which
    numbers of Python's generated code reads for it, "" for none: "complex:8" by the size of the parts, "int:s" or "int:u" of 16
    bytes, "long:x87" by the format of a long double.
    """

    size: int
    unwrap: bool = False
    aligned: bool = False
    number: str = ""

    @property
    def gives_way(self) -> bool:
        """Whether generated code makes a number of Python's of it as well."""
        return self.unwrap and self.number[:4] not in ("", "long")


Carrier = VoidKind | IntKind | BoolKind | CharKind | FloatKind | PointerKind | ObjectKind | InstanceKind

#: The most bytes of a value in its object: PyType_Spec.basicsize is an int, and counts what is around them.
LARGEST_OWNED = (1 << 31) - 1 - 96
#: Floating formats that a Python float carries, by size in bytes.
REAL_FORMATS = {"binary32": 4, "binary64": 8}
#: Floating formats that no Python number holds: a value of its own stays what it is.
KEPT_WHOLE = frozenset({"long", "binary128"})


def block_align(model: DataModel) -> int:
    """What every block of CPython's, and so the payload of every object, is aligned to (Objects/obmalloc.c: ALIGNMENT
    is 16 bytes, or 8 where pointers have 4)."""
    return 2 * model.pointer


def in_memory(kind: Carrier, model: DataModel) -> bool:
    """Whether a number on its way into an object stays in memory: as a floating number, a char, or an integer that is
    wider than a register."""
    return isinstance(kind, (FloatKind, CharKind)) or (isinstance(kind, IntKind) and kind.size > model.pointer)


def is_owned(kind: Carrier) -> bool:
    """Whether a result of this kind is a reference to an object, for the caller to let go of."""
    return isinstance(kind, ObjectKind) and not kind.borrowed


def widened(kind: Carrier, model: DataModel) -> bool:
    """Whether libffi has a value of this kind as a whole `ffi_arg`, as wide as a pointer: an integer of at most that."""
    return isinstance(kind, (IntKind, BoolKind, CharKind)) and kind.size <= model.pointer


def in_ffi_arg(kind: Carrier, model: DataModel, word: int = 0) -> int:
    """How far into an `ffi_arg` the value's own bytes begin: in the low-order end of a widened one, else at its start.
    `word`: of so many bytes is what it was widened to, where that is no pointer's width."""
    return model.byteorder.low(max(word or model.pointer, kind.size), kind.size) if widened(kind, model) else 0


def carrier(type: CType, model: DataModel) -> Carrier:
    """How `type` crosses. Raises UnsupportedTypeError, naming the type, where it cannot yet, or is no type of the
    platform's C."""
    type = unqualified(type)
    if isinstance(type, Pointer):
        return _object(type, model) if is_python_object(type) else _pointer(type, model)
    if isinstance(type, Swapped):  # read and written in memory only
        return InstanceKind(sizeof(type, model), unwrap=True)
    if isinstance(type, Enum):
        type = type.underlying
    return _scalar(type, model) if isinstance(type, (Integer, Float)) else _of_value(type, model)


@lru_cache(maxsize=256)  # some twenty types for each model
def _scalar(type: CType, model: DataModel) -> Carrier:
    return _of_value(type, model)


def _of_value(type: CType, model: DataModel) -> Carrier:
    if not _kinds(type).isdisjoint(model.lacks):
        raise UnsupportedTypeError(f"{type} is not a type of C on {model}")
    if isinstance(type, Void):
        return VoidKind()
    if isinstance(type, Integer):
        return _integer(type, model)
    if isinstance(type, Float) and type.format in REAL_FORMATS:
        return FloatKind(REAL_FORMATS[type.format])
    if isinstance(type, Record):
        return InstanceKind(sizeof(type, model), aligned=lies_apart(type, model))
    if isinstance(type, Complex) and isinstance(type.part, Integer):  # what libffi alone has
        return InstanceKind(sizeof(type, model), aligned=lies_apart(type, model))
    if isinstance(type, (Float, Complex)):
        part = type.part if isinstance(type, Complex) else type
        return InstanceKind(
            sizeof(type, model), part.format not in KEPT_WHOLE, lies_apart(type, model), _number(type, part, model)
        )
    if isinstance(type, Vector):
        return InstanceKind(sizeof(type, model), aligned=lies_apart(type, model))
    if isinstance(type, (Function, Array)):
        raise UnsupportedTypeError(f"{type} cannot be passed by value in C; declare a pointer to it")
    raise UnsupportedTypeError(f"{type} is not supported as an argument, a result or a member")


def stored(type: CType, model: DataModel) -> Carrier:
    """How what C has stored in memory comes to Python: as `type` crosses, but arrays are instances, and numbers that no
    number of Python's holds exactly come as their value. Raises UnsupportedTypeError as `carrier` does."""
    plain = unqualified(type)
    if isinstance(plain, Array):
        return InstanceKind(sizeof(plain, model), aligned=lies_apart(plain, model))
    kind = carrier(plain, model)
    if isinstance(kind, InstanceKind) and isinstance(plain, (Float, Complex)):
        return InstanceKind(kind.size, unwrap=True, aligned=kind.aligned, number=kind.number)
    return kind


def _number(type: Float | Complex, part: Float, model: DataModel) -> str:
    """Which numbers of Python's are read for a complex or a floating number."""
    if isinstance(type, Complex):
        return f"complex:{REAL_FORMATS[part.format]}" if part.format in REAL_FORMATS else ""
    return f"long:{model.long_double_format}" if part.format == "long" else ""


def _kinds(type: CType) -> frozenset[str]:
    """The rank, or the format and name, by which a model says that it lacks a type."""
    if isinstance(type, (Complex, Vector)):
        return _kinds(type.part if isinstance(type, Complex) else type.lane)
    if isinstance(type, Float):
        return frozenset({type.format, type.name})
    return frozenset({type.rank}) if isinstance(type, Integer) else frozenset()


def lies_apart(type: CType, model: DataModel) -> bool:
    """Whether values have memory of their own, apart from their object: it is not aligned enough, or too small."""
    return alignof(type, model) > block_align(model) or sizeof(type, model) > LARGEST_OWNED


def _integer(type: Integer, model: DataModel) -> Carrier:
    if type.rank == "bool":
        return BoolKind()
    size = sizeof(type, model)
    if size > 8:
        return InstanceKind(
            size, unwrap=True, number=("int:s" if is_signed(type, model) else "int:u") if size == 16 else ""
        )
    if type.rank == "char" and type.signed is None:
        return CharKind(is_signed(type, model))
    return IntKind(size, is_signed(type, model))


#: The formats of floating numbers that buffers have codes for: the same size alone does not make another one of them.
SHOWN_FLOATS = frozenset({"binary16", "binary32", "binary64", "long"})


def _object(type: Pointer, model: DataModel) -> ObjectKind:
    return ObjectKind(model.pointer, is_const(type.target))


def _pointer(type: Pointer, model: DataModel) -> PointerKind:
    target = unqualified(type.target)
    const = is_const(type.target)
    text = const and isinstance(target, Integer) and target.rank == "char" and target.signed is None
    element = target
    while isinstance(element, Array):
        element = unqualified(element.element)
    if isinstance(element, Void):
        item = 0
    elif isinstance(element, (Function, Swapped)) or (isinstance(element, Record) and element.fields is None):
        item = -1
    else:
        item = sizeof(element, model)
    return _pointer_kind(model.pointer, const, text, item, _numbers(element), isinstance(element, Function))


def _numbers(element: CType) -> str:
    part = element.part if isinstance(element, Complex) else element
    if isinstance(part, Float) and part.format in SHOWN_FLOATS:
        return "floating" if part is element else "complex"
    return "" if isinstance(element, (Float, Complex, Record, Vector)) else "whole"


@cache  # one for each size of what is pointed to, a few dozen bytes
def _pointer_kind(size: int, const: bool, text: bool, item: int, numbers: str, code: bool) -> PointerKind:
    return PointerKind(size, const, text, item, numbers, code)
