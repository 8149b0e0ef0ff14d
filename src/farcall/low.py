"""The low layer: libffi's functions on addresses, with exceptions in place of status codes.

Promises: every status of `raw` is an exception with that status; counts and buffer lengths that farcall can know
are checked; a Python callable may be a closure's handler. Owns nothing: an `ffi_type`, a cif or an argument array
must be kept alive by whoever made it, and a freed address is the caller's mistake. Addresses are ints, farcall
values (whose address is meant), or buffers.

    cif = low.ffi_cif()
    atypes = low.pointers(low.types.uint64, low.types.uint64)
    low.prep_cif(cif, low.DEFAULT_ABI, 2, low.types.uint64, atypes)
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from . import raw, seed
from .cpython.callable.closure import Closure
from .cpython.facts.host import WORD
from .cpython.link.linker import linker
from .cpython.value import Pointer as PointerValue
from .cpython.value import Value, address, class_of, own, view
from .cpython.value.function_address import function_address
from .cpython.value.given import index_of, items_of
from .ctype import Array, Pointer, names
from .errors import FarcallError, NullPointerError
from .raw import constants as _constants
from .raw.cif import prepared
from .stub.carrier import in_ffi_arg

__all__ = [
    "DEFAULT_ABI", "ABIError", "AllocationError", "ArgTypeError", "CodePtr", "FFIError", "TypedefError", "call",
    "call_return_into", "closure_alloc", "closure_free", "elements", "ffi_cif", "ffi_type", "get_struct_offsets",
    "memory", "pointers", "prep_cif", "prep_cif_var", "prep_closure", "prep_closure_mut", "try_closure_alloc",
    "type_tag", "types",
]  # fmt: skip

DEFAULT_ABI = raw.FFI_DEFAULT_ABI

#: libffi's two structures that a caller provides: `ffi_cif()`, `ffi_type(type=type_tag.STRUCT, elements=...)`.
ffi_cif: Any = raw.ffi_cif
ffi_type: Any = raw.ffi_type

#: The addresses of libffi's type objects: `types.sint32`, `types.double`, `types.pointer`, ...
types = SimpleNamespace(
    **{name[len("ffi_type_") :]: getattr(raw, name) for name in raw.__all__ if name.startswith("ffi_type_")}
)
#: The kinds of types by name: `type_tag.STRUCT`, `type_tag.COMPLEX`, ...
type_tag = SimpleNamespace(
    **{name[len("FFI_TYPE_") :]: getattr(raw, name) for name in _constants.__all__ if name.startswith("FFI_TYPE_")}
)

_HANDLER = "void (uintptr_t cif, uintptr_t result, uintptr_t arguments, uintptr_t user_data)"
_handlers: dict[int, Closure] = {}  # of prepared closures, by their address, until they are freed


class FFIError(FarcallError):
    """A status of libffi; `status` is its number."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class TypedefError(FFIError, TypeError):
    """FFI_BAD_TYPEDEF: a type that means nothing."""


class ABIError(FFIError, ValueError):
    """FFI_BAD_ABI: a calling convention this target does not have."""


class ArgTypeError(FFIError, TypeError):
    """FFI_BAD_ARGTYPE: a type that no argument can have here."""


class AllocationError(FFIError, MemoryError):
    """No memory for a closure."""

    def __init__(self, message: str) -> None:
        super().__init__(message, raw.FFI_OK)


_ERRORS = {
    raw.FFI_BAD_TYPEDEF: (TypedefError, "a type is not a type that can be passed"),
    raw.FFI_BAD_ABI: (ABIError, "no such ABI on this target"),
    raw.FFI_BAD_ARGTYPE: (ArgTypeError, "an argument has a type that no argument can have here"),
}


