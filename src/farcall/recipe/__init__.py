"""Recipes: what a piece of generated code does, in steps that no CPU owns.

`step` is the language, `carrier` says how a C type crosses between Python and C, `unbox` and `box` are the two
directions of crossing, `call` a builtin's body, `closure` a callback's, `support` the
out-of-line routines through the C API.
"""

from .call import Call, call, closed, forward
from .carrier import Carrier, carrier
from .closure import Callback, closure, handler
from .interpreter import Interpreter, Surroundings
from .step import Routine
from .support import support

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
