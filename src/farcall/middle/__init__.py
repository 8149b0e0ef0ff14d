"""The middle layer: explicit types and ownership.

Promises: a `Type` and a `Cif` are immutable values; a call checks its arguments against the cif; a `Closure` owns
all it needs and frees it. Cannot check that a cif is that of the function it is used with.

    from farcall.middle import Cif, Type

    cif = Cif([Type.f64, Type.f64], Type.f64)
    cif.call(address_of_pow, [2.0, 10.0])
"""

from ..low import CodePtr
from .builder import Builder
from .cif import DEFAULT_ABI, Cif, arg
from .closure import Callback, Closure, ClosureOnce
from .type import Type

__all__ = ["DEFAULT_ABI", "Builder", "Callback", "Cif", "Closure", "ClosureOnce", "CodePtr", "Type", "arg"]
