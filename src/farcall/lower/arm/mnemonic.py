"""Which instruction an encoder writes and what its operands are, as objdump has them."""

from __future__ import annotations

__all__ = ["CONDITIONS", "REGISTERS", "ROWS"]

#: A row: the mnemonic, then what each operand of the encoder is.
#:   r core register, R the same by its number always; s and d VFP's single and double ones
#:   m base and offset, x base and index, B base alone, B! base that a list of registers is at
#:   i number, h number of 16 bits, n shift, L list of registers, c condition behind the mnemonic, j a distance as its target
ROWS = {
    "add": "add r r r", "sub": "sub r r r", "and_": "and r r r", "orr": "orr r r r", "eor": "eor r r r", "bic": "bic r r r",
    "mul": "mul r r r", "mov": "mov r r", "lsl": "lsl r r n", "lsr": "lsr r r n", "asr": "asr r r n",
    "sxtb": "sxtb r r", "sxth": "sxth r r", "uxtb": "uxtb r r", "uxth": "uxth r r",
    "addi": "add r r i", "subi": "sub r r i", "rsbi": "rsb r r i", "andi": "and r r i", "orri": "orr r r i",
    "eori": "eor r r i", "bici": "bic r r i", "movi": "mov r i", "mvni": "mvn r i", "movw": "movw r h", "movt": "movt r h",
    "cmp": "cmp r r", "cmn": "cmn r r", "tst": "tst r r", "cmpi": "cmp r i", "cmni": "cmn r i", "tsti": "tst r i",
    "ldr": "ldr r m", "ldrb": "ldrb r m", "str_": "str r m", "strb": "strb r m", "ldrh": "ldrh r m", "ldrsb": "ldrsb r m",
    "ldrsh": "ldrsh r m", "strh": "strh r m", "ldrx": "ldr r x", "ldrbx": "ldrb r x", "ldrhx": "ldrh r x",
    "ldrsbx": "ldrsb r x", "ldrshx": "ldrsh r x", "strx": "str r x", "strbx": "strb r x", "strhx": "strh r x",
    "ldm": "ldm r L", "stm": "stm r L", "push": "push L", "pop": "pop L", "ldrex": "ldrex R B", "strex": "strex r r B",
    "dmb": "dmb ish", "b": "b c j", "bl": "bl j", "bx": "bx r", "blx": "blx r", "nop": "nop {0}", "svc": "svc N",
    "mrc_tpidruro": "mrc 15 0 r cr13 cr0 {3}",
    "udf": "udf #0", "vldr_s": "vldr s m", "vldr_d": "vldr d m", "vstr_s": "vstr s m", "vstr_d": "vstr d m",
    "vmov_s": "vmov.f32 s s", "vmov_d": "vmov.f64 d d", "vcvt_d_s": "vcvt.f64.f32 d s", "vcvt_s_d": "vcvt.f32.f64 s d",
    "vmov_r_s": "vmov r s", "vmov_s_r": "vmov s r", "vmov_rr_d": "vmov r r d", "vmov_d_rr": "vmov d r r",
}  # fmt: skip

#: In the order of their numbers; the last is "always".
CONDITIONS = ("eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "")
REGISTERS = (*(f"r{n}" for n in range(13)), "sp", "lr", "pc")
