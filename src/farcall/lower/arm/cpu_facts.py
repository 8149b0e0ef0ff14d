"""What is to be known around Arm's code: above all, that its instruction caches have to be told of it, by the kernel."""

from __future__ import annotations

from struct import pack

from ..cpu_facts import Dynamic, Hardware, written

__all__ = ["HARDWARE", "SYNCHRONISE"]

EM_ARM = 40  # AAELF32, §5.3
EF_ARM_ABI = 0x0500_0400  # EABI version 5, floating-point numbers in VFP registers
TRAP = pack("<I", 0xE7F000F0)
#: mov r0, #1 or #2; bx lr
SAMPLES = (pack("<2I", 0xE3A00001, 0xE12FFF1E), pack("<2I", 0xE3A00002, 0xE12FFF1E))

#: `void synchronise(start, end)`: Linux's call 0xf0002, `cacheflush`, for programs may not do it themselves.
SYNCHRONISE = (
    (0xE92D4080, "push {r7, lr}"),
    (0xE3007002, "movw r7, #2"),
    (0xE340700F, "movt r7, #15"),
    (0xE3A02000, "mov r2, #0"),
    (0xEF000000, "svc #0"),
    (0xE8BD8080, "pop {r7, pc}"),
)

#: The frame that `unwinding` describes: vsp = r11; vsp -= 40; pop {r4-r11}; vsp += 4; pop {lr} (EHABI32, §10.3).
UNWOUND = bytes.fromhex("9b49a7008400")
#: AAELF32, §5.6.1 (R_ARM_RELATIVE, R_ARM_ABS32, R_ARM_TLS_TPOFF32).
DYNAMIC = Dynamic(relative=23, symbol=2, thread=19, addends=False, unwound=UNWOUND)

HARDWARE = Hardware(4, EM_ARM, TRAP, SAMPLES, written(SYNCHRONISE), EF_ARM_ABI, dynamic=DYNAMIC)
