"""What DWARF calls the registers of x86-64 (psABI 1.0, figure 3.36), and how its frames are shaped."""

from __future__ import annotations

from .registers import PUSHED

__all__ = ["BASES", "DATA_ALIGNMENT", "KEPT", "NUMBERS", "RETURN_ADDRESS", "SAVED_ORDER"]

NUMBERS = {
    "rax": 0, "rdx": 1, "rcx": 2, "rbx": 3, "rsi": 4, "rdi": 5, "rbp": 6, "rsp": 7,
    "r8": 8, "r9": 9, "r10": 10, "r11": 11, "r12": 12, "r13": 13, "r14": 14, "r15": 15,
}  # fmt: skip
#: The column of the return address; in expressions, the program counter of the frame.
RETURN_ADDRESS = 16
#: A push takes eight bytes downwards.
DATA_ALIGNMENT = -8

#: What frames are measured from: the stack pointer, which it is at the entry, or else the frame pointer.
BASES = ("rsp", "rbp")
#: The registers that frames save, in the order in which they are pushed.
SAVED_ORDER = tuple(PUSHED)
#: The registers whose values unwinders follow: those that a callee keeps (psABI 1.0, figure 3.4). What only Win64
#: has a callee keep may be pushed too, but no unwinder gives it back.
KEPT = frozenset({"rbx", "rbp", "r12", "r13", "r14", "r15"})
