"""Sizes, alignments and offsets of 32-bit x86's targets against their compilers, by static assertions; nothing is run.

The places of bit-fields are not asked for here, but what they do to their records' sizes and alignments is.
"""

from __future__ import annotations

import shutil
import subprocess
from random import Random

import pytest

from farcall.convention import target
from farcall.ctype import (
    Array,
    CType,
    DataModel,
    Function,
    Parameter,
    Pointer,
    Record,
    alignof,
    declare,
    is_signed,
    layout,
    names,
    sizeof,
    unqualified,
)
from tests.ctype.sample import PRELUDE, SCALARS, VECTORS, sample, source
from tests.oracle import i386

COUNT = 400
#: All targets but Linux's, whose model has tests of its own; and what gcc and clang agree on there.
TARGETS = sorted(set(i386.SYSTEMS) - {"i386-linux"})
TYPES: list[CType] = [
    *SCALARS,
    *VECTORS,
    Array(names.short, 7),
    Array(names.double, 3),
    Pointer(Function(names.int_, (Parameter("", names.double),), variadic=True)),
]
NAMED = [
    names.size_t, names.ptrdiff_t, names.intptr, names.uintptr, names.wchar, names.int8, names.int16,
    names.int32, names.int64, names.uint8, names.uint16, names.uint32, names.uint64,
]  # fmt: skip


def refused(name: str, text: str) -> str:
    """What the target's compiler says against `text`."""
    made_by = i386.SYSTEMS[name]
    gnu = isinstance(made_by, tuple)
    command = [*i386.GCC, *made_by] if isinstance(made_by, tuple) else [i386.CLANG, f"--target={made_by}"]
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}")
    quiet = ["-msse2", "-w", "-fsyntax-only", *([] if gnu else ["-ferror-limit=0"]), "-x", "c", "-"]
    done = subprocess.run([*command, *quiet], input=text, capture_output=True, text=True, check=False)
    return "\n".join(line for line in done.stderr.splitlines() if "error:" in line)


def asserted(expression: str, label: str) -> str:
    return f'_Static_assert({expression}, "{label}");'


@pytest.mark.parametrize("name", TARGETS)
def test_every_type_is_as_wide_and_aligned_as_in_c(name: str) -> None:
    model = target(name).model
    lines = [PRELUDE]
    for i, type in enumerate(TYPES):
        lines.append(f"struct s{i} {{ {declare(type, 'm')}; }};")
        sizes = f"sizeof(struct s{i}) == {sizeof(type, model)} && __alignof__(struct s{i}) == {alignof(type, model)}"
        lines.append(asserted(sizes, declare(type)))
    for named in NAMED:
        lines.append(f"typedef __{named.name.replace('_t', '').upper()}_TYPE__ {named.name};")
        signed = int(is_signed(named, model))
        lines.append(
            asserted(
                f"sizeof({named.name}) == {sizeof(named, model)} && (({named.name})-1 < 0) == {signed}", named.name
            )
        )
    largest = "__BIGGEST_ALIGNMENT__"
    lines.append(asserted(f"{largest} == {model.largest_align}", largest))
    assert refused(name, "\n".join(lines)) == ""


def plain(type: CType, model: DataModel) -> bool:
    """Whether Microsoft's compiler has a record: those with members that take room."""
    type = unqualified(type)
    if isinstance(type, Array):
        return bool(type.length) and plain(type.element, model)
    if not isinstance(type, Record):
        return True
    return bool(type.fields) and all(plain(field.type, model) for field in type.fields or ())


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("bits", [False, True])
def test_random_records_lie_as_their_compiler_lays_them(name: str, bits: bool) -> None:
    model = target(name).model
    microsoft = name == "i386-windows-msvc"
    records = sample(Random(f"{name} {bits}"), COUNT, bits=bits, attributes=not microsoft, i386=True, microsoft=False)
    lines = [source(records)]
    for record in records:
        if microsoft and not plain(record, model):
            continue
        found, tag = layout(record, model), f"{record.kind} {record.tag}"
        lines.append(asserted(f"sizeof({tag}) == {found.size} && __alignof__({tag}) == {found.align}", f"{tag}"))
        lines += [
            asserted(f"__builtin_offsetof({tag}, {member.field.name}) == {member.offset}", f"{tag}.{member.field.name}")
            for member in found.members
            if member.field.bits is None and member.field.name
        ]
    assert len(lines) > COUNT // 2
    assert refused(name, "\n".join(lines)) == ""
