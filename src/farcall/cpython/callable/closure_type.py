"""Closure types: what all closures of one C type and error value share, found again by text and by class.

A closure is a thunk in executable memory and cells in private memory, both made many at a time, and a body that all
closures of its shape share (see `stub.closure`, and `stub.closure_object` for how thunks and cells are used again).
"""

from __future__ import annotations

import sys
import weakref
from array import array
from functools import cache

from ... import seed
from ...ctype import CType, Enum, Function, Pointer, Void, declare, is_python_object, unfinished, unqualified
from ...errors import ClosureError
from ...memory import rounded
from ...stub.closure_cells import FRONT, QUARANTINE, RING
from ...stub.link import slow_path
from ...stub.state import state, words
from ...system import running
from ..facts.host import WORD, WORD_CODE
from ..link.data_cells import UNIT, allocate
from ..link.late import late
from ..link.linker import linker
from ..link.native import METH_FASTCALL, make_builtin
from ..value import Value, class_of
from ..value.base import made_class, view
from ..value.enum_members import members_word
from .body import ClosureBody, closure_body

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["CELL", "ClosureType", "closure_type", "declared", "of_function", "quarantine", "texts", "type_of_class"]

#: Where the cells of a closure's state are, and the words of a closure type.
CELL, WORDS = state(WORD), words(WORD)
#: The class of the closures that are made for a call: it stands above.
CLOSURE = "cpython.callable.closure:Closure"
#: What reads a declaration in C, with the parser, which who gives types does not need.
FUNCTION_IN = "cpython.facts.declared:function_in"
#: How many thunks and cells are made at once: as many as there are, between these.
FEWEST, MOST = 16, 512
#: How many texts are remembered with the closure types that they declare; then all are forgotten.
TEXTS = 256
#: How many error values one type remembers.
ERROR_VALUES = 16

_texts: dict[str, ClosureType] = {}
_quarantine = allocate((RING + QUARANTINE) * WORD)
_by_function: weakref.WeakValueDictionary[Function, ClosureType] = weakref.WeakValueDictionary()
_made: dict[int, int] = {}  # how many, by the address of their list


class _Words:
    """What generated code reads of a closure type: its first slot."""

    __slots__ = ("_words",)
    _words: Value


