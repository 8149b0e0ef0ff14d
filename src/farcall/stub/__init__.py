"""Stubs: the routines that farcall generates, each written once for all CPUs in the language of `ir`.

`carrier` says how a C type crosses between Python and C, `crossing` how all of a signature do, `unbox` and `box` are the
two directions, `call` is a builtin's body, `closure` a callback's, `slow_path` the out-of-line routines through the C API.
"""

from ..ir.instruction import Routine
from .call import Policy, call, closed, forward
from .carrier import Carrier, carrier
from .closure import closure, handler
from .crossing import Crossing, crossing
from .interpreter import Interpreter, Surroundings
from .slow_path import support

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
    "support",
]
