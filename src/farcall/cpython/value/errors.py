"""Saying what is wrong with a value: an exception that names the place, the C type and what was given."""

from __future__ import annotations

import io
from reprlib import repr as short_repr

from ...ctype import Array, CType, Function, Void, declare, unqualified
from ...ctype import Pointer as PointerType
from ...errors import FarcallError
from ...stub.carrier import BoolKind, Carrier, CharKind, FloatKind, IntKind, PointerKind, carrier
from ..facts.host import host_target
from .given import index_of, shown
from .made_for_it import MadeForIt
from .numpy_scalar import is_real
from .text import width_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, NoReturn

__all__ = ["raise_named", "refuse_carried", "refuse_number", "refuse_pointer", "refuse_unkept", "said"]


def refuse_number(ctype: CType, value: object, where: str, error: BaseException) -> NoReturn:
    """Raise what is wrong with a number, as `error` said it of another place."""
    cause = error.__cause__ or (error if isinstance(error, TypeError) else None)
    refuse_carried(carrier(ctype, host_target().model), ctype, value, where, cause)


def refuse_carried(kind: Carrier, ctype: CType, value: Any, where: str, error: BaseException | None) -> NoReturn:
    """Raise what is wrong with a number that crosses as `kind`."""
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
        raise OverflowError(f"{where}: {said(value)} is out of range for {ctype}")
    low, high = _limits(kind)
    raise OverflowError(f"{where}: {said(value)} is out of range for {ctype} ({low} to {high})")


def raise_named(error: BaseException, where: str) -> NoReturn:
    """Raise an error again, with the name of the parameter where it is about a value; others as they are."""
    for plain in (OverflowError, ValueError, TypeError, BufferError):
        if isinstance(error, plain):
            kind = type(error) if isinstance(error, FarcallError) else plain
            raise kind(f"{where}: {error}") from error
    raise error


def said(value: object) -> str:
    """A number in an error's text; one that is very long is only described."""
    if isinstance(value, int):
        return shown(index_of(value))
    return short_repr(value)


def _limits(kind: Carrier) -> tuple[int, int]:
    if isinstance(kind, BoolKind):
        return 0, 1
    assert isinstance(kind, (IntKind, CharKind))
    bits = 8 * kind.size
    return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if kind.signed else (0, (1 << bits) - 1)


def _instead_of_text(kind: PointerKind, ctype: CType) -> str:
    """What to pass for a pointer that takes no str."""
    plain = unqualified(ctype)
    target = unqualified(plain.target) if isinstance(plain, PointerType) else plain
    if width_of(target) > 1:
        return f'farcall.new("{target}[]", text)'
    return "bytes" if kind.const else "a bytearray"


def _instead(ctype: CType, value: object) -> str:
    """The end of a message: what to pass for a pointer in place of an object that has no address."""
    plain = unqualified(ctype)
    target = unqualified(plain.target) if isinstance(plain, PointerType) else plain
    if isinstance(value, io.IOBase):
        return ": a Python file is no C object; C's fdopen() makes a FILE of its fileno()"
    if type(value).__name__ == "CArgObject":  # of ctypes.byref
        return ": pass the ctypes object itself"
    if isinstance(target, (Function, Void)) or not isinstance(plain, PointerType):
        return ""
    if isinstance(value, (list, tuple)):
        return f'; pass new("{declare(Array(target, None))}", {type(value).__name__}), or a buffer'
    if isinstance(value, (bool, float, complex)):
        return f'; pass new("{target}", value), or a buffer'
    return ""


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
            raise TypeError(f"{where} must be {ctype}, not {given}{_instead(ctype, value)}") from None
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


def refuse_unkept(ctype: CType, held: object, where: str) -> NoReturn:
    """Raise that what only a pointer keeps, `held`, is not stored in memory that C owns: text, a closure made of a callable,
    what an object offers."""
    if isinstance(held, MadeForIt):
        way = f"what {type(held[-1]).__name__} offers would be gone at once: keep that, and store a pointer to it,"
    elif callable(held):
        way = "the closure made for a callable would be gone at once: make a farcall.Closure and keep it"
    else:
        target = unqualified(ctype.target) if isinstance(ctype, PointerType) else None
        word = str(target) if target is not None and width_of(target) > 1 else "char"
        way = f'text stored there would be gone at once: store a farcall.new("{word}[]", text), and keep that'
    raise TypeError(f"{where or ctype}: this memory is C's, and {way} for as long as C uses it")
