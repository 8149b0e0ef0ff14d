"""What to ask GNU as about i386: operands as it reads them, and ranges of them. The asking is `gnu_as`'s."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from farcall.encode import i386 as asm
from tests.encode import gnu_as

REGISTERS = range(8)
NAMES = {
    8: ("al", "cl", "dl", "bl"),
    16: ("ax", "cx", "dx", "bx", "sp", "bp", "si", "di"),
    32: ("eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"),
}
WIDTHS = (8, 16, 32)
WIDE = (16, 32)
ADDRESSES = (0, 1, -1, 0x1000, 2**31 - 1, 2**31, 2**32 - 1, -(2**31))
FLAT = [asm.Absolute(address) for address in ADDRESSES]

Memory = asm.Mem | asm.Absolute


def agree(rows: Iterable[gnu_as.Row]) -> None:
    gnu_as.agree(rows, 32)


def registers(bits: int) -> range:
    """The registers that there are at this width."""
    return range(len(NAMES[bits]))


def reg(number: int, bits: int = 32) -> str:
    return NAMES[bits][number]


def ptr(mem: Memory, bits: int) -> str:
    """The operand as the assembler reads it; `bits` 0 leaves out the size."""
    if isinstance(mem, asm.Absolute):
        inner = f"ds:{mem.address % 2**32:#x}"
    else:
        base, disp, index, scale = mem
        inner = f"[{reg(base)}" + (f"+{reg(index)}*{scale}" if index is not None else "") + f"{disp:+d}]"
    return f"{gnu_as.UNITS[bits]} ptr {inner}" if bits else inner


def memories() -> list[Memory]:
    """Every base, each length of displacement, some indices, some addresses; for forms that many share."""
    found: list[Memory] = [asm.Mem(b, d) for b in REGISTERS for d in (0, 127, -129)]
    found += [asm.Mem(b, d, i, 4) for b in (0, 4, 5) for i in (0, 5, 7) for d in (0, 8)]
    return [*found, asm.Absolute(0), asm.Absolute(0x1000), asm.Absolute(2**32 - 1)]


def all_memories() -> Iterator[Memory]:
    """Every base with every edge of the displacement, every base with every index and scale, addresses."""
    for b in REGISTERS:
        for d in gnu_as.DISPLACEMENTS:
            yield asm.Mem(b, d)
        for i in REGISTERS:
            if i != asm.ESP:
                for scale in (1, 2, 4, 8):
                    for d in (0, -128, 128):
                        yield asm.Mem(b, d, i, scale)
    yield from FLAT


def pairs(first: int = 32, second: int = 0) -> Iterator[tuple[int, int]]:
    """Every register of the first width with every one of the second, which is the first where not given."""
    return ((a, b) for a in registers(first) for b in registers(second or first))


def spread(mems: Iterable[Memory], bits: int = 32) -> Iterator[tuple[int, Memory]]:
    """Each memory operand with one register of this width; all come round."""
    count = len(registers(bits))
    return ((i * 3 % count, mem) for i, mem in enumerate(mems))
