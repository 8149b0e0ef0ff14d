"""Objects that own code which C may call: bound functions, closures, and what stands for them."""

from __future__ import annotations

import sys
from types import BuiltinFunctionType

from ... import seed
from ...cache.owner import Owner
from ...ctype import Parameter, Pointer, unqualified
from ...record import replace
from ..facts.host import WORD
from ..link.late import later
from ..link.linker import linker
from ..link.revocation import revoke

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from .. import value as values
else:
    values = later("cpython.value")

__all__ = ["CodeOwner", "code_of", "entry", "retract"]


class CodeOwner(Owner):
    """An object that owns code, `__farcall_function__` at `__farcall_address__`.

    Its first slot, which every subclass has at the same place, keeps the entry: a pointer object of the function's type,
    made when the object is first passed for a function pointer. Generated code reads it there (`stub.inline_cache`). It
    becomes NULL when the code is taken back. Nobody else is given it.
    """

    __slots__ = ()  # it is `Owner`'s

    def _make_entry(self) -> Any:
        this: Any = self
        address, function = this.__farcall_address__, this.__farcall_function__  # raises if it is closed
        nameless = tuple([Parameter("", unqualified(parameter.type)) for parameter in function.parameters])
        return values.point(values.class_of(Pointer(replace(function, parameters=nameless))), address, None)


def entry(owner: CodeOwner) -> Any:
    """The entry of an object, made if there is none. Raises what the object raises for code that was taken back."""
    found = getattr(owner, "_entry", None)
    if found is None:
        found = owner._entry = owner._make_entry()
    return found


def code_of(value: Any) -> Any:
    """The entry of an object that owns code, or of the function that a builtin is; None of other objects, and of those that
    generated code does not find by their class."""
    thing = value.__self__ if type(value) is BuiltinFunctionType else value
    if not isinstance(thing, CodeOwner):
        return None
    found = entry(thing)
    word = seed.read(id(thing) + linker().facts.header, WORD)
    return found if int.from_bytes(word, sys.byteorder) == id(found) else None


def retract(owner: CodeOwner) -> None:
    """Have generated code read the address no more: the code was taken back, and is about to go."""
    found = getattr(owner, "_entry", None)
    if found is not None:
        seed.write(id(found) + linker().facts.value_payload, bytes(WORD))
    revoke()
