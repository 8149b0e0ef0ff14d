"""One Python class for each C type, made when first asked for: types that are declared identically share theirs, in
whatever library they are declared."""

from __future__ import annotations

import weakref

from ...ctype import Array as ArrayType
from ...ctype import CType, Qualified, canonical, is_const, keep_apart, unfinished, unqualified
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ...ctype import Vector as VectorType
from ...ctype.facts import forget
from ...errors import UnsupportedTypeError
from ...stub.class_facts import FLAGS, MEMORY, POINTS_TO, SIZE
from ..link.late import late
from ..link.native import make_type
from .base import point

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "class_of",
    "class_read",
    "derive",
    "outdated",
    "plain_class",
    "pointer_at",
    "remember_pointer",
    "specialise",
    "stand_for",
]

CONST = frozenset({"const"})

#: What makes classes, by the kind of C type: above this module, since kinds need the classes of what they consist of.
MAKERS = "cpython.value.kinds:MAKERS"
#: Classes are held weakly: one that nobody uses is dropped. Those of pointers to incomplete records are apart, since they
#: have no members yet.
_classes: weakref.WeakValueDictionary[CType, Any] = weakref.WeakValueDictionary()
_opaque: weakref.WeakValueDictionary[CType, Any] = weakref.WeakValueDictionary()
#: The classes that others have been derived from, which stand for their types again when those are gone; by whether the type
#: was incomplete, and the type.
_derived_from: weakref.WeakValueDictionary[tuple[bool, CType], Any] = weakref.WeakValueDictionary()


def class_of(ctype: CType) -> Any:
    """The class whose instances are values of `ctype`; of a const type one that refuses to be written.

    Raises UnsupportedTypeError for void and functions, IncompleteTypeError for a record without members.
    """
    constant, ctype = is_const(ctype), unqualified(ctype)
    if constant and not isinstance(ctype, ArrayType):
        ctype = Qualified(ctype, CONST)
    elif constant and isinstance(ctype, ArrayType) and not is_const(ctype.element):
        ctype = ArrayType(Qualified(ctype.element, CONST), ctype.length)
    made = _classes.get(ctype)
    return _shared(ctype) if made is None else made


def outdated(cls: Any) -> bool:
    """Whether a class is of pointers to a record that was incomplete when it was made, and is not any more."""
    ctype = cls.__ctype__
    return _opaque.get(ctype) is cls and not unfinished(ctype)


def _shared(ctype: CType) -> Any:
    """The class of a type that none is known for by its own name: that of the type which is declared identically."""
    if unfinished(ctype):
        made = _opaque.get(ctype)
        return _opaque.setdefault(ctype, _derived_from.get((True, ctype)) or _make(ctype)) if made is None else made
    one = canonical(ctype)
    made = _classes.get(one)
    if made is None:
        made = _classes.setdefault(one, _derived_from.get((False, one)) or _make(one))
    if one is not ctype:
        _classes[ctype] = made
    return made


def class_read(ctype: CType) -> Any:
    """The class of what reading a `ctype` gives: a view is const where its memory is; pointers and numbers are values of
    their own, which are not."""
    plain = unqualified(ctype)
    return class_of(ctype if isinstance(plain, (RecordType, ArrayType, VectorType)) else plain)


def pointer_at(ctype: PointerType, place: int, keep: object = None) -> Any:
    """A pointer object of type `ctype` with the address `place`, keeping `keep` alive."""
    return point(class_of(ctype), place, keep)


def remember_pointer(cls: Any, pointer: Any) -> None:
    """Have generated code know the class of pointers to the values of a class, if farcall has made that, and if no
    declaration can change it."""
    kept = vars(cls).get("__native__")
    if kept is not None and not kept.knows(POINTS_TO) and not unfinished(pointer.__ctype__):
        kept.things.append(pointer)
        kept.know(POINTS_TO, id(pointer))


def plain_class(cls: Any) -> Any:
    """The class of values that can be written, of a type's own class; a class written in Python is left as it is."""
    if not cls.__const__ or "__ctype__" not in vars(cls):
        return vars(cls).get("__plain__", cls)  # a derived class has one of const values beside it
    return class_of(_plain(cls.__ctype__))


def _plain(ctype: CType) -> CType:
    """A type without const, of arrays also that of their items."""
    plain = unqualified(ctype)
    return ArrayType(_plain(plain.element), plain.length) if isinstance(plain, ArrayType) else plain


def specialise(record: RecordType, doc: str, attributes: dict[str, Any]) -> Any:
    """The class of a record with attributes of its own. From now on values of the record are instances of it, for as
    long as it lives; it stays open to change."""
    keep_apart(record)
    plain: Any = class_of(record)
    made: Any = make_type(plain.__name__, (plain,), plain.__layout__.size, doc)
    for name, thing in attributes.items():
        setattr(made, name, thing)
    vars(made)["__native__"].know(SIZE, plain.__layout__.size)
    vars(made)["__native__"].know(FLAGS, MEMORY)
    _classes[record] = made
    forget()  # which class it has
    return made


def derive(cls: Any, plain: Any) -> None:
    """Have values of the type of a class, `plain`, be instances of one that is derived from it, for as long as that lives."""
    for opaque, known in ((False, _classes), (True, _opaque)):
        for ctype, made in list(known.items()):
            if made.__const__ and issubclass(made, plain):
                known.pop(ctype, None)  # that of const values is made anew, with what the new one has
            elif issubclass(made, plain):
                _derived_from[opaque, ctype] = plain
        for (of_opaque, ctype), made in list(_derived_from.items()):
            if made is plain and of_opaque is opaque:
                known[ctype] = cls
    target = _classes.get(plain.__ctype__.target) if isinstance(plain.__ctype__, PointerType) else None
    if target is not None and (kept := vars(target).get("__native__")) is not None:
        kept.know(POINTS_TO, 0)  # it is found out anew
    forget()  # which class it has


def stand_for(cls: Any, ctype: CType) -> None:
    """Have values of a type that nobody else has be instances of a class that is derived from farcall's, as long as it lives."""
    (_opaque if unfinished(ctype) else _classes)[ctype] = cls
    forget()  # which class it has


def _make(ctype: CType) -> Any:
    maker = late(MAKERS).get(type(ctype))
    if maker is None:
        raise UnsupportedTypeError(f"there are no values of type {ctype}")
    return maker(ctype)
