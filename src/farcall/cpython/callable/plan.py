"""The plan of a bound function: all of it that depends on its shape and policy alone, made once for all that have these."""

from __future__ import annotations

from functools import lru_cache

from ...convention import Signature
from ...ctype import CType, Function, Parameter, Pointer, canonical, unqualified
from ...errors import UnsupportedTypeError
from ...lower.byref_copies import copies_of
from ...record import NamedTuple
from ...stub import Crossing, Policy, call, closed, crossing, forward
from ...stub.call import takes_one
from ...stub.carrier import InstanceKind, PointerKind, stored
from ...stub.written import Written
from ..facts.host import check_registers
from ..link.linker import Linker, Prepared, linker
from ..link.native import METH_FASTCALL, METH_O
from .parameter_facts import TypeFacts, facts_of

__all__ = [
    "Plan",
    "Wanted",
    "closed_entry",
    "crossing_of",
    "facts_of_types",
    "plan_of",
    "signature_of",
    "written_of",
    "written_type",
]

#: The most bytes of arguments, and of copies of them, that a call may put on the stack: a thread's stack may be no
#: larger than 8 MiB.
LARGEST_STACK = 1 << 20


class Wanted(NamedTuple):
    """A link to the class of a parameter (-1: of the result); "plain": to that of the pointers that are not const;
    "written": to that of what C writes through it."""

    link: str
    position: int
    what: str = ""


class Plan(NamedTuple):
    """The code, how it is called, which classes it wants, and the links to the inline caches of which parameters;
    whether it keeps tails at hand (`stub.variadic`)."""

    prepared: Prepared
    flags: int
    classes: tuple[Wanted, ...]
    caches: tuple[tuple[str, int], ...]
    tails: bool = False


#: By what tells shape and policy quickly: by the kinds of the types.
_plans: dict[tuple[object, ...], Plan] = {}


def plan_of(
    function: Function,
    types: list[TypeFacts],
    policy: Policy,
    tier: str,
    variadic_from: int | None,
    out: tuple[int, ...],
) -> Plan:
    """The plan for functions of this shape; `types` are the facts of the result's type and of the parameters'. Raises
    UnsupportedTypeError for what cannot be passed."""
    if function.takes_any:
        crossing_of(signature_of(function, len(function.parameters)), linker(tier))  # refuse bad types now
        return _forward_plan(tier)
    written = written_of(function, out, linker(tier)) if out else ()
    key = (tier, policy, function.convention, variadic_from, written, *[one.kind for one in types])
    found = _plans.get(key)
    if found is None:
        link = linker(tier)
        plan = crossing_of(signature_of(function, variadic_from), link)
        shape = (call, plan.shape, policy, written)
        code = link.of_shape(shape, lambda: call(plan, policy, link.surroundings, written))
        flags = METH_O if takes_one(plan, written) else METH_FASTCALL
        caches = [(name, int(name.partition(":")[2])) for _, name in code.own if name.startswith("cache:")]
        found = _plans[key] = Plan(code, flags, _wanted(plan, written), tuple(caches))
    return found


def facts_of_types(function: Function) -> list[TypeFacts]:
    """The facts of the result's type and of the parameters'."""
    return [facts_of(function.result), *[facts_of(parameter.type) for parameter in function.parameters]]


def signature_of(function: Function, variadic_from: int | None) -> Signature:
    """The signature of a function, with one record for all that are declared identically, so that libraries share code."""
    types = tuple([canonical(unqualified(p.type)) for p in function.parameters])
    return Signature(canonical(function.result), types, variadic_from, function.convention)


def crossing_of(signature: Signature, link: Linker) -> Crossing:
    """How the values of a call cross. Raises UnsupportedTypeError for what cannot be passed."""
    plan = crossing(signature, link.target)
    check_registers(plan.placement)
    taken = copies_of(plan.placement, link.target.model).end
    if taken > LARGEST_STACK:
        raise UnsupportedTypeError(
            f"the arguments take {taken} bytes of stack, more than {LARGEST_STACK}: pass pointers"
        )
    return plan


def written_of(function: Function, out: tuple[int, ...], link: Linker) -> tuple[Written, ...]:
    """How what C writes through parameters comes back."""
    model = link.target.model
    return tuple([Written(number, stored(written_type(function.parameters[number]), model)) for number in out])


def written_type(parameter: Parameter) -> CType:
    """The type of what C writes through a pointer parameter: of one that is declared as an array, the array."""
    plain = unqualified(parameter.type)
    assert isinstance(plain, Pointer)
    return plain.target if parameter.declared is None else parameter.declared


def _wanted(plan: Crossing, written: tuple[Written, ...]) -> tuple[Wanted, ...]:
    """The classes that the code of a call compares with, and those that it makes instances of."""
    found, left_out = [], {one.number for one in written}
    for index, kind in enumerate(plan.parameters):
        if isinstance(kind, (InstanceKind, PointerKind)) and index not in left_out:
            found.append(Wanted(f"class:{index}", index))
            if isinstance(kind, PointerKind) and kind.const:
                found.append(Wanted(f"class:{index}:plain", index, "plain"))
    if isinstance(plan.result, (InstanceKind, PointerKind)):
        found.append(Wanted("class:result", -1))
    found += [Wanted(f"class:{one.number}:written", one.number, "written") for one in written if one.is_instance]
    return tuple(found)


@lru_cache(maxsize=4)
def _forward_plan(tier: str) -> Plan:
    link = linker(tier)
    code = link.prepare(forward(link.surroundings))
    return Plan(code, METH_FASTCALL, (), (), any(name == "tails" for _, name in code.own))


@lru_cache(maxsize=4)
def closed_entry(tier: str) -> int:
    """The body of a function whose library is closed; it lives for good."""
    link = linker(tier)
    return link.bind(link.prepare(closed(link.surroundings)), {}, "call:closed library").address
