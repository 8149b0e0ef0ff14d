"""x86-64: one function per instruction (or family of alike ones), operands in Intel order, bytes out.

    from farcall.encode import x86_64 as asm

    asm.mov_rm(asm.RAX, asm.Mem(asm.RDI, 8))          # mov rax, [rdi+8]
    asm.alu_ri(asm.CMP, asm.RDX, 3, 32)               # cmp edx, 3
    asm.jcc32(asm.CC_NE)                              # jne, its target patched later
    asm.sse_rm(asm.MOVSD, asm.XMM0, asm.Rip(16))      # movsd xmm0, [rip+16]

A name ends in its operand kinds, destination first: r register, m memory, i immediate, x XMM where both kinds
of register meet. Every function is pure; it raises ValueError, naming instruction and operand, for what does
not fit.
"""

from farcall.encode.x86_64.arithmetic import *  # noqa: F403
from farcall.encode.x86_64.atomic import *  # noqa: F403
from farcall.encode.x86_64.avx import *  # noqa: F403
from farcall.encode.x86_64.block import *  # noqa: F403
from farcall.encode.x86_64.control import *  # noqa: F403
from farcall.encode.x86_64.move import *  # noqa: F403
from farcall.encode.x86_64.operand import *  # noqa: F403
from farcall.encode.x86_64.registers import *  # noqa: F403
from farcall.encode.x86_64.shift import *  # noqa: F403
from farcall.encode.x86_64.sse import *  # noqa: F403
from farcall.encode.x86_64.x87 import *  # noqa: F403
