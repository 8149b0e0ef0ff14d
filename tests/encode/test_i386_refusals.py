"""What i386 does not have is refused with a ValueError that names the instruction and the operand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from farcall.encode import i386 as asm
from farcall.encode.i386 import EAX, Absolute, Mem
from farcall.encode.i386.narrowed import Narrowed
from farcall.encode.x86_64 import Rip
from tests.encode.refusal import refusing

M = Mem(EAX)
NARROWED = {name: value for name, value in vars(asm).items() if isinstance(value, Narrowed)}
REGISTERS = ("dst", "src", "reg", "first", "second")

REFUSALS: list[tuple[Callable[[], bytes], str]] = [
    # Registers
    (lambda: asm.mov_rr(8, EAX), r"mov_rr: dst 8 is not a register \(0 to 7\)"),
    (lambda: asm.mov_rr(EAX, -1), r"mov_rr: src -1 is not a register \(0 to 7\)"),
    (lambda: asm.mov_rr(4, EAX, 8), r"mov_rr: dst 4 is not an 8-bit register \(0 to 3\)"),
    (lambda: asm.mov_ri(7, 1, 8), r"mov_ri: dst 7 is not an 8-bit register"),
    (lambda: asm.mov_mr(M, 5, 8), r"mov_mr: src 5 is not an 8-bit register"),
    (lambda: asm.alu_rm(asm.CMP, 6, M, 8), r"alu_rm: dst 6 is not an 8-bit register"),
    (lambda: asm.movzx_rr(EAX, 4, 8), r"movzx_rr: src 4 is not an 8-bit register"),
    (lambda: asm.movsx_rr(8, 0, 8), r"movsx_rr: dst 8 is not a register"),
    (lambda: asm.setcc_r(asm.CC_E, 4), r"setcc_r: reg 4 is not an 8-bit register"),
    (lambda: asm.shift_ri(asm.SHL, 4, 1, 8), r"shift_ri: reg 4 is not an 8-bit register"),
    (lambda: asm.xchg_rr(0, 8), r"xchg_rr: second 8 is not a register"),
    (lambda: asm.lock_xadd_mr(M, 4, 8), r"lock_xadd_mr: reg 4 is not an 8-bit register"),
    (lambda: asm.push_r(8), r"push_r: reg 8 is not a register"),
    (lambda: asm.sse_rr(asm.ADDSD, 8, 0), r"sse_rr: dst 8 is not a register"),
    (lambda: asm.movd_xr(0, 8), r"movd_xr: src 8 is not a register"),
    (lambda: asm.vmovups_rm(8, M, 512), r"vmovups_rm: dst 8 is not a register"),
    (lambda: asm.movq_qm(8, M), r"movq_qm: dst 8 is not a register"),
    (lambda: asm.fld_st(8), r"fld st\(i\): register 8"),
    # Memory
    (lambda: asm.mov_rm(0, Mem(8)), r"mov_rm: base 8 of Mem\(base=8, .* is not a register \(0 to 7\)"),
    (lambda: asm.lea_rm(0, Mem(0, 0, asm.ESP)), r"lea_rm: index 4 of .* \(0 to 7 but ESP\)"),
    (lambda: asm.lea_rm(0, Mem(0, 0, 8)), r"lea_rm: index 8 of "),
    (lambda: asm.lea_rm(0, Mem(0, 0, 1, 3)), r"lea_rm: scale 3 of .* is not 1, 2, 4 or 8"),
    (lambda: asm.push_m(Mem(0, 2**31)), r"push_m: displacement 2147483648 of .* does not fit 32 signed bits"),
    (lambda: asm.fld_m(Mem(0, -(2**31) - 1), 80), r"fld_m: displacement -2147483649 of "),
    (lambda: asm.call_m(Absolute(2**32)), r"call_m: address 4294967296 does not fit 32 bits"),
    (lambda: asm.jmp_m(Absolute(-(2**31) - 1)), r"jmp_m: address -2147483649 does not fit 32 bits"),
    (lambda: asm.movq_mq(Mem(9), 0), r"movq_mq: base 9 of "),
    (lambda: asm.lock_cmpxchg8b_m(Mem(9)), r"lock_cmpxchg8b_m: base 9 of "),
    # Widths
    (lambda: asm.mov_rr(0, 0, 64), r"mov_rr: width 64 is none of 8, 16, 32"),
    (lambda: asm.alu_ri_full(asm.CMP, 0, 0, 64), r"alu_ri_full: width 64 is none of 8, 16, 32"),
    (lambda: asm.lea_rm(0, M, 8), r"lea_rm: width 8 is none of 16, 32"),
    (lambda: asm.movzx_rr(0, 0, 64), r"movzx: source width 64 is none of 8, 16, 32"),
    (lambda: asm.movzx_rm(0, M, 8, 64), r"movzx_rm: width 64 is none of 32"),
    (lambda: asm.bswap_r(0, 64), r"bswap_r: width 64 is none of 32"),
    (lambda: asm.movd_rx(0, 0, 64), r"movd_rx: width 64 is none of 32"),
    (lambda: asm.cvtsi2sd_xr(0, 0, 64), r"cvtsi2sd_xr: width 64 is none of 32"),
    (lambda: asm.fld_m(M, 16), r"fld_m: width 16 is none of 32, 64, 80"),
    (lambda: asm.fistp_m(M, 80), r"fistp_m: width 80 is none of 16, 32, 64"),
    (lambda: asm.vmovups_rm(0, M, 64), r"vmovups_rm: width 64 is none of 128, 256, 512"),
    # Immediates, targets, counts
    (lambda: asm.mov_ri(0, 2**32), r"mov r32, imm32: immediate 4294967296 does not fit 32 bits"),
    (lambda: asm.mov_mi(M, -(2**31) - 1), r"mov r/m32, imm: immediate -2147483649 does not fit 32 bits"),
    (lambda: asm.mov_ri(0, 256, 8), r"mov r8, imm8: immediate 256 does not fit 8 bits"),
    (lambda: asm.alu_ri(asm.SUB, 3, 2**32), r"sub r/m32, imm: immediate 4294967296 "),
    (lambda: asm.alu_mi_full(asm.CMP, M, 2**32), r"cmp r/m32, imm: immediate 4294967296 "),
    (lambda: asm.push_i(2**32), r"push imm32: immediate 4294967296 does not fit 32 bits"),
    (lambda: asm.push_i32(-(2**31) - 1), r"push imm32: immediate -2147483649 does not fit 32 bits"),
    (lambda: asm.shift_ri(asm.SHL, 0, 32), r"shl r/m32, imm8: count 32 is not in 0 to 31"),
    (lambda: asm.ret(65536), r"ret imm16: immediate 65536 does not fit 16 unsigned bits"),
    (lambda: asm.call32(2**31), r"call rel32: target 2147483648 does not fit 32 signed bits"),
    (lambda: asm.lock_alu_mi(asm.CMP, M, 0), r"lock alu: operations CMP and TEST cannot be locked"),
    (lambda: asm.cmov_rr(16, 0, 0), r"cmovcc: condition 16 is none of"),
]


test_refused = refusing(REFUSALS)


def operands(encoder: Narrowed) -> dict[str, object]:
    """One that fits, for every parameter of an encoder."""
    names = encoder.__code__.co_varnames[: encoder.__code__.co_argcount]
    known = {"mem": M, "bits": encoder.widths[-1], "source_bits": 8, "op": asm.ADD, "condition": asm.CC_E}
    if encoder.__name__.startswith("sse"):
        known["op"] = asm.MOVUPS
    elif encoder.__name__.startswith(("unary", "lock_unary")):
        known["op"] = asm.NEG
    return {name: known.get(name, 0) for name in names}


@pytest.mark.parametrize("name", NARROWED)
def test_no_encoder_takes_what_needs_a_rex_prefix(name: str) -> None:
    encoder = NARROWED[name]
    fitting = operands(encoder)
    assert encoder(*fitting.values())
    wrong: list[tuple[str, object]] = [(register, 8) for register in REGISTERS]
    wrong += [("mem", mem) for mem in (Mem(8), Mem(0, 0, 8), Mem(12, 0, 9), Rip(0), 0)]
    wrong += [("bits", 64)] if 64 not in encoder.widths else []
    tried = [(parameter, value) for parameter, value in wrong if parameter in fitting]
    assert tried
    for parameter, value in tried:
        with pytest.raises(ValueError, match=f"^{name}: "):
            encoder(*(fitting | {parameter: value}).values())


def test_a_wrong_number_of_operands_is_a_type_error() -> None:
    for given in ((), (0,), (0, 0, 32, 0)):
        with pytest.raises(TypeError, match=f"^mov_rr takes dst, src, bits: not {len(given)} operands"):
            asm.mov_rr(*given)
