"""Saying what is wrong with a value: an exception that names the place, the C type and what was given."""

from __future__ import annotations

from typing import Any, NoReturn

from ...ctype import CType, unqualified
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ...errors import FarcallError
from ...stub.carrier import BoolKind, Carrier, CharKind, FloatKind, IntKind, PointerKind, VoidKind, carrier
from ..facts.host import host_target

__all__ = ["raise_named", "refuse", "refuse_number", "refuse_pointer"]


def refuse(self: Any, index: int, value: object, error: BaseException | None = None) -> NoReturn:
    """Raise what is wrong with `value` as argument `index` of a function, or as a member of a value.

    `error` is what the conversion raised, if it did: by CPython, or by the value's own `__index__` or buffer.
    """
    from ..value import Value

    if isinstance(self, Value):
        ctype, where = _field(self, index)
        _refuse_bits(self, index, value, where, error)
    else:
        ctype, where = self.parameter_type(index), self.parameter_name(index)
    kind = carrier(ctype, host_target().model)
    if isinstance(kind, PointerKind):
        refuse_pointer(kind, ctype, value, where, error)
    if isinstance(kind, VoidKind):
        raise TypeError(f"{where} must be None for void, not {type(value).__name__}")
    _refuse_number(kind, ctype, value, where, error)


def _field(value: Any, index: int) -> tuple[CType, str]:
    """The type and name of a value's member, of an item, or of the value itself if it is one number."""
    from ..value import Array, Pointer, Record, Vector

    if isinstance(value, (Array, Vector)):
        element = value.__ctype__.element if isinstance(value, Array) else value.__ctype__.lane
        return element, f"{value.__ctype__}: {'item' if isinstance(value, Array) else 'lane'} {index}"
    if isinstance(value, Pointer):
        target = unqualified(value.__ctype__.target)
        if not isinstance(target, RecordType):
            return target, f"{value.__ctype__}: item {index}"
        from ..value import class_of

        member = class_of(target).__named__[index]
        return member.ctype, f"{target}: field {member.name!r}"
    if not isinstance(value, Record):
        return value.__ctype__, f"{type(value).__name__}()"
    member = value.__named__[index]
    return member.ctype, f"{unqualified(value.__ctype__)}: field {member.name!r}"


def refuse_number(ctype: CType, value: object, where: str, error: BaseException) -> NoReturn:
    """Raise what is wrong with a number, as `error` said it of another place."""
    cause = error.__cause__ or (error if isinstance(error, TypeError) else None)
    _refuse_number(carrier(ctype, host_target().model), ctype, value, where, cause)


def _refuse_bits(self: Any, index: int, value: object, where: str, error: BaseException | None) -> None:
    """Raise that a number does not fit a bit-field, if that is what it is about."""
    from ..value import Array, Vector
    from ..value.access import bit_limits, members_seen

    if isinstance(self, (Array, Vector)) or not hasattr(type(value), "__index__"):
        return
    members = members_seen(self) if hasattr(self, "__named__") or isinstance(_target_of(self), RecordType) else ()
    if index >= len(members) or members[index].bits is None:
        return
    if error is None or isinstance(error, OverflowError):
        member, (low, high) = members[index], bit_limits(members[index])
        kind = f"{member.ctype} : {member.bits}"
        raise OverflowError(f"{where}: {_shown(value)} is out of range for {kind} ({low} to {high})")


def _target_of(value: Any) -> CType | None:
    """What a pointer points to; None for other values."""
    ctype = value.__ctype__
    return unqualified(ctype.target) if isinstance(ctype, PointerType) else None