class CodePtr:
    """The address of a C function: hashable, comparable, never NULL, which raises ValueError.

    >>> from farcall import low
    >>> low.CodePtr(farcall.Library("libm.so.6").address("sqrt"))
    CodePtr(0x...)
    """

    __slots__ = ("address",)
    address: int

    def __init__(self, address: Any) -> None:
        number = _code(address)
        if not number:
            raise ValueError("a CodePtr cannot be NULL")
        object.__setattr__(self, "address", number)

    @classmethod
    def from_fun(cls, function: Any) -> CodePtr:
        """Of a foreign function, a closure, a function pointer, or a ctypes or cffi function. Raises TypeError for others.

        >>> low.CodePtr.from_fun(farcall.Library("libm.so.6").function("double cos(double)"))
        CodePtr(0x...)
        """
        if isinstance(function, PointerValue):
            return cls(function)
        found = function_address(function)
        return cls(seed.foreign_address(function) if found is None else found)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a CodePtr cannot be changed")

    def __int__(self) -> int:
        return self.address

    __index__ = __int__

    @property
    def __farcall_address__(self) -> int:
        return self.address

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CodePtr) and other.address == self.address

    def __hash__(self) -> int:
        return hash(self.address)

    def __repr__(self) -> str:
        return f"CodePtr({self.address:#x})"

    def __reduce__(self) -> Any:
        raise TypeError("a CodePtr cannot be pickled: its address means nothing elsewhere")


def pointers(*items: Any) -> Value:
    """An array of addresses in memory, with a NULL behind the last: argument types, elements, arguments. Raises TypeError for
    what has no address.

        >>> len(low.pointers(low.types.uint64, low.types.double))
        3
    """
    made: Value = class_of(Array(names.uintptr, len(items) + 1))([_address(item) for item in items])
    return made


def elements(*items: Any) -> Value:
    """The same for types alone, `ffi_type *[]`: what a struct's `elements` are. It keeps the types alive. Raises TypeError for
    what has no address.

    >>> from farcall import low
    >>> pair = low.ffi_type(type=low.type_tag.STRUCT, elements=low.elements(low.types.uint8, low.types.uint32))
    """
    cls = class_of(Array(Pointer(ffi_type.__ctype__), len(items) + 1))
    made: Value = cls()
    seed.write(address(made), b"".join(_address(item).to_bytes(WORD, sys.byteorder) for item in items))
    own(made, items)
    return made


def memory(place: int, size: int) -> memoryview:
    """The `size` bytes at an address, writable: an argument of a closure, say. Raises NullPointerError for NULL.

    >>> from farcall import low
    >>> word = low.pointers(7)
    >>> low.memory(int(farcall.addressof(word)), 1)[0] in (0, 7)
    True
    """
    if not place:
        raise NullPointerError("there is no memory at NULL")
    return memoryview(view(class_of(Array(names.uint8, size)), place, None))


def prep_cif(cif: Any, abi: int, nargs: int, rtype: Any, atypes: Any) -> None:
    """`ffi_prep_cif`. Raises ABIError, TypedefError, ArgTypeError, and ValueError for a wrong number of arguments.

    >>> from farcall import low
    >>> low.prep_cif(low.ffi_cif(), low.DEFAULT_ABI, 1, low.types.double, low.pointers(low.types.double))
    """
    _check(raw.ffi_prep_cif(_address(cif), abi, _count(nargs), _address(rtype), _address(atypes)))


def prep_cif_var(cif: Any, abi: int, nfixedargs: int, ntotalargs: int, rtype: Any, atypes: Any) -> None:
    """`ffi_prep_cif_var`. Raises ValueError for more fixed arguments than there are, and as `prep_cif`.

    >>> from farcall import low
    >>> tail = low.pointers(low.types.pointer, low.types.double)
    >>> low.prep_cif_var(low.ffi_cif(), low.DEFAULT_ABI, 1, 2, low.types.sint32, tail)
    """
    if _count(nfixedargs) > _count(ntotalargs):
        raise ValueError(f"{nfixedargs} fixed arguments of {ntotalargs} in total")
    _check(raw.ffi_prep_cif_var(_address(cif), abi, nfixedargs, ntotalargs, _address(rtype), _address(atypes)))


