"""Python classes that stand for a C type, with their own way there and back."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Protocol, TypeVar, runtime_checkable

from .. import seed
from ..cpython.callable.annotation import ctype_of, stand_for
from ..cpython.callable.by_name import placed
from ..cpython.callable.function import describe
from ..cpython.value import address, class_of
from ..cpython.value.base import made_class
from ..cpython.value.interop_types import ctypes_module, numpy_classes
from ..ctype import Record, Void, unqualified
from ..record import NamedTuple
from .around import like
from .types import ctype_named

__all__ = [
    "CType", "Conversion", "Converter", "conversion_of", "convert_by", "converter_of", "inward",
    "outward", "pack_all", "register_ctype",
]  # fmt: skip


@runtime_checkable
class CType(Protocol):
    """What a class has that stands for a C type: the type it is passed as, and both ways.

    `ffi_type` is a farcall class, a type, or C text. `pack` returns the value that C gets, `unpack` makes an instance
    of the value that C gave.

        class Metres:
            ffi_type = farcall.double
            ...
    """

    ffi_type: ClassVar[Any]

    def pack(self) -> Any:
        """The value that C gets for this instance, as a parameter of `ffi_type` takes it.

        What it raises, the call raises.

            def pack(self):
                return self.value
        """

    @classmethod
    def unpack(cls, value: Any) -> Any:
        """An instance of the value that C gave.

        What it raises, the call raises.

            def unpack(cls, value):
                return cls(value)
        """


class Converter(NamedTuple):
    """Both ways for one type. `pack` is also given words that name the place, for errors."""

    pack: Callable[[Any, str], Any]
    unpack: Callable[[Any], Any]


class Conversion(NamedTuple):
    """The converters of a function's parameters and result, and of what C writes through pointers, in the order in which the
    call returns that; None where there is nothing to convert."""

    parameters: tuple[Converter | None, ...]
    result: Converter | None
    written: tuple[Converter | None, ...] = ()


_Class = TypeVar("_Class", bound=type[Any])
_registered: dict[type, Converter] = {}


def register_ctype(
    cls: _Class,
    ffi_type: Any = None,
    pack: Callable[[Any], Any] | None = None,
    unpack: Callable[[Any], Any] | None = None,
) -> _Class:
    """Have a class stand for a C type in annotations and signatures; gives the class, so it is a decorator too.

    What is not given here the class has itself (see `CType`). Raises TypeError if something is missing, for a
    class that is registered already, and for types whose meaning is fixed (`float`, `int`, ...).

        @farcall.register_ctype(ffi_type=farcall.double, pack=lambda m: m.value, unpack=lambda v: Metres(v))
        class Metres:
            ...
    """
    if not isinstance(cls, type):
        raise TypeError(f"a class is registered, not {cls!r}")
    ffi_type = ffi_type if ffi_type is not None else getattr(cls, "ffi_type", None)
    pack, unpack = pack or getattr(cls, "pack", None), unpack or getattr(cls, "unpack", None)
    missing = [name for name, part in (("ffi_type", ffi_type), ("pack", pack), ("unpack", unpack)) if part is None]
    if pack is None or unpack is None or missing:
        raise TypeError(f"{cls.__name__} lacks {', '.join(missing)}")
    ctype = ctype_named(ffi_type, f"{cls.__name__}.ffi_type")
    if isinstance(unqualified(ctype), Void):
        raise TypeError(f"{cls.__name__}.ffi_type is void, which is not a value")
    stand_for(cls, ctype)
    _registered[cls] = Converter(functools.partial(_packed, cls, pack), unpack)
    return cls


def convert_by(cls: type, converter: Converter) -> None:
    """Have a class that has a C type, in `__ctype__`, converted by these."""
    _registered[cls] = converter


def conversion_of(parameters: Sequence[Any], result: Any) -> Conversion | None:
    """What has to be converted for a function of these annotations; None if nothing has."""
    made = Conversion(tuple(converter_of(annotation) for annotation in parameters), converter_of(result))
    return made if made.result or any(made.parameters) else None


def outward(function: Callable[..., Any], conversion: Conversion | None) -> Any:
    """A C function that takes and gives instances of registered classes."""
    if conversion is None:
        return function
    name, written = getattr(function, "__name__", "function"), getattr(getattr(function, "__self__", None), "out", ())
    result = conversion.result
    taken = Conversion(tuple([c for i, c in enumerate(conversion.parameters) if i not in written]), result)
    alone = len(written) < 2 and (not written or isinstance(unqualified(describe(function).function.result), Void))
    given = (result, *(conversion.written or (None,) * len(written)))[-1 if alone and written else 0 :]
    unpack_all = functools.partial(_unpacked, given, alone)

    if result is not None and not written and not any(taken.parameters):
        unpack = result.unpack

        def convert_result(*args: Any, **names: Any) -> Any:
            return unpack(function(*args, **names))

        return like(convert_result, function)

    def run(*args: Any, **names: Any) -> Any:
        if names:
            args = placed(describe(function), args, names)
        if len(args) < len(taken.parameters):  # the function says it best
            return function(*args)
        return unpack_all(function(*pack_all(taken, args, name)))

    return like(run, function)


def _unpacked(converters: tuple[Converter | None, ...], alone: bool, given: Any) -> Any:
    """What a call gives: one value, or several as a tuple, each with its converter."""
    if alone:
        (one,) = converters
        return given if one is None else one.unpack(given)
    values = zip(converters[-len(given) :], given, strict=True)  # a function without a result gives what C wrote alone
    return tuple([value if c is None else c.unpack(value) for c, value in values])


def pack_all(conversion: Conversion, args: Sequence[Any], name: str) -> list[Any]:
    """What C gets for the arguments of a function. Raises TypeError, naming the argument."""
    packed = list(args)
    for index, converter in enumerate(conversion.parameters[: len(packed)]):
        if converter is not None:
            packed[index] = converter.pack(args[index], f"{name}() argument {index + 1}")
    return packed


def inward(callback: Callable[..., Any], conversion: Conversion | None) -> Callable[..., Any]:
    """A Python callable that takes what C gives and gives what C takes."""
    if conversion is None:
        return callback
    parameters, result = conversion.parameters, conversion.result
    where = f"callback {getattr(callback, '__name__', type(callback).__name__)}(): result"

    def run(*args: Any) -> Any:
        given = callback(*(c.unpack(arg) if c else arg for c, arg in zip(parameters, args, strict=True)))
        return given if result is None else result.pack(given, where)

    made: Callable[..., Any] = like(run, callback)
    return made


def converter_of(annotation: Any) -> Converter | None:
    """What converts values of the type that an annotation stands for; None for one whose values are taken as they are."""
    if not isinstance(annotation, type):
        return None
    found = _registered.get(annotation)
    ctypes = ctypes_module()
    if found is None and ctypes is not None:
        if issubclass(annotation, (ctypes.Structure, ctypes.Union)):
            return Converter(functools.partial(_struct, annotation), functools.partial(_ctypes, annotation))
        if issubclass(annotation, ctypes._SimpleCData):
            return Converter(functools.partial(_simple, annotation), _same)
    if found is None and issubclass(annotation, numpy_classes("bool_")):
        return Converter(functools.partial(_truth, annotation), _same)
    return found


def _packed(cls: type, pack: Callable[[Any], Any], value: object, where: str) -> Any:
    if not isinstance(value, cls):
        raise TypeError(f"{where} must be {cls.__name__}, not {type(value).__name__}")
    return pack(value)


def _struct(cls: Any, value: Any, where: str) -> Any:
    """The farcall struct of a ctypes structure; anything else as it is."""
    if not issubclass(type(value), cls):
        return value
    ctypes = ctypes_module()
    size = ctypes.sizeof(cls)
    if ctypes.sizeof(value) != size:  # a subclass with more fields, or an instance that was resized
        raise TypeError(
            f"{where} must be {cls.__name__} of {size} bytes, not {type(value).__name__} of {ctypes.sizeof(value)}"
        )
    ctype = ctype_of(cls, where)
    assert isinstance(ctype, Record)
    made = made_class(class_of(ctype))()
    seed.write(address(made), seed.read(ctypes.addressof(value), size))
    return made


def _ctypes(cls: Any, value: Any) -> Any:
    """The ctypes structure of a farcall struct."""
    return cls.from_buffer_copy(bytes(value))


def _simple(cls: Any, value: Any, where: str) -> Any:
    """The Python value of a ctypes scalar; anything else as it is."""
    return value.value if isinstance(value, cls) else value


def _truth(cls: Any, value: Any, where: str) -> Any:
    """The bool of a numpy bool, which is no index; anything else as it is."""
    return bool(value) if isinstance(value, cls) else value


def _same(value: Any) -> Any:
    """What C gives for a scalar of ctypes or numpy is a Python value, as in ctypes itself."""
    return value
