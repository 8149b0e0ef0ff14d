"""Bodies: the code that all closures, or handlers, of one shape share. What differs between them lies in their cells.

A body stays for good. It is found by the kinds of the types, which are quickly told; lowering is for a new shape alone.
"""

from __future__ import annotations

from ...cache import awake
from ...convention import Signature
from ...ctype import Enum, Function, unqualified
from ...lower import thunk
from ...record import NamedTuple
from ...stub import closure, crossing, handler, kinds
from ...stub.closure import cells_of
from ...stub.state import Classes
from ..facts.host import WORD, check_registers
from ..link.data_cells import Cells, allocate
from ..link.linker import Linker, Prepared, linker

__all__ = ["ClosureBody", "HandlerBody", "closure_body", "handler_body"]


class HandlerBody(NamedTuple):
    """The address of a body, and the thunk of its handlers."""

    address: int
    thunk: Prepared


class ClosureBody(NamedTuple):
    """The address of a body, the thunk of its closures, the cells of their states, and the list of those that nobody has,
    which begins with the address in a word of its own."""

    address: int
    thunk: Prepared
    cells: Classes
    unused: Cells


_closures: dict[tuple[object, ...], ClosureBody] = {}
_handlers: dict[tuple[object, ...], HandlerBody] = {}


def closure_body(function: Function) -> ClosureBody:
    """The body for closures of this type. Raises UnsupportedTypeError for a type that cannot be passed."""
    link = linker()
    types = [function.result, *[parameter.type for parameter in function.parameters]]
    key = (
        function.convention,
        *kinds(types, link.target.model),
        *[isinstance(unqualified(t), Enum) for t in types[1:]],
    )
    found = _closures.get(key)
    if found is None:
        found = _closures[key] = _of_closures(function, link)
    return found


def _of_closures(function: Function, link: Linker) -> ClosureBody:
    awake()  # so that calls know when a callback raises
    parameters = tuple([unqualified(parameter.type) for parameter in function.parameters])
    signature = Signature(function.result, parameters, None, function.convention)
    members = tuple([index for index, type in enumerate(parameters) if isinstance(type, Enum)])
    plan = crossing(signature, link.target)._replace(members=members)
    check_registers(plan.placement)
    shape = (closure, plan.shape, members)
    address = link.shared(shape, lambda: closure(plan, link.surroundings), f"closure body:{signature}")
    cells = cells_of(plan, WORD)
    return ClosureBody(address, link.prepared(thunk(link.target, plan.placement)), cells, allocate(WORD))


def handler_body(signature: Signature) -> HandlerBody:
    """The body for handlers of this signature. Raises UnsupportedTypeError for a type that cannot be passed."""
    link = linker()
    key = (signature.convention, *kinds((signature.result, *signature.parameters), link.target.model))
    found = _handlers.get(key)
    if found is None:
        awake()
        plan = crossing(signature, link.target)
        shape = (handler, plan.shape)
        address = link.shared(shape, lambda: handler(plan, link.surroundings), f"handler body:{signature}")
        found = _handlers[key] = HandlerBody(address, link.prepared(thunk(link.target, plan.placement)))
    return found
