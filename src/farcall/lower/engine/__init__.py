"""The engine: a routine's instructions done on any CPU that says how it loads, stores, computes and jumps.

`machine` is what a CPU has to say, `load_store` what those say alike that compute in registers only, `lowering` does the
instructions, `caller` and `callee` the two sides of a call, `odd_sizes` moves odd numbers of bytes, `assembler` collects,
`recorder` keeps the story of each line as well, `apart` has cells elsewhere.
"""

from .apart import Apart
from .assembler import Assembler
from .load_store import LoadStore
from .lowering import lower
from .machine import Machine, Mem
from .recorder import Recorder

__all__ = ["Apart", "Assembler", "LoadStore", "Machine", "Mem", "Recorder", "lower"]
