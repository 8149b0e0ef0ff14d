"""Which x86-64 registers the stub's names stand for, and which lowering keeps for itself."""

from __future__ import annotations

from ...encode.x86_64 import R8, R9, R10, R11, R14, R15, RAX, RBP, RBX, RCX, RDI, RDX, RSI

__all__ = ["BANKS", "CLOBBERED", "GENERAL", "NAMED", "PUSHED", "SAVED", "SCRATCH", "VECTOR_SCRATCH"]

#: The stub's registers. Temporaries are never argument registers, so argument moves cannot form a cycle.
NAMED = {"t0": RAX, "t1": R10, "s0": RBX, "s1": R14, "s2": R15}
#: Those of them that a callee must keep (psABI 1.0, figure 3.4), with the names unwinding knows them by.
SAVED = {"s0": "rbx", "s1": "r14", "s2": "r15"}

#: Lowering's own: for addresses and copies inside one step. Never live across steps.
SCRATCH = R11
VECTOR_SCRATCH = 15  # xmm15

#: Registers by the names that placements use.
GENERAL = {
    "rax": RAX, "rdx": RDX, "rcx": RCX, "rsi": RSI, "rdi": RDI, "r8": R8, "r9": R9, "r10": R10, "r11": R11,
}  # fmt: skip
BANKS = {f"{kind}mm{i}": i for kind in "xyz" for i in range(16)}

#: Registers that frames push, in that order, by the names unwinding knows them by: also those that Win64 has a
#: callee keep and System V does not.
PUSHED = {name: NAMED[role] for role, name in SAVED.items()} | {"rdi": RDI, "rsi": RSI, "rbp": RBP}

#: Registers that lowering uses wherever it likes, beside those that its own convention lets go: of those that some
#: convention keeps.
CLOBBERED = frozenset({"rsi", "xmm15"})
