"""The bootstrap's extension modules and its library of what threads have, a file for each e_machine, width and byte order of
the programs that load them."""

from __future__ import annotations

import sys

__all__ = ["DOUBTFUL", "image_of", "module_of", "thread_of"]

#: Of those, which have instructions that some machines lack: `cpu_on` in `convention.cpu_names` knows these.
DOUBTFUL = frozenset({(40, 32)})


def module_of(machine: int, bits: int, order: str) -> str:
    """The name of the file here for programs of an e_machine, of 32 or 64 bits, in a byte order as `sys.byteorder` has it."""
    return f"elf_{machine}_{bits}_{order}"


def image_of(machine: int, bits: int, order: str) -> bytes | None:
    """The extension modules for such programs; None where there are none."""
    return _of(module_of(machine, bits, order), "DATA")


def thread_of(machine: int, bits: int, order: str) -> bytes | None:
    """The library for such programs; None where there is no file, b"" where there is no such library."""
    return _of(module_of(machine, bits, order), "THREAD")


def _of(module: str, what: str) -> bytes | None:
    name = f"{__name__}.{module}"
    try:
        __import__(name)  # `importlib` loads more
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None
    return bytes.fromhex(getattr(sys.modules[name], what))
