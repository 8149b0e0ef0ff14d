"""i386 with the addresses that code needs in cells apart from it: it learns from a call where it lies itself."""

from __future__ import annotations

from ...encode import i386 as e
from ..engine import Mem
from ..x86.machine import operand
from .machine import EDX, I386

__all__ = ["ApartI386"]


class ApartI386(I386):
    """No instruction counts from where it is, but a call pushes that; CPUs know that such a call has no return."""

    def symbol(self, to: int, name: str) -> None:
        a = self.a
        a.emit(e.call32, 0)
        if not self.aligned:
            a.frame(self.depth + 4, self.pushed, "esp")
        here = len(a.data)
        a.emit(e.pop_r, to)
        self.at_label()
        a.pool(e.alu_ri_full, lambda distance: (e.ADD, to, distance % (1 << 32)), name, origin=here)
        a.emit(e.mov_rm, to, operand(to, 0))

    def compare_symbol(self, left: int | Mem, name: str) -> None:
        self.symbol(EDX, name)
        if isinstance(left, Mem):
            self.a.emit(e.alu_mr, e.CMP, operand(*left), EDX)
        else:
            self.a.emit(e.alu_rr, e.CMP, left, EDX)
