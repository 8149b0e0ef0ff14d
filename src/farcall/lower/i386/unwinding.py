"""What DWARF calls the registers of i386 (i386 psABI 1.1, table 2.14), and how its frames are shaped."""

from __future__ import annotations

from ..unwinding import Pushed

__all__ = ["FRAMES"]

#: The numbers are those of `.eh_frame` on Linux and the BSDs; Darwin's has esp and ebp the other way round.
NUMBERS = {"eax": 0, "ecx": 1, "edx": 2, "ebx": 3, "esp": 4, "ebp": 5, "esi": 6, "edi": 7}
#: Registers that frames push, in that order: the stub's s0, s1, s2, then what an aligned frame remembers esp in.
PUSHED = ("ebx", "esi", "edi", "ebp")
#: Those that a callee keeps (i386 psABI 1.1, table 2.3), which are all of them.
KEPT = frozenset(PUSHED)

FRAMES = Pushed(NUMBERS, return_address=8, word=4, bases=("esp", "ebp"), saved=PUSHED, kept=KEPT)
