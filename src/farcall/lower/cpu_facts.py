"""What is to be known around the code of a CPU, beside its instructions: one `Hardware` in each CPU's package.

It says how wide addresses are, what ELF calls the CPU, with what to fill unused bytes, and how code that has just
been written is made visible to the CPU.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from struct import pack

from ..ctype import LITTLE, ByteOrder
from ..errors import UnsupportedTargetError
from ..record import NamedTuple

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Dynamic", "Hardware", "hardware", "part", "written"]


class Dynamic(NamedTuple):
    """How ELF images ask for addresses on a CPU, and what they say of its landing pads.

    relative        the type of a relocation that adds the image's own address
    symbol          the type of one that puts a symbol's address
    thread          the type of one that puts how far a thread's own variable is from the thread's pointer; 0 where
                    images do not ask for that
    addends         whether relocations carry their addends (RELA), or the relocated word does (REL)
    property        the GNU property that says which protections code allows, and its bits; 0 where there is none
    hash            how wide the entries of DT_HASH are
    unwound         what the CPU's own tables for unwinders say of the frame that all routines have (EHABI32, §10.3), in
                    instructions of six bytes; b"" where unwinders go by .eh_frame
    symbol_bit      from which bit on a relocation's r_info has its symbol; -1 where the gABI says so
    fills           whether the dynamic linker fills the start of .got, a word for each symbol, without relocations
                    (MIPS supplement, 5-9), from which it takes the symbols' addresses for these
    abi_flags       .MIPS.abiflags, which says what floating-point registers code goes by
    """

    relative: int = 0
    symbol: int = 0
    thread: int = 0
    addends: bool = True
    property: int = 0
    bits: int = 0
    hash: int = 4
    unwound: bytes = b""
    symbol_bit: int = -1
    fills: bool = False
    abi_flags: bytes = b""


class Hardware(NamedTuple):
    """The facts of one CPU.

    word            bytes of an address
    elf             e_machine, and what `flags` go with it in e_flags
    trap            an instruction that faults
    samples         two routines of the same size and without parameters, which return 1 and 2
    synchronise     the routine `void synchronise(start, end)`, after which code written to [start, end) is what
                    runs there; b"" for a CPU that sees to that itself. It runs wherever it lies
    order           of the bytes of numbers in memory
    dynamic         what the dynamic linker is asked for in images
    """

    word: int
    elf: int
    trap: bytes
    samples: tuple[bytes, bytes]
    synchronise: bytes = b""
    flags: int = 0
    order: ByteOrder = LITTLE
    dynamic: Dynamic = Dynamic()


def written(rows: Iterable[tuple[int, str]], form: str = "<I") -> bytes:
    """The code of instructions of one size, each given as a number, in the `form` that `struct` packs, beside its text."""
    return b"".join(pack(form, number) for number, _ in rows)


def hardware(cpu: str) -> Hardware:
    """The facts of a CPU. Raises UnsupportedTargetError where nothing is known of it."""
    found: Hardware = part(cpu, "cpu_facts").HARDWARE
    return found


@lru_cache(maxsize=128)  # more than the modules of all CPUs
def part(cpu: str, name: str = "") -> Any:
    """A CPU's package, or its module `name`. Raises UnsupportedTargetError if there is none."""
    full = f"{__package__}.{cpu}.{name}".rstrip(".")
    try:
        return import_module(full)
    except ModuleNotFoundError as error:
        if error.name is None or not full.startswith(error.name):  # something that it imports
            raise
        raise UnsupportedTargetError(f"{cpu}: there is no {name or 'package'} for this CPU yet") from None
