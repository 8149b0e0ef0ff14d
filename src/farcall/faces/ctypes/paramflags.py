"""Parameters with flags, names and defaults: how a call's arguments are made of what is given, and its results of what C wrote."""

from __future__ import annotations

from typing import Any

from .shape import shape_of

__all__ = ["Filled", "checked_flags", "filled", "results"]

IN, OUT, LCID = 1, 2, 4


class Filled:
    """The arguments of a call, and which of them give results."""

    __slots__ = ("arguments", "inout", "out")

    def __init__(self, arguments: tuple[Any, ...], out: list[int], inout: list[int]) -> None:
        self.arguments, self.out, self.inout = arguments, out, inout


def checked_flags(flags: Any, argtypes: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    """Parameter flags as they are given with a function. Raises TypeError, ValueError."""
    if flags is None or argtypes is None:
        return None
    if not isinstance(flags, tuple):
        raise TypeError("paramflags must be a tuple or None")
    if len(flags) != len(argtypes):
        raise ValueError("paramflags must have the same length as argtypes")
    for number, (item, cls) in enumerate(zip(flags, argtypes, strict=True), 1):
        known = isinstance(item, tuple) and 1 <= len(item) <= 3 and isinstance(item[0], int)
        if not known or (len(item) > 1 and not isinstance(item[1], (str, type(None)))):
            raise TypeError("paramflags must be a sequence of (int [,string [,value]]) tuples")
        kind = item[0] & (IN | OUT | LCID)
        if kind in (0, IN, IN | LCID, IN | OUT):
            continue
        if kind == OUT:
            _check_out(cls, number)
            continue
        raise TypeError(f"paramflag value {item[0]} not supported")
    return flags


def _check_out(cls: Any, number: int) -> None:
    """Raise TypeError for what C cannot write through."""
    shape = getattr(cls, "__shape__", None)
    if shape is None or shape.kind in ("pointer", "array"):
        return
    if shape.letter is not None and shape.letter.code in "zZPO":
        return
    raise TypeError(f"'out' parameter {number} must be a pointer type, not {cls.__name__}")


def filled(
    flags: tuple[Any, ...] | None, argtypes: tuple[Any, ...] | None, given: tuple[Any, ...], named: dict[str, Any]
) -> Filled:
    """The arguments of a call of what is given. Raises TypeError for too many and too few."""
    if not flags or not argtypes:
        return Filled(given, [], [])
    made: list[Any] = []
    out: list[int] = []
    inout: list[int] = []
    used, names_used = 0, 0
    for number, item in enumerate(flags):
        kind = item[0] & (IN | OUT | LCID)
        name = item[1] if len(item) > 1 else None
        default = item[2] if len(item) > 2 else None
        if kind == IN | LCID:
            made.append(0 if default is None else default)
        elif kind == OUT:
            made.append(default if default is not None else _room(argtypes[number]))
            out.append(number)
        else:
            if kind == IN | OUT:
                inout.append(number)
            if used < len(given):
                made.append(given[used])
                used += 1
            elif name is not None and name in named:
                made.append(named[name])
                names_used += 1
            elif default is not None:
                made.append(default)
            else:
                raise TypeError(f"required argument '{name}' missing" if name else "not enough arguments")
    if len(given) + len(named) != used + names_used:
        wanted = len(flags) - len(out)
        raise TypeError(f"call takes exactly {wanted} arguments ({len(given)} given)")
    return Filled(tuple(made), out, inout)


def _room(cls: Any) -> Any:
    """What C may write to for an out parameter."""
    shape = shape_of(cls)
    if shape.letter is not None:
        raise TypeError(f"{cls.__name__} 'out' parameter must be passed as default value")
    return cls() if shape.dimensions else shape.proto()


def results(found: Any, call: Filled) -> Any:
    """What a call gives: what C returned, or what it wrote through the out parameters."""
    numbers = sorted([*call.out, *call.inout])
    if not numbers:
        return found
    made = []
    for number in numbers:
        thing = call.arguments[number]
        if number in call.out:
            ask = getattr(thing, "__ctypes_from_outparam__", None)
            thing = thing if ask is None else ask()
        made.append(thing)
    return made[0] if len(made) == 1 else tuple(made)
