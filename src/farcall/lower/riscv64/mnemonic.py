"""Which instruction an encoder writes and what its operands are, as objdump has them without aliases."""

from __future__ import annotations

__all__ = ["FLOATING", "GENERAL", "ROWS"]

#: A row: the mnemonic, then what each operand of the encoder is.
#:   r general register, f floating-point register, ff the same one twice
#:   m base and offset, a base alone
#:   i decimal, x hexadecimal, u hexadecimal of 20 bits, j a distance as its target, k some letters
#: Others are words of the instruction's own. {o} stands for how an atomic one is ordered.
ROWS = {
    "lui": "lui r u", "auipc": "auipc r u", "mv": "addi r r 0", "nop": "addi zero zero 0",
    "addi": "addi r r i", "addiw": "addiw r r i", "slti": "slti r r i", "sltiu": "sltiu r r i",
    "xori": "xori r r i", "ori": "ori r r i", "andi": "andi r r i",
    "slli": "slli r r x", "srli": "srli r r x", "srai": "srai r r x",
    "slliw": "slliw r r x", "srliw": "srliw r r x", "sraiw": "sraiw r r x",
    "add": "add r r r", "addw": "addw r r r", "sub": "sub r r r", "subw": "subw r r r",
    "and_": "and r r r", "or_": "or r r r", "xor": "xor r r r",
    "sll": "sll r r r", "srl": "srl r r r", "sra": "sra r r r",
    "sllw": "sllw r r r", "srlw": "srlw r r r", "sraw": "sraw r r r",
    "slt": "slt r r r", "sltu": "sltu r r r", "mul": "mul r r r", "mulw": "mulw r r r",
    "lb": "lb r m", "lh": "lh r m", "lw": "lw r m", "ld": "ld r m", "lbu": "lbu r m", "lhu": "lhu r m", "lwu": "lwu r m",
    "sb": "sb r m", "sh": "sh r m", "sw": "sw r m", "sd": "sd r m",
    "flw": "flw f m", "fld": "fld f m", "fsw": "fsw f m", "fsd": "fsd f m",
    "beq": "beq r r j", "bne": "bne r r j", "blt": "blt r r j", "bge": "bge r r j", "bltu": "bltu r r j",
    "bgeu": "bgeu r r j", "jal": "jal r j", "j": "jal zero j", "jalr": "jalr r m", "ret": "jalr zero 0(ra)",
    "fence": "fence k k", "fence_i": "fence.i", "ecall": "ecall", "ebreak": "ebreak",
    "amoadd_w": "amoadd.w{o} r r a", "amoadd_d": "amoadd.d{o} r r a", "lr_w": "lr.w{o} r a", "lr_d": "lr.d{o} r a",
    "sc_w": "sc.w{o} r r a", "sc_d": "sc.d{o} r r a",
    "fmv_x_w": "fmv.x.w r f", "fmv_w_x": "fmv.w.x f r", "fmv_x_d": "fmv.x.d r f", "fmv_d_x": "fmv.d.x f r",
    "fmv_s": "fsgnj.s f ff", "fmv_d": "fsgnj.d f ff",
    "fsgnj_s": "fsgnj.s f f f", "fsgnjn_s": "fsgnjn.s f f f", "fsgnjx_s": "fsgnjx.s f f f",
    "fsgnj_d": "fsgnj.d f f f", "fsgnjn_d": "fsgnjn.d f f f", "fsgnjx_d": "fsgnjx.d f f f",
    "fcvt_s_d": "fcvt.s.d f f", "fcvt_d_s": "fcvt.d.s f f",
}  # fmt: skip

GENERAL = (
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5",
    "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
)  # fmt: skip
FLOATING = (
    "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "fs0", "fs1", "fa0", "fa1", "fa2", "fa3", "fa4", "fa5",
    "fa6", "fa7", "fs2", "fs3", "fs4", "fs5", "fs6", "fs7", "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10", "ft11",
)  # fmt: skip
