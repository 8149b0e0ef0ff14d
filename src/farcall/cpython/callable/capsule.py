"""PyCapsules of C functions, named with their C signature, as SciPy's LowLevelCallable takes them."""

from __future__ import annotations

from ... import seed
from ...ctype import Function, declare
from ..link.native import entry

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["capsule"]


def capsule(address: int, function: Function, owner: Any) -> Any:
    """A capsule of the function at `address`, named like "double (double)"; it keeps `owner` alive."""
    name = _signature(function).encode() + b"\0"
    return seed.make_capsule(address, name, entry("capsule_dealloc"), (name, owner))


def _signature(function: Function) -> str:
    """The signature without the parameters' names."""
    parameters = [declare(p.type) for p in function.parameters]
    return f"{declare(function.result)} ({', '.join(parameters)})"