def call(cif: Any, fun: Any, avalue: Sequence[Any] | Any) -> bytes:
    """`ffi_call`: the result's bytes, as many as its type has. `avalue`: the arguments' addresses, or the values in
    memory. Raises TypeError for a wrong number of them, NullPointerError for a function at NULL, TypedefError for a
    cif that is not prepared.

        >>> from farcall import low
        >>> cif, double = low.ffi_cif(), low.types.double
        >>> low.prep_cif(cif, low.DEFAULT_ABI, 1, double, low.pointers(double))
        >>> result = low.call(cif, farcall.Library("libm.so.6").address("sqrt"), [farcall.double(9)])
        >>> farcall.view("const double", result).value
        3.0
    """
    found = _prepared(cif)
    size = found.plan.result.size
    room: Value = class_of(Array(names.uint8, max(size, raw.FFI_SIZEOF_ARG)))()
    _call(cif, fun, avalue, room, len(found.plan.parameters))
    return seed.read(address(room) + in_ffi_arg(found.plan.result, linker().target.model), size)


def call_return_into(cif: Any, fun: Any, avalue: Sequence[Any] | Any, ret: Any = None) -> None:
    """`ffi_call` with the result written to `ret`: memory of at least the result's size, in bytes, and of a word for
    integers; None throws it away. Raises ValueError for a buffer that is too small, TypeError for a read-only one, and as
    `call`.

        >>> from farcall import low
        >>> cif, double, result = low.ffi_cif(), low.types.double, farcall.double()
        >>> low.prep_cif(cif, low.DEFAULT_ABI, 1, double, low.pointers(double))
        >>> low.call_return_into(cif, farcall.Library("libm.so.6").address("sqrt"), [farcall.double(9)], result)
        >>> result
        double(3.0)
    """
    found = _prepared(cif)
    least = found.plan.result.size
    least = max(least, raw.FFI_SIZEOF_ARG) if 0 < least < raw.FFI_SIZEOF_ARG else least
    count = len(found.plan.parameters)
    if ret is None or isinstance(ret, int):
        _call(cif, fun, avalue, ret or 0, count)
        return
    with memoryview(ret) as buffer:  # held until C has written: nobody makes it smaller meanwhile
        if buffer.nbytes < least:
            raise ValueError(f"the result needs {least} bytes, the buffer has {buffer.nbytes}")
        if buffer.readonly:
            raise TypeError("the buffer for the result is read-only")
        _call(cif, fun, avalue, buffer, count)


def closure_alloc() -> tuple[int, CodePtr]:
    """Memory for a closure: where it is written, and the code to call. Raises AllocationError.

    >>> from farcall import low
    >>> closure, code = low.closure_alloc()
    >>> low.closure_free(closure)
    """
    made = try_closure_alloc()
    if made is None:
        raise AllocationError("no executable memory for a closure")
    return made


def try_closure_alloc() -> tuple[int, CodePtr] | None:
    """As `closure_alloc`, but raises nothing: None where there is no memory.

    >>> from farcall import low
    >>> closure, code = low.try_closure_alloc()
    >>> low.closure_free(closure)
    """
    code = _word()
    closure = raw.ffi_closure_alloc(raw.SIZEOF_FFI_CLOSURE, address(code))
    return (closure, CodePtr(code.value)) if closure else None


def closure_free(closure: int) -> None:
    """Free a closure's memory, and let go of its callback. An address that is none of a closure's is the caller's mistake, as
    in C: it raises nothing.

        >>> from farcall import low
        >>> low.closure_free(low.closure_alloc()[0])
    """
    _handlers.pop(closure, None)
    raw.ffi_closure_free(closure)


