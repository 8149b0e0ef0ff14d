"""MIPS32 and MIPS64 of the second release, little-endian: one function per instruction, operands in assembler order, bytes out.

    from farcall.encode import mips as asm

    asm.lw(asm.A0, asm.SP, 8)                         # lw $a0, 8($sp)
    asm.bne(asm.T0, asm.ZERO, 16)                     # bne $t0, $zero, .+16
    asm.mtc1(asm.F12, asm.A0)                         # mtc1 $a0, $f12

What follows a branch or a jump, in its delay slot, is carried out before it takes effect; distances are counted from the branch
itself. What makes `and` and `or` names of Python's is an underscore, a dot in a mnemonic is one too. Every function is pure and
gives one word of four bytes; it raises ValueError, naming instruction and field, for what does not fit.
"""

from farcall.encode.mips.arithmetic import *  # noqa: F403
from farcall.encode.mips.constant import *  # noqa: F403
from farcall.encode.mips.control import *  # noqa: F403
from farcall.encode.mips.floating import *  # noqa: F403
from farcall.encode.mips.memory import *  # noqa: F403
from farcall.encode.mips.registers import *  # noqa: F403
