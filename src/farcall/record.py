"""Records that are cheap to declare: `NamedTuple` and `dataclass` as the standard library has them, without its cost.

The standard ones put a class's methods together as source text, which is compiled while the module is imported: for the
hundred records here, more than half of the time to a first call. These take methods from templates that are compiled
already, of which a class has its own copies with its own names. What they make is used, compared, hashed, copied,
pickled and matched alike, and known to the functions of `dataclasses` too. Of `dataclass` there is what is used here:
`@dataclass(frozen=True, slots=True)`, with `field(default=..., default_factory=..., compare=..., repr=...)`.
"""

from __future__ import annotations

from operator import attrgetter, itemgetter
from sys import intern
from types import FunctionType

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import replace as replace
    from typing import Any
    from typing import NamedTuple as NamedTuple

__all__ = ["NamedTuple", "constructor", "dataclass", "field", "getter", "replace"]

try:  # what collections.namedtuple reads fields with, and what it does where that is missing
    from _collections import _tuplegetter as getter  # type: ignore[import-not-found, unused-ignore]
except ImportError:

    def getter(index: int, doc: str) -> property:
        return property(itemgetter(index), doc=doc)


_new, _set = tuple.__new__, object.__setattr__

# Named tuples

#: Constructors by their number of fields; of more than these, one is compiled when it is needed.
_CONSTRUCTORS = (
    lambda _cls: _new(_cls, ()),
    lambda _cls, a: _new(_cls, (a,)),
    lambda _cls, a, b: _new(_cls, (a, b)),
    lambda _cls, a, b, c: _new(_cls, (a, b, c)),
    lambda _cls, a, b, c, d: _new(_cls, (a, b, c, d)),
    lambda _cls, a, b, c, d, e: _new(_cls, (a, b, c, d, e)),
    lambda _cls, a, b, c, d, e, f: _new(_cls, (a, b, c, d, e, f)),
    lambda _cls, a, b, c, d, e, f, g: _new(_cls, (a, b, c, d, e, f, g)),
    lambda _cls, a, b, c, d, e, f, g, h: _new(_cls, (a, b, c, d, e, f, g, h)),
    lambda _cls, a, b, c, d, e, f, g, h, i: _new(_cls, (a, b, c, d, e, f, g, h, i)),
)  # fmt: skip


def constructor(name: str, fields: tuple[str, ...], defaults: tuple[object, ...]) -> Any:
    """`__new__` of a class of tuples with such fields."""
    if len(fields) < len(_CONSTRUCTORS):
        template = _CONSTRUCTORS[len(fields)]
    else:
        parameters = ", ".join([f"a{number}" for number in range(len(fields))])
        template = eval(f"lambda _cls, {parameters}: _new(_cls, ({parameters}))", globals())
    return _renamed(template, "__new__", name, fields, defaults)


def _renamed(
    template: Any, name: str, owner: str, parameters: tuple[str, ...], defaults: tuple[object, ...], **parts: Any
) -> Any:
    """A template's copy, whose parameters have other names."""
    first = template.__code__.co_varnames[0]
    code = template.__code__.replace(co_name=name, co_varnames=(first, *parameters), **parts)
    made = FunctionType(code, globals(), name, defaults)
    made.__qualname__ = f"{owner}.{name}"
    return made


def _make(cls: Any, iterable: Any) -> Any:
    """A new one from a sequence."""
    made = _new(cls, iterable)
    if len(made) != len(cls._fields):
        raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
    return made


def _replace(self: Any, /, **changes: Any) -> Any:
    """A copy with other values in some fields."""
    made = self._make(map(changes.pop, self._fields, self))
    if changes:
        raise ValueError(f"Got unexpected field names: {list(changes)!r}")
    return made


def _asdict(self: Any) -> dict[str, Any]:
    """The values by the names of their fields."""
    return dict(zip(self._fields, self, strict=True))


def _repr_of_tuple(self: Any) -> str:
    return f"{type(self).__name__}({', '.join([f'{name}={value!r}' for name, value in zip(self._fields, self, strict=True)])})"


def _getnewargs(self: Any) -> tuple[Any, ...]:
    return tuple(self)


