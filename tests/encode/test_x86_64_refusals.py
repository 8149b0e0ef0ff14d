"""What does not fit is refused with a ValueError that names the instruction and the operand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from farcall.encode import x86_64 as asm
from farcall.encode.x86_64 import RAX, Mem, Rip

M = Mem(RAX)

REFUSALS: list[tuple[Callable[[], bytes], str]] = [
    # Registers
    (lambda: asm.mov_rr(16, RAX), r"mov r/m64, r64: r/m operand 16 is not a register"),
    (lambda: asm.mov_rr(RAX, -1), r"mov r/m64, r64: reg operand -1 is not a register"),
    (lambda: asm.mov_rm(16, M), r"mov r64, r/m64: reg operand 16 is not a register"),
    (lambda: asm.mov_rm(16, Rip(0)), r"mov r64, r/m64: reg operand 16 is not a register"),
    (lambda: asm.mov_rm(16, Mem(RAX, 0, asm.RCX)), r"mov r64, r/m64: reg operand 16 is not a register"),
    (lambda: asm.mov_ri(16, 0, 32), r"mov r32, imm32: register 16 is none of 0, 1, .*, 15"),
    (lambda: asm.mov_ri(16, 0, 64), r"mov r/m64, imm: r/m operand 16 is not a register"),
    (lambda: asm.alu_ri(asm.CMP, 16, 0), r"cmp r/m64, imm8: r/m operand 16 is not a register"),
    (lambda: asm.push_r(-1), r"push r64: register -1"),
    (lambda: asm.mov_fs(16), r"mov r64, fs:0: register 16 is none of 0, 1, .*, 15"),
    (lambda: asm.pop_r(16), r"pop r64: register 16"),
    (lambda: asm.bswap_r(16), r"bswap r64: register 16"),
    (lambda: asm.xchg_rr(RAX, 16), r"xchg rax, r64: register 16"),
    (lambda: asm.sse_rr(asm.ADDSD, asm.XMM16, 0), r"addsd xmm, xmm/m: reg operand 16 is not a register"),
    (lambda: asm.sse_rm(asm.MOVSD, asm.XMM16, M), r"movsd xmm, xmm/m: reg operand 16 is not a register"),
    (lambda: asm.vmovups_rm(asm.XMM16, M, 256), r"vmovups v, m \(ymm\): vector operand 16 .* \(0 to 15\)"),
    (lambda: asm.vmovups_rm(32, M, 512), r"vmovups v, m \(zmm\): vector operand 32 .* \(0 to 31\)"),
    (lambda: asm.vmovdqu_mr(M, -1, 512), r"vmovdqu64 m, v \(zmm\): vector operand -1 "),
    (lambda: asm.vcvtph2ps_xx(16, 0), r"vcvtph2ps xmm, xmm/m64: vector operand 16 "),
    (lambda: asm.vcvtph2ps_xx(0, -1), r"vcvtph2ps xmm, xmm/m64: vector operand -1 "),
    (lambda: asm.fld_st(8), r"fld st\(i\): register 8"),
    # Memory
    (lambda: asm.mov_rm(0, Mem(16)), r"mov r64, r/m64: base 16 of Mem\(base=16, .* is not a register"),
    (lambda: asm.mov_rm(0, Mem(-1)), r"mov r64, r/m64: base -1 of "),
    (lambda: asm.mov_mr(Mem(16, 0, 1), 0), r"mov r/m64, r64: base 16 of "),
    (lambda: asm.lea_rm(0, Mem(0, 0, asm.RSP)), r"lea r64, m: index 4 of .* \(0 to 15 but RSP\)"),
    (lambda: asm.lea_rm(0, Mem(0, 0, 16)), r"lea r64, m: index 16 of "),
    (lambda: asm.lea_rm(0, Mem(0, 0, -1)), r"lea r64, m: index -1 of "),
    (lambda: asm.lea_rm(0, Mem(0, 0, 1, 3)), r"lea r64, m: scale 3 of .* is not 1, 2, 4 or 8"),
    (lambda: asm.mov_rm(0, Mem(0, 2**31)), r"mov r64, r/m64: displacement 2147483648 of "),
    (lambda: asm.mov_rm(0, Mem(0, -(2**31) - 1)), r"displacement -2147483649 of .* 32 signed bits"),
    (lambda: asm.mov_rm(0, Mem(0, 2**31, 1)), r"mov r64, r/m64: displacement 2147483648 of "),
    (lambda: asm.mov_rm(0, Rip(2**31)), r"mov r64, r/m64: displacement 2147483648 of Rip"),
    (lambda: asm.vmovups_rm(0, Mem(0, 2**31)), r"vmovups v, m \(ymm\): displacement 2147483648"),
    (lambda: asm.vmovups_rm(0, Mem(16)), r"vmovups v, m \(ymm\): base 16"),
    (lambda: asm.vmovups_rm(0, Mem(0, 0, asm.RSP), 512), r"vmovups v, m \(zmm\): index 4"),
    (lambda: asm.vmovups_rm(0, Mem(0, 0, -9), 512), r"vmovups v, m \(zmm\): index -9"),
    (lambda: asm.vmovups_rm(0, Rip(-(2**31) - 1), 512), r"vmovups v, m \(zmm\): displacement -2147483649"),
    # Immediates
    (lambda: asm.mov_ri(0, 256, 8), r"mov r8, imm8: immediate 256 does not fit 8 bits"),
    (lambda: asm.mov_ri(0, -129, 8), r"mov r8, imm8: immediate -129 does not fit 8 bits"),
    (lambda: asm.mov_ri(0, 65536, 16), r"mov r16, imm16: immediate 65536 does not fit 16 bits"),
    (lambda: asm.mov_ri(0, -32769, 16), r"mov r16, imm16: immediate -32769 does not fit 16 bits"),
    (lambda: asm.mov_ri(0, 2**32, 32), r"mov r32, imm32: immediate 4294967296 does not fit 32 bits"),
    (lambda: asm.mov_ri(0, -(2**31) - 1, 32), r"mov r32, imm32: immediate -2147483649 does not fit 32 bits"),
    (lambda: asm.mov_ri(0, 2**31, 64), r"mov r/m64, imm: immediate 2147483648 does not fit 32 signed bits"),
    (
        lambda: asm.mov_mi(M, 2**31, 64),
        r"mov r/m64, imm: immediate 2147483648 .* 32 signed, sign-extended bits",
    ),
    (lambda: asm.mov_mi(M, 256, 8), r"mov r/m8, imm: immediate 256 does not fit 8 bits"),
    (lambda: asm.movabs_ri(0, 2**64), r"mov r64, imm64: immediate 18446744073709551616 does not fit 64 bits"),
    (lambda: asm.movabs_ri(0, -(2**63) - 1), r"mov r64, imm64: immediate -9223372036854775809 "),
    (lambda: asm.mov_constant(0, 2**64), r"mov r64, imm64: immediate 18446744073709551616 "),
    (lambda: asm.mov_constant(0, -(2**63) - 1), r"mov r64, imm64: immediate -9223372036854775809 "),
    (lambda: asm.push_i(2**31), r"push imm32: immediate 2147483648 does not fit 32 signed bits"),
    (lambda: asm.alu_ri(asm.ADD, 0, 2**31), r"add r/m64, imm: immediate 2147483648 "),
    (lambda: asm.alu_ri(asm.ADD, 3, -(2**31) - 1), r"add r/m64, imm: immediate -2147483649 "),
    (lambda: asm.alu_ri(asm.SUB, 3, 2**32, 32), r"sub r/m32, imm: immediate 4294967296 "),
    (lambda: asm.alu_ri(asm.XOR, 3, 65536, 16), r"xor r/m16, imm: immediate 65536 "),
    (lambda: asm.alu_ri(asm.AND, 0, 256, 8), r"and r/m8, imm: immediate 256 "),
    (lambda: asm.alu_mi(asm.OR, M, 256, 8), r"or r/m8, imm: immediate 256 "),
    (lambda: asm.alu_mi(asm.CMP, M, 2**31), r"cmp r/m64, imm: immediate 2147483648 "),
    (lambda: asm.alu_ri(asm.TEST, 0, 2**31), r"test r/m64, imm: immediate 2147483648 "),
    (lambda: asm.imul_rri(0, 0, 2**31), r"imul r64, r/m64, imm: immediate 2147483648 "),
    (lambda: asm.imul_rmi(0, M, 65536, 16), r"imul r16, r/m16, imm: immediate 65536 "),
    (lambda: asm.shift_ri(asm.SHL, 0, 64), r"shl r/m64, imm8: count 64 is not in 0 to 63"),
    (lambda: asm.shift_ri(asm.SAR, 0, 32, 32), r"sar r/m32, imm8: count 32 is not in 0 to 31"),
    (lambda: asm.shift_mi(asm.SHR, M, -1), r"shr r/m64, imm8: count -1 is not in 0 to 63"),
    (lambda: asm.shld_rri(0, 0, 32, 32), r"shld r/m32, r32, imm8: count 32 is not in 0 to 31"),
    (lambda: asm.shrd_rri(0, 0, 64), r"shrd r/m64, r64, imm8: count 64 is not in 0 to 63"),
    (lambda: asm.bt_ri(0, 64), r"bt r/m64, imm8: bit 64 is not in 0 to 63"),
    (lambda: asm.bt_mi(M, 16, 16), r"bt r/m16, imm8: bit 16 is not in 0 to 15"),
    (lambda: asm.pslldq_xi(0, 16), r"pslldq xmm, imm8: count 16 is not in 0 to 15"),
    (lambda: asm.pinsrw_xmi(0, M, 8), r"pinsrw xmm, m16, imm8: lane 8 is not in 0 to 7"),
    (lambda: asm.psrldq_xi(0, -1), r"psrldq xmm, imm8: count -1 is not in 0 to 15"),
    (lambda: asm.vcvtps2ph_xxi(0, 0, 8), r"vcvtps2ph xmm/m64, xmm, imm8: rounding 8 is not in 0 to 7"),
    (lambda: asm.ret(65536), r"ret imm16: immediate 65536 does not fit 16 unsigned bits"),
    (lambda: asm.ret(-1), r"ret imm16: immediate -1 does not fit 16 unsigned bits"),
    # Targets
    (lambda: asm.jmp8(128), r"jmp rel8: target 128 does not fit 8 signed bits"),
    (lambda: asm.jcc8(asm.CC_E, -129), r"jcc rel8: target -129 does not fit 8 signed bits"),
    (lambda: asm.jmp32(2**31), r"jmp rel32: target 2147483648 does not fit 32 signed bits"),
    (lambda: asm.jcc32(asm.CC_E, 2**31), r"jcc rel32: target 2147483648 does not fit 32 signed bits"),
    (lambda: asm.call32(-(2**31) - 1), r"call rel32: target -2147483649 does not fit 32 signed bits"),
    # Widths
    (lambda: asm.mov_rr(0, 0, 128), r"mov r/m, r: width 128 is none of 8, 16, 32, 64"),
    (lambda: asm.mov_ri(0, 0, 7), r"mov r/m, imm: width 7 is none of 8, 16, 32, 64"),
    (lambda: asm.lea_rm(0, M, 8), r"lea r, m: width 8 is none of 16, 32, 64"),
    (lambda: asm.movzx_rr(0, 0, 64), r"movzx: source width 64 is none of 8, 16, 32"),
    (lambda: asm.movzx_rr(0, 0, 8, 16), r"movzx r, r/m8: width 16 is none of 32, 64"),
    (lambda: asm.movsx_rm(0, M, 16, 8), r"movsx r, r/m16: width 8 is none of 32, 64"),
    (lambda: asm.bswap_r(0, 16), r"bswap: width 16 is none of 32, 64"),
    (lambda: asm.movd_xr(0, 0, 16), r"movd/movq xmm, r: width 16 is none of 32, 64"),
    (lambda: asm.fld_m(M, 16), r"fld m: width 16 is none of 32, 64, 80"),
    (lambda: asm.vmovups_rm(0, M, 64), r"vmovups v, m: width 64 is none of 128, 256, 512"),
    # Operations, conditions, lengths
    (lambda: asm.alu_rr(9, 0, 0), r"alu: operation 9 is none of"),
    (lambda: asm.alu_rr(-1, 0, 0), r"alu: operation -1 is none of"),
    (lambda: asm.unary_r(1, 0), r"unary: operation 1 is none of"),
    (lambda: asm.shift_ri(6, 0, 2), r"shift: operation 6 is none of"),
    (lambda: asm.lock_alu_mr(asm.CMP, M, 0), r"lock alu: operations CMP and TEST cannot be locked"),
    (lambda: asm.lock_alu_mi(asm.TEST, M, 0), r"lock alu: operations CMP and TEST cannot be locked"),
    (lambda: asm.lock_unary_m(asm.MUL, M), r"lock unary: operation 4 is none of NOT, NEG, INC, DEC"),
    (lambda: asm.jcc32(16), r"jcc rel32: condition 16 is none of"),
    (lambda: asm.setcc_r(-1, 0), r"setcc r/m8: condition -1 is none of"),
    (lambda: asm.cmov_rr(16, 0, 0), r"cmovcc: condition 16 is none of"),
    (lambda: asm.nop(0), r"nop: length 0 is none of 1, "),
    (lambda: asm.nop(10), r"nop: length 10 is none of 1, "),
]


@pytest.mark.parametrize(("encode", "message"), REFUSALS, ids=[message[:40] for _, message in REFUSALS])
def test_refused(encode: Callable[[], bytes], message: str) -> None:
    with pytest.raises(ValueError, match="^" + message if not message.startswith("disp") else message):
        encode()
