"""Power ISA 2.07, 64 bits, little-endian: one function per instruction, operands in assembler order, bytes out.

    from farcall.encode import ppc64le as asm

    asm.ld(asm.R3, asm.R1, 32)                        # ld r3, 32(r1)
    asm.stdu(asm.R1, asm.R1, -32)                     # stdu r1, -32(r1)
    asm.bc(asm.IF_CLEAR, asm.EQ, 16)                  # bne .+16
    asm.fmr(asm.F1, asm.F0)                           # fmr f1, f0

What makes `and`, `or` a name of Python's is an underscore, and a mnemonic's dot is left out. Comparisons are those into the
condition field 0. Every function is pure and gives one word of four bytes; it raises ValueError, naming instruction and
field, for what does not fit.
"""

from farcall.encode.ppc64le.arithmetic import *  # noqa: F403
from farcall.encode.ppc64le.constant import *  # noqa: F403
from farcall.encode.ppc64le.control import *  # noqa: F403
from farcall.encode.ppc64le.floating import *  # noqa: F403
from farcall.encode.ppc64le.memory import *  # noqa: F403
from farcall.encode.ppc64le.registers import *  # noqa: F403
