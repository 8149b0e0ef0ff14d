"""What the width of registers makes different: `Narrow` has 32 bits and passes arguments by o32, `Wide` 64 and n64. The `Far`
ones are for long routines, the `Big` ones for programs in which numbers, and so instructions, have the highest byte first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from ...encode import mips as e
from ...encode.mips import RA, V0, V1
from ..engine import Mem
from ..engine.assembler import START, Encoder
from .machine import BASE, ENTRY, SPARE, Mips

__all__ = ["BigFarNarrow", "BigFarWide", "BigNarrow", "BigWide", "FarNarrow", "FarWide", "Narrow", "Wide"]

SHIFTS: dict[str, Encoder] = {"shl": e.sll, "shr": e.srl, "sar": e.sra}
#: By whether it is by 32 bits or more.
WIDE_SHIFTS: dict[str, tuple[Encoder, Encoder]] = {
    "shl": (e.dsll, e.dsll32), "shr": (e.dsrl, e.dsrl32), "sar": (e.dsra, e.dsra32),
}  # fmt: skip
OPPOSITE: dict[Callable[..., bytes], Callable[..., bytes]] = {e.beq: e.bne, e.bne: e.beq}
#: Instructions of a far jump, and what they are counted from: the one behind the first delay slot.
FAR_JUMP, COUNTED = 24, 8


class Narrow(Mips):
    cpu: ClassVar[str] = "mipsel"
    word: ClassVar[int] = 4
    widest: ClassVar[int] = 4
    stack_align: ClassVar[int] = 8
    GENERAL: ClassVar[dict[str, int]] = {"v0": V0, "v1": V1, **{f"a{n}": 4 + n for n in range(4)}}
    ADD: ClassVar[Encoder] = staticmethod(e.addu)
    SUBTRACT: ClassVar[Encoder] = staticmethod(e.subu)
    ADD_NUMBER: ClassVar[Encoder] = staticmethod(e.addiu)
    WATCHED: ClassVar[tuple[Encoder, Encoder]] = (e.ll, e.sc)
    OPERATIONS: ClassVar[dict[str, Encoder]] = {
        "add": e.addu, "sub": e.subu, "and": e.and_, "or": e.or_, "xor": e.xor, "mul": e.mul,
    }  # fmt: skip
    WIDENING: ClassVar[dict[tuple[int, bool], tuple[Any, ...]]] = {
        (1, False): (e.andi, 0xFF), (2, False): (e.andi, 0xFFFF), (1, True): (e.seb,), (2, True): (e.seh,),
    }  # fmt: skip
    constant_moves = staticmethod(e.narrow_constant_moves)

    def shift(self, operation: str, to: int, source: int, count: int) -> None:
        self.a.emit(SHIFTS[operation], to, source, count)


class Wide(Mips):
    cpu: ClassVar[str] = "mips64el"
    word: ClassVar[int] = 8
    widest: ClassVar[int] = 8
    compared: ClassVar[int] = 8
    GENERAL: ClassVar[dict[str, int]] = {"v0": V0, "v1": V1, **{f"a{n}": 4 + n for n in range(8)}}
    ADD: ClassVar[Encoder] = staticmethod(e.daddu)
    SUBTRACT: ClassVar[Encoder] = staticmethod(e.dsubu)
    ADD_NUMBER: ClassVar[Encoder] = staticmethod(e.daddiu)
    WATCHED: ClassVar[tuple[Encoder, Encoder]] = (e.lld, e.scd)
    OPERATIONS: ClassVar[dict[str, Encoder]] = {
        "add": e.daddu, "sub": e.dsubu, "and": e.and_, "or": e.or_, "xor": e.xor,
    }  # fmt: skip
    WIDENING: ClassVar[dict[tuple[int, bool], tuple[Any, ...]]] = {
        (1, False): (e.andi, 0xFF), (2, False): (e.andi, 0xFFFF), (4, False): (e.dext, 0, 32), (4, True): (e.sll, 0),
    }  # fmt: skip
    constant_moves = staticmethod(e.constant_moves)

    def shift(self, operation: str, to: int, source: int, count: int) -> None:
        self.a.emit(WIDE_SHIFTS[operation][count >= 32], to, source, count % 32)

    def widen(self, to: int, source: int, size: int, signed: bool) -> None:
        if size == self.word or (size, signed) in self.WIDENING:
            super().widen(to, source, size, signed)
            return
        # not by seb and seh, whose operands are to be extended already
        self.shift("shl", to, source, 64 - 8 * size)
        self.shift("sar", to, to, 64 - 8 * size)

    def compute(self, operation: str, to: int, operand: int) -> None:
        if operation == "mul":
            self.a.emit(e.dmultu, to, operand)
            self.a.emit(e.mflo, to)
        else:
            super().compute(operation, to, operand)

    def load_double(self, register: int, source: Mem) -> None:
        self.load(self.DATA, source, 8)
        self.a.emit(e.dmtc1, register, self.DATA)

    def store_double(self, to: Mem, register: int) -> None:
        self.a.emit(e.dmfc1, self.DATA, register)
        self.store(to, self.DATA, 8)


class _Far(Mips):
    """For routines longer than a branch reaches, and pools further away than a load: several instructions for each."""

    def symbol(self, to: int, name: str) -> None:
        base = BASE if self.framed else ENTRY
        self.a.pool(e.lui, lambda distance: (SPARE, distance + 0x8000 >> 16), name, origin=START)
        self.a.emit(self.ADD, SPARE, SPARE, base)
        load = e.lw if self.word == 4 else e.ld
        self.a.pool(load, lambda distance: (to, SPARE, (distance + 0x8000 & 0xFFFF) - 0x8000), name, origin=START)

    def branch_to(self, encoder: Callable[..., bytes], left: int, right: int, label: str) -> None:
        self.a.emit(OPPOSITE[encoder], left, right, 8 + FAR_JUMP)
        self.slot()
        self.jump(label)

    def jump(self, label: str) -> None:
        """By where it is itself, which only a call tells: what returns there lies in the frame."""
        origin = len(self.a.data) + COUNTED
        self.a.emit(e.bal, COUNTED)
        self.a.lead(e.lui, lambda distance: (SPARE, distance + 0x8000 >> 16), label, origin=origin)
        low = self.ADD_NUMBER
        self.a.lead(low, lambda distance: (SPARE, SPARE, (distance + 0x8000 & 0xFFFF) - 0x8000), label, origin=origin)
        self.a.emit(self.ADD, SPARE, SPARE, RA)
        self.a.emit(e.jr, SPARE)
        self.slot()


class FarNarrow(_Far, Narrow):
    cpu: ClassVar[str] = "mipsel"


class FarWide(_Far, Wide):
    cpu: ClassVar[str] = "mips64el"


class BigNarrow(Narrow):
    cpu: ClassVar[str] = "mips"
    turned: ClassVar[bool] = True


class BigFarNarrow(FarNarrow):
    cpu: ClassVar[str] = "mips"
    turned: ClassVar[bool] = True


class BigWide(Wide):
    cpu: ClassVar[str] = "mips64"
    turned: ClassVar[bool] = True


class BigFarWide(FarWide):
    cpu: ClassVar[str] = "mips64"
    turned: ClassVar[bool] = True
