"""Code becomes an address: executable memory that is never writable and executable at once.

    memory = default_memory()
    slot = memory.reserve(len(code))      # the address is known before the code is, for relocations
    slot.commit(code)                     # or slot.abort()
    ...
    slot.free()

Page protection is the system's affair (`system`). This room does not know what the code does, nor for which processor.
"""

from __future__ import annotations

from farcall.memory.code import CodeMemory, Statistics, default_memory, exclusive
from farcall.memory.region import Region
from farcall.memory.slot import Slot
from farcall.memory.spans import rounded

__all__ = ["CodeMemory", "Region", "Slot", "Statistics", "default_memory", "exclusive", "rounded"]
