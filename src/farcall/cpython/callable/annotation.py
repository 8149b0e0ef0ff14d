"""A C function type from a Python function's annotations."""

from __future__ import annotations

import typing
from collections.abc import Callable, Sequence

from ...ctype import CType, Function, Parameter, Pointer, Qualified, is_const, names, python_object
from ...ctype import Record as RecordType
from ...record import NamedTuple
from ..value.interop_types import peer_type

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Annotations", "annotations_of", "ctype_of", "function_from", "function_of", "stand_for"]

#: Python types that stand for one C type only; `stand_for` adds to them.
PLAIN: dict[object, CType] = {
    float: names.double,
    bool: names.bool_,
    None: names.void,
    type(None): names.void,
    str: Pointer(Qualified(names.char, frozenset({"const"}))),
    object: Pointer(RecordType("struct", python_object.TAG)),
}


class Annotations(NamedTuple):
    """What a Python function's annotations are, resolved: (name, annotation) pairs and the result's."""

    name: str
    parameters: tuple[tuple[str, Any], ...]
    result: Any
    variadic: bool


def annotations_of(python: Callable[..., Any]) -> Annotations:
    """The annotations of a function all of whose parameters have one. Raises TypeError, naming the parameter."""
    import inspect  # which only who uses annotations needs

    name = getattr(python, "__name__", repr(python))
    try:
        hints = typing.get_type_hints(python, include_extras=True)
    except (AttributeError, NameError) as error:
        raise TypeError(f"{name}(): an annotation cannot be resolved: {error}") from None
    parameters, variadic = [], False
    for parameter in inspect.signature(python).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            variadic = True
        elif parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD):
            raise TypeError(f"{name}() parameter {parameter.name!r}: C functions have no keyword arguments")
        elif parameter.name not in hints:
            raise TypeError(f"{name}() parameter {parameter.name!r} has no annotation")
        else:
            parameters.append((parameter.name, hints[parameter.name]))
    if "return" not in hints:
        raise TypeError(f"{name}() has no annotation for its result (None for void)")
    return Annotations(name, tuple(parameters), hints["return"], variadic)


def function_of(python: Callable[..., Any]) -> Function:
    """The C type that a Python function's annotations describe.

    Every parameter and the result must be annotated, with a farcall type, a scalar type of numpy, a type of
    ctypes, or with float (double), bool (_Bool), str (const char *), object (PyObject *) or None (void). `*args` makes it
    variadic.
    Raises TypeError, naming the parameter.
    """
    seen = annotations_of(python)
    parameters = tuple(
        Parameter(name, ctype_of(annotation, f"{seen.name}() parameter {name!r}"))
        for name, annotation in seen.parameters
    )
    return Function(ctype_of(seen.result, f"{seen.name}() result"), parameters, seen.variadic)


def function_from(types: Sequence[Any], result: Any = None) -> Function:
    """The C type of a function with parameters of these types. Raises TypeError, naming the position."""
    parameters = tuple(Parameter("", ctype_of(type, f"parameter {i}")) for i, type in enumerate(types, 1))
    for i, parameter in enumerate(parameters, 1):
        if parameter.type == names.void:
            raise TypeError(f"parameter {i} is void, which is not a value")
    return Function(ctype_of(result, "the result"), parameters)


def ctype_of(annotation: Any, where: str) -> CType:
    """The C type that a type annotation, a farcall class, a ctype, or a type of numpy or ctypes stands for; of
    `Annotated[...]`, the first that its metadata has."""
    if isinstance(annotation, CType):
        return annotation
    found = getattr(annotation, "__ctype__", None)
    if isinstance(found, CType):
        const = getattr(annotation, "__const__", False) and not is_const(found)
        return Qualified(found, frozenset({"const"})) if const else found
    if typing.get_origin(annotation) is typing.Annotated:
        return ctype_of(annotated(annotation), where)
    if annotation is int:
        raise TypeError(f"{where}: int does not say how wide; use farcall.int_, long, int32, int64, size_t, ...")
    try:
        if annotation in PLAIN:
            return PLAIN[annotation]
    except TypeError:  # it has no hash
        pass
    found = peer_type(annotation)
    if found is None:
        raise TypeError(f"{where}: {annotation!r} is not a C type")
    return found


def annotated(annotation: Any) -> Any:
    """What `Annotated[...]` says of C: the first C type in its metadata, else the Python type."""
    for extra in annotation.__metadata__:
        try:
            ctype_of(extra, "")
        except TypeError:
            continue
        return extra
    return annotation.__origin__


def stand_for(cls: type, ctype: CType) -> None:
    """Have a Python class stand for a C type. Raises TypeError for one that does already."""
    if cls in PLAIN or cls is int:
        raise TypeError(f"{cls.__name__} cannot be registered: what it stands for is fixed")
    PLAIN[cls] = ctype
