"""What generated code asks Python for: making pointers and structs of odd arguments. See `argument_errors` for the rest.

Generated code recognises the usual objects by itself. Whatever it does not comes here, with the description of
the function (or the value whose field is written) and which parameter (or field offset) it was for.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Any, NoReturn

from ... import seed
from ...ctype import (
    CType,
    Function,
    Void,
    assignable,
    callable_as,
    compatible,
    generic_function,
    is_const,
    same_scalars,
    unqualified,
)
from ...ctype import Pointer as PointerType
from ...errors import FreedMemoryError, LibraryClosedError
from ...stub.carrier import PointerKind, carrier
from ..facts.host import ORDER, host_target
from ..value import (
    Array,
    Number,
    Pointer,
    Record,
    Value,
    Vector,
    address,
    alive,
    class_of,
    holder,
    pointer_at,
    qualified_type,
    target,
    target_keeper,
    view,
)
from ..value.array import is_byte
from ..value.foreign import instance_of, is_foreign, pointed
from ..value.given import index_of, items_of, mapping_of
from ..value.numpy_scalar import address_in, is_integer
from ..value.text import is_text, is_wide, wide_text
from .argument_errors import raise_named, refuse_pointer
from .code_owner import CodeOwner
from .inline_cache import fits, remember

if TYPE_CHECKING:
    from .function import Description

__all__ = ["VA_LIST", "closed", "convert", "count", "to_instance", "to_pointer"]

#: C's own tag of what a parameter `va_list` points to; also where a va_list is no struct.
VA_LIST = "__va_list_tag"


def convert(self: Any, index: int, value: object) -> object:
    """The pointer or struct object that stands for argument `index`; raises what names it if there is none."""
    if index >= 0:  # a function's parameter
        made = fits(self, index, value)
        if made is not None:
            return made
    ctype, where = self.parameter_type(index), self.parameter_name(index)
    if isinstance(unqualified(ctype), PointerType):
        made = to_pointer(ctype, value, where)
    else:
        made = to_instance(class_of(ctype), value, where)
    if index < 0:  # a closure's result, which C reads when all this is over
        self.result = made
    else:
        remember(self, index, value, made)
    return made


def count(self: Description, given: int) -> NoReturn:
    """Raise that a function was given the wrong number of arguments."""
    expected = len(self.function.parameters)
    least = "at least " if self.function.variadic else ""
    noun = "argument" if expected == 1 else "arguments"
    raise TypeError(f"{self.name}() takes {least}{expected} {noun} ({given} given): {self.prototype}")


def closed(self: Description) -> NoReturn:
    """Raise that a function's library is closed."""
    library = getattr(self.library, "name", "its library")
    raise LibraryClosedError(f"{self.name}(): {library} is closed")


def check_open(thing: Any) -> None:
    """Raise LibraryClosedError for a function whose library is closed."""
    if getattr(getattr(thing, "library", None), "closed", False):
        closed(thing)


def _lend(thing: Any) -> None:
    """Have the library of a function stay mapped when it is closed: C is about to know the function's address."""
    library: Any = getattr(thing, "library", None)
    if hasattr(type(library), "lend"):
        library.lend()


def recheck(self: Description, args: tuple[object, ...]) -> None:
    """Raise if what a call needs was taken back while its arguments were converted, by Python code that a conversion
    ran: the function's library, memory of an argument, or a closure. A function that was passed stays mapped."""
    check_open(self)
    for index, value in enumerate(args):
        if issubclass(type(value), Value):
            where = f"{self.parameter_name(index)}: it was freed while the arguments were converted"
            try:
                address(value)  # type: ignore[arg-type]
            except FreedMemoryError as error:
                raise FreedMemoryError(where) from error
            if issubclass(type(value), Pointer) and not alive(target_keeper(value)):
                raise FreedMemoryError(where)
        elif issubclass(type(value), CodeOwner):
            owner: Any = value
            index_of(owner.__farcall_address__)  # raises if it was closed


