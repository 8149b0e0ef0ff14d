"""What a pointer can point to that is no C value: functions and closures, callables, buffers, text, what ctypes has."""

from __future__ import annotations

import sys

from ... import seed
from ...ctype import Array as ArrayType
from ...ctype import CType, Float, Function, Parameter, Void, callable_as, is_const, same_scalars, sizeof, unqualified
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ...record import replace
from ...stub.buffer import COMPLEX, KINDS
from ...stub.carrier import PointerKind, carrier
from ..facts.host import ORDER, host_target
from ..link.late import late
from .base import address
from .classes import class_of
from .errors import raise_named, refuse_pointer
from .foreign import is_foreign, pointed
from .function_address import lent_function
from .given import index_of
from .interop_types import cffi_of, numpy_classes
from .numpy_scalar import address_in, is_integer
from .text import is_wide, wide_text

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["is_va_list", "pointee"]

#: C's own tag of what a parameter `va_list` points to; also where a va_list is no struct.
VA_LIST = "__va_list_tag"
#: What makes a function for C of a Python callable: it stands above the values, which are its arguments.
CLOSURE = "cpython.callable.closure:Closure"
#: What knows lists of text, and the objects of other packages, both of which few programs pass.
TEXT_LIST, OFFERED = "cpython.value.text_list:text_list", "cpython.value.offered:offered"


def pointee(wanted: PointerType, value: Any, where: str) -> tuple[int, object]:
    """The address that stands for `value` where a pointer of type `wanted` is wanted, and what keeps it alive.

    Accepts foreign functions and closures, buffers, str for `const char *` and its wide kin, int for `void *`, callables
    for function pointers. Raises TypeError or ValueError, naming `where`.
    """
    kinds, model = type(value), host_target().model  # not what `__class__` says
    kind = carrier(wanted, model)
    assert isinstance(kind, PointerKind)
    code = isinstance(unqualified(wanted.target), (Function, Void))  # which is no data
    if code and (lent := lent_function(wanted, value, where)) is not None:
        return lent, value
    if (foreign := _foreign_pointer(wanted, value, where)) is not None:
        return foreign
    # cffi's functions are C's already
    if isinstance(unqualified(wanted.target), Function) and callable(value) and cffi_of(value) is None:
        closure: Any = late(CLOSURE)(value, class_of(wanted))
        return closure.address, closure
    if issubclass(kinds, int) and kinds is not bool and kind.item == 0:
        value = index_of(value)
        if not 0 <= value < 1 << (8 * kind.size):
            raise OverflowError(f"{where}: {value} is not an address")
        return value, None
    if issubclass(kinds, str) and kind.text:
        try:
            data = str.encode(value, "utf-8", "surrogateescape")
        except UnicodeEncodeError as error:  # a surrogate that stands for no byte
            raise_named(error, where)
        if b"\0" in data:
            raise ValueError(f"{where}: the str has a NUL character inside, where C would cut it")
        value = data + b"\0"
    if isinstance(value, str) and is_wide(wanted):
        made = wide_text(value, unqualified(wanted.target), where)
        return address(made), made
    if kind.item == 0 and is_integer(value):
        return address_in(value, where), None
    if kind.item >= 0:
        try:
            return _buffer(kind, value, wanted)
        except (TypeError, BufferError, ValueError):
            pass
    if getattr(unqualified(wanted.target), "tag", None) == VA_LIST and hasattr(type(value), "__farcall_va_list__"):
        place, held = value.__farcall_va_list__()
        return place, held
    if issubclass(kinds, (list, tuple)):
        found = late(TEXT_LIST)(wanted, value, where)
    else:
        found = late(OFFERED)(wanted, kind, value, where)
    if found is not None:
        return found  # type: ignore[no-any-return]
    refuse_pointer(kind, wanted, value, where)


def is_va_list(ctype: CType) -> bool:
    """Whether a type is what a va_list is to declarations, or that which a parameter of it points to."""
    plain = unqualified(ctype)
    plain = unqualified(plain.element) if isinstance(plain, ArrayType) else plain
    return isinstance(plain, RecordType) and plain.tag == VA_LIST


