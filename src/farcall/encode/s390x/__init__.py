"""z/Architecture, 64 bits (s390x): one function per instruction, operands in assembler order, bytes out.

    from farcall.encode import s390x as asm

    asm.lg(asm.R2, asm.R15, 160)                      # lg %r2, 160(%r15)
    asm.lay(asm.R15, asm.R15, -160)                   # lay %r15, -160(%r15)
    asm.brcl(asm.NOT_EQUAL, 16)                       # jgne .+16
    asm.ldgr(asm.F0, asm.R2)                          # ldgr %f0, %r2

Every function is pure and gives the two, four or six bytes of its instruction; it raises ValueError, naming instruction
and field, for what does not fit. A base comes before its offset, an index behind.
"""

from farcall.encode.s390x.arithmetic import *  # noqa: F403
from farcall.encode.s390x.constant import *  # noqa: F403
from farcall.encode.s390x.control import *  # noqa: F403
from farcall.encode.s390x.floating import *  # noqa: F403
from farcall.encode.s390x.memory import *  # noqa: F403
from farcall.encode.s390x.registers import *  # noqa: F403
