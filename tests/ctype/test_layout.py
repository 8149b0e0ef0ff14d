"""Sizes, alignments and offsets against gcc's, for x86-64 and i386."""

from __future__ import annotations

import os
from random import Random

import measure
import pytest
from sample import PRELUDE, SCALARS, VECTORS, sample, source

from farcall.ctype import (
    ILP32_I386,
    LP64,
    Array,
    CType,
    DataModel,
    Enum,
    Field,
    Function,
    Parameter,
    Pointer,
    Qualified,
    Record,
    alignof,
    declare,
    layout,
    leaves,
    names,
    sizeof,
)
from farcall.errors import IncompleteTypeError, UnsupportedTypeError

MODELS = [LP64, ILP32_I386]
SEED = int(os.environ.get("FARCALL_LAYOUT_SEED", "20240607"))
COUNT = int(os.environ.get("FARCALL_LAYOUT_COUNT", "1500"))

TYPES: list[CType] = [
    *SCALARS,
    *VECTORS,
    names.int128,
    names.uint128,
    names.float128,
    Array(names.short, 7),
    Array(Array(names.char, 3), 5),
    Array(names.double, 0),
    Qualified(names.int_, frozenset(["const", "volatile"])),
    Pointer(Qualified(names.char, frozenset(["const"]))),
    Pointer(Function(names.int_, (Parameter("", names.double),), variadic=True)),
    Pointer(Array(names.int_, 4)),
    Enum("colour", names.uint, (("RED", 0), ("BLUE", 5))),
]
STANDARD = "#include <stddef.h>\n#include <stdint.h>\ntypedef intptr_t ssize_t;\n"
NAMED = [
    names.size_t, names.ptrdiff_t, names.intptr, names.uintptr, names.wchar, names.int8, names.int16, names.int32,
    names.int64, names.uint8, names.uint16, names.uint32, names.uint64,
]  # fmt: skip


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_every_type_has_gccs_size_and_alignment_as_a_member(model: DataModel) -> None:
    measure.need(model)
    types = [t for t in TYPES if model.pointer == 8 or "128" not in declare(t)]
    prelude = "\n".join([PRELUDE, *(f"struct s{i} {{ {declare(t, 'm')}; }};" for i, t in enumerate(types))])
    asked = [f"sizeof(struct s{i})" for i in range(len(types))]
    asked += [f"__alignof__(struct s{i})" for i in range(len(types))]
    found = measure.numbers(prelude, asked, model)
    assert [(sizeof(t, model), alignof(t, model)) for t in types] == list(
        zip(found[: len(types)], found[len(types) :], strict=True)
    )


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_the_headers_types_are_as_wide_and_signed_as_ours(model: DataModel) -> None:
    measure.need(model)
    prelude = "\n".join(
        f"typedef __{t.name.replace('_t', '').upper()}_TYPE__ {t.name};"
        for t in NAMED
    )
    found = measure.numbers(prelude, [f"sizeof({t.name})" for t in NAMED], model)
    signs = measure.numbers(prelude, [f"({t.name})-1 < 0" for t in NAMED], model)
    assert [sizeof(t, model) for t in NAMED] == found
    from farcall.ctype import is_signed

    assert [is_signed(t, model) for t in NAMED] == [bool(sign) for sign in signs]


def measured(record: Record, model: DataModel) -> measure.Measured:
    """Our layout in gcc's terms."""
    found = layout(record, model)
    places = [
        measure.Place(8 * m.offset + m.bit_offset, -1 if m.field.bits is None else m.field.bits)
        for m in found.members
        if m.field.name
    ]
    return measure.Measured(found.size, found.align, tuple(places))


def differences(records: list[Record], model: DataModel) -> list[str]:
    asked = [(f"{record.kind} {record.tag}", record) for record in records]
    theirs = measure.records(source(records), asked, model)
    return [
        f"{str(model)} {source([record])}\n  gcc  {there}\n  ours {here}"
        for record, there in zip(records, theirs, strict=True)
        if (here := measured(record, model)) != there
    ]


@pytest.mark.parametrize("model", MODELS, ids=str)
@pytest.mark.parametrize(("bits", "attributes"), [(False, False), (True, False), (False, True), (True, True)])
def test_random_records_lie_as_gcc_lays_them(model: DataModel, bits: bool, attributes: bool) -> None:
    measure.need(model)
    records = sample(
        Random(f"{SEED} {bits} {attributes}"),
        COUNT // 4,
        bits=bits,
        attributes=attributes,
        i386=model is ILP32_I386,
    )
    wrong = differences(records, model)
    assert not wrong, f"{len(wrong)} of {len(records)}\n" + "\n".join(wrong[:5])
