"""What DWARF calls the registers of x86-64 (psABI 1.0, figure 3.36), and how its frames are shaped."""

from __future__ import annotations

from ..unwinding import Pushed
from .machine import PUSHED

__all__ = ["FRAMES"]

NUMBERS = {
    "rax": 0, "rdx": 1, "rcx": 2, "rbx": 3, "rsi": 4, "rdi": 5, "rbp": 6, "rsp": 7,
    "r8": 8, "r9": 9, "r10": 10, "r11": 11, "r12": 12, "r13": 13, "r14": 14, "r15": 15,
}  # fmt: skip
#: Those that a callee keeps (psABI 1.0, figure 3.4). What only Win64 has a callee keep may be pushed too, but no
#: unwinder gives it back.
KEPT = frozenset({"rbx", "rbp", "r12", "r13", "r14", "r15"})

FRAMES = Pushed(NUMBERS, return_address=16, word=8, bases=("rsp", "rbp"), saved=tuple(PUSHED), kept=KEPT)
