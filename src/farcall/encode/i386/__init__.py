"""i386: one function per instruction (or family of alike ones), operands in Intel order, bytes out.

    from farcall.encode import i386 as asm

    asm.mov_rm(asm.EAX, asm.Mem(asm.ESP, 4))          # mov eax, [esp+4]
    asm.alu_ri(asm.CMP, asm.CL, 3, 8)                 # cmp cl, 3
    asm.mov_rm(asm.EAX, asm.Absolute(0x8049000))      # mov eax, [0x8049000]
    asm.alu_mi_full(asm.CMP, asm.Mem(asm.ECX, 4), 0)  # cmp dword [ecx+4], an address patched later

Names, operands and promises are those of `farcall.encode.x86_64`, and most instructions come from there (see
`narrowed`); `bits` is 8, 16 or 32, and 32 where it is not given. Registers are 0 to 7, and 0 to 3 at 8 bits.
"""

from farcall.encode.i386.arithmetic import *  # noqa: F403
from farcall.encode.i386.atomic import *  # noqa: F403
from farcall.encode.i386.block import *  # noqa: F403
from farcall.encode.i386.control import *  # noqa: F403
from farcall.encode.i386.move import *  # noqa: F403
from farcall.encode.i386.operand import *  # noqa: F403
from farcall.encode.i386.registers import *  # noqa: F403
from farcall.encode.i386.vector import *  # noqa: F403
from farcall.encode.i386.x87 import *  # noqa: F403
