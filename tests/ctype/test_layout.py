"""Sizes, alignments and offsets against gcc's, for x86-64, i386, AArch64, Arm, RISC-V, LoongArch, powerpc64le, s390x
and MIPS."""

from __future__ import annotations

import os
from dataclasses import replace
from random import Random

import pytest

from farcall.ctype import (
    ILP32_I386,
    LLP64,
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
    is_signed,
    layout,
    leaves,
    names,
    sizeof,
)
from farcall.ctype.compatible import forget
from farcall.errors import DeclarationError, IncompleteTypeError, UnsupportedTypeError
from tests.ctype import measure
from tests.ctype.sample import PRELUDE, SCALARS, VECTORS, sample, source

MODELS = [
    LP64, ILP32_I386, measure.AAPCS64, measure.ARM, measure.RISCV64, measure.PPC64LE, measure.S390X, measure.S390X_NOVX,
    measure.MIPSEL, measure.MIPS64, measure.LOONGARCH64,
]  # fmt: skip
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
NAMED = [
    names.size_t, names.ptrdiff_t, names.intptr, names.uintptr, names.wchar, names.int8, names.int16,
    names.int32, names.int64, names.uint8, names.uint16, names.uint32, names.uint64,
]  # fmt: skip


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_every_type_has_gccs_size_and_alignment_as_a_member(model: DataModel) -> None:
    measure.need(model)
    types = [t for t in TYPES if model.pointer == 8 or "128" not in declare(t)]
    if not measure.has_float16(model):
        types.remove(names.float16)
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
    prelude = "\n".join(f"typedef __{t.name.replace('_t', '').upper()}_TYPE__ {t.name};" for t in NAMED)
    found = measure.numbers(prelude, [f"sizeof({t.name})" for t in NAMED], model)
    signs = measure.numbers(prelude, [f"({t.name})-1 < 0" for t in NAMED], model)
    assert [sizeof(t, model) for t in NAMED] == found
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
        f"{model!s} {source([record])}\n  gcc  {there}\n  ours {here}"
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
        microsoft=model in (LP64, ILP32_I386),
        float16=measure.has_float16(model),
    )
    wrong = differences(records, model)
    assert not wrong, f"{len(wrong)} of {len(records)}\n" + "\n".join(wrong[:5])


def test_a_bit_field_is_described_in_its_types_unit_where_one_holds_it() -> None:
    plain = Record("struct", None, [Field("c", names.char), Field("a", names.int_, 5), Field("b", names.int_, 9)])
    assert [(m.offset, m.bit_offset) for m in layout(plain, LP64).members] == [(0, 0), (0, 8), (0, 13)]
    packed = Record("struct", None, [Field("c", names.char, 3), Field("a", names.int_, 30, packed=True)])
    assert [(m.offset, m.bit_offset) for m in layout(packed, LP64).members] == [(0, 0), (0, 3)]


def test_bit_fields_without_a_name_align_only_on_arm() -> None:
    fields = [Field("c", names.char), Field(None, names.int_, 0), Field("d", names.char)]
    record = Record("struct", None, fields)
    assert (layout(record, LP64).size, layout(record, LP64).align) == (5, 1)
    # AAPCS64, "Bit-fields": a container type contributes to the alignment of the aggregate like a plain member of
    # that type, also where the bit-field has no width or no name.
    found = layout(record, measure.AAPCS64)
    assert (found.size, found.align) == (8, 4)


def test_windows_lays_bit_fields_out_by_runs_of_one_size() -> None:
    # Microsoft C++ language reference, "C++ Bit Fields": a change of the type's size starts a new unit.
    record = Record("struct", None, [Field("a", names.int_, 4), Field("b", names.char, 4), Field("c", names.int_, 4)])
    assert (sizeof(record, LLP64), sizeof(record, LP64)) == (12, 4)


def test_bit_fields_in_a_union_on_windows() -> None:
    # Microsoft's compiler, as clang has it: no alignment from them, but a whole unit's room. gcc aligns, and packs.
    held = Record("union", None, [Field("a", names.int_, 3)])
    behind = Record("struct", None, [Field("c", names.char), Field("u", held)])
    mingw = replace(LLP64, bit_fields="ms_struct")
    assert [(sizeof(r, LLP64), alignof(r, LLP64)) for r in (held, behind)] == [(4, 1), (5, 1)]
    assert [(sizeof(r, mingw), alignof(r, mingw)) for r in (held, behind)] == [(4, 4), (8, 4)]


def test_leaves_are_every_scalar_at_its_offset() -> None:
    point = Record("struct", "point", [Field("x", names.float_), Field("y", names.float_)])
    inner = Record("union", None, [Field("i", names.int_), Field("p", Pointer(names.void))])
    whole = Record(
        "struct",
        "whole",
        [Field("points", Array(point, 2)), Field(None, inner), Field("z", names.complex_double)],
    )
    found = [str(leaf) for leaf in leaves(whole, LP64)]
    assert found == [
        "+0 float .points[0].x", "+4 float .points[0].y", "+8 float .points[1].x", "+12 float .points[1].y",
        "+16 int .i", "+16 void * .p", "+24 double .z.real", "+32 double .z.imag",
    ]  # fmt: skip


def test_what_has_no_size_says_so() -> None:
    for type in (names.void, Function(names.int_, ())):
        with pytest.raises(UnsupportedTypeError, match="has no size"):
            sizeof(type, LP64)
        with pytest.raises(UnsupportedTypeError, match="has no alignment"):
            alignof(type, LP64)
    with pytest.raises(IncompleteTypeError, match="struct nothing"):
        sizeof(Record("struct", "nothing"), LP64)
    with pytest.raises(IncompleteTypeError, match="has no length"):
        sizeof(Array(names.int_, None), LP64)
    with pytest.raises(IncompleteTypeError, match="must be the last member"):
        sizeof(Record("struct", "s", [Field("a", Array(names.int_, None)), Field("b", names.int_)]), LP64)
    with pytest.raises(UnsupportedTypeError, match="wider than its type"):
        sizeof(Record("struct", "s", [Field("a", names.int_, 33)]), LP64)


def test_a_record_is_completed_once() -> None:
    record = Record("struct", "s")
    record.complete([Field("a", names.int_)])
    with pytest.raises(DeclarationError, match="redefinition of struct s"):
        record.complete([Field("a", names.int_)])
    with pytest.raises(DeclarationError, match="two members named 'a'"):
        Record("struct", "t", [Field("a", names.int_), Field("a", names.char)])


def test_a_reopened_record_forgets_its_layout() -> None:
    record = Record("struct", "s", [Field("a", names.int_)], align=16)
    assert sizeof(record, LP64) == 16
    record.reopen()
    forget()
    with pytest.raises(IncompleteTypeError):
        sizeof(record, LP64)
    record.complete([Field("a", names.double)])
    assert sizeof(record, LP64) == 8
