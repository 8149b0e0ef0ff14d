"""Where the members of a record with bit-fields lie: System V's rules, and Microsoft's (`ms_struct`).

System V ("Bit-Fields": §3.1.2 of the psABI of 64 bits, §2.1.3 of that of 32) says that a bit-field must lie
within a storage unit of its declared type; what packing, alignment attributes, zero widths and missing
names do to that is GCC's practice, which other compilers follow (`place_field` and `layout_decl` in GCC's
stor-layout.cc).

All positions and alignments in this file are in bits, except in what it returns.
"""

from __future__ import annotations

from ..record import dataclass

__all__ = ["Item", "Placed", "microsoft", "microsoft_union", "sysv"]

BYTE = 8
#: Bits of a bit-field that is an integer by itself.
WHOLE = (8, 16, 32, 64)


@dataclass(frozen=True, slots=True)
class Item:
    """A member, as far as its place is concerned; sizes and alignments in bits.

    `size` is that of the declared type, `align` its alignment as a member, `width` the bit-field's width or
    None, `asked` an explicit alignment or 0.
    """

    size: int
    align: int
    width: int | None
    asked: int
    packed: bool
    named: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """Positions of the items, the end of the last of them, and the alignment they ask for, all in bits."""

    positions: tuple[int, ...]
    end: int
    align: int


def sysv(items: list[Item], *, union: bool, pack: int, anonymous_align: bool, dense: int = 0) -> Placed:
    """System V's layout. `pack` caps alignments (0: no cap); with `anonymous_align` bit-fields without a name
    align the record too (AAPCS64 and AAPCS32, "Bit-fields"; elsewhere they do not).

    `dense`: the declared types of bit-fields have no say (GCC's PCC_BITFIELD_TYPE_MATTERS is 0). They follow each other
    bit by bit, and one of width 0 aligns to so many bits, the record too. Nothing is aligned to more.
    """
    positions = []
    position = end = 0
    record_align = BYTE
    for item in items:
        if union:
            position = 0
        align = _dense_align(item, pack, position, dense) if dense else _own_align(item, pack)
        position = _up(position, align)
        if item.width is None or dense:
            record_align = max(record_align, align)
        else:
            if item.width and not item.packed and not pack and _spans_too_much(position, item):
                position = _up(position, item.align)
            if item.named or anonymous_align:
                record_align = max(record_align, align, _type_align(item, pack))
        positions.append(position)
        position += _width(item)
        end = max(end, position)
    return Placed(tuple(positions), end, record_align)


def microsoft(items: list[Item], *, union: bool, pack: int) -> Placed:
    """Microsoft's layout: a run of bit-fields of one size shares units of that size, whatever is left of
    the last unit is lost where the run ends (Microsoft C++ language reference, "C++ Bit Fields"; GCC
    manual, `ms_struct`)."""
    positions = []
    position = end = 0
    record_align = BYTE
    previous: Item | None = None  # the bit-field that this run began with, or that came last in it
    last: Item | None = None  # the member before this one, if the run goes on
    left = 0  # bits left in the run's last unit
    for item in items:
        if union:
            position, last = 0, None
        desired = _desired(item, pack)
        if item.width is None or (item.width and not item.packed) or (item.width == 0 and last and last.width):
            wanted = desired if item.width is None and item.packed else max(item.align, desired)
            record_align = max(record_align, min(wanted, pack) if pack else wanted)
        previous = last
        if last is None:
            position = _up(position, desired)
        else:
            realign = position % desired != 0  # asked before the run ends, as GCC does
            if item.width and last.width and item.size == last.size:
                if left < item.width:
                    position += left
                    last, left = item, item.size - item.width
                else:
                    left -= item.width
                    realign = False
            else:
                if last.width:
                    position += left
                else:
                    previous = None
                if not item.width:
                    last = None
            if realign:
                position = _up(position, desired)
        if item.width is None or (item.width != 0 if previous is None else item.size != previous.size):
            left = item.size - _width(item)
            align = BYTE if item.packed else max(item.align, BYTE)
            position = _up(position, min(align, pack) if pack else align)
            last = None
        positions.append(position)
        if last is None and item.width is not None:
            last = item
        position += _width(item)
        end = max(end, position)
    if items and not union and items[-1].width:
        end += left  # a record ends with the whole unit of its last bit-field
    return Placed(tuple(positions), end, record_align)


def microsoft_union(items: list[Item], *, pack: int) -> Placed:
    """A union by Microsoft's compiler: a bit-field takes the whole of its declared type, but aligns nothing, which gcc
    has otherwise; one of width 0 counts behind another only."""
    end, record_align = 0, BYTE
    behind_bits = False
    for item in items:
        if item.width is None:
            wanted = _desired(item, pack) if item.packed else max(item.align, item.asked)
            record_align = max(record_align, min(wanted, pack) if pack else wanted)
        if item.width != 0 or behind_bits:
            end = max(end, item.size)
        behind_bits = bool(item.width)
    return Placed((0,) * len(items), end, record_align)


def _width(item: Item) -> int:
    return item.size if item.width is None else item.width


def _own_align(item: Item, pack: int) -> int:
    """The alignment of the item's position under System V's rules."""
    if item.width == 0:
        return max(item.align, item.asked)  # neither `packed` nor #pragma pack touches it
    return _desired(item, pack)


def _dense_align(item: Item, pack: int, position: int, most: int) -> int:
    """The alignment of the item at `position`, where bit-fields' declared types have no say."""
    if item.width == 0:
        return max(most, item.asked)
    align = _own_align(item, pack)
    if item.width in WHOLE:  # GCC's layout_decl: "an ordinary integer mode for a bit-field", if it lies well already
        whole = min(item.width, most)
        if not position % whole and not (item.packed and whole > BYTE):
            align = max(align, min(whole, pack) if pack else whole)
    return align


def _desired(item: Item, pack: int) -> int:
    """GCC's DECL_ALIGN: a member's own alignment; of a bit-field only what was asked for explicitly."""
    if item.width is not None:
        align = item.asked or 1
    elif item.packed:
        align = item.asked or BYTE
    else:
        align = max(item.align, item.asked)
    return min(align, pack) if pack else align


def _type_align(item: Item, pack: int) -> int:
    """What a bit-field's declared type adds to the record's alignment."""
    if item.width and pack:
        return min(item.align, pack)
    return BYTE if item.width and item.packed else item.align


def _spans_too_much(position: int, item: Item) -> bool:
    """Whether a bit-field at `position` would touch more units of its type's alignment than its type has."""
    assert item.width is not None
    units = -(-(position % item.align + item.width) // item.align)
    return units > item.size // item.align


def _up(position: int, align: int) -> int:
    return -(-position // align) * align
