"""LoongArch with 64 bits (LA64 with FPU): one function per instruction, operands in assembler order, bytes out.

    from farcall.encode import loongarch64 as asm

    asm.ld_d(asm.A0, asm.SP, 8)                       # ld.d $a0, $sp, 8
    asm.addi_d(asm.SP, asm.SP, -32)                   # addi.d $sp, $sp, -32
    asm.bne(asm.A0, asm.ZERO, 16)                     # bne $a0, $zero, 16
    asm.movgr2fr_d(asm.FA0, asm.T0)                   # movgr2fr.d $fa0, $t0

A dot of a mnemonic is an underscore, and so is what makes `and`, `or`, `break` a name of Python's: `and_`. Every function
is pure and gives one word of four bytes (`mov_constant` up to four words); it raises ValueError, naming instruction and
field, for what does not fit.
"""

from farcall.encode.loongarch64.arithmetic import *  # noqa: F403
from farcall.encode.loongarch64.constant import *  # noqa: F403
from farcall.encode.loongarch64.control import *  # noqa: F403
from farcall.encode.loongarch64.floating import *  # noqa: F403
from farcall.encode.loongarch64.memory import *  # noqa: F403
from farcall.encode.loongarch64.registers import *  # noqa: F403
