"""ctypes' types and instances, where a program uses them beside farcall: described, taken and made.

ctypes is not imported for this: who has instances of its types has loaded it.
"""

from __future__ import annotations

import sys
import weakref

from ...ctype import (
    BIG,
    CType,
    Enum,
    Field,
    Function,
    Integer,
    Parameter,
    Qualified,
    Swapped,
    Void,
    is_signed,
    layout,
    names,
    natural,
    same_scalars,
    sizeof,
    unqualified,
)
from ...ctype import Array as ArrayType
from ...ctype import Complex as ComplexType
from ...ctype import Float as FloatType
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ...errors import UnsupportedTypeError
from ..facts.host import host_target
from .interop_types import member_of, order_of, ordered, simple_type

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["from_ctypes", "instance_of", "is_foreign", "pointed", "size_of", "to_ctypes"]

CONST = frozenset({"const"})
#: ctypes' codes of simple types (Modules/_ctypes/cfield.c).
SIMPLE: dict[str, CType] = {
    "c": names.char, "b": names.schar, "B": names.uchar, "h": names.short, "H": names.ushort, "i": names.int_,
    "I": names.uint, "l": names.long, "L": names.ulong, "q": names.longlong, "Q": names.ulonglong, "f": names.float_,
    "d": names.double, "g": names.longdouble, "?": names.bool_, "u": names.wchar, "P": PointerType(names.void),
    "z": PointerType(Qualified(names.char, CONST)), "Z": PointerType(Qualified(names.wchar, CONST)),
    "F": names.complex_float, "D": names.complex_double, "G": names.complex_longdouble,
}  # fmt: skip

_records: weakref.WeakKeyDictionary[Any, RecordType] = weakref.WeakKeyDictionary()
_made: dict[CType, Any] = {}


def _ctypes() -> Any:
    return sys.modules.get("ctypes")


def is_foreign(value: object) -> bool:
    """Whether a value is an instance of one of ctypes' types."""
    c = _ctypes()
    kinds = () if c is None else (c._SimpleCData, c.Structure, c.Union, c.Array, c._Pointer, c._CFuncPtr)
    return isinstance(value, kinds)


def from_ctypes(type: Any) -> CType:
    """The C type that a ctypes type describes. Raises UnsupportedTypeError for one that C does not have (`py_object`),
    or that ctypes lays out otherwise than C."""
    c = _ctypes()
    if type is None:
        return names.void
    if c is None or not isinstance(type, _type_of(c)):
        raise TypeError(f"{type!r} is not a ctypes type")
    if issubclass(type, c._SimpleCData):
        found = simple_type(SIMPLE, type._type_)
        if found is None:
            raise UnsupportedTypeError(f"ctypes.{type.__name__} is no C type")
        return ordered(found, type)
    if issubclass(type, c._Pointer):
        return PointerType(from_ctypes(type._type_))
    if issubclass(type, c.Array):
        return ArrayType(from_ctypes(type._type_), type._length_)
    if issubclass(type, c._CFuncPtr):
        parameters = tuple(Parameter("", from_ctypes(t)) for t in type._argtypes_)
        return PointerType(Function(from_ctypes(type._restype_), parameters))
    return _record(c, type)


def _type_of(c: Any) -> tuple[Any, ...]:
    return tuple({type(kind) for kind in (c.c_int, c.Structure, c.Union, c.c_int * 1, c.POINTER(c.c_int), c._CFuncPtr)})


def _record(c: Any, type: Any) -> RecordType:
    found = _records.get(type)
    if found is not None:
        return found
    made = RecordType("union" if issubclass(type, c.Union) else "struct", type.__name__)
    if hasattr(type, "_swappedbytes_"):
        made.order = order_of(type)
    _records[type] = made  # now, since its fields may point to it
    try:
        made.complete(_fields(type), pack=getattr(type, "_pack_", 0))
        _check(c, type, made)
    except BaseException:
        del _records[type]
        raise
    return made


def _fields(type: Any) -> list[Field]:
    found = []
    for base in reversed(type.__mro__):
        anonymous = vars(base).get("_anonymous_", ())
        for name, kind, *bits in vars(base).get("_fields_", ()):
            found.append(member_of(type, None if name in anonymous else name, from_ctypes(kind), bits))
    return found


def _check(c: Any, type: Any, made: RecordType) -> None:
    placed = layout(made, host_target().model)
    same = placed.size == c.sizeof(type) and placed.align == c.alignment(type)
    for member in placed.members:
        if member.field.name and member.field.bits is None:
            same = same and getattr(type, member.field.name).offset == member.offset
    if not same:
        raise UnsupportedTypeError(f"ctypes lays out {type.__name__} otherwise than C does")


def to_ctypes(ctype: CType) -> Any:
    """The ctypes type of a C type. Raises UnsupportedTypeError where ctypes has none, RuntimeError if ctypes is not
    loaded."""
    c = _ctypes()
    if c is None:
        raise RuntimeError("ctypes is not loaded: import it first")
    plain = unqualified(ctype)
    if plain not in _made:
        made = _make(c, plain)
        if made is not None:
            _made[plain] = made
    return _made[plain]


