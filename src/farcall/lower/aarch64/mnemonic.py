"""Which instruction an encoder writes and what its operands are, and the names objdump has for them."""

from __future__ import annotations

__all__ = ["CONDITIONS", "EXTENDS", "HINTS", "LETTERS", "ROWS"]

#: A row: the mnemonic (_ is a space), then what each operand of the encoder is.
#:   general registers   r as wide as the encoder's `bits`, R as wide as memory's `bits` fills, g as its
#:                       `integer_bits`, w 32 bits, x 64 bits; s is r with register 31 as SP
#:   vector registers    v as wide as `bits`, f as `source_bits`, V all of it by bytes, D by doubles, L one lane
#:                       (two operands: register, lane)
#:   memory              a base alone; m base, offset; < and > the same with the base moved before and after;
#:                       o base, offset, mode; I base, index, scaled
#:   numbers             i hexadecimal, d decimal, b a bitmask as wide as `bits`, l a shift left, h one by 12
#:   others              c condition, e how a register is extended and shifted, k kind, j a distance as its target
#: {u} stands for the letter of an unscaled offset, {z} for the one that says how wide memory is.
ROWS = {
    "add_ri": "add s s i h", "sub_ri": "sub s s i h", "cmp_ri": "cmp s i h", "cmn_ri": "cmn s i h",
    "add_rr": "add r r r l", "sub_rr": "sub r r r l", "cmp_rr": "cmp r r l", "neg_r": "neg r r l",
    "add_extended": "add s s e", "sub_extended": "sub s s e",
    "madd": "madd r r r r", "msub": "msub r r r r", "mul_rr": "mul r r r", "mneg_rr": "mneg r r r",
    "smulh_rr": "smulh x x x", "umulh_rr": "umulh x x x", "sdiv_rr": "sdiv r r r", "udiv_rr": "udiv r r r",
    "and_ri": "and s r b", "orr_ri": "orr s r b", "eor_ri": "eor s r b", "tst_ri": "tst r b",
    "and_rr": "and r r r l", "bic_rr": "bic r r r l", "orr_rr": "orr r r r l", "eor_rr": "eor r r r l",
    "tst_rr": "tst r r l", "mvn_r": "mvn r r l",
    "lsl_ri": "lsl r r d", "lsr_ri": "lsr r r d", "asr_ri": "asr r r d", "ror_ri": "ror r r d",
    "ubfx": "ubfx r r d d", "sbfx": "sbfx r r d d", "bfi": "bfi r r d d", "bfxil": "bfxil r r d d",
    "bfc": "bfc r d d", "lslv": "lsl r r r", "lsrv": "lsr r r r", "asrv": "asr r r r", "rev_r": "rev r r",
    "sxtb": "sxtb r w", "sxth": "sxth r w", "sxtw": "sxtw x w",
    "uxtb": "uxtb w w", "uxth": "uxth w w", "uxtw": "mov w w",
    "mov_rr": "mov r r", "mov_sp": "mov s s", "mov_wide": "mov r b", "mov_bitmask": "mov s b",
    "movz": "movz r i l", "movn": "movn r i l", "movk": "movk r i l",
    "csel": "csel r r r c", "csinc": "csinc r r r c", "cinc": "cinc r r c", "cset": "cset r c", "csetm": "csetm r c",
    "ldr": "ld{u}r{z} R m", "ldrs": "ld{u}rs{z} x m", "str_": "st{u}r{z} R m",
    "ldr_v": "ld{u}r v m", "str_v": "st{u}r v m",
    "ldr_pre": "ldr{z} R <", "ldr_post": "ldr{z} R >", "str_pre": "str{z} R <", "str_post": "str{z} R >",
    "ldr_indexed": "ldr{z} R I", "ldrs_indexed": "ldrs{z} x I", "str_indexed": "str{z} R I",
    "ldr_v_indexed": "ldr v I", "str_v_indexed": "str v I", "ldr_literal": "ldr r j", "adr": "adr x j",
    "adrp": "adrp x p",
    "ldp": "ldp r r o", "stp": "stp r r o", "ldp_v": "ldp v v o", "stp_v": "stp v v o",
    "ldxr": "ldxr{z} R a", "ldaxr": "ldaxr{z} R a", "ldar": "ldar{z} R a", "stlr": "stlr{z} R a",
    "stxr": "stxr{z} w R a", "stlxr": "stlxr{z} w R a",
    "dmb": "dmb k", "dsb": "dsb k", "isb": "isb", "mrs_ctr_el0": "mrs x ctr_el0",
    "mrs_tpidr_el0": "mrs x tpidr_el0",
    "dc_cvau": "dc_cvau, x", "ic_ivau": "ic_ivau, x",
    "b": "b j", "bl": "bl j", "b_cond": "b.{c} j", "cbz": "cbz r j", "cbnz": "cbnz r j",
    "tbz": "tbz r d j", "tbnz": "tbnz r d j", "br": "br x", "blr": "blr x", "ret": "ret x", "ret_lr": "ret",
    "hint": "hint i", "nop": "nop", "bti": "bti k", "brk": "brk i", "udf": "udf d",
    "fmov_vr": "fmov v r", "fmov_rv": "fmov r v", "fmov_vv": "fmov v v", "mov_vv": "mov V V",
    "movi_zero": "movi v zero", "movi_zero_all": "movi D zero",
    "umov": "{n}mov r L", "ins_vr": "mov L r", "ins_vv": "mov L L",
    "fcvt": "fcvt v f", "scvtf": "scvtf v g", "ucvtf": "ucvtf v g", "fcvtzs": "fcvtzs g v", "fcvtzu": "fcvtzu g v",
    "fadd": "fadd v v v", "fsub": "fsub v v v", "fmul": "fmul v v v", "fdiv": "fdiv v v v",
    "fneg": "fneg v v", "fcmp": "fcmp v v",
}  # fmt: skip

CONDITIONS = ("eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al")
EXTENDS = ("uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx")
#: Vector registers by width, memory by width, lanes by width.
LETTERS = {8: "b", 16: "h", 32: "s", 64: "d", 128: "q"}
#: Hints that have names.
HINTS = {
    0: "nop", 1: "yield", 2: "wfe", 3: "wfi", 4: "sev", 5: "sevl", 7: "xpaclri", 20: "csdb",
    25: "paciasp", 27: "pacibsp", 29: "autiasp", 31: "autibsp", 32: "bti", 34: "bti c", 36: "bti j", 38: "bti jc",
}  # fmt: skip
