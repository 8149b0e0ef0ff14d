"""Which instruction an encoder writes and what its operands are, and the names objdump has for them."""

from __future__ import annotations

__all__ = ["CONDITIONS", "LEGACY", "LETTERS", "NOPS", "OPERATIONS", "ROWS", "SAME", "SIZES", "SSE_MEMORY", "VECTORS"]

#: A row: the mnemonic (_ is a space), then what each operand of the encoder is. r register, m memory, i
#: immediate, as wide as the encoder's `bits` unless a number says otherwise, mo as wide as the operation's; v
#: vector register as wide as `bits`, x XMM register, q MMX register, t x87 register; n a count; a an address alone,
#: j a jump's target; cl, fs and gs: always the same (`SAME`). Where a width would stand, w is the CPU's word, 32 or 64 bits.
#: {op} and {cc} stand for the encoder's `op` and `condition`, {z} and {dq} for what names the width, {e} for the
#: letter that names registers of a word.
ROWS = {
    "alu_rr": "{op} r r", "alu_rm": "{op} r m", "alu_mr": "{op} m r",
    "alu_ri": "{op} r i", "alu_mi": "{op} m i", "alu_ri_full": "{op} r i", "alu_mi_full": "{op} m i",
    "imul_rr": "imul r r", "imul_rm": "imul r m", "imul_rri": "imul r r i", "imul_rmi": "imul r m i",
    "unary_r": "{op} r", "unary_m": "{op} m", "cdq": "cdq", "cqo": "cqo",
    "lock_xadd_mr": "lock_xadd m r", "lock_cmpxchg_mr": "lock_cmpxchg m r", "lock_alu_mr": "lock_{op} m r",
    "lock_alu_mi": "lock_{op} m i", "lock_unary_m": "lock_{op} m",
    "lock_cmpxchg8b_m": "lock_cmpxchg8b m64", "mfence": "mfence",
    "vmovups_rm": "vmovups v m", "vmovups_mr": "vmovups m v",
    "vmovdqu_rm": "vmovdqu{z} v m", "vmovdqu_mr": "vmovdqu{z} m v",
    "vcvtph2ps_xx": "vcvtph2ps x x", "vcvtph2ps_xm": "vcvtph2ps x m64",
    "vcvtps2ph_xxi": "vcvtps2ph x x i8", "vcvtps2ph_mxi": "vcvtps2ph m64 x i8", "vzeroupper": "vzeroupper",
    "cld": "cld", "rep_movsb": "rep_movs_BYTE_PTR_es:[{e}di],BYTE_PTR_ds:[{e}si]",
    "rep_movsq": "rep_movs_QWORD_PTR_es:[{e}di],QWORD_PTR_ds:[{e}si]",
    "rep_movsd": "rep_movs_DWORD_PTR_es:[{e}di],DWORD_PTR_ds:[{e}si]",
    "rep_stosb": "rep_stos_BYTE_PTR_es:[{e}di],al", "rep_stosd": "rep_stos_DWORD_PTR_es:[{e}di],eax",
    "rep_stosq": "rep_stos_QWORD_PTR_es:[{e}di],rax",
    "jcc8": "j{cc} j", "jcc32": "j{cc} j", "jmp8": "jmp j", "jmp32": "jmp j",
    "jmp_r": "jmp rw", "jmp_m": "jmp mw",
    "call32": "call j", "call_r": "call rw", "call_m": "call mw",
    "setcc_r": "set{cc} r8", "setcc_m": "set{cc} m8", "cmov_rr": "cmov{cc} r r", "cmov_rm": "cmov{cc} r m",
    "endbr32": "endbr32", "endbr64": "endbr64", "int3": "int3", "ud2": "ud2", "pause": "pause",
    "mov_rr": "mov r r", "mov_rm": "mov r m", "mov_mr": "mov m r", "mov_ri": "mov r i", "mov_ri_full": "mov r32 i32",
    "mov_mi": "mov m i", "mov_fs": "mov r64 fs", "mov_gs": "mov r32 gs",
    "movabs_ri": "movabs r64 i64", "lea_rm": "lea r a", "leave": "leave",
    "push_r": "push rw", "push_i": "push iw", "push_i32": "push iw", "push_m": "push mw",
    "pop_r": "pop rw", "pop_m": "pop mw",
    "xchg_mr": "xchg m r", "xchg_rr": "xchg r r",
    "shift_ri": "{op} r n", "shift_mi": "{op} m n", "shift_rcl": "{op} r cl", "shift_mcl": "{op} m cl",
    "shld_rri": "shld r r i8", "shld_rrcl": "shld r r cl",
    "shrd_rri": "shrd r r i8", "shrd_rrcl": "shrd r r cl",
    "bswap_r": "bswap r", "bt_ri": "bt r i8", "bt_mi": "bt m i8",
    "sse_rr": "{op} x x", "sse_rm": "{op} x mo", "sse_mr": "{op} mo x",
    "movq_qm": "movq q m64", "movq_mq": "movq m64 q", "emms": "emms",
    "movd_xr": "mov{dq} x r", "movd_rx": "mov{dq} r x",
    "cvtsi2ss_xr": "cvtsi2ss x r", "cvtsi2ss_xm": "cvtsi2ss x m",
    "cvtsi2sd_xr": "cvtsi2sd x r", "cvtsi2sd_xm": "cvtsi2sd x m",
    "cvttss2si_rx": "cvttss2si r x", "cvttss2si_rm": "cvttss2si r m32",
    "cvttsd2si_rx": "cvttsd2si r x", "cvttsd2si_rm": "cvttsd2si r m64",
    "pinsrw_xmi": "pinsrw x m16 i8",
    "pslldq_xi": "pslldq x i8", "psrldq_xi": "psrldq x i8",
    "fild_m": "fild m", "fistp_m": "fistp m", "fld_m": "fld m", "fstp_m": "fstp m",
    "fld_st": "fld t", "fstp_st": "fstp t", "fxch_st": "fxch t", "fldz": "fldz",
}  # fmt: skip