def _foreign_pointer(wanted: PointerType, value: object, where: str) -> tuple[int, object] | None:
    """Where what a ctypes instance points to lies, or the instance itself, and the instance; None for other objects."""
    if not is_foreign(value):
        return None
    target, place = pointed(value)
    void = isinstance(unqualified(target), Void) or isinstance(unqualified(wanted.target), Void)
    if is_const(target) and not is_const(wanted.target):
        raise TypeError(f"{where} must be {wanted}, not a ctypes pointer to const {unqualified(target)}")
    if not void and not same_scalars(target, wanted.target, host_target().model) and not _runs(target, wanted.target):
        raise TypeError(f"{where} must be {wanted}, not the address of {target} (ctypes {type(value).__name__})")
    return place, value


def _runs(given: CType, wanted: CType) -> bool:
    """Whether ctypes' type of a function is C's, but for const, which ctypes does not know."""
    one, other = unqualified(given), unqualified(wanted)
    if not isinstance(one, Function) or not isinstance(other, Function):
        return False
    return callable_as(_without_const(one), _without_const(other), host_target().model)


def _without_const(function: Function) -> Function:
    """A function type whose pointers are not to const."""

    def plain(ctype: CType) -> CType:
        pointer = unqualified(ctype)
        return PointerType(unqualified(pointer.target)) if isinstance(pointer, PointerType) else ctype

    parameters = tuple([Parameter("", plain(parameter.type)) for parameter in function.parameters])
    return replace(function, result=plain(function.result), parameters=parameters)


def _buffer(kind: PointerKind, value: Any, wanted: PointerType) -> tuple[int, object]:
    """(address, what keeps it) of a buffer that suits; raises for one that does not."""
    if hasattr(type(value), "__dlpack__") and not hasattr(type(value), "__array_interface__"):
        read = getattr(sys.modules.get("numpy"), "from_dlpack", None)
        value = value if read is None else read(value)
    view = _memory(kind, value)
    if not view.c_contiguous or (view.readonly and not kind.const):
        raise BufferError("not suitable")
    raw = isinstance(value, (bytes, bytearray))
    if kind.item > 0 and not (_whole(kind, view) if raw else _items_fit(kind, view) or _is_pairs(wanted, view)):
        raise BufferError("other items")
    return seed.address_of(view), view


def _memory(kind: PointerKind, value: Any) -> memoryview:
    """The memory of an object. Dates of NumPy's have no format, and are memory for `void *` all the same."""
    try:
        return memoryview(value)
    except ValueError:
        if kind.item or type(value) not in numpy_classes("ndarray"):
            raise
        return memoryview(value.view("u1"))


def _whole(kind: PointerKind, view: memoryview) -> bool:
    """Whether raw bytes are a whole number of the target's items."""
    return view.nbytes % kind.item == 0


def _items_fit(kind: PointerKind, view: memoryview) -> bool:
    """Whether a buffer's items are of the target's size, in this machine's byte order, floating or complex numbers where the
    target is one, and no Python objects."""
    code = view.format.lstrip("@=<>!")
    order = view.format[:1] if code != view.format else "@"
    native = order in ("@", "=", ORDER.format)
    return native and view.itemsize == kind.item and code[:1] != "O" and kind.takes(_numbers(code))


def _numbers(code: str) -> str:
    """Which numbers a format without its prefix is of, as `PointerKind.takes` has it."""
    first = code[:1].encode() or b"B"
    return "floating" if first in KINDS["floating"] else "complex" if first in COMPLEX else ""


def _is_pairs(wanted: PointerType, view: memoryview) -> bool:
    """Whether a buffer has complex numbers where C has arrays of two floating ones for each, as FFTW does."""
    pair = unqualified(wanted.target)
    if not isinstance(pair, ArrayType) or pair.length != 2:
        return False
    part, code = unqualified(pair.element), view.format.lstrip("@=")
    if not isinstance(part, Float) or len(code) != 2 or code[0] != "Z" or code[1] not in "fdg":
        return False
    return view.itemsize == 2 * sizeof(part, host_target().model)