def _refuse_number(kind: Carrier, ctype: CType, value: Any, where: str, error: BaseException | None) -> NoReturn:
    from ..value.numpy_scalar import is_real

    given = type(value).__name__
    if isinstance(kind, CharKind) and issubclass(type(value), (bytes, bytearray, str)):
        what = f"{given} of length {len(value)}"
        raise TypeError(f"{where} must be one byte or an int for {ctype}, not {what}")
    real = isinstance(kind, FloatKind)
    wanted, converts = ("a number", is_real(value)) if real else ("an int", hasattr(type(value), "__index__"))
    if isinstance(error, TypeError) and not converts:
        raise TypeError(f"{where} must be {wanted} for {ctype}, not {given}") from None
    if error is not None and not (isinstance(error, OverflowError) and isinstance(value, int)):
        raise_named(error, where)
    if isinstance(kind, FloatKind):
        raise OverflowError(f"{where}: {_shown(value)} is out of range for {ctype}")
    low, high = _limits(kind)
    raise OverflowError(f"{where}: {_shown(value)} is out of range for {ctype} ({low} to {high})")


def raise_named(error: BaseException, where: str) -> NoReturn:
    """Raise an error again, with the name of the parameter where it is about a value; others as they are."""
    for plain in (OverflowError, ValueError, TypeError, BufferError):
        if isinstance(error, plain):
            kind = type(error) if isinstance(error, FarcallError) else plain
            raise kind(f"{where}: {error}") from error
    raise error


def _shown(value: object) -> str:
    """A number in an error's text; one that is very long is only described."""
    if isinstance(value, int):
        from ..value.given import index_of, shown

        return shown(index_of(value))
    from reprlib import repr as short_repr

    return short_repr(value)


def _limits(kind: Carrier) -> tuple[int, int]:
    if isinstance(kind, BoolKind):
        return 0, 1
    assert isinstance(kind, (IntKind, CharKind))
    bits = 8 * kind.size
    return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if kind.signed else (0, (1 << bits) - 1)


def _instead_of_text(kind: PointerKind, ctype: CType) -> str:
    """What to pass for a pointer that takes no str."""
    from ..value.text import width_of

    plain = unqualified(ctype)
    target = unqualified(plain.target) if isinstance(plain, PointerType) else plain
    if width_of(target) > 1:
        return f'farcall.new("{target}[]", text)'
    return "bytes" if kind.const else "a bytearray"


def refuse_pointer(
    kind: PointerKind, ctype: CType, value: object, where: str, error: BaseException | None = None
) -> NoReturn:
    """Say why a value cannot be passed as a pointer."""
    given = type(value).__name__
    if issubclass(type(value), str):
        if kind.text:
            raise ValueError(f"{where}: the str has a NUL character inside, where C would cut it")
        raise TypeError(f"{where} must be {ctype}, not str; pass {_instead_of_text(kind, ctype)}")
    if issubclass(type(value), int) and type(value) is not bool:
        raise TypeError(f"{where} must be {ctype}, not int; only void * takes an address as int")
    if error is not None and not isinstance(error, (TypeError, ValueError, BufferError)):
        raise error
    try:
        view = memoryview(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, BufferError) as refused:
        if isinstance(refused, TypeError) and not hasattr(type(value), "__buffer__"):
            raise TypeError(f"{where} must be {ctype}, not {given}") from None
        raise_named(refused, where)
    if kind.item < 0:
        raise TypeError(f"{where} must be {ctype}, not {given}: the target's size is not known")
    if view.readonly and not kind.const:
        raise TypeError(f"{where} must be writable for {ctype}; {given} is read-only")
    if not view.c_contiguous:
        raise ValueError(f"{where}: the buffer is not C-contiguous; pass a contiguous copy")
    if isinstance(value, (bytes, bytearray)):
        raise ValueError(
            f"{where} must be {ctype}, with items of {kind.item} bytes; {given} has {view.nbytes}, not a whole number of them"
        )
    if view.itemsize != kind.item:
        raise TypeError(
            f"{where} must be {ctype}, with items of {kind.item} bytes; "
            f"{given} has items of {view.itemsize} (format {view.format!r}); view or cast it"
        )
    raise TypeError(f"{where} must be {ctype}; the items of {given} have format {view.format!r}")
