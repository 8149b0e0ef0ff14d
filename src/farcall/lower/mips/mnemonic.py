"""Which instruction an encoder writes and what its operands are, as objdump has them."""

from __future__ import annotations

from ...encode.mips.control import SLOT

__all__ = ["NARROW", "ROWS", "SLOT", "WIDE"]

#: A row: the mnemonic, then what each operand of the encoder is.
#:   r general register, f floating-point register, fr and rf the same two in the other order, m base and offset
#:   i decimal, x hexadecimal, j a distance as its target
ROWS = {
    **{name: f"{name} r r r" for name in ("addu", "subu", "xor", "nor", "slt", "sltu", "mul", "daddu", "dsubu")},
    "and_": "and r r r", "or_": "or r r r", "seb": "seb r r", "seh": "seh r r", "move": "move r r",
    **{f"{d}{name}{n}": f"{d}{name}{n} r r x" for name in ("sll", "srl", "sra") for d, n in (("", ""), ("d", ""), ("d", "32"))},
    **{name: f"{name} r r i" for name in ("addiu", "daddiu", "slti", "sltiu")},
    **{name: f"{name} r r x" for name in ("andi", "ori", "xori")},
    "lui": "lui r x", "dext": "dext r r x x", "dmultu": "dmultu r r", "mflo": "mflo r",
    **{name: f"{name} r m" for name in (
        "lb", "lbu", "lh", "lhu", "lw", "lwu", "ld", "lwl", "lwr", "ldl", "ldr", "ll", "lld",
        "sb", "sh", "sw", "sd", "swl", "swr", "sdl", "sdr", "sc", "scd",
    )},
    **{name: f"{name} f m" for name in ("lwc1", "ldc1", "swc1", "sdc1")},
    "sync": "sync", "beq": "beq r r j", "bne": "bne r r j", "b": "b j", "bal": "bal j", "jr": "jr r", "jalr": "jalr r",
    "nop": "nop", "rdhwr_ulr": "rdhwr r $29", "syscall": "syscall", "break_": "break x",
    **{name: f"{name} r f" for name in ("mfc1", "dmfc1", "mfhc1")},
    **{name: f"{name} fr" for name in ("mtc1", "dmtc1", "mthc1")},
    "mov_s": "mov.s f f", "mov_d": "mov.d f f", "cvt_s_d": "cvt.s.d f f", "cvt_d_s": "cvt.d.s f f",
}  # fmt: skip

_LAST = ("s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "t8", "t9", "k0", "k1", "gp", "sp", "s8", "ra")
#: The general registers in the order of their numbers, as o32 calls them, and as n64 does.
NARROW = ("zero", "at", "v0", "v1", "a0", "a1", "a2", "a3", *(f"t{n}" for n in range(8)), *_LAST)
WIDE = (*NARROW[:8], "a4", "a5", "a6", "a7", "t0", "t1", "t2", "t3", *_LAST)
