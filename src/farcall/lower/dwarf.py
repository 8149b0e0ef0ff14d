"""DWARF call frame information, byte by byte: what unwinders read of code to find the caller of a frame.

Numbers and structure are those of DWARF 5, sections 6.4 (call frame information), 7.24 (its encoding) and 7.7
(expressions); the frame of an `.eh_frame` section is that of the Linux Standard Base 5.0, section 10.6. No CPU is
known here: registers are numbers that the CPU's ABI gives them, `word` is how many bytes its addresses have, 4 or 8, and
`order` is its byte order.
"""

from __future__ import annotations

from struct import pack

from ..ctype import ByteOrder

__all__ = [
    "END", "RELATIVE", "advance_loc", "and_", "bra", "breg", "choose", "cie", "const", "def_cfa", "def_cfa_expression",
    "def_cfa_offset", "def_cfa_register", "deref", "deref_size", "drop", "dup", "fde", "minus", "offset", "over",
    "plus", "relative_fde", "restore", "shl", "shr", "skip", "sleb128", "swap", "uleb128", "val_expression",
]  # fmt: skip

#: What ends an `.eh_frame` section: an entry of length 0.
END = bytes(4)
#: Entries are padded to a multiple of this, with DW_CFA_nop, which is 0.
ALIGNMENT = 8
#: DW_EH_PE_pcrel | DW_EH_PE_sdata4: addresses are counted from where they stand, in four bytes (LSB 5.0, 10.5).
RELATIVE = 0x1B
#: An address as `struct` has it, by its bytes.
ADDRESS = {4: "I", 8: "Q"}


def uleb128(value: int) -> bytes:
    """An unsigned number, seven bits a byte, lowest first (DWARF 5, 7.6). ValueError for a negative one."""
    if value < 0:
        raise ValueError(f"an unsigned LEB128 cannot be {value}")
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data.append(value)
    return bytes(data)


def sleb128(value: int) -> bytes:
    """A signed number, seven bits a byte, lowest first, the last one's bit 6 the sign (DWARF 5, 7.6)."""
    data = bytearray()
    while not -0x40 <= value < 0x40:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data.append(value & 0x7F)
    return bytes(data)


# Entries


def cie(
    code_alignment: int,
    data_alignment: int,
    return_address: int,
    program: bytes,
    order: ByteOrder,
    *,
    relative: bool = False,
) -> bytes:
    """A common information entry: the factors, the return address's column, and the rules at every entry.

    Without augmentation, so that addresses in its FDEs are absolute and of the CPU's width; or with that which says
    that they are `relative` (RELATIVE).
    """
    version, augmentation = b"\1", b"zR\0" if relative else b"\0"
    head = version + augmentation + uleb128(code_alignment) + sleb128(data_alignment) + bytes([return_address])
    if relative:
        head += uleb128(1) + bytes([RELATIVE])
    return _entry(bytes(4) + head + program, order)  # .eh_frame: a CIE's id is 0


def fde(distance: int, start: int, size: int, program: bytes, word: int, order: ByteOrder) -> bytes:
    """A frame description entry for `size` bytes of code at `start`; its CIE begins `distance` bytes before it."""
    back = distance + 4  # counted from this very field
    return _entry(pack(f"{order.format}I{2 * ADDRESS[word]}", back, start, size) + program, order)


def relative_fde(distance: int, start: int, size: int, program: bytes, order: ByteOrder) -> bytes:
    """The same of a `relative` CIE: the code starts `start` bytes behind the beginning of this entry."""
    ahead = 8  # where `start` counts from: behind the length and the CIE's distance
    head = pack(order.format + "IiI", distance + 4, start - ahead, size) + uleb128(0)  # no data of the augmentation
    return _entry(head + program, order)


def _entry(content: bytes, order: ByteOrder) -> bytes:
    length = -(-(len(content) + 4) // ALIGNMENT) * ALIGNMENT - 4
    return pack(order.format + "I", length) + content.ljust(length, b"\0")


# Instructions of the frame's program (DWARF 5, table 7.29)


def advance_loc(delta: int, order: ByteOrder) -> bytes:
    """The rules that follow hold from `delta` bytes on (a code alignment factor of 1); nothing for 0."""
    if delta == 0:
        return b""
    if delta < 0x40:
        return bytes([0x40 | delta])
    if delta < 0x100:
        return bytes((0x02, delta))
    operation, width = (0x03, "H") if delta < 0x10000 else (0x04, "I")
    return pack(f"{order.format}B{width}", operation, delta)


def def_cfa(register: int, distance: int) -> bytes:
    """The frame (its CFA) is `distance` bytes above what `register` holds."""
    return b"\x0c" + uleb128(register) + uleb128(distance)


def def_cfa_register(register: int) -> bytes:
    return b"\x0d" + uleb128(register)


def def_cfa_offset(distance: int) -> bytes:
    return b"\x0e" + uleb128(distance)


def def_cfa_expression(expression: bytes) -> bytes:
    """The CFA is what the expression gives."""
    return b"\x0f" + uleb128(len(expression)) + expression


def offset(register: int, factored: int) -> bytes:
    """The register is saved at the CFA plus `factored` times the data alignment factor."""
    if factored < 0:
        return b"\x11" + uleb128(register) + sleb128(factored)
    if register < 0x40:
        return bytes([0x80 | register]) + uleb128(factored)
    return b"\x05" + uleb128(register) + uleb128(factored)


def restore(register: int) -> bytes:
    """The register is again where the CIE's program says."""
    return bytes([0xC0 | register]) if register < 0x40 else b"\x06" + uleb128(register)


def val_expression(register: int, expression: bytes) -> bytes:
    """The register's value is what the expression gives; it starts with the CFA on its stack."""
    return b"\x16" + uleb128(register) + uleb128(len(expression)) + expression


# Operations of expressions (DWARF 5, table 7.9)

deref = b"\x06"
dup = b"\x12"
drop = b"\x13"
over = b"\x14"
swap = b"\x16"
and_ = b"\x1a"
minus = b"\x1c"
plus = b"\x22"
shl = b"\x24"
shr = b"\x25"


def const(value: int, word: int, order: ByteOrder) -> bytes:
    """Push a constant; what does not fit into a word, negative or too large, wraps around there."""
    if 0 <= value < 32:
        return bytes([0x30 + value])  # DW_OP_lit0 and on
    if 0 <= value < 0x100:
        return bytes((0x08, value))
    operation = 0x0C if word == 4 else 0x0E  # DW_OP_const4u, DW_OP_const8u
    return pack(f"{order.format}B{ADDRESS[word]}", operation, value % (1 << 8 * word))


def breg(register: int, distance: int = 0) -> bytes:
    """Push what a register (below 32) holds, plus `distance`."""
    return bytes([0x70 + register]) + sleb128(distance)


def deref_size(size: int) -> bytes:
    """Replace an address by the `size` bytes there, zero-extended."""
    return bytes((0x94, size))


def skip(distance: int, order: ByteOrder) -> bytes:
    """Go on `distance` bytes further."""
    return pack(order.format + "Bh", 0x2F, distance)


def bra(distance: int, order: ByteOrder) -> bytes:
    """Take the top; if it is not 0, go on `distance` bytes further."""
    return pack(order.format + "Bh", 0x28, distance)


def choose(otherwise: bytes, then: bytes, order: ByteOrder) -> bytes:
    """Take the top: `then` if it is not 0, `otherwise` if it is."""
    first = otherwise + skip(len(then), order)
    return bra(len(first), order) + first + then
