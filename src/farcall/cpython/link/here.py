"""Where the running thread's stack is: an address in it."""

from __future__ import annotations

from .native import METH_O, make_builtin

__all__ = ["here"]

here = make_builtin("here", "here", METH_O, "An address in the running thread's stack.")
