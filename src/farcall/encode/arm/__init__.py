"""ARMv7-A in Arm state, little-endian, with VFPv3: one function per instruction, operands in assembler order, bytes out.

    from farcall.encode import arm as asm

    asm.ldr(asm.R0, asm.SP, 8)                        # ldr r0, [sp, #8]
    asm.b(asm.NE, 16)                                 # bne .+16
    asm.push(1 << asm.R4 | 1 << asm.LR)               # push {r4, lr}
    asm.vldr_d(asm.D0, asm.R1, 8)                     # vldr d0, [r1, #8]

A name that ends in i has a number for its last operand, one that ends in x an index register; what makes `and` a name of
Python's is an underscore. `_s` and `_d` are single and double registers of VFP's. All are unconditional but `b`. Every
function is pure and gives one word of four bytes; it raises ValueError, naming instruction and field, for what does not fit.
"""

from farcall.encode.arm.arithmetic import *  # noqa: F403
from farcall.encode.arm.constant import *  # noqa: F403
from farcall.encode.arm.control import *  # noqa: F403
from farcall.encode.arm.floating import *  # noqa: F403
from farcall.encode.arm.memory import *  # noqa: F403
from farcall.encode.arm.registers import *  # noqa: F403
