"""Stubs: the routines that farcall generates, each written once for all CPUs in the language of `ir`.

`carrier` says how a C type crosses between Python and C, `crossing` how all of a signature do, `unbox` and `box` are the
two directions, `call` is a builtin's body, `closure` a callback's, `slow_path` the out-of-line routines through the C API.
"""

from collections.abc import Callable

from ..ir.instruction import Routine
from . import closure_cells as _closure_cells
from . import closure_object as _closure_object
from . import construct as _construct
from . import field as _field
from . import front as _front
from . import getbuffer as _getbuffer
from . import item as _item
from . import keep as _keep
from . import kept_thread as _kept_thread
from . import method as _method
from . import pointer_slots as _pointer_slots
from . import scalar as _scalar
from . import stored_pointer as _stored_pointer
from . import value as _value
from . import variable as _variable
from . import writer as _writer
from .call import Policy, call, closed
from .carrier import Carrier, carrier
from .closure import closure, handler
from .crossing import Crossing, crossing, kinds
from .interpreter import Interpreter, Surroundings
from .slow_path import support
from .variadic import forward

__all__ = [
    "Carrier",
    "Crossing",
    "Interpreter",
    "Policy",
    "Routine",
    "Surroundings",
    "call",
    "carrier",
    "closed",
    "closure",
    "crossing",
    "forward",
    "handler",
    "kinds",
    "support",
    "value_routine",
]


def value_routine(name: str) -> Callable[..., Routine]:
    """What writes the routine of a value's slot, field or item that is called `name`. Raises KeyError if none is."""
    rooms = (
        _value, _getbuffer, _field, _item, _construct, _writer, _stored_pointer, _keep, _closure_object, _closure_cells,
        _kept_thread, _front, _scalar, _pointer_slots, _method, _variable,
    )  # fmt: skip
    for room in rooms:
        if name in room.__all__:
            found: Callable[..., Routine] = getattr(room, name)
            return found
    raise KeyError(f"no routine of values is called {name!r}")
