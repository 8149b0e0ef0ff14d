"""Which instruction an encoder writes and what its operands are, as objdump has them without aliases."""

from __future__ import annotations

__all__ = ["FLOATING", "GENERAL", "ROWS"]

#: A row: the mnemonic, then what each operand of the encoder is.
#:   r general register, f floating-point register
#:   i decimal, x hexadecimal, u the upper part of a distance, j a distance to a label
#: Others are words of the instruction's own.
ROWS = {
    "lu12i_w": "lu12i.w r i", "lu32i_d": "lu32i.d r i", "lu52i_d": "lu52i.d r r i", "pcaddu12i": "pcaddu12i r u",
    "move": "or r r $zero", "nop": "andi $zero $zero 0x0", "addi_w": "addi.w r r i", "addi_d": "addi.d r r i",
    "andi": "andi r r x", "ori": "ori r r x", "xori": "xori r r x",
    "slli_w": "slli.w r r x", "slli_d": "slli.d r r x", "srli_d": "srli.d r r x", "srai_d": "srai.d r r x",
    "bstrpick_d": "bstrpick.d r r x x", "ext_w_b": "ext.w.b r r", "ext_w_h": "ext.w.h r r",
    "add_w": "add.w r r r", "add_d": "add.d r r r", "sub_w": "sub.w r r r", "sub_d": "sub.d r r r",
    "slt": "slt r r r", "sltu": "sltu r r r", "nor": "nor r r r", "and_": "and r r r", "or_": "or r r r", "xor": "xor r r r",
    "sll_d": "sll.d r r r", "srl_d": "srl.d r r r", "sra_d": "sra.d r r r", "mul_d": "mul.d r r r",
    "ld_b": "ld.b r r i", "ld_h": "ld.h r r i", "ld_w": "ld.w r r i", "ld_d": "ld.d r r i",
    "ld_bu": "ld.bu r r i", "ld_hu": "ld.hu r r i", "ld_wu": "ld.wu r r i",
    "st_b": "st.b r r i", "st_h": "st.h r r i", "st_w": "st.w r r i", "st_d": "st.d r r i",
    "fld_s": "fld.s f r i", "fld_d": "fld.d f r i", "fst_s": "fst.s f r i", "fst_d": "fst.d f r i",
    "amadd_db_w": "amadd_db.w r r r", "amadd_db_d": "amadd_db.d r r r",
    "beq": "beq r r j", "bne": "bne r r j", "blt": "blt r r j", "bge": "bge r r j", "bltu": "bltu r r j",
    "bgeu": "bgeu r r j", "beqz": "beqz r j", "bnez": "bnez r j", "b": "b j", "bl": "bl j",
    "jirl": "jirl r r i", "ret": "jirl $zero $ra 0",
    "dbar": "dbar x", "ibar": "ibar x", "syscall": "syscall x", "break_": "break x",
    "fmov_s": "fmov.s f f", "fmov_d": "fmov.d f f", "movgr2fr_w": "movgr2fr.w f r", "movgr2fr_d": "movgr2fr.d f r",
    "movfr2gr_s": "movfr2gr.s r f", "movfr2gr_d": "movfr2gr.d r f",
    "fcvt_s_d": "fcvt.s.d f f", "fcvt_d_s": "fcvt.d.s f f",
}  # fmt: skip

GENERAL = (
    "zero", "ra", "tp", "sp", *(f"a{n}" for n in range(8)), *(f"t{n}" for n in range(9)), "r21", "fp",
    *(f"s{n}" for n in range(9)),
)  # fmt: skip
FLOATING = (*(f"fa{n}" for n in range(8)), *(f"ft{n}" for n in range(16)), *(f"fs{n}" for n in range(8)))
