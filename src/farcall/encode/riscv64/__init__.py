"""RISC-V with 64 bits (RV64IMAFD): one function per instruction, operands in assembler order, bytes out.

    from farcall.encode import riscv64 as asm

    asm.ld(asm.A0, asm.SP, 8)                         # ld a0, 8(sp)
    asm.addi(asm.SP, asm.SP, -32)                     # addi sp, sp, -32
    asm.bne(asm.A0, asm.ZERO, 16)                     # bne a0, zero, .+16
    asm.fmv_d_x(asm.FA0, asm.T0)                      # fmv.d.x fa0, t0

A dot of a mnemonic is an underscore, and so is what makes `and`, `or` a name of Python's: `and_`. Every function is
pure and gives one word of four bytes (`mov_constant` up to eight words), none of them compressed; it raises
ValueError, naming instruction and field, for what does not fit.
"""

from farcall.encode.riscv64.arithmetic import *  # noqa: F403
from farcall.encode.riscv64.atomic import *  # noqa: F403
from farcall.encode.riscv64.constant import *  # noqa: F403
from farcall.encode.riscv64.control import *  # noqa: F403
from farcall.encode.riscv64.floating import *  # noqa: F403
from farcall.encode.riscv64.memory import *  # noqa: F403
from farcall.encode.riscv64.registers import *  # noqa: F403