def prep_closure(
    closure: int, cif: Any, callback: Callable[[int, memoryview, list[int], Any], Any], userdata: Any, code: Any
) -> None:
    """`ffi_prep_closure_loc`: C calls at `code` run `callback(cif, result, arguments, userdata)`.

    `result` is writable memory of the result's size, zeroed, valid until the callback returns; `arguments` are
    addresses. Integers narrower than a word are widened from their own size. The closure keeps callback and
    userdata until it is freed. Raises TypedefError for a cif that is not prepared.

        >>> from farcall import low
        >>> cif = low.ffi_cif()
        >>> low.prep_cif(cif, low.DEFAULT_ABI, 0, low.types.uint8, low.pointers())
        >>> closure, code = low.closure_alloc()
        >>> def answer(cif, result, arguments, userdata):
        ...     result[0] = userdata
        >>> low.prep_closure(closure, cif, answer, 42, code)
        >>> farcall.function(code, "uint8_t (void)")()
        42
        >>> low.closure_free(closure)
    """
    found = _prepared(cif)
    size = found.plan.result.size
    count = len(found.plan.parameters)
    room = class_of(Array(names.uint8, size)) if size else None
    at = in_ffi_arg(found.plan.result, linker().target.model)

    def run(cif_address: int, result: int, arguments: int, _: int) -> None:
        seed.write(result, bytes(max(size, raw.FFI_SIZEOF_ARG))) if size else None
        addresses = list(_words(arguments, count))
        if room is None:
            callback(cif_address, memoryview(b""), addresses, userdata)
            return
        with memoryview(view(room, result + at, None)) as memory:
            callback(cif_address, memory, addresses, userdata)

    handler = Closure(run, _HANDLER)
    _check(raw.ffi_prep_closure_loc(closure, _address(cif), handler.address, 0, _code(code)))
    _handlers[closure] = handler


#: The same: in Python a callback may change what it refers to.
prep_closure_mut = prep_closure


def get_struct_offsets(abi: int, struct_type: Any, offsets: Any = None) -> None:
    """`ffi_get_struct_offsets`, in bytes; `offsets` is a writable buffer of size_t, or None. Raises ABIError, TypedefError.

    >>> from farcall import low
    >>> pair = low.ffi_type(type=low.type_tag.STRUCT, elements=low.elements(low.types.uint8, low.types.uint32))
    >>> offsets = farcall.array(farcall.size_t, 2)()
    >>> low.get_struct_offsets(low.DEFAULT_ABI, pair, offsets)
    >>> list(offsets), pair.size
    ([0, 4], 8)
    """
    _check(raw.ffi_get_struct_offsets(abi, _address(struct_type), 0 if offsets is None else _address(offsets)))


def _word() -> Any:
    """A size_t in memory."""
    return class_of(names.size_t)()


def _call(cif: Any, fun: Any, avalue: Any, room: Any, count: int) -> None:
    held = avalue
    if isinstance(avalue, (list, tuple)):
        given = items_of(avalue, count)
        if len(given) != count:
            raise TypeError(f"the cif takes {count} arguments, {len(given)} were given")
        held = pointers(*given)
    place = _code(fun)
    if not place:
        raise NullPointerError("the function's address is NULL")
    raw.ffi_call(_address(cif), place, _address(room), _address(held))


def _prepared(cif: Any) -> Any:
    found = prepared(_address(cif))
    if found is None:
        raise TypedefError("the cif is not prepared", raw.FFI_BAD_TYPEDEF)
    return found


def _words(place: int, count: int) -> Iterator[int]:
    data = seed.read(place, WORD * count) if count else b""
    return (int.from_bytes(data[i : i + WORD], sys.byteorder) for i in range(0, len(data), WORD))


def _address(thing: Any) -> int:
    """The address that an int, a farcall value, a closure or a buffer stands for."""
    if isinstance(thing, int):
        return index_of(thing)
    if isinstance(thing, Value):
        return address(thing)
    found = function_address(thing)
    return seed.address_of(thing) if found is None else found


def _code(thing: Any) -> int:
    """The address of code: of a function pointer, that is where it points to."""
    return int(thing) if isinstance(thing, PointerValue) else _address(thing)


def _count(number: int) -> int:
    if not 0 <= number < 1 << 16:
        raise ValueError(f"{number} is not a number of arguments")
    return number


def _check(status: int) -> None:
    if status != raw.FFI_OK:
        kind, message = _ERRORS.get(status, (FFIError, f"status {status}"))
        raise kind(message, status)
