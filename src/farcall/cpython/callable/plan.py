"""The plan of a bound function: all of it that depends on its shape and policy alone, made once for all that have these.

What can be refused is refused as the plan is made. The code comes later, at the first call of a function (`first_call`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, partial

from ...convention import Signature
from ...ctype import CType, Function, Parameter, Pointer, canonical, unqualified
from ...errors import UnsupportedTypeError
from ...lower.byref_copies import copies_of
from ...record import NamedTuple
from ...stub import Crossing, Policy, call, closed, crossing, entrance, first_call, forward
from ...stub.call import takes_one
from ...stub.carrier import InstanceKind, PointerKind, stored
from ...stub.written import Written
from ..facts.host import check_registers
from ..link.linker import Linker, Prepared, linker
from ..link.native import METH_FASTCALL, METH_O
from .parameter_facts import TypeFacts, facts_of

__all__ = [
    "CallCode",
    "Plan",
    "Wanted",
    "caches_among",
    "closed_entry",
    "crossing_of",
    "entrance_of",
    "facts_of_types",
    "first_call_of",
    "plan_of",
    "signature_of",
    "wanted_classes",
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


class CallCode(NamedTuple):
    """The code of a shape, the links to the inline caches of which parameters it has, and whether it keeps tails at hand
    (`stub.variadic`)."""

    prepared: Prepared
    caches: tuple[tuple[str, int], ...]
    tails: bool


def caches_among(links: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Those of a code's links that are to inline caches, and of which parameters these are."""
    return tuple([(name, int(name.partition(":")[2])) for name in links if name.startswith("cache:")])


class Plan:
    """How a builtin is called, which classes its code wants, and that code, which is made when it is first asked for."""

    __slots__ = ("_code", "_make", "classes", "flags")

    def __init__(self, flags: int, classes: tuple[Wanted, ...], make: Callable[[], Prepared]) -> None:
        self.flags, self.classes = flags, classes
        self._code: CallCode | None = None
        self._make: Callable[[], Prepared] | None = make

    def code(self) -> CallCode:
        """The code, made if there is none. Threads that come here at once may make it twice; one of them is kept."""
        make, found = self._make, self._code
        if found is None:
            assert make is not None
            prepared = make()
            names = [name for _, name in prepared.own]
            found = self._code = CallCode(prepared, caches_among(names), "tails" in names)
            self._make = None
        return found


#: By what tells shape and policy quickly: by the kinds of the types.
_plans: dict[tuple[object, ...], Plan] = {}


def plan_of(
    function: Function,
    types: list[TypeFacts],
    policy: Policy,
    tier: str,
    variadic_from: int | None,
    out: tuple[int, ...],
    known: tuple[tuple[int, str], ...] = (),
) -> Plan:
    """The plan for functions of this shape; `types` are the facts of the result's type and of the parameters', `known` what
    `stub.call` says. Raises UnsupportedTypeError for what cannot be passed."""
    if function.takes_any:
        crossing_of(signature_of(function, len(function.parameters)), linker(tier))  # refuse bad types now
        return _forward_plan(tier)
    written = written_of(function, out, linker(tier)) if out else ()
    key = (tier, policy, function.convention, variadic_from, written, known, *[one.kind for one in types])
    found = _plans.get(key)
    if found is None:
        link = linker(tier)
        plan = crossing_of(signature_of(function, variadic_from), link)
        shape = (call, plan.shape, policy, written, known)
        make = partial(link.of_shape, shape, lambda: call(plan, policy, link.surroundings, written, known))
        flags = METH_O if takes_one(plan, written) else METH_FASTCALL
        found = _plans[key] = Plan(flags, _wanted(plan, written, known), make)
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


def _wanted(
    plan: Crossing, written: tuple[Written, ...], known: tuple[tuple[int, str], ...] = ()
) -> tuple[Wanted, ...]:
    """The classes that the code of a call compares with, and those that it makes instances of."""
    found, left_out = [], {*[one.number for one in written], *[number for number, _ in known]}
    for index, kind in enumerate(plan.parameters):
        if isinstance(kind, (InstanceKind, PointerKind)) and index not in left_out:
            found.append(Wanted(f"class:{index}", index))
            if isinstance(kind, PointerKind) and kind.const:
                found.append(Wanted(f"class:{index}:plain", index, "plain"))
    if isinstance(plan.result, (InstanceKind, PointerKind)):
        found.append(Wanted("class:result", -1))
    found += [Wanted(f"class:{one.number}:written", one.number, "written") for one in written if one.is_instance]
    return tuple(found)


def wanted_classes(function: Function, link: Linker) -> tuple[Wanted, ...]:
    """The classes that the code of a plain call compares with. Raises UnsupportedTypeError for what cannot be passed."""
    return _wanted(crossing_of(signature_of(function, None), link), ())


@lru_cache(maxsize=4)
def _forward_plan(tier: str) -> Plan:
    link = linker(tier)
    return Plan(METH_FASTCALL, (), lambda: link.prepare(forward(link.surroundings)))


@lru_cache(maxsize=4)
def closed_entry(tier: str) -> int:
    """The body of a function whose library is closed; it lives for good."""
    link = linker(tier)
    return link.bind(link.prepare(closed(link.surroundings)), {}, "call:closed library").address


@lru_cache(maxsize=8)
def entrance_of(tier: str, flags: int) -> int:
    """Where functions begin, by how they are called; it lives for good."""
    link, own = linker(tier), {"target": closed_entry(tier)}
    return link.bind(link.prepare(entrance(link.surroundings, flags == METH_O)), own, "call:entrance").address


@lru_cache(maxsize=8)
def first_call_of(tier: str, flags: int) -> int:
    """Where functions lead to that have no code yet, by how they are called; it lives for good."""
    link = linker(tier)
    return link.bind(link.prepare(first_call(link.surroundings, flags == METH_O)), {}, "call:first call").address