def _check_function(wanted: PointerType, given: Function | None, where: str) -> None:
    """Raise TypeError for a function of another type than a function pointer points to. `void (*)(void)` takes all; of
    some objects only the address is known."""
    target = unqualified(wanted.target)
    if given is None or not isinstance(target, Function) or generic_function(target):
        return
    if not callable_as(given, target, host_target().model):
        raise TypeError(f"{where} must be {wanted}, not {PointerType(given)}; cast it if that is meant")


def to_pointer(ctype: CType, value: Any, where: str) -> Any:
    """A pointer object for `value` where a `ctype` is wanted, keeping alive what it points to.

    Accepts None, pointers of the type (or any where the target is void), values in memory whose address is
    meant, foreign functions and closures, buffers, str for `const char *` and its wide kin, int for `void *`, callables
    for function pointers. Raises TypeError or ValueError, naming `where`.
    """
    kinds = type(value)  # not what `__class__` says
    model = host_target().model
    wanted = unqualified(ctype)
    assert isinstance(wanted, PointerType)
    kind = carrier(wanted, model)
    assert isinstance(kind, PointerKind)
    if value is None:
        return pointer_at(wanted, 0)
    if issubclass(kinds, Pointer):
        if not assignable(value.__ctype__, wanted, model):
            raise TypeError(f"{where} must be {wanted}, not {value.__ctype__}; cast it if that is meant")
        if not alive(target_keeper(value)):
            raise FreedMemoryError(f"{where}: {value!r} points to memory that was freed")
        return pointer_at(wanted, target(value), target_keeper(value))
    if issubclass(kinds, Value):
        held = value.__ctype__.element if issubclass(kinds, Array) else qualified_type(value)
        if not assignable(PointerType(held), wanted, model):
            raise TypeError(f"{where} must be {wanted}, not the address of {held}")
        return pointer_at(wanted, address(value), holder(value))
    if isinstance(unqualified(wanted.target), (Function, Void)):  # code is no data
        own: Any = value.__self__ if isinstance(value, BuiltinFunctionType) else None
        for thing in (own, value):
            if hasattr(type(thing), "__farcall_address__"):
                check_open(thing)
                _check_function(wanted, getattr(thing, "__farcall_function__", None), where)
                _lend(thing)
                return pointer_at(wanted, index_of(thing.__farcall_address__), value)
    if (foreign := _foreign_pointer(wanted, value, where)) is not None:
        return foreign
    if isinstance(unqualified(wanted.target), Function) and callable(value):
        from .closure import Closure

        made = Closure(value, _function=unqualified(wanted.target))  # type: ignore[arg-type]
        return pointer_at(wanted, made.address, made)
    if issubclass(kinds, int) and kinds is not bool and kind.item == 0:
        value = index_of(value)
        if not 0 <= value < 1 << (8 * kind.size):
            raise OverflowError(f"{where}: {value} is not an address")
        return pointer_at(wanted, value)
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
        return pointer_at(wanted, address(made), made)
    if kind.item == 0 and is_integer(value):
        return pointer_at(wanted, address_in(value, where))
    if kind.item >= 0:
        try:
            return pointer_at(wanted, *_buffer(kind, value))
        except (TypeError, BufferError, ValueError):
            pass
    if getattr(unqualified(wanted.target), "tag", None) == VA_LIST and hasattr(type(value), "__farcall_va_list__"):
        return pointer_at(wanted, *value.__farcall_va_list__())
    refuse_pointer(kind, ctype, value, where)


def _room(cls: Any) -> int:
    """How many values an instance is made of at most."""
    return len(cls.__members__) if hasattr(cls, "__members__") else getattr(cls.__ctype__, "count", 1)