def _make(c: Any, plain: CType) -> Any:
    model = host_target().model
    if isinstance(plain, Swapped):
        found = to_ctypes(plain.type)
        swapped = getattr(found, "__ctype_be__" if plain.order == BIG else "__ctype_le__", None)
        if swapped is None:
            raise UnsupportedTypeError(f"ctypes has no type for {plain}")
        return swapped
    if isinstance(plain, Void):
        return None
    if isinstance(plain, Enum):
        return to_ctypes(plain.underlying)
    if isinstance(plain, Integer):
        if plain.rank == "bool":
            return c.c_bool
        if plain.rank == "wchar":
            return c.c_wchar
        if plain.rank == "char" and plain.signed is None:
            return c.c_char
        size = sizeof(plain, model)
        if size <= 8:
            return getattr(c, f"c_{'' if is_signed(plain, model) else 'u'}int{size * 8}")
    if isinstance(plain, (FloatType, ComplexType)):
        for code, kind in SIMPLE.items():
            if kind == plain:
                found = {"f": "c_float", "d": "c_double", "g": "c_longdouble", "F": "c_float_complex",
                         "D": "c_double_complex", "G": "c_longdouble_complex"}[code]  # fmt: skip
                if hasattr(c, found):
                    return getattr(c, found)
    if isinstance(plain, ArrayType) and plain.length is not None:
        return to_ctypes(plain.element) * plain.length
    if isinstance(plain, PointerType):
        return _pointer(c, plain)
    if isinstance(plain, RecordType) and plain.fields is not None:
        return _structure(c, plain)
    raise UnsupportedTypeError(f"ctypes has no type for {plain}")


def _pointer(c: Any, plain: PointerType) -> Any:
    target = unqualified(plain.target)
    if isinstance(target, Void) or (isinstance(target, RecordType) and target.fields is None):
        return c.c_void_p
    if isinstance(target, Function):
        result = None if isinstance(target.result, Void) else to_ctypes(target.result)
        return c.CFUNCTYPE(result, *(to_ctypes(p.type) for p in target.parameters))
    if PointerType(Qualified(target, CONST)) == SIMPLE["z"]:
        return c.c_char_p
    return c.POINTER(to_ctypes(target))


def _structure(c: Any, plain: RecordType) -> Any:
    if plain.microsoft or plain.align or any(f.packed or f.align for f in plain.fields or ()):
        raise UnsupportedTypeError(f"ctypes cannot describe how {plain} is aligned")
    base = _base(c, plain)
    name = plain.tag or plain.name or plain.kind
    made = _made[plain] = type(base)(name, (base,), {"_pack_": plain.pack} if plain.pack else {})
    try:
        rows, anonymous = [], []
        for index, field in enumerate(plain.fields or ()):
            label = field.name or f"_{index}"
            if field.name is None:
                anonymous.append(label)
            row = (label, to_ctypes(field.type if plain.order is None else natural(field.type)))
            rows.append(row if field.bits is None else (*row, field.bits))
        if anonymous:
            made._anonymous_ = anonymous
        made._fields_ = rows
        _check(c, made, plain)
    except BaseException:
        del _made[plain]
        raise
    return made


def _base(c: Any, plain: RecordType) -> Any:
    """The class of ctypes' for structs or unions of a byte order, which it gives to their members itself."""
    kind = "Union" if plain.is_union else "Structure"
    if plain.order is None:
        return getattr(c, kind)
    base = getattr(c, f"{plain.order.name.title()}Endian{kind}", None)  # unions have it since Python 3.11
    pointer = next((f for f in plain.fields or () if isinstance(unqualified(f.type), PointerType)), None)
    if base is None or pointer is not None:
        what = f"{plain.order} unions" if base is None else f"pointers in {plain.order} structs: {plain}"
        raise UnsupportedTypeError(f"ctypes has no {what}")
    return base


def pointed(value: Any) -> tuple[CType, int]:
    """What a ctypes instance that is passed for a pointer points to, and where: of a pointer its target, of anything
    else the instance itself; of an array its items."""
    c = _ctypes()
    ctype = from_ctypes(type(value))
    if isinstance(ctype, PointerType):
        return ctype.target, c.cast(value, c.c_void_p).value or 0
    return (ctype.element if isinstance(ctype, ArrayType) else ctype), c.addressof(value)


def instance_of(cls: Any, value: Any) -> tuple[int, bool]:
    """Where a ctypes instance lies, and whether it is laid out as the values of `cls` are."""
    c, model = _ctypes(), host_target().model
    fits = same_scalars(from_ctypes(type(value)), cls.__ctype__, model)
    return c.addressof(value), fits and c.sizeof(value) == sizeof(cls.__ctype__, model)


def size_of(value: Any, place: int) -> int | None:
    """How many bytes a ctypes instance has at a place, if it lies there itself; None of all other objects."""
    if not is_foreign(value) or _ctypes().addressof(value) != place:
        return None
    return int(_ctypes().sizeof(value))