#: Operands that no value of an encoder's is for.
SAME = {"cl": "cl", "fs": "QWORD PTR fs:0x0", "gs": "DWORD PTR gs:0x0"}

#: The names of `op`, by the family of the encoder.
OPERATIONS = {
    "alu": dict(enumerate(("add", "or", "adc", "sbb", "and", "sub", "xor", "cmp", "test"))),
    "unary": dict(enumerate(("not", "neg", "mul", "imul", "div", "idiv", "inc", "dec"), 2)),
    "shift": {0: "rol", 1: "ror", 4: "shl", 5: "shr", 7: "sar"},
}
CONDITIONS = ("o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g")
#: Bits of memory that an SSE instruction touches, where it is not all 128.
SSE_MEMORY = dict.fromkeys(("movd", "movss", "addss", "mulss", "subss", "divss", "ucomiss", "cvtss2sd"), 32) | (
    dict.fromkeys(("movq", "movsd", "movlps", "movhps", "addsd", "mulsd", "subsd", "divsd", "ucomisd", "cvtsd2ss"), 64)
)
SIZES = {
    8: "BYTE", 16: "WORD", 32: "DWORD", 64: "QWORD", 80: "TBYTE",
    128: "XMMWORD", 256: "YMMWORD", 512: "ZMMWORD",
}  # fmt: skip
LEGACY = ("ax", "cx", "dx", "bx", "sp", "bp", "si", "di")
VECTORS = {128: "x", 256: "y", 512: "z"}
#: The letter that names registers of a word: rax, eax.
LETTERS = {32: "e", 64: "r"}
#: Nops of each length, as they are disassembled, with {e} as in rows.
NOPS = (
    "nop", "xchg ax,ax", "nop DWORD PTR [{e}ax]", "nop DWORD PTR [{e}ax+0x0]", "nop DWORD PTR [{e}ax+{e}ax*1+0x0]",
    "nop WORD PTR [{e}ax+{e}ax*1+0x0]", "nop DWORD PTR [{e}ax+0x0]", "nop DWORD PTR [{e}ax+{e}ax*1+0x0]",
    "nop WORD PTR [{e}ax+{e}ax*1+0x0]",
)  # fmt: skip
