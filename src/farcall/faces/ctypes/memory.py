"""Memory by its address: sizes, `addressof`, `resize`; and the C functions behind `cast`, `string_at` and their kin."""

from __future__ import annotations

import sys
from typing import Any

from ... import seed
from ...cpython.callable.closure import Closure
from ...cpython.facts.host import WORD
from ...cpython.link.linker import linker
from ...cpython.link.native import Kept, bound, entry
from ...cpython.value.base import address as place_of
from ...cpython.value.base import own, owner, peek, poke
from ...ctype import Function, Parameter, names
from ...stub.cast_data import POINTS
from .argument import Argument
from .call import complete_results, own_functions
from .data import BLOCK, MAKER, ORDER, CData, kept_objects
from .letters import wide_string
from .shape import Shape, shape_of

__all__ = [
    "addressof",
    "alignment",
    "buffer_info",
    "cast_address",
    "memoryview_at_address",
    "resize",
    "sizeof",
    "string_at_address",
    "wstring_at_address",
]


#: What PyMemoryView_FromMemory is told of memory that is only read, and of other.
PYBUF_READ, PYBUF_WRITE = 0x100, 0x200
_from_memory = seed.word_function(seed.symbol("PyMemoryView_FromMemory"), 3)


def sizeof(thing: Any) -> int:
    """sizeof(C type or instance) -> the size in bytes of the memory buffer of a C type or instance."""
    if isinstance(thing, CData):
        return thing._b_size_
    shape = getattr(thing, "__shape__", None) if isinstance(thing, type) else None
    if shape is None:
        raise TypeError("this type has no size")
    return shape.size  # type: ignore[no-any-return]


def alignment(thing: Any) -> int:
    """alignment(C type or instance) -> the alignment requirements of it."""
    shape = getattr(thing, "__shape__", None)
    if not isinstance(shape, Shape):
        raise TypeError("no alignment info")
    return shape.align


def addressof(thing: Any) -> int:
    """addressof(C instance) -> the address of its memory buffer as an integer."""
    if not isinstance(thing, CData):
        raise TypeError("invalid type")
    sys.audit("ctypes.addressof", thing)
    return place_of(thing)


def resize(thing: Any, size: int) -> None:
    """resize(instance, new_size) resize the memory buffer of an instance."""
    if not isinstance(thing, CData):
        raise TypeError("excepted ctypes instance")
    least = shape_of(type(thing)).size
    if size < least:
        raise ValueError(f"minimum size is {least}")
    if thing._b_base_ is not None or not thing._b_needsfree_:
        raise ValueError("Memory cannot be resized because this object doesn't own it")
    block = bytes(size + BLOCK)
    place = seed.address_of(block)
    poke(place, peek(place_of(thing), min(thing._b_size_, size)))
    kept = owner(thing)
    poke(id(thing) + linker().facts.value_data, place.to_bytes(WORD, ORDER))
    own(thing, block)
    thing._b_size_ = size
    del kept


def buffer_info(thing: Any) -> tuple[str, int, tuple[int, ...]]:
    """buffer_info(object) -> format, number of dimensions, shape."""
    shape = getattr(thing, "__shape__", None)
    if not isinstance(shape, Shape):
        raise TypeError("not a ctypes type or object")
    return shape.format, len(shape.dimensions), shape.dimensions


def _cast_to(place: int, given: Any, cls: Any) -> Any:
    """What `cast` does: a pointer of a class to an address, which keeps what the source keeps."""
    if not _is_pointer(cls):
        name = cls.__name__ if isinstance(cls, type) else type(cls).__name__
        raise TypeError(f"cast() argument 2 must be a pointer type, not {name}")
    if not hasattr(cls, POINTS):
        type.__setattr__(cls, POINTS, True)  # from now on generated code does it
    made = cls()
    if isinstance(given, CData):
        if given._b_base_ is not None:
            kept_objects(given)
        kept = given._objects
        if kept is None:
            kept = given._objects = {}
        made._objects = kept
        if type(kept) is dict:
            kept[id(given)] = given
    poke(place_of(made), place.to_bytes(WORD, ORDER))
    return made


def _is_pointer(cls: Any) -> bool:
    shape = getattr(cls, "__shape__", None)
    if not isinstance(cls, type) or not isinstance(shape, Shape):
        return False
    if shape.letter is not None:
        return shape.letter.code in ("z", "Z", "P", "O")
    return shape.kind in ("pointer", "function")


def _check(size: int) -> None:
    """Raise what CPython raises for a negative size, of which -1 says that the text ends itself."""
    if size < -1:
        raise SystemError("Negative size passed to PyBytes_FromStringAndSize")


def _wstring_at(place: Argument, size: Argument) -> str:
    sys.audit("ctypes.wstring_at", place.value, size.value)
    _check(size.value)
    return wide_string(place.value, size.value)


def _memoryview_at(place: Argument, size: Argument, readonly: Argument) -> memoryview:
    sys.audit("ctypes.memoryview_at", place.value, size.value, readonly.value)
    if size.value < 0:
        raise ValueError(f"memoryview_at: size is negative (or overflowed): {size.value}")
    flag = PYBUF_READ if readonly.value else PYBUF_WRITE
    made: Any = seed.object_at(_from_memory(place.value, size.value, flag))
    seed.drop(made)  # the reference that C gave
    return made  # type: ignore[no-any-return]


def _exported(function: Any, codes: str) -> int:
    """The address of a C function that does what a Python function does with arguments, each an address, an object or an int;
    it gives an object."""

    def run(*raw: Any) -> int:
        given = [
            Argument(code, names.uintptr, one, seed.object_at(one) if code == "O" else None)
            for code, one in zip(codes, raw, strict=True)
        ]
        found = function(*given)
        seed.hold(found)
        return id(found)

    types = {"P": names.uintptr, "O": names.uintptr, "i": names.int_, "n": names.ssize_t}
    parameters = tuple([Parameter("", types[code]) for code in codes])
    closure = Closure(run, _function=Function(names.uintptr, parameters))
    _closures.append(closure)
    own_functions[closure.address] = function
    return closure.address


_closures: list[Closure] = []
_kept = Kept()
cast_address = _kept.code(
    bound("cast_data", own={"function": id(_cast_to), "class:maker": MAKER, "class:data": id(CData)})
)
string_at_address = entry("text_at")
complete_results.update((cast_address, string_at_address))
wstring_at_address = _exported(_wstring_at, "Pi")
memoryview_at_address = _exported(_memoryview_at, "Pni")
