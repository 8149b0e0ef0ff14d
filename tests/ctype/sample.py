"""Random records with everything that moves members: bit-fields, packing, alignments, unions, nesting."""

from __future__ import annotations

from random import Random

from farcall.ctype import (
    BIG,
    LITTLE,
    Array,
    ByteOrder,
    CType,
    DataModel,
    Enum,
    Field,
    Integer,
    Pointer,
    Record,
    Vector,
    in_order,
    names,
)
from farcall.errors import UnsupportedTypeError

SCALARS: tuple[CType, ...] = (
    names.char, names.schar, names.uchar, names.short, names.ushort, names.int_, names.uint, names.long,
    names.ulong, names.longlong, names.ulonglong, names.bool_, names.float_, names.double, names.longdouble,
    names.float16, names.complex_float, names.complex_double, names.complex_longdouble, Pointer(names.void),
    Pointer(names.char),
)  # fmt: skip
VECTORS = (Vector(names.float_, 4), Vector(names.short, 4))
INTEGERS: tuple[Integer, ...] = (
    names.char, names.schar, names.uchar, names.short, names.ushort, names.int_, names.uint, names.long,
    names.ulong, names.longlong, names.ulonglong, names.bool_,
)  # fmt: skip
COLOUR = Enum("colour", names.uint, (("RED", 0), ("BLUE", 5)))
PRELUDE = "enum colour { RED, BLUE = 5 };"
WIDTHS = {
    "bool": 1, "char": 8, "short": 16, "int": 32, "long": 32, "long long": 64,
}  # fmt: skip


def sample(
    random: Random,
    count: int,
    *,
    bits: bool = True,
    attributes: bool = True,
    i386: bool = False,
    microsoft: bool = True,
    float16: bool = True,
    swapped: DataModel | None = None,
) -> list[Record]:
    """Records with the tags r0, r1, ...; later ones may contain earlier ones.

    `microsoft` allows `ms_struct`, which gcc knows on x86 only, and `float16` `_Float16`. With `i386` three things are
    left out that gcc lays out there by the machine mode it happens to choose, which no document gives: `ms_struct`
    records and vectors of 8 bytes as members, `aligned` on bit-fields. With `swapped` numbers in a third of the records are
    in the byte order that this model has not.
    """
    scalars = SCALARS if float16 else tuple(type for type in SCALARS if type != names.float16)
    made: list[Record] = []
    for index in range(count):
        kind = "union" if random.random() < 0.2 else "struct"
        mostly_bits = bits and random.random() < 0.6
        everywhere = attributes and random.random() < 0.15  # the attribute `packed` on the record
        inner = [r for r in made[-6:] if _nestable(r, not i386)]
        fields = [
            _field(random, inner, f"m{i}", mostly_bits, attributes, everywhere, i386, scalars)
            for i in range(random.randrange(9))
        ]
        if kind == "struct" and fields and fields[0].name and random.random() < 0.1:
            fields.append(Field("flexible", Array(random.choice(scalars), None), packed=everywhere))
        order = None
        if swapped is not None and random.random() < 0.33:
            order = LITTLE if swapped.byteorder == BIG else BIG
            fields = [in_order(field, order, swapped) for field in fields if _swappable(field, order, swapped)]
            if fields and fields[-1].name == "flexible" and not any(field.name for field in fields[:-1]):
                fields.pop()  # which C has behind a named member only
        made.append(
            Record(
                kind,
                f"r{index}",
                fields,
                order=order,
                pack=random.choice((1, 2, 4, 8, 16)) if attributes and random.random() < 0.15 else 0,
                align=random.choice((1, 2, 4, 8, 16, 32)) if attributes and random.random() < 0.1 else 0,
                microsoft=attributes and microsoft and random.random() < 0.25,
            )
        )
    return made


def source(records: list[Record]) -> str:
    """The C text of the records, with their pragmas."""
    lines = [PRELUDE]
    for record in records:
        lines += [f"#pragma pack(push, {record.pack})"] * (record.pack > 0)
        lines.append(record.definition() + ";")
        lines += ["#pragma pack(pop)"] * (record.pack > 0)
    return "\n".join(lines)


def _swappable(field: Field, order: ByteOrder, model: DataModel) -> bool:
    try:
        in_order(field, order, model)
    except UnsupportedTypeError:  # a long double that no compiler swaps either
        return False
    return True


def _nestable(record: Record, microsoft: bool) -> bool:
    flexible = any(isinstance(f.type, Array) and f.type.length is None for f in record.fields or ())
    return not flexible and (microsoft or not record.microsoft)


def _field(
    random: Random,
    made: list[Record],
    name: str,
    mostly_bits: bool,
    attributes: bool,
    everywhere: bool,
    i386: bool,
    scalars: tuple[CType, ...],
) -> Field:
    packed = everywhere or (attributes and random.random() < 0.08)
    align = random.choice((1, 2, 4, 8, 16)) if attributes and random.random() < 0.08 else 0
    if mostly_bits and random.random() < 0.8:
        type = random.choice(INTEGERS) if random.random() < 0.95 else COLOUR
        most = WIDTHS[type.rank] if isinstance(type, Integer) else 32
        named = random.random() < 0.85
        width = random.randint(1, most) if random.random() < 0.7 else random.choice((1, most))
        if not named and random.random() < 0.5:
            width = 0
        return Field(
            name if named else None,
            type,
            width,
            align if named and not i386 else 0,
            packed if named else everywhere,
        )
    choice = random.random()
    if made and choice < 0.2:
        return Field(name, random.choice(made), None, align, packed)
    type = random.choice(VECTORS[: 2 - i386]) if choice > 0.95 else random.choice(scalars)
    if random.random() < 0.2:
        # gcc 12 takes a vector array of length 0 for a flexible member.
        type = Array(type, random.randrange(isinstance(type, Vector), 4))
    return Field(name, type, None, align, packed)
