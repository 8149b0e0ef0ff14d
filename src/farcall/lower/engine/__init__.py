"""The engine: a routine's steps done on any CPU that says how it loads, stores, computes and jumps.

`machine` is what a CPU has to say, `lowering` does the steps, `calling` and `called` the two sides of a call,
`parts` moves odd numbers of bytes, `assembler` collects.
"""

from .assembler import Assembler
from .lowering import lower
from .machine import Machine, Mem

__all__ = ["Assembler", "Machine", "Mem", "lower"]
