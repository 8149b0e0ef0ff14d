"""The shape most instructions share: prefix, REX, opcode, ModRM; a row of the manual is a `Form`.

    66/F2/F3 | 0100 W R X B | opcode | ModRM SIB disp | immediate
                    | | | |
                    | | | +-- fourth bit of the r/m register or of the base
                    | | +---- fourth bit of the index
                    | +------ fourth bit of the reg register
                    +-------- 64-bit operands

REX is left out where it would be 0100 0000, but for one case: at 8 bits, registers 4 to 7 are AH, CH, DH and
BH without a REX and SPL, BPL, SIL and DIL with any. farcall never names the former.

Source: Intel SDM volume 2, sections 2.1 and 2.2.1.
"""

from __future__ import annotations

from struct import error as PackError

from farcall.encode.x86_64.immediate import PACK_SIGNED32, SIGNED8
from farcall.encode.x86_64.operand import BASE, MODRM, Address, Mem, address, misfit

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import TypeVar

    _V = TypeVar("_V")
else:
    _V = object

__all__ = [
    "BYTE_RM",
    "PLAIN",
    "WIDE",
    "Form",
    "Rex",
    "Table",
    "plus_register",
    "widths",
    "with_memory",
    "with_register",
]
Rex = dict[int, dict[int, bytes]]

_REGISTERS = range(16)
_LOW_BYTES = range(4, 8)  # SPL, BPL, SIL, DIL
_REX = [b""] + [b"%c" % (0x40 | wrxb) for wrxb in range(1, 16)]
_REX_WITH_X = {rex: b"%c" % ((rex[0] if rex else 0x40) | 2) for rex in [*_REX, b"\x40"]}


def _rex(w: int = 0, *, byte_reg: bool = False, byte_rm: bool = False) -> Rex:
    """REX by reg and r/m register; the byte flags say which of them are of 8 bits."""
    table = {r: {m: _REX[w | (r & 8) >> 1 | m >> 3] for m in _REGISTERS} for r in _REGISTERS}
    for r in _REGISTERS:
        for m in _REGISTERS:
            if not table[r][m] and ((byte_reg and r in _LOW_BYTES) or (byte_rm and m in _LOW_BYTES)):
                table[r][m] = b"\x40"
    return table


PLAIN = _rex()
WIDE = _rex(8)
BYTE_REG = _rex(byte_reg=True)
BYTE_RM = _rex(byte_rm=True)
BYTES = _rex(byte_reg=True, byte_rm=True)


class Form:
    """One row of the manual: its text for messages, its fixed bytes, the REX tables of its two r/m kinds."""

    __slots__ = ("name", "opcode", "prefix", "rex_memory", "rex_register")

    def __init__(
        self,
        name: str,
        opcode: bytes,
        *,
        prefix: bytes = b"",
        rex: Rex = PLAIN,
        rex_memory: Rex | None = None,
    ) -> None:
        self.name = name
        self.prefix = prefix
        self.opcode = opcode
        self.rex_register = rex
        self.rex_memory = rex if rex_memory is None else rex_memory


class Table(dict[int, _V]):
    """Rows by operation or width; a key without a row is a ValueError that names the instruction."""

    __slots__ = ("name", "what")

    def __init__(self, name: str, what: str, rows: dict[int, _V]) -> None:
        super().__init__(rows)
        self.name = name
        self.what = what

    def __missing__(self, key: object) -> _V:
        raise ValueError(f"{self.name}: {self.what} {key!r} is none of {', '.join(map(str, self))}")


def widths(name: str, byte: bytes | None, wide: bytes, *, reg_is_operand: bool = True) -> Table[Form]:
    """The forms of one instruction at 8, 16, 32 and 64 bits; `byte` is the opcode at 8 bits or None.

    `{}` in `name` becomes the width. `reg_is_operand` is False where ModRM.reg holds opcode bits.
    """
    forms = {
        16: Form(name.replace("{}", "16"), wide, prefix=b"\x66"),
        32: Form(name.replace("{}", "32"), wide),
        64: Form(name.replace("{}", "64"), wide, rex=WIDE),
    }
    if byte is not None:
        rex, rex_memory = (BYTES, BYTE_REG) if reg_is_operand else (BYTE_RM, PLAIN)
        forms = {8: Form(name.replace("{}", "8"), byte, rex=rex, rex_memory=rex_memory)} | forms
    return Table(name.replace("{}", ""), "width", forms)


def plus_register(name: str, opcode: bytes, *, prefix: bytes = b"", w: int = 0, byte: bool = False) -> Table[bytes]:
    """The forms whose register is in the opcode's last byte: prefix, REX with bit B, opcode + register."""
    rows = {}
    for r in _REGISTERS:
        rex = b"\x40" if byte and r in _LOW_BYTES else _REX[w | r >> 3]
        rows[r] = prefix + rex + opcode[:-1] + b"%c" % (opcode[-1] | r & 7)
    return Table(name, "register", rows)


def with_register(form: Form, reg: int, rm: int) -> bytes:
    """`form` with register `reg` (or opcode digit) and register `rm`; ValueError names a wrong one."""
    try:
        return form.prefix + form.rex_register[reg][rm] + form.opcode + MODRM[reg][rm]
    except KeyError:
        field, number = ("reg", reg) if reg not in MODRM else ("r/m", rm)
        raise ValueError(f"{form.name}: {field} operand {number!r} is not a register (0 to 15)") from None


def with_memory(form: Form, reg: int, mem: Address) -> bytes:
    """`form` with register `reg` (or opcode digit) and memory `mem`; ValueError names what does not fit."""
    try:
        if type(mem) is Mem:
            base, disp, index, _ = mem
            rex = form.rex_memory[reg][base]
            if index is None:  # the frequent case, written out for speed; `address` has them all
                bare, near, far = BASE[reg][base]
                if not disp:
                    return form.prefix + rex + form.opcode + bare
                byte = SIGNED8.get(disp)
                if byte is None:
                    return form.prefix + rex + form.opcode + far + PACK_SIGNED32(disp)
                return form.prefix + rex + form.opcode + near + byte
            if index > 7:
                rex = _REX_WITH_X[rex]
        else:
            rex = form.rex_memory[reg][0]  # no base: bit B stays 0
        return form.prefix + rex + form.opcode + address(reg, mem)
    except (KeyError, PackError):
        trouble = misfit(mem) or f"reg operand {reg!r} is not a register (0 to 15)"
        raise ValueError(f"{form.name}: {trouble}") from None
