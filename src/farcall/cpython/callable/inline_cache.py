"""The inline caches of a bound function: which classes were found to fit its pointer and struct parameters.

What generated code does not recognise comes to Python once. If a value fits by its class alone, whatever its contents,
the class is written to the parameter's cache, where generated code finds it (`stub.inline_cache`), and remembered here:
a caller that passes many classes in turn finds the others in a dict. That dict keeps the classes alive, so that a class
which a word of the cache holds cannot be another at the same address. When it is full, all is forgotten, words first.

No lock: a word is written behind the entry of the dict that keeps its class, and cleared again if the dict was replaced
meanwhile. Until then the value that was passed keeps its class.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import BuiltinFunctionType, FunctionType, MethodType

from ... import seed
from ...ctype import unqualified
from ...errors import FreedMemoryError
from ...record import NamedTuple
from ...stub.inline_cache import BUILTIN, CALLABLE, CLOSURE, ENTRY, OWNER, POINTER, VALUE, WORDS
from ..facts.host import WORD
from ..link.data_cells import Cells, allocate
from ..link.late import late
from ..link.linker import linker
from ..value import Pointer, Value, address, alive, class_of, holder, owner, target
from ..value.base import point
from ..value.settled import given_type, settled
from .code_owner import CodeOwner, entry

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from .function import Description

__all__ = ["Seen", "fits", "links", "remember"]

#: How many classes a function remembers.
MOST = 64
#: The size of a parameter's cache in bytes.
SIZE = WORDS * WORD


#: What finds the closure type of a class of function pointers: needed by those alone who pass functions of Python's.
CLOSURE_TYPE, CLOSURE_CLASS = "cpython.callable.closure_type:type_of_class", "cpython.callable.closure:Closure"


#: What is added to a parameter's number for the classes of builtins' `__self__`: there are fewer parameters.
BUILTINS = 1 << 20


class Way(NamedTuple):
    """How values of a class are read: as those of a `word` of the cache are. `made` is the class of the pointer object that
    is made of one where Python is asked, if one is; `place` where in the cells' view `address`, the class's, is written for
    generated code to find, None if it must not."""

    word: int
    made: type | None
    place: slice | None
    address: bytes


class Seen(dict[tuple[int, type], Way]):
    """The classes that fit, by parameter; those of entries by its complement, those of builtins' `__self__` BUILTINS further.
    `first` has what was last written to a first word, by where that is."""

    __slots__ = ("first",)

    def __init__(self) -> None:
        self.first: dict[int, Way] = {}


def links(parameters: int, caches: Iterable[tuple[str, int]], own: dict[str, int]) -> Cells:
    """Empty caches for a function of so many parameters; and into `own` where they are, by the link to that of each of
    these."""
    cells = allocate(SIZE * parameters)
    for name, parameter in caches:
        own[name] = cells.address + SIZE * parameter
    return cells


def fits(self: Description, index: int, value: Any) -> Any:
    """The pointer or struct object that stands for argument `index`, if a value of this class was seen there before, and
    nothing is wrong with this one; else None."""
    seen = self.seen
    if seen is None:
        return None
    kind = type(value)
    if kind is BuiltinFunctionType and (index + BUILTINS, type(value.__self__)) in seen:
        index, kind = index + BUILTINS, type(value.__self__)
    way = seen.get((index, kind))
    if way is None:
        return None
    try:
        if way.word == BUILTIN:
            _write(self, way, seen)
            return _closure(way.made, value)
        if way.word == CALLABLE:
            return _closure(way.made, value) if callable(value) else None
        if way.word == OWNER:
            found = getattr(_owner(value), "_entry", None)
            code = seen.get((~index, type(found)))
            if code is None or not target(found):
                return None
            _write(self, code, seen)
            _write(self, way, seen)
            return found
        _write(self, way, seen)
        if way.word == POINTER:
            return value if alive(owner(value)) else None
        place = address(value)
        return value if way.made is None else point(way.made, place, holder(value))
    except FreedMemoryError:  # whoever asks next says of which parameter
        return None


def remember(self: Description, index: int, value: Any, made: Any) -> None:
    """That `made` stands for `value` as argument `index`: if the value's class is the reason, it is so for others."""
    kinds: Any = type(value)
    if issubclass(kinds, Value):
        if made is value:  # a struct
            _put(self, index, VALUE, kinds, None)
        elif isinstance(made, Pointer) and settled(made.__ctype__, given_type(value)):
            _put(self, index, POINTER if issubclass(kinds, Pointer) else VALUE, kinds, type(made))
        return
    thing = _owner(value)
    if kinds in (FunctionType, MethodType):
        _tell(self, index)
    elif isinstance(thing, CodeOwner):
        code = entry(thing)
        _put(self, index, ENTRY, type(code), None)
        in_place = thing is value and _word(value, linker(self.tier).facts.header) == id(code)
        _put(self, index, OWNER, kinds, None, in_place)
    elif isinstance(made, Pointer) and type(owner(made)) is late(CLOSURE_CLASS):
        _tell(self, index)
        if kinds is not BuiltinFunctionType:
            _put(self, index, CALLABLE, kinds, type(made))
        elif thing is not None:
            _put(self, index, BUILTIN, type(thing), type(made))


