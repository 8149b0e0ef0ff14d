"""Pointers to arrays whose items, dimensions, shape and order are looked at: what NumPy's `ctypeslib.ndpointer` is to ctypes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache, partial

from .. import seed
from ..cpython.facts.host import ORDER, host_target
from ..cpython.value import pointer_at
from ..cpython.value.exported import format_of
from ..cpython.value.given import count_of, shown
from ..cpython.value.interop_types import numpy_classes
from ..cpython.value.packed import same_numbers
from ..ctype import Array, CType, Function, Pointer, Record, Void, alignof, is_const, sizeof, unqualified
from ..record import NamedTuple
from .custom import Converter, convert_by
from .exchange import dtype
from .types import ctype_named

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Arrays", "arrays_of", "ndpointer", "pointer_to"]

#: How items may lie: the last index runs first, as in C, the first one, as in Fortran, or any of both.
ORDERS = {"C": "C-contiguous", "F": "Fortran-contiguous", "A": "contiguous"}


class Arrays(NamedTuple):
    """The arrays that a parameter takes. None is any number of dimensions, or any length of one."""

    element: CType
    ndim: int | None
    shape: tuple[int | None, ...] | None
    order: str

    def __str__(self) -> str:
        facts = [] if self.ndim is None or self.shape is not None else [f"ndim={self.ndim}"]
        facts += [] if self.shape is None else [f"shape={self.shape}"]
        return f"ndpointer({', '.join([str(self.element), *facts, f'order={self.order!r}'])})"


def ndpointer(
    type: Any, /, ndim: int | None = None, shape: Sequence[int | None] | None = None, order: str = "C"
) -> Any:
    """The type of a parameter that is a pointer to the items of an array, and takes arrays alone that have items of `type`, so
    many dimensions, this shape (None for a length that does not matter), and lie in this order: "C", "F" (Fortran's) or "A" (any of
    both). NumPy's arrays, farcall's own, and whatever else has a buffer; `const` in `type` takes read-only ones.

    It stands in annotations and in lists of types. A call raises TypeError for items of another type, ValueError for another
    shape or order. A result, and what a callback is given, is an array where the shape is known, and else a pointer.

        >>> matrix = farcall.ndpointer("double", ndim=2)
        >>> matrix
        <class 'farcall.ndpointer(double, ndim=2, order='C')'>
    """
    element = ctype_named(type, "ndpointer()")
    plain = unqualified(element)
    if isinstance(plain, (Void, Function)) or getattr(plain, "fields", ()) is None:
        raise TypeError(f"ndpointer(): {element} is no type of items")
    if order not in ORDERS:
        raise ValueError(f"ndpointer(): order must be 'C', 'F' or 'A', not {order!r}")
    lengths = None if shape is None else tuple([None if n is None else count_of(n, "a length") for n in shape])
    count = None if ndim is None else count_of(ndim, "ndim")
    if lengths is not None and count not in (None, len(lengths)):
        raise ValueError(f"ndpointer(): the shape {lengths} has {len(lengths)} dimensions, not {count}")
    return _class_of(Arrays(element, count if lengths is None else len(lengths), lengths, order))


@cache
def _class_of(arrays: Arrays) -> Any:
    """The class that stands for the arrays, of which there is one: it is known for good, as all classes are that convert."""
    facts = {"__ctype__": Pointer(arrays.element), "__module__": "farcall", "__slots__": (), "__arrays__": arrays}
    made = type(str(arrays), (), facts)
    convert_by(made, Converter(partial(pointer_to, arrays), partial(_seen, arrays)))
    return made


def arrays_of(cls: Any) -> Arrays | None:
    """The arrays that a class of `ndpointer` stands for; None for another thing."""
    found = vars(cls).get("__arrays__") if isinstance(cls, type) else None
    return found if isinstance(found, Arrays) else None


def pointer_to(arrays: Arrays, value: Any, where: str) -> Any:
    """A pointer to the items of an array, whose buffer it holds. Raises TypeError or ValueError, naming `where`."""
    try:
        view = memoryview(value)
    except (TypeError, ValueError, BufferError):
        raise TypeError(f"{where} must be {arrays}, not {type(value).__name__}") from None
    if not _same_items(arrays.element, view, value):
        raise TypeError(f"{where} must be {arrays}; the items of {type(value).__name__} are {_items(view, value)}")
    if arrays.ndim not in (None, view.ndim):
        raise ValueError(f"{where} must be {arrays}; the array has {view.ndim} dimensions")
    if arrays.shape is not None:
        for wanted, length in zip(arrays.shape, view.shape or (), strict=True):
            if wanted not in (None, length):
                raise ValueError(f"{where} must be {arrays}; the array has the shape {view.shape}")
    if view.readonly and not is_const(arrays.element):
        raise TypeError(f"{where} must be writable for {arrays}; {type(value).__name__} is read-only")
    fits = {"C": view.c_contiguous, "F": view.f_contiguous, "A": view.contiguous}[arrays.order]
    if not fits:
        raise ValueError(f"{where} must be {arrays}; the array is not {ORDERS[arrays.order]}: pass a copy")
    lying = view if view.c_contiguous else _turned(view, where)
    place = seed.address_of(lying)
    align = alignof(arrays.element, host_target().model)
    if place % align:
        raise ValueError(f"{where} must be {arrays}; the array is not aligned to {align} bytes: pass a copy")
    return pointer_at(Pointer(arrays.element), place, lying)


def _turned(view: memoryview, where: str) -> memoryview:
    """The same memory with the first axis last: of what lies in Fortran's order in C's."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        raise ValueError(f"{where}: an array in Fortran's order takes NumPy, which is not loaded")
    return memoryview(numpy.asarray(view).transpose())


def _same_items(element: CType, view: memoryview, value: Any) -> bool:
    """Whether the items of a buffer are of a type: numbers of its size and kind, structs of its layout."""
    plain = unqualified(element)
    if view.itemsize != sizeof(plain, host_target().model):
        return False
    if isinstance(plain, Record) and issubclass(type(value), numpy_classes("ndarray")):
        return bool(value.dtype == dtype(plain))
    return _letters(view.format) == _letters(format_of(plain)) or same_numbers(plain, view.format)


def _letters(format: str) -> str:
    """A format without what says nothing: this machine's own order."""
    return format.lstrip("@=" + ORDER.format)


def _items(view: memoryview, value: Any) -> str:
    """What the items of an array are, for errors."""
    if issubclass(type(value), numpy_classes("ndarray")):
        return str(value.dtype)
    return f"of {shown(view.itemsize)} bytes (format {view.format!r})"


def _seen(arrays: Arrays, pointer: Any) -> Any:
    """What C gives as such an array: of a known shape in C's order the array, else the pointer."""
    if not pointer or arrays.shape is None or None in arrays.shape or arrays.order != "C":
        return pointer
    ctype = arrays.element
    for length in reversed(arrays.shape):
        ctype = Array(ctype, length)
    return pointer.cast(Pointer(ctype)).contents
