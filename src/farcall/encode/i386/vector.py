"""SSE and SSE2, AVX, F16C and AVX-512 on registers 0 to 7, and the MMX registers that __m64 is passed in.

In names x is an XMM register, q an MMX register, r a general one, m memory.
"""

from __future__ import annotations

from farcall.encode import x86_64 as wide
from farcall.encode.i386.narrowed import DWORD, Narrowed
from farcall.encode.x86_64 import (
    ADDSD,
    ADDSS,
    CVTSD2SS,
    CVTSS2SD,
    DIVSD,
    DIVSS,
    MOVAPS,
    MOVD,
    MOVDQA,
    MOVDQU,
    MOVHPS,
    MOVLPS,
    MOVQ,
    MOVSD,
    MOVSS,
    MOVUPS,
    MULSD,
    MULSS,
    PUNPCKLQDQ,
    PXOR,
    SUBSD,
    SUBSS,
    UCOMISD,
    UCOMISS,
    XORPS,
    Sse,
    vzeroupper,
)
from farcall.encode.x86_64.form import Form, with_memory

__all__ = [
    "ADDSD", "ADDSS", "CVTSD2SS", "CVTSS2SD", "DIVSD", "DIVSS", "MOVAPS", "MOVD", "MOVDQA", "MOVDQU", "MOVHPS",
    "MOVLPS", "MOVQ", "MOVSD", "MOVSS", "MOVUPS", "MULSD", "MULSS", "PUNPCKLQDQ", "PXOR", "SUBSD", "SUBSS", "UCOMISD",
    "UCOMISS", "XORPS", "Sse",
    "cvtsi2sd_xm", "cvtsi2sd_xr", "cvtsi2ss_xm", "cvtsi2ss_xr",
    "cvttsd2si_rm", "cvttsd2si_rx", "cvttss2si_rm", "cvttss2si_rx",
    "emms", "movd_rx", "movd_xr", "movq_mq", "movq_qm", "pslldq_xi", "psrldq_xi", "sse_mr", "sse_rm", "sse_rr",
    "vcvtph2ps_xm", "vcvtph2ps_xx", "vcvtps2ph_mxi", "vcvtps2ph_xxi",
    "vmovdqu_mr", "vmovdqu_rm", "vmovups_mr", "vmovups_rm", "vzeroupper",
]  # fmt: skip

_VECTORS = (128, 256, 512)

sse_rr = Narrowed(wide.sse_rr)
sse_rm = Narrowed(wide.sse_rm)
sse_mr = Narrowed(wide.sse_mr)
movd_xr = Narrowed(wide.movd_xr, DWORD)
movd_rx = Narrowed(wide.movd_rx, DWORD)
cvtsi2ss_xr = Narrowed(wide.cvtsi2ss_xr, DWORD)
cvtsi2ss_xm = Narrowed(wide.cvtsi2ss_xm, DWORD)
cvtsi2sd_xr = Narrowed(wide.cvtsi2sd_xr, DWORD)
cvtsi2sd_xm = Narrowed(wide.cvtsi2sd_xm, DWORD)
cvttss2si_rx = Narrowed(wide.cvttss2si_rx, DWORD)
cvttss2si_rm = Narrowed(wide.cvttss2si_rm, DWORD)
cvttsd2si_rx = Narrowed(wide.cvttsd2si_rx, DWORD)
cvttsd2si_rm = Narrowed(wide.cvttsd2si_rm, DWORD)
pslldq_xi = Narrowed(wide.pslldq_xi)
psrldq_xi = Narrowed(wide.psrldq_xi)

vmovups_rm = Narrowed(wide.vmovups_rm, _VECTORS)
vmovups_mr = Narrowed(wide.vmovups_mr, _VECTORS)
vmovdqu_rm = Narrowed(wide.vmovdqu_rm, _VECTORS)
vmovdqu_mr = Narrowed(wide.vmovdqu_mr, _VECTORS)
vcvtph2ps_xx = Narrowed(wide.vcvtph2ps_xx)
vcvtph2ps_xm = Narrowed(wide.vcvtph2ps_xm)
vcvtps2ph_xxi = Narrowed(wide.vcvtps2ph_xxi)
vcvtps2ph_mxi = Narrowed(wide.vcvtps2ph_mxi)

_MMX_LOAD = Form("movq mm, m64", b"\x0f\x6f")
_MMX_STORE = Form("movq m64, mm", b"\x0f\x7f")


@Narrowed
def movq_qm(dst: int, mem: wide.Address) -> bytes:
    """MMX dst = 64 bits at mem. The x87 stack is gone until `emms`."""
    return with_memory(_MMX_LOAD, dst, mem)


@Narrowed
def movq_mq(mem: wide.Address, src: int) -> bytes:
    """64 bits at mem = MMX src. The x87 stack is gone until `emms`."""
    return with_memory(_MMX_STORE, src, mem)


def emms() -> bytes:
    """Ends the use of MMX registers: x87 instructions work again."""
    return b"\x0f\x77"