class _TupleKind(type):
    """Makes plain subclasses of tuple."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> Any:
        if not bases:
            return super().__new__(cls, name, bases, body)
        fields = tuple(map(intern, _annotations(body)))
        defaults = {field: body.pop(field) for field in fields if field in body}
        if any(later not in defaults for later in fields[len(fields) - len(defaults) :]):
            raise TypeError(f"{name}: a field without a default is behind one that has a default")
        own = {
            "__slots__": (), "_fields": fields, "_field_defaults": defaults, "__match_args__": fields,
            "_make": classmethod(_make), "_replace": _replace, "__replace__": _replace, "_asdict": _asdict,
            "__repr__": _repr_of_tuple, "__getnewargs__": _getnewargs,
            "__new__": constructor(name, fields, tuple(defaults.values())),
            **{field: getter(index, "") for index, field in enumerate(fields)},
        }  # fmt: skip
        return type(name, (tuple,), own | body)


if not TYPE_CHECKING:

    class NamedTuple(metaclass=_TupleKind):
        """As `typing.NamedTuple`."""


def _annotations(body: dict[str, Any]) -> dict[str, str]:
    """The annotations in the body of a class, which are text."""
    found: dict[str, str] = body.get("__annotations__", {})
    return found


# Frozen dataclasses

_MISSING = object()


class _Field:
    """A field that `field` says something of."""

    __slots__ = ("compare", "default", "factory", "repr")

    def __init__(self, default: Any, factory: Any, compare: bool, repr: bool) -> None:
        self.default, self.factory, self.compare, self.repr = default, factory, compare, repr


def _field(*, default: Any = _MISSING, default_factory: Any = None, compare: bool = True, repr: bool = True) -> Any:
    """As `dataclasses.field`."""
    return _Field(default, default_factory, compare, repr)


#: Constructors by their number of fields.
s = _set  # which gives None
_SETTERS = (
    lambda self: None,
    lambda self, a: s(self, "a", a),
    lambda self, a, b: s(self, "a", a) or s(self, "b", b),
    lambda self, a, b, c: s(self, "a", a) or s(self, "b", b) or s(self, "c", c),
    lambda self, a, b, c, d: s(self, "a", a) or s(self, "b", b) or s(self, "c", c) or s(self, "d", d),
    lambda self, a, b, c, d, e: (
        s(self, "a", a) or s(self, "b", b) or s(self, "c", c) or s(self, "d", d) or s(self, "e", e)
    ),
    lambda self, a, b, c, d, e, f: (
        s(self, "a", a) or s(self, "b", b) or s(self, "c", c) or s(self, "d", d) or s(self, "e", e)
        or s(self, "f", f)
    ),
    lambda self, a, b, c, d, e, f, g: (
        s(self, "a", a) or s(self, "b", b) or s(self, "c", c) or s(self, "d", d) or s(self, "e", e)
        or s(self, "f", f) or s(self, "g", g)
    ),
    lambda self, a, b, c, d, e, f, g, h: (
        s(self, "a", a) or s(self, "b", b) or s(self, "c", c) or s(self, "d", d) or s(self, "e", e)
        or s(self, "f", f) or s(self, "g", g) or s(self, "h", h)
    ),
    lambda self, a, b, c, d, e, f, g, h, i: (
        s(self, "a", a) or s(self, "b", b) or s(self, "c", c) or s(self, "d", d) or s(self, "e", e)
        or s(self, "f", f) or s(self, "g", g) or s(self, "h", h) or s(self, "i", i)
    ),
    lambda self, a, b, c, d, e, f, g, h, i, j: (
        s(self, "a", a) or s(self, "b", b) or s(self, "c", c) or s(self, "d", d) or s(self, "e", e)
        or s(self, "f", f) or s(self, "g", g) or s(self, "h", h) or s(self, "i", i) or s(self, "j", j)
    ),
    lambda self, a, b, c, d, e, f, g, h, i, j, k: (
        s(self, "a", a) or s(self, "b", b) or s(self, "c", c) or s(self, "d", d) or s(self, "e", e)
        or s(self, "f", f) or s(self, "g", g) or s(self, "h", h) or s(self, "i", i) or s(self, "j", j)
        or s(self, "k", k)
    ),
    lambda self, a, b, c, d, e, f, g, h, i, j, k, x: (
        s(self, "a", a) or s(self, "b", b) or s(self, "c", c) or s(self, "d", d) or s(self, "e", e)
        or s(self, "f", f) or s(self, "g", g) or s(self, "h", h) or s(self, "i", i) or s(self, "j", j)
        or s(self, "k", k) or s(self, "x", x)
    ),
    lambda self, a, b, c, d, e, f, g, h, i, j, k, x, y: (
        s(self, "a", a) or s(self, "b", b) or s(self, "c", c) or s(self, "d", d) or s(self, "e", e)
        or s(self, "f", f) or s(self, "g", g) or s(self, "h", h) or s(self, "i", i) or s(self, "j", j)
        or s(self, "k", k) or s(self, "x", x) or s(self, "y", y)
    ),
)  # fmt: skip


def _generic_init(fields: tuple[str, ...], defaults: dict[str, Any], factories: dict[str, Any]) -> Any:
    """A constructor for any number of fields, and for defaults that are made anew each time."""

    def __init__(self: Any, *values: Any, **named: Any) -> None:
        if len(values) > len(fields):
            raise TypeError(f"{type(self).__name__} has {len(fields)} fields, {len(values)} values were given")
        given = dict(zip(fields, values, strict=False))
        for name, value in named.items():
            if name not in fields or name in given:
                raise TypeError(f"{type(self).__name__}: {name!r} is {'given twice' if name in given else 'no field'}")
            given[name] = value
        for name in fields:
            if name in given:
                value = given[name]
            elif name in defaults:
                value = defaults[name]
            elif name in factories:
                value = factories[name]()
            else:
                raise TypeError(f"{type(self).__name__} wants a value for {name!r}")
            _set(self, name, value)

    return __init__


def _init(name: str, fields: tuple[str, ...], defaults: dict[str, Any], factories: dict[str, Any]) -> Any:
    if factories or len(fields) >= len(_SETTERS):
        return _generic_init(fields, defaults, factories)
    template = _SETTERS[len(fields)]
    places = dict(zip(template.__code__.co_varnames[1:], fields, strict=True))
    consts = tuple([places.get(one, one) if type(one) is str else one for one in template.__code__.co_consts])
    values = tuple(defaults.values())
    return _renamed(template, "__init__", name, fields, values, co_consts=consts)


def _comparison(compared: tuple[str, ...]) -> dict[str, Any]:
    """`__eq__` and `__hash__` by these fields."""
    key = attrgetter(*compared) if compared else lambda _: ()

    def __eq__(self: Any, other: object) -> Any:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:
        try:
            return self._hash  # type: ignore[no-any-return]
        except AttributeError:  # the first time: types are looked up by again and again, and are large
            found = hash(key(self))
            _set(self, "_hash", found)
            return found

    return {"__eq__": __eq__, "__hash__": __hash__}


def _repr(self: Any) -> str:
    values = ", ".join([f"{name}={getattr(self, name)!r}" for name in self._shown])
    return f"{type(self).__qualname__}({values})"


def _frozen_set(self: Any, name: str, value: object) -> None:
    if name in type(self)._record_fields:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to field {name!r}")
    _set(self, name, value)


def _frozen_delete(self: Any, name: str) -> None:
    if name in type(self)._record_fields:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot delete field {name!r}")
    object.__delattr__(self, name)


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self._record_fields]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(self._record_fields, state, strict=True):
        _set(self, name, value)


def _replace_fields(self: Any, /, **changes: Any) -> Any:
    """A copy with other values in some fields, as `dataclasses.replace` makes it."""
    return type(self)(**{name: getattr(self, name) for name in self._record_fields} | changes)


class _Described:
    """What `dataclasses` looks for in a class: made when something looks."""

    def __get__(self, _: Any, cls: type) -> Any:
        import dataclasses

        rows = []
        for name, one in cls._record_fields.items():  # type: ignore[attr-defined]
            options: dict[str, Any] = {"compare": one.compare, "repr": one.repr}
            if one.factory is not None:
                options["default_factory"] = one.factory
            elif one.default is not _MISSING:
                options["default"] = one.default
            rows.append((name, "object", dataclasses.field(**options)))
        found = dataclasses.make_dataclass(cls.__name__, rows, frozen=True).__dataclass_fields__  # type: ignore[attr-defined]
        cls.__dataclass_fields__ = found  # type: ignore[attr-defined]
        return found


def _dataclass(*, frozen: bool, slots: bool) -> Any:
    """As `dataclasses.dataclass`, for what is frozen and has slots."""
    if not (frozen and slots):
        raise TypeError("records are frozen and have slots")
    return _made


def _made(cls: Any) -> Any:
    """The class again, as a record of its fields and those of its bases."""
    body, own = dict(cls.__dict__), tuple(map(intern, cls.__annotations__))
    fields: dict[str, _Field] = {}
    for base in reversed(cls.__mro__[1:]):
        fields |= base.__dict__.get("_record_fields", {})
    for name in own:
        default = body.pop(name, _MISSING)
        fields[name] = default if type(default) is _Field else _Field(default, None, True, True)
    for name in ("__dict__", "__weakref__"):
        body.pop(name, None)
    names = tuple(fields)
    defaults = {name: one.default for name, one in fields.items() if one.default is not _MISSING}
    factories = {name: one.factory for name, one in fields.items() if one.factory is not None}
    if any(
        name not in defaults and name not in factories for name in names[len(names) - len(defaults) - len(factories) :]
    ):
        raise TypeError(f"{cls.__name__}: a field without a default is behind one that has a default")
    slots = own if hasattr(cls, "_hash") else (*own, "_hash")
    made = {
        "__slots__": slots, "__match_args__": names, "_record_fields": fields, "__dataclass_fields__": _Described(),
        "_shown": tuple([name for name, one in fields.items() if one.repr]),
        "__init__": _init(cls.__qualname__, names, defaults, factories), "__repr__": _repr,
        **_comparison(tuple([name for name, one in fields.items() if one.compare])),
        "__setattr__": _frozen_set, "__delattr__": _frozen_delete, "__replace__": _replace_fields,
        "__getstate__": _getstate, "__setstate__": _setstate,
    }  # fmt: skip
    again = type(cls)(cls.__name__, cls.__bases__, made | body)
    again.__qualname__ = cls.__qualname__
    return again


if not TYPE_CHECKING:
    dataclass, field, replace = _dataclass, _field, lambda record, /, **changes: record.__replace__(**changes)
