"""Vector registers as scalars: moves, lanes, conversions, arithmetic.

In names v is a vector register, r a general one. `bits` is the width of the floating value, 32 or 64 unless
stated. What a write leaves above the value is cleared, but by `ins_vr` and `ins_vv`.
"""

from __future__ import annotations

from farcall.encode.aarch64.form import WIDE, Form, Table, with_registers
from farcall.encode.field import ranged

__all__ = [
    "fadd",
    "fcmp",
    "fcvt",
    "fcvtzs",
    "fcvtzu",
    "fdiv",
    "fmov_rv",
    "fmov_vr",
    "fmov_vv",
    "fmul",
    "fneg",
    "fsub",
    "ins_vr",
    "ins_vv",
    "mov_vv",
    "movi_zero",
    "scvtf",
    "ucvtf",
    "umov",
]

_DOUBLE = 1 << 22


def _scalar(name: str, word: int) -> Table[Form]:
    """The forms of single and double; `{}` in `name` becomes s or d."""
    forms = {32: Form(name.replace("{}", "s"), word), 64: Form(name.replace("{}", "d"), word | _DOUBLE)}
    return Table(name.replace("{}", "v"), "width", forms)


# --- moves ---

_FMOV_VR = Table("fmov vd, rn", "width", {32: Form("fmov sd, wn", 0x1E270000), 64: Form("fmov dd, xn", 0x9E670000)})
_FMOV_RV = Table("fmov rd, vn", "width", {32: Form("fmov wd, sn", 0x1E260000), 64: Form("fmov xd, dn", 0x9E660000)})
_FMOV = _scalar("fmov {}d, {}n", 0x1E204000)
_MOV = Form("mov vd.16b, vn.16b", 0x4EA01C00, ("Rd", "Rn", "Rn"))
_MOVI = Table("movi vd, 0", "width", {64: Form("movi dd, 0", 0x2F00E400), 128: Form("movi vd.2d, 0", 0x6F00E400)})


def fmov_vr(dst: int, src: int, bits: int = 64) -> bytes:
    """Vector dst = the 32 or 64 bits of general src, the rest cleared."""
    return with_registers(_FMOV_VR[bits], dst, src)


def fmov_rv(dst: int, src: int, bits: int = 64) -> bytes:
    """General dst = the low 32 or 64 bits of vector src, as they are."""
    return with_registers(_FMOV_RV[bits], dst, src)


def fmov_vv(dst: int, src: int, bits: int = 64) -> bytes:
    """dst = the low 32 or 64 bits of src, the rest cleared."""
    return with_registers(_FMOV[bits], dst, src)


def mov_vv(dst: int, src: int) -> bytes:
    """dst = all 128 bits of src."""
    return with_registers(_MOV, dst, src, src)


def movi_zero(dst: int, bits: int = 128) -> bytes:
    """dst = 0, all of it, written as the 64- or 128-bit form."""
    return with_registers(_MOVI[bits], dst)


# --- lanes: bit 16 and up hold the width as a one and above it the lane ---

_UMOV = Table(
    "umov rd, vn.lane",
    "width",
    {
        8: Form("umov wd, vn.b[lane]", 0x0E003C00),
        16: Form("umov wd, vn.h[lane]", 0x0E003C00),
        32: Form("mov wd, vn.s[lane]", 0x0E003C00),
        64: Form("mov xd, vn.d[lane]", 0x4E003C00),
    },
)
_INS_VR = Table(
    "mov vd.lane, rn",
    "width",
    {
        bits: Form(f"mov vd.{letter}[lane], rn", 0x4E001C00)
        for bits, letter in ((8, "b"), (16, "h"), (32, "s"), (64, "d"))
    },
)
_INS_VV = Table(
    "mov vd.lane, vn.lane",
    "width",
    {
        bits: Form(f"mov vd.{letter}[lane], vn.{letter}[lane]", 0x6E000400)
        for bits, letter in ((8, "b"), (16, "h"), (32, "s"), (64, "d"))
    },
)


