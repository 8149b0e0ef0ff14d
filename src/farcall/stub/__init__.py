"""Stubs: the routines that farcall generates, each written once for all CPUs in the language of `ir`.

`carrier` says how a C type crosses between Python and C, `unbox` and `box` are the two directions of crossing, `call` is
a builtin's body, `closure` a callback's, `slow_path` the out-of-line routines through the C API.
"""

from ..ir.instruction import Routine
from .call import Call, call, closed, forward
from .carrier import Carrier, carrier
from .closure import Callback, closure, handler
from .interpreter import Interpreter, Surroundings
from .slow_path import support

__all__ = [
    "Call",
    "Callback",
    "Carrier",
    "Interpreter",
    "Routine",
    "Surroundings",
    "call",
    "carrier",
    "closed",
    "closure",
    "forward",
    "handler",
    "support",
]
