"""What generated code asks Python for before a call: arguments of odd kinds converted, and all of them looked at again.

Generated code recognises the usual objects by itself. Whatever it does not comes here, with the description of the function
and the number of the parameter; what stands for it, the class of the parameter's values knows.
"""

from __future__ import annotations

from ...errors import FreedMemoryError
from ..value import Pointer, Value, accept, address, alive, target_keeper
from ..value.function_address import check_open
from ..value.given import index_of
from .code_owner import CodeOwner
from .inline_cache import fits, remember

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from .function import Description

__all__ = ["convert", "convert_object", "count", "recheck", "unwrap"]


def convert(self: Any, index: int, value: object) -> object:
    """The pointer or struct object that stands for argument `index`; raises what names it if there is none."""
    if index >= 0 and (seen := fits(self, index, value)) is not None:  # a function's parameter
        return seen
    made: object = accept(self.parameter_type(index), value, self.parameter_name(index))
    if index < 0:  # a closure's result, which C reads when all this is over
        self._result = made
    else:
        remember(self, index, value, made)
    return made


def convert_object(self: Any, index: int, value: object) -> object:
    """The pointer to an object that a value of farcall's stands for as argument `index`, or as a closure's result (-1)."""
    made: object = accept(self.parameter_type(index), value, self.parameter_name(index))
    if index < 0:
        self._result = made
    return made


def count(self: Description, given: int) -> NoReturn:
    """Raise that a function was given the wrong number of arguments."""
    expected = len(self.given)
    least = "at least " if self.function.variadic else ""
    noun = "argument" if expected == 1 else "arguments"
    raise TypeError(f"{self.name}() takes {least}{expected} {noun} ({given} given): {self.prototype}")


def recheck(self: Description, args: tuple[object, ...]) -> None:
    """Raise if what a call needs was taken back while its arguments were converted, by Python code that a conversion
    ran: the function's library, memory of an argument, or a closure. A function that was passed stays mapped."""
    check_open(self)
    for index, value in zip(
        self.given, args, strict=False
    ):  # what is behind a variadic function's fixed ones is its stub's
        if issubclass(type(value), Value):
            where = f"{self.parameter_name(index)}: it was freed while the arguments were converted"
            try:
                address(value)  # type: ignore[arg-type]
            except FreedMemoryError as error:
                raise FreedMemoryError(where) from error
            if issubclass(type(value), Pointer) and not alive(target_keeper(value)):
                raise FreedMemoryError(where)
        elif issubclass(type(value), CodeOwner):
            owner: Any = value
            index_of(owner.__farcall_address__)  # raises if it was closed


def unwrap(instance: Any) -> object:
    """The Python number that a number in memory is."""
    return instance.value
