"""A C type as cffi shows it, with what farcall calls it."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from ...cpython.facts.host import host_target
from ...ctype import CType as C
from ...ctype import Qualified

__all__ = ["CType", "insert", "own", "shared"]

#: A qualifier that no C text has. A pointer whose target has it is of a type of its own, so that its class is the face's.
MARK = frozenset({"cffi"})
MODEL = host_target().model

_types: weakref.WeakValueDictionary[tuple[object, ...], CType] = weakref.WeakValueDictionary()


class CType:
    """A C type. `cname` is its name, `kind` one of "primitive", "enum", "pointer", "array", "struct", "union", "function" and
    "void". Which other attributes there are depends on that: `item`, `length`, `fields`, `args`, `result`, `ellipsis`, `abi`,
    `elements`, `relements`."""

    __slots__ = (
        "__weakref__", "_align", "_argument", "_argument_class", "_array", "_bound", "_called", "_cls", "_collected", "_decayed",
        "_dependents", "_elements", "_fields", "_format", "_function", "_how", "_last", "_limits", "_own", "_place", "_plain",
        "_pointer", "_relements", "_size", "_sliced", "_type", "_var", "_view", "abi", "args", "cname", "ellipsis", "item", "kind",
        "length", "result",
    )  # fmt: skip

    cname: str
    kind: str
    item: CType
    length: int | None
    args: tuple[CType, ...]
    result: CType
    ellipsis: bool
    _how: str  #: how values are read and written
    _size: int  #: in bytes, -1 where unknown
    _align: int
    _place: int  #: where in the name a declared name goes
    _type: C  #: what farcall calls the type
    _cls: Any  #: the class of cdata, made when it is first needed
    _own: Any  #: the class of those that own memory
    _collected: Any  #: the class of those with a destructor
    _sliced: Any  #: the class of slices, of an array without a length
    _view: Any  #: of a struct: the class of those that a pointer owns
    _pointer: Any  #: a weak reference to the type of pointers to this
    _fields: Any
    _format: str  #: a number's, for the module struct
    _decayed: CType  #: the type of pointers to an array's items
    _bound: dict[int, Callable[..., Any]]  #: what calls functions of this type, by their addresses
    _last: bytearray  #: the address that was called last, and where what calls it is, for generated code
    _function: Any  #: what farcall calls the function type, with values as C has them
    _called: Any  #: the same with parameters that take more
    _array: CType | None  #: the type of arrays of a pointer's items without a length
    _argument_class: Any
    _elements: dict[int, str]
    _relements: dict[str, int]
    _var: bool  #: whether it ends in an array whose length is each value's own
    abi: int
    _limits: tuple[int, int]

    def __init__(self, kind: str, how: str, cname: str, place: int, size: int, align: int, type: C) -> None:
        self.kind, self._how, self.cname, self._place = kind, how, cname, place
        self._size, self._align, self._type = size, align, type
        self._cls = self._own = self._collected = self._sliced = self._view = self._pointer = self._array = (
            self._fields
        ) = self._function = self._called = self._argument_class = None
        self._argument: C | None = None
        self._plain: tuple[Any, int] | None = (
            None  #: of a pointer: the class of what `ffi.new` makes, and the bytes of its memory
        )
        self._dependents: list[weakref.ref[CType]] = []
        self._var = False
        self._format = ""

    def __repr__(self) -> str:
        return f"<ctype '{self.cname}'>"

    def __dir__(self) -> list[str]:
        return [name for name in (*SHOWN, "fields") if hasattr(self, name)]

    @property
    def fields(self) -> Any:
        """The members of a struct or union: pairs of a name and a CField, by offset; None while it is opaque."""
        if self.kind not in ("struct", "union"):
            raise AttributeError("fields")
        return None if self._fields is None else list(self._fields.items())

    @property
    def elements(self) -> dict[int, str]:
        """The names of an enumeration by their values."""
        return dict(self._enumeration("_elements"))

    @property
    def relements(self) -> dict[str, int]:
        """The values of an enumeration by their names."""
        return dict(self._enumeration("_relements"))

    def _enumeration(self, name: str) -> Any:
        if self.kind != "enum":
            raise AttributeError(name[1:])
        return getattr(self, name)

    def __init_subclass__(cls) -> None:
        raise TypeError("type '_cffi_backend.CType' is not an acceptable base type")

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle 'CType' object")


CType.__module__ = "_cffi_backend"

#: What `dir` lists, where a type has it.
SHOWN = ("cname", "kind", "item", "length", "args", "result", "ellipsis", "abi", "elements", "relements")


def insert(type: CType, text: str) -> str:
    """The name of a type with a text where a declared name goes."""
    return type.cname[: type._place] + text + type.cname[type._place :]


def own(target: C) -> C:
    """What a pointer to `target` points to, for the pointer's type to be the face's own."""
    if isinstance(target, Qualified):
        return Qualified(target.type, target.qualifiers | MARK)
    return Qualified(target, MARK)


def shared(key: tuple[object, ...], make: Callable[[], CType]) -> CType:
    """The type that is known by a key, made if there is none yet."""
    found = _types.get(key)
    if found is None:
        found = _types.setdefault(key, make())
    return found