def _lane(form: Form, lane: int, bits: int) -> int:
    """The five bits of a lane and its width."""
    size = bits >> 3
    return ranged(lane, 16 // size - 1, form.name, "lane") * 2 * size | size


def umov(dst: int, src: int, lane: int, bits: int = 64) -> bytes:
    """General dst = that lane of 8, 16, 32 or 64 bits of vector src, zero-extended."""
    form = _UMOV[bits]
    return with_registers(form, dst, src, 0, _lane(form, lane, bits) << 16)


def ins_vr(dst: int, lane: int, src: int, bits: int = 64) -> bytes:
    """That lane of 8, 16, 32 or 64 bits of vector dst = general src; the other lanes stay."""
    form = _INS_VR[bits]
    return with_registers(form, dst, src, 0, _lane(form, lane, bits) << 16)


def ins_vv(dst: int, lane: int, src: int, source_lane: int, bits: int = 64) -> bytes:
    """That lane of 8, 16, 32 or 64 bits of vector dst = the source lane of src; the other lanes stay."""
    form = _INS_VV[bits]
    word = _lane(form, lane, bits) << 16 | (_lane(form, source_lane, bits) ^ bits >> 3) >> 1 << 11
    return with_registers(form, dst, src, 0, word)


# --- conversions ---

_TYPE = {32: 0, 64: 1, 16: 3}
_LETTER = {16: "h", 32: "s", 64: "d"}
_FCVT = Table(
    "fcvt",
    "width",
    {
        to: Table(
            f"fcvt {_LETTER[to]}d, vn",
            "source width",
            {
                source: Form(
                    f"fcvt {_LETTER[to]}d, {_LETTER[source]}n", 0x1E224000 | _TYPE[source] << 22 | _TYPE[to] << 15
                )
                for source in (16, 32, 64)
                if source != to
            },
        )
        for to in (16, 32, 64)
    },
)


def fcvt(dst: int, src: int, bits: int, source_bits: int) -> bytes:
    """dst of `bits` = src of `source_bits`, rounded by the current mode; two different of 16, 32 and 64."""
    return with_registers(_FCVT[bits][source_bits], dst, src)


def _with_integer(name: str, word: int) -> Table[Table[Form]]:
    """Rows by the float's width, then the integer's; `{}` in `name` becomes s or d, `<>` w or x."""
    rows = {}
    for bits, letter, double in ((32, "s", 0), (64, "d", _DOUBLE)):
        title = name.replace("{}", letter)
        forms = {
            32: Form(title.replace("<>", "w"), word | double),
            64: Form(title.replace("<>", "x"), word | double | WIDE),
        }
        rows[bits] = Table(title.replace("<>", "r"), "integer width", forms)
    return Table(name.replace("{}", "v").replace("<>", "r"), "width", rows)


_SCVTF = _with_integer("scvtf {}d, <>n", 0x1E220000)
_UCVTF = _with_integer("ucvtf {}d, <>n", 0x1E230000)
_FCVTZS = _with_integer("fcvtzs <>d, {}n", 0x1E380000)
_FCVTZU = _with_integer("fcvtzu <>d, {}n", 0x1E390000)


def scvtf(dst: int, src: int, bits: int = 64, integer_bits: int = 64) -> bytes:
    """Floating dst = the signed integer in general src, rounded by the current mode."""
    return with_registers(_SCVTF[bits][integer_bits], dst, src)


def ucvtf(dst: int, src: int, bits: int = 64, integer_bits: int = 64) -> bytes:
    """Floating dst = the unsigned integer in general src, rounded by the current mode."""
    return with_registers(_UCVTF[bits][integer_bits], dst, src)


def fcvtzs(dst: int, src: int, bits: int = 64, integer_bits: int = 64) -> bytes:
    """General dst = floating src cut toward zero, signed; the nearest integer there is if out of range."""
    return with_registers(_FCVTZS[bits][integer_bits], dst, src)


def fcvtzu(dst: int, src: int, bits: int = 64, integer_bits: int = 64) -> bytes:
    """General dst = floating src cut toward zero, unsigned; the nearest integer there is if out of range."""
    return with_registers(_FCVTZU[bits][integer_bits], dst, src)


# --- arithmetic ---

_FADD = _scalar("fadd {}d, {}n, {}m", 0x1E202800)
_FSUB = _scalar("fsub {}d, {}n, {}m", 0x1E203800)
_FMUL = _scalar("fmul {}d, {}n, {}m", 0x1E200800)
_FDIV = _scalar("fdiv {}d, {}n, {}m", 0x1E201800)
_FNEG = _scalar("fneg {}d, {}n", 0x1E214000)
_FCMP = _scalar("fcmp {}n, {}m", 0x1E202000)


def fadd(dst: int, a: int, b: int, bits: int = 64) -> bytes:
    """dst = a + b."""
    return with_registers(_FADD[bits], dst, a, b)


def fsub(dst: int, a: int, b: int, bits: int = 64) -> bytes:
    """dst = a - b."""
    return with_registers(_FSUB[bits], dst, a, b)


def fmul(dst: int, a: int, b: int, bits: int = 64) -> bytes:
    """dst = a * b."""
    return with_registers(_FMUL[bits], dst, a, b)


def fdiv(dst: int, a: int, b: int, bits: int = 64) -> bytes:
    """dst = a / b."""
    return with_registers(_FDIV[bits], dst, a, b)


def fneg(dst: int, src: int, bits: int = 64) -> bytes:
    """dst = -src."""
    return with_registers(_FNEG[bits], dst, src)


def fcmp(a: int, b: int, bits: int = 64) -> bytes:
    """The flags of a compared with b: equal EQ, less MI, greater GT; unordered sets C and V, so VS."""
    return with_registers(_FCMP[bits], 0, a, b)