def to_instance(cls: Any, value: Any, where: str) -> Any:
    """An instance of a struct, union or array class: `value` itself, or made of a sequence or mapping."""
    kinds = type(value)  # not what `__class__` says
    if issubclass(kinds, Value):
        address(value)  # raises if its memory was freed
    if issubclass(kinds, cls):
        return value
    if issubclass(kinds, Record) and compatible(value.__ctype__, cls.__ctype__, host_target().model):
        return value
    if is_foreign(value):
        place, fits = instance_of(cls, value)
        if fits:
            return view(cls, place, value)
    try:
        if isinstance(value, Mapping):
            return cls(**mapping_of(value, _room(cls)))
        if isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray, memoryview)):
            return cls(*items_of(value, _room(cls))) if issubclass(cls, (Record, Vector)) else cls(value)
        if issubclass(cls, Array) and _fills_array(cls, value):
            return cls(value)
        if issubclass(cls, (Vector, Record)) and _is_row(cls, value):
            return cls(*items_of(value, _room(cls)))
        if issubclass(cls, Number):
            return cls(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise_named(error, where)
    if issubclass(kinds, Value):
        raise TypeError(f"{where} must be {cls.__ctype__}, not {value.__ctype__}")
    raise TypeError(f"{where} must be {cls.__ctype__}, not {type(value).__name__}")


def _fills_array(cls: Any, value: Any) -> bool:
    """Whether something that is no sequence can fill an array: text and bytes one of characters, buffers and what
    NumPy has any."""
    element = cls.__ctype__.element
    if isinstance(value, str):
        return is_text(element)
    if isinstance(value, (bytes, bytearray)):
        return is_byte(element)
    return isinstance(value, memoryview) or (hasattr(type(value), "__array_interface__") and value.ndim == 1)


def _is_row(cls: Any, value: Any) -> bool:
    """Whether a value of NumPy's (a structured scalar, an array of lanes) gives a record's fields or a vector's lanes."""
    if isinstance(value, (str, bytes)):  # NumPy's own are these too
        return False
    return hasattr(type(value), "__array_interface__") and hasattr(value, "__len__") and len(value) > 0


def _foreign_pointer(wanted: PointerType, value: object, where: str) -> Any:
    """A pointer of what a ctypes instance points to, or is; None for other objects."""
    if not is_foreign(value):
        return None
    target, place = pointed(value)
    void = isinstance(unqualified(target), Void) or isinstance(unqualified(wanted.target), Void)
    if is_const(target) and not is_const(wanted.target):
        raise TypeError(f"{where} must be {wanted}, not a ctypes pointer to const {unqualified(target)}")
    if not void and not same_scalars(target, wanted.target, host_target().model):
        raise TypeError(f"{where} must be {wanted}, not the address of {target} (ctypes {type(value).__name__})")
    return pointer_at(wanted, place, value)


def _buffer(kind: PointerKind, value: Any) -> tuple[int, object]:
    """(address, what keeps it) of a buffer that suits; raises for one that does not."""
    if (
        hasattr(type(value), "__dlpack__")
        and not hasattr(type(value), "__array_interface__")
        and "numpy" in sys.modules
    ):
        value = sys.modules["numpy"].from_dlpack(value)
    view = memoryview(value)
    if not view.c_contiguous or (view.readonly and not kind.const):
        raise BufferError("not suitable")
    if kind.item > 0 and not (_whole(kind, view) if isinstance(value, (bytes, bytearray)) else _items_fit(kind, view)):
        raise BufferError("other items")
    return seed.address_of(view), view


def _whole(kind: PointerKind, view: memoryview) -> bool:
    """Whether raw bytes are a whole number of the target's items."""
    return view.nbytes % kind.item == 0


def _items_fit(kind: PointerKind, view: memoryview) -> bool:
    """Whether a buffer's items are of the target's size, in this machine's byte order, floating where the
    target is, and no Python objects."""
    code = view.format.lstrip("@=<>!")
    order = view.format[:1] if code != view.format else "@"
    native = order in ("@", "=", ORDER.format)
    floating = code[:1] in ("e", "f", "d", "g")
    return native and view.itemsize == kind.item and floating == kind.floating and code[:1] != "O"


def unwrap(instance: Any) -> object:
    """The Python number that a number in memory is."""
    return instance.value
