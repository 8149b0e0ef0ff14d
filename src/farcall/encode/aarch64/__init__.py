"""AArch64: one function per instruction (or family of alike ones), operands in assembler order, bytes out.

    from farcall.encode import aarch64 as asm

    asm.ldr(asm.X0, asm.X1, 8)                        # ldr x0, [x1, #8]
    asm.cmp_ri(asm.X2, 3, bits=32)                    # cmp w2, #3
    asm.b_cond(asm.NE, 16)                            # b.ne .+16
    asm.fmov_vr(asm.V0, asm.X9)                       # fmov d0, x9

A name ends in its operand kinds where there are several: r general register, i immediate, v vector register.
Every function is pure and gives one word of four bytes (`mov_constant` up to four words); it raises ValueError,
naming instruction and field, for what does not fit.
"""

from farcall.encode.aarch64.arithmetic import *  # noqa: F403
from farcall.encode.aarch64.control import *  # noqa: F403
from farcall.encode.aarch64.logical import *  # noqa: F403
from farcall.encode.aarch64.memory import *  # noqa: F403
from farcall.encode.aarch64.move import *  # noqa: F403
from farcall.encode.aarch64.pair import *  # noqa: F403
from farcall.encode.aarch64.registers import *  # noqa: F403
from farcall.encode.aarch64.shift import *  # noqa: F403
from farcall.encode.aarch64.system import *  # noqa: F403
from farcall.encode.aarch64.vector import *  # noqa: F403
