"""What the functions of one C type with the same options have in common: all that binding needs but name and address. A library
keeps it, so that nothing is found out again when a function is bound whose signature is known."""

from __future__ import annotations

import struct

from ...ctype import Function
from ...ctype.facts import incomplete
from ...stub import SWAP, Policy
from ..facts.ownership import as_lent, taken_over
from .classes import can_wait
from .document import frame, notes
from .functions import Functions
from .parameter_facts import TypeFacts
from .plan import Plan, entrance_of, facts_of_types, first_call_of, plan_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["GIL_POLICIES", "Pattern", "packed_method", "pattern_of", "policy_of"]

#: What may happen to the GIL around a call.
GIL_POLICIES = ("release", "hold", "python")
_BOTH = (False, True)
_ERRNO = (*_BOTH, SWAP)
_POLICIES = {
    (gil, errno, raw): Policy(gil == "release", errno, raw, raise_set=gil == "python")
    for gil in GIL_POLICIES
    for errno in _ERRNO
    for raw in _BOTH
}
#: Packs a PyMethodDef and the word behind it that says where the code is: see `stub.entrance`.
packed_method = struct.Struct("PPiPP").pack


class Pattern:
    """`function` is the type, as the code has it; `gil` what happens to the GIL; `types` are the facts of the result's type and of
    the parameters'; `frame` is what `document.frame` gives, between whose pieces the name comes; `can_wait` whether the classes
    that code wants can."""

    __slots__ = ("can_wait", "entrance", "flags", "frame", "function", "gil", "plan", "start", "types")

    def __init__(
        self, function: Function, gil: str, plan: Plan, types: list[TypeFacts], texts: tuple[str, ...], tier: str
    ) -> None:
        self.function, self.gil, self.plan, self.types, self.frame = function, gil, plan, types, texts
        self.can_wait = can_wait(function, plan.classes)
        self.flags, self.entrance, self.start = (
            plan.flags,
            entrance_of(tier, plan.flags),
            first_call_of(tier, plan.flags),
        )


def pattern_of(
    name: str, function: Function, address: int, gil: str, errno: bool | str, library: Any, tier: str, variadic_from: int | None,
    out: tuple[int, ...], text: str, known: tuple[tuple[int, str], ...], functions: Functions, key: tuple[object, ...],
) -> Pattern:  # fmt: skip
    """The pattern of functions of such a type, among which there is this one; kept under `key` if it is the same for all of the
    library's. Raises UnsupportedTypeError for a type that cannot be passed."""
    types, given = facts_of_types(function), function
    taken: tuple[int, ...] = ()
    objects = any(one.mentions_object for one in types)
    if objects:
        gil, function, taken = "python", as_lent(name, function, out), taken_over(name, function)
        types = facts_of_types(function)
    policy = policy_of(gil, errno, text == "bytes", library, taken)
    plan = plan_of(function, types, policy, tier, variadic_from, out, known)
    where = getattr(library, "name", None)
    told = notes(f"from {where}" if where else f"at {address:#x}", gil, errno)
    made = Pattern(function, gil, plan, types, frame(function, types, out, told), tier)
    if functions.keeps_patterns and not objects and not known and variadic_from is None and not _is_open(given):
        functions.keep(key, made)
    return made


def policy_of(gil: str, errno: bool | str, raw_text: bool, library: object, taken_over: tuple[int, ...]) -> Policy:
    """The policy of functions of a library, which says of which C library errno is theirs, where a process has several."""
    theirs = getattr(library, "_c_library", "") if errno else ""
    plain = _POLICIES[gil, errno, raw_text]
    return plain._replace(c_library=theirs, taken_over=taken_over) if theirs or taken_over else plain


def _is_open(function: Function) -> bool:
    """Whether a type is incomplete that will be another one when it is complete."""
    return any(incomplete(type) is not None for type in (function.result, *[one.type for one in function.parameters]))
