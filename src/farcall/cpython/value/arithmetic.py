"""What calculating with a number in C's memory raises: that is done with Python's own, which `.value` gives."""

from __future__ import annotations

from collections.abc import Callable

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, NoReturn, TypeVar

    _Class = TypeVar("_Class", bound=type[Any])

__all__ = ["not_calculated_with"]

#: Python's operators, by the names of their methods.
BINARY = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "** or pow()",
    "divmod": "divmod()", "lshift": "<<", "rshift": ">>", "and": "&", "or": "|", "xor": "^",
}  # fmt: skip
UNARY = {"neg": "-", "pos": "+", "abs": "abs()", "invert": "~"}
#: What the other operand is where nobody else can know how to calculate.
PLAIN = (int, float, complex, bool)


def not_calculated_with(instead: str) -> Callable[[_Class], _Class]:
    """A class decorator: operators on instances raise TypeError with what to use `instead`. Others' classes still say first
    what they make of such an operand, as NumPy's arrays do, and sequences are repeated by an index."""

    def decorate(cls: _Class) -> _Class:
        cls.__calculated__ = instead
        for name, operator in OPERATORS.items():
            setattr(cls, name, operator)
        return cls

    return decorate


def _binary(sign: str, *, swapped: bool) -> Callable[..., Any]:
    def operator(self: Any, other: Any, *modulus: Any) -> Any:
        if type(other) not in PLAIN and not hasattr(type(other), "__calculated__"):
            return NotImplemented
        left, right = (other, self) if swapped else (self, other)
        _refuse(self, f"unsupported operand types for {sign}: {_named(left)} and {_named(right)}")

    return operator


def _unary(sign: str) -> Callable[[Any], Any]:
    def operator(self: Any) -> NoReturn:
        _refuse(self, f"bad operand type for {sign}: {_named(self)}")

    return operator


def _refuse(value: Any, what: str) -> NoReturn:
    raise TypeError(f"{what}; a farcall value is C's memory: calculate with {value.__calculated__}")


def _named(value: Any) -> str:
    cls = type(value)
    return repr(f"farcall.{cls.__name__}" if hasattr(cls, "__calculated__") else cls.__name__)


#: The methods, by name: one each for all classes.
OPERATORS = {
    **{f"__{name}__": _binary(sign, swapped=False) for name, sign in BINARY.items()},
    **{f"__r{name}__": _binary(sign, swapped=True) for name, sign in BINARY.items()},
    **{f"__{name}__": _unary(sign) for name, sign in UNARY.items()},
}
