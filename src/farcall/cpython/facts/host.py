"""The machine this Python runs on, as a target."""

from __future__ import annotations

import struct
import sys
from functools import lru_cache

from ...convention import Placement, Target
from ...convention.target import target_of
from ...ctype import ByteOrder
from ...errors import UnsupportedTargetError, UnsupportedTypeError
from ...system import running

__all__ = ["END", "ORDER", "WORD", "WORD_CODE", "check_registers", "host_target", "keeps_errors"]

#: The bytes of a pointer, of Py_ssize_t, and of the cells that generated code shares with Python.
WORD = struct.calcsize("P")
#: The end of the address space.
END = 1 << 8 * WORD
#: The same as `array` calls it.
WORD_CODE = {4: "I", 8: "Q"}[WORD]
#: Which end of a number comes first in this machine's memory.
ORDER = ByteOrder(sys.byteorder)


@lru_cache(maxsize=1)
def host_target() -> Target:
    """The target of the running interpreter. Raises UnsupportedTargetError, naming the machine, if there is none."""
    if sys.implementation.name != "cpython":
        raise UnsupportedTargetError(f"farcall makes CPython builtins; this is {sys.implementation.name}")
    system = running()
    return target_of(system.cpu(), system.name)


def keeps_errors(errno: bool, last_error: bool) -> bool:
    """Whether calls keep errno and the system's last error, where they are asked to keep either. UnsupportedTargetError for a
    last error that the system does not have."""
    if last_error and not host_target().last_error:
        raise UnsupportedTargetError(
            f"last_error: on {host_target().system} C functions tell of failures by errno alone: errno=True"
        )
    return bool(errno or last_error)


#: Wide vector registers by the first letters of their names, and the CPU feature that has them (by the
#: system's names).
WIDE_REGISTERS = {"ymm": "avx", "zmm": "avx512f"}


def check_registers(placement: Placement) -> None:
    """Raise UnsupportedTypeError if a placement uses vector registers that this CPU does not have."""
    for passed in (placement.result, *placement.arguments):
        for piece in passed.pieces:
            feature = WIDE_REGISTERS.get(getattr(piece.place, "name", "")[:3])
            if feature is not None and feature not in running().cpu_features():
                raise UnsupportedTypeError(f"{passed.type} needs {piece.place}: this CPU has no {feature}")