def _closure(cls: Any, value: Any) -> Any:
    """A pointer object of a class to a function that runs a callable."""
    made = late(CLOSURE_CLASS)(value, cls)
    return point(cls, made.address, made)


def _tell(self: Description, index: int) -> None:
    """Have generated code find the closure type for functions of Python's, which the parameter's class keeps."""
    cls = class_of(unqualified(self.parameter_type(index)))
    found = late(CLOSURE_TYPE)(cls)
    if found is not None and self.cells is not None and cls in self.classes:
        self.cells.put_word(index * SIZE + CLOSURE * WORD, id(found))


def _owner(value: Any) -> Any:
    """What owns the code of a function."""
    return value.__self__ if type(value) is BuiltinFunctionType else value


def _put(self: Description, index: int, word: int, cls: type, made: type | None, inline: bool = True) -> None:
    seen = self.seen
    if seen is None or len(seen) >= MOST:
        seen = _forget(self)
    # entries apart from objects: a pointer to a function may be refused where that function itself is taken
    place = None
    if inline and self.cells is not None:
        start = self.cells.offset + index * SIZE + word * WORD
        place = slice(start, start + WORD)
    way = Way(word, made, place, id(cls).to_bytes(WORD, sys.byteorder))
    seen[_parameter(word, index), cls] = way
    _write(self, way, seen)


def _parameter(word: int, index: int) -> int:
    """What stands for a parameter among `Seen`: another number for its entries, and for the classes of builtins' `__self__`."""
    return ~index if word == ENTRY else index + BUILTINS if word == BUILTIN else index


def _write(self: Description, way: Way, seen: Seen) -> None:
    """Have generated code find a class that `seen` has: the one last passed is the one most likely to come next, and the one
    before it the next likely. If another thread does the same meanwhile, some class may be in no word."""
    place = way.place
    if place is None or self.cells is None:
        return
    cells, earlier = self.cells.view, seen.first.get(place.start)
    if earlier is not way:
        seen.first[place.start] = way
        if earlier is not None and way.word in (VALUE, POINTER):
            second = slice(place.stop, place.stop + WORD)
            cells[second] = earlier.address
            if self.seen is not seen:
                cells[second] = bytes(WORD)
    cells[place] = way.address
    if self.seen is not seen:
        cells[place] = bytes(WORD)


def _forget(self: Description) -> Seen:
    """Begin anew. What the caches held is let go of when they are empty."""
    before, made = self.seen, Seen()
    self.seen = made
    if before and self.cells is not None:
        self.cells.put(0, bytes(self.cells.size))
    return made


def _word(thing: object, at: int) -> int:
    return int.from_bytes(seed.read(id(thing) + at, WORD), sys.byteorder)