class ClosureType(_Words):
    """A C type of closures, with the value that C gets when the callable fails. Raises ClosureError for a variadic one,
    UnsupportedTypeError for a type that cannot be passed, and what its class raises for an error value that does not fit."""

    __slots__ = ("__weakref__", "body", "classes", "error_value", "failing", "function")

    function: Function
    body: ClosureBody
    classes: tuple[Any, ...]
    error_value: object
    failing: dict[str, ClosureType]

    def __init__(self, function: Function, on_error: Any = None, name: str = "") -> None:
        if function.variadic:
            raise ClosureError(f"{declare(function, name)}: a closure cannot be variadic")
        self.function, self.body, self.failing = function, closure_body(function), {}
        cells = self.body.cells
        types = [unqualified(self.value_type(index)) for index in cells.instances]
        self.classes = tuple([None if isinstance(type, Enum) else class_of(type) for type in types])
        own = [members_word(type) if cls is None else id(cls) for type, cls in zip(types, self.classes, strict=True)]
        data, self.error_value = _error_value(function, on_error, f"callback {name}(): on_error")
        image = data.ljust(cells.begin - CELL.error_value, b"\0") + b"".join(map(_word, own))
        link = linker("fast")  # of the functions that call it, whatever this process prefers
        make = link.address(slow_path("make_closure").name) or 0 if link.facts.fast else 0
        numbers = (self.body.unused.address, len(image), cells.objects, len(self.classes), id(late(CLOSURE)), make)
        assert len(numbers) == len(WORDS) - 1  # in the order of `Words`
        memory = bytearray(b"".join(map(_word, numbers)) + image)
        self._words = view(Value, seed.address_of(memory), memory)

    def value_type(self, index: int) -> CType:
        """The C type of a parameter, counted from 0, or of the result: -1."""
        return self.function.result if index < 0 else self.function.parameters[index].type

    def more(self) -> None:
        """Make more thunks and cells, which no closure has yet."""
        body, link = self.body, linker()
        unused = body.unused.address
        count = min(max(FEWEST, _made.get(unused, 0)), MOST)
        front = 0 if link.facts.gil else FRONT * WORD
        size = rounded(front + body.cells.end, UNIT)
        cells = allocate(size * count)
        places = range(cells.address + front, cells.address + front + size * count, size)
        thunks = link.bind_many(
            body.thunk, {"body": body.address}, {"state": places}, f"closure:{declare(self.function)}"
        )
        image = array(WORD_CODE, bytes(size * count))
        image[(front + CELL.address) // WORD :: size // WORD] = array(WORD_CODE, thunks)
        image[(front + CELL.self) // WORD :: size // WORD] = array(WORD_CODE, (*places[1:], 0))
        cells.put(0, image.tobytes())
        _made[unused] = _made.get(unused, 0) + count
        _adder()(unused, places[0], places[-1])

    def failing_with(self, on_error: Any, name: str) -> ClosureType:
        """The same with an error value; one that is a number or text is remembered. `name` is the callable's."""
        if type(on_error) not in (bool, int, float, str, bytes):
            return ClosureType(self.function, on_error, name)
        key = repr(on_error)  # which tells all of these apart
        found = self.failing.get(key)
        if found is None:
            found = ClosureType(self.function, on_error, name)
            if len(self.failing) >= ERROR_VALUES:
                self.failing.clear()
            self.failing[key] = found
        return found


def of_function(function: Function) -> ClosureType:
    """The closure type of a C type: the same for the same one as long as closures of it are about."""
    found = _by_function.get(function)
    if found is None:
        found = ClosureType(function)
        if not unfinished(function):
            _by_function[function] = found
    return found


def _word(number: int) -> bytes:
    return number.to_bytes(WORD, sys.byteorder)


def _error_value(function: Function, on_error: Any, where: str) -> tuple[bytes, object]:
    """The bytes of the value that C gets when the callable fails, and what they need if they are an address."""
    if on_error is None:
        return b"", None
    if isinstance(unqualified(function.result), Void):
        raise TypeError(f"{where}: {declare(function)} has no result")
    if is_python_object(function.result):
        raise TypeError(f"{where}: what the callback raises is raised by who calls it: there is no value for that")
    cls = made_class(class_of(unqualified(function.result)))
    made = on_error if isinstance(on_error, cls) else cls(*(on_error if isinstance(on_error, tuple) else (on_error,)))
    return bytes(memoryview(made)), made


def closure_type(callback: Any, declaration: Any, result: Any = None) -> ClosureType:
    """The type of a closure: declared in C, by a type, by lists of types, or by the callback's annotations."""
    # Who gives types does not need what reads annotations either, which takes the longest to import.
    if isinstance(declaration, (list, tuple)):
        from .annotation import function_from

        return of_function(function_from(declaration, result))
    if result is not None:
        raise TypeError("a result's type goes with a list of parameter types")
    if declaration is None:
        from .annotation import function_of

        return of_function(function_of(callback))
    if isinstance(declaration, str):
        found = _texts.get(declaration)
        if found is None:
            found = of_function(late(FUNCTION_IN)(declaration)[1])
            if type(declaration) is str and not unfinished(found.function):
                if len(_texts) >= TEXTS:
                    _texts.clear()
                _texts[declaration] = found
        return found
    if isinstance(declaration, ClosureType):
        return declaration
    return type_of_class(declaration) or of_function(declared(declaration))


def declared(declaration: Any) -> Function:
    """The C type of functions that a type or a class is, or points to."""
    kind = declaration if isinstance(declaration, CType) else getattr(declaration, "__ctype__", None)
    kind = getattr(kind, "target", kind)
    if not isinstance(kind, Function):
        raise TypeError(f"{declaration!r} is not the type of a C function")
    return kind


def type_of_class(cls: Any) -> ClosureType | None:
    """The closure type that a class of function pointers keeps; None for another object."""
    kept = vars(cls).get("__native__") if isinstance(cls, type) else None
    if kept is None:
        return None
    found: ClosureType | None = getattr(kept, "closure_type", None)
    if found is None:
        ctype = getattr(cls, "__ctype__", None)
        if not isinstance(ctype, Pointer) or not isinstance(unqualified(ctype.target), Function) or unfinished(ctype):
            return None  # what is completed later has other classes then
        found = kept.closure_type = of_function(declared(cls))
    return found


def texts() -> int:
    """The dict of the texts that are remembered, for the links of generated code."""
    return id(_texts)


def quarantine() -> int:
    """Where the quarantine is, for the links of generated code."""
    return _quarantine.address


def _make_lock() -> None:
    """The lock of all lists, for the tier that does not rely on the GIL; a child of a fork has it unlocked."""
    made = seed.word_function(seed.symbol("PyThread_allocate_lock"), 0)()
    _quarantine.put_word(0, made)


_make_lock()
running().at_fork(after_in_child=_make_lock)


@cache
def _adder() -> Any:
    """`add(list, first, last)`, which puts a chain of cells on a list."""
    return make_builtin("add", "closure_add", METH_FASTCALL, "Put a chain of cells on a list.")
