"""Random records written and read through Python values, beside gcc: every member, bit-fields and nested ones, by both.

python -m tests.cpython.value.test_layouts 5000 [seed]       so many records, and what differs
"""

from __future__ import annotations

import ctypes
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import farcall
from farcall.cpython.facts.host import host_target
from farcall.cpython.value import class_of, view
from farcall.ctype import (
    ILP32_I386,
    Array,
    Complex,
    CType,
    Enum,
    Float,
    Integer,
    Pointer,
    Record,
    Vector,
    is_signed,
    natural,
    sizeof,
)
from tests.ctype import measure
from tests.ctype.measure import has_float16
from tests.ctype.sample import sample, source
from tests.toolchain import gcc_knows

RECORDS = 300
MODEL = host_target().model
MOST_MEMBERS = 14
#: Whether records in the other byte order are among them: clang has none.
SWAPPED = MODEL if gcc_knows("scalar_storage_order") else None


class Leaf(NamedTuple):
    """A scalar in a record: how C and Python reach it (`steps` are names and indices), its type, its width if it is a
    bit-field; and the number it is given."""

    steps: tuple[str | int, ...]
    type: CType
    bits: int | None
    number: int

    @property
    def path(self) -> str:
        return "".join(f".{step}" if isinstance(step, str) else f"[{step}]" for step in self.steps)

    @property
    def text(self) -> str:
        """The number as a C expression."""
        if isinstance(self.type, Pointer):
            return f"(void *){self.number}ul"
        if isinstance(self.type, Complex):
            return f"({self.number} + {self.number + 1} * 1.0i)"
        return (
            f"{self.number}{'ull' if self.number >= 1 << 63 else 'll'}" if self.number != -(1 << 63) else "(-1ll << 63)"
        )

    @property
    def value(self) -> Any:
        """The number as Python writes it."""
        if isinstance(self.type, Pointer):
            return farcall.cast(class_of(self.type), self.number)
        if isinstance(self.type, Complex):
            return complex(self.number, self.number + 1)
        if isinstance(self.type, Integer) and self.type.rank == "bool":
            return bool(self.number)
        return self.number

    def seen(self, value: Any) -> Any:
        """What Python read, as a number."""
        if isinstance(self.type, Pointer):
            return int(value)
        if isinstance(self.type, Complex):
            assert complex(value).imag == self.number + 1
            return complex(value).real
        if isinstance(value, bytes):
            return int.from_bytes(value, sys.byteorder, signed=is_signed(self.type, MODEL))
        return value


def leaves(dice: random.Random, record: Record, steps: tuple[str | int, ...] = ()) -> Iterator[Leaf]:
    for field in record.fields or ():
        if field.name:
            yield from leaf(dice, field.type, field.bits, (*steps, field.name))
        elif isinstance(field.type, Record):
            yield from leaves(dice, field.type, steps)


def leaf(dice: random.Random, ctype: CType, bits: int | None, steps: tuple[str | int, ...]) -> Iterator[Leaf]:
    if isinstance(ctype, Record):
        yield from leaves(dice, ctype, steps)
    elif isinstance(ctype, Array):
        for index in range(min(ctype.length or 0, 2)):
            yield from leaf(dice, ctype.element, None, (*steps, index))
    elif isinstance(ctype, Vector):
        yield from leaf(dice, ctype.lane, None, (*steps, ctype.count - 1))
    else:
        plain = natural(ctype)
        yield Leaf(steps, plain, bits, number(dice, plain, bits))


def number(dice: random.Random, ctype: CType, bits: int | None) -> int:
    if isinstance(ctype, (Float, Complex)):
        return dice.randint(-1000, 1000)
    if isinstance(ctype, Pointer):
        return dice.getrandbits(8 * MODEL.pointer - 17)
    if isinstance(ctype, Integer) and ctype.rank == "bool":
        return dice.randint(0, 1)
    width = bits or 8 * sizeof(ctype, MODEL)
    if isinstance(ctype, Enum) or not is_signed(ctype, MODEL):
        return dice.choice((0, (1 << width) - 1, dice.getrandbits(width)))
    return dice.choice((-(1 << (width - 1)), (1 << (width - 1)) - 1, dice.getrandbits(width) - (1 << (width - 1))))


def program(records: list[Record], chosen: list[list[Leaf]]) -> str:
    """C that sets a member, and that tells whether it holds what it should; and each record's size and alignment."""
    sets, tests, sizes = [], [], []
    for index, (record, members) in enumerate(zip(records, chosen, strict=True)):
        name = f"{record.kind} r{index}"
        sizes.append(f"sizeof({name}), __alignof__({name})")
        for place, member in enumerate(members):
            at = f"(({name} *)p){member.path}".replace(").", ")->", 1)
            sets.append(f"static void set_{index}_{place}(void *p) {{ {at} = {member.text}; }}")
            tests.append(f"static int same_{index}_{place}(void *p) {{ return {at} == {member.text}; }}")
    tables = []
    for table, kind, what in (("setters", "void", "set"), ("testers", "int", "same")):
        rows = (
            "{" + ", ".join(f"{what}_{index}_{place}" for place in range(len(members))) + ("}" if members else "0}")
            for index, members in enumerate(chosen)
        )
        tables.append(f"static {kind} (*{table}[][{MOST_MEMBERS}])(void *) = {{{', '.join(rows)}}};")
    return "\n".join(
        [
            source(records), *sets, *tests, *tables,
            f"unsigned long sizes[][2] = {{{', '.join('{' + pair + '}' for pair in sizes)}}};",
            "void set(int record, int member, void *p) { setters[record][member](p); }",
            "int same(int record, int member, void *p) { return testers[record][member](p); }",
        ]
    )  # fmt: skip


def differences(seed: int, count: int, library: Path, records: list[Record], chosen: list[list[Leaf]]) -> list[str]:
    """What farcall and gcc see differently in these records, as sentences."""
    c = ctypes.CDLL(str(library))  # another's way to C, so that only the values are farcall's
    sizes = ((ctypes.c_ulong * 2) * count).in_dll(c, "sizes")
    dice, wrong = random.Random(seed), []
    for index, (record, members) in enumerate(zip(records, chosen, strict=True)):
        cls = class_of(record)
        if (farcall.sizeof(cls), farcall.alignof(cls)) != tuple(sizes[index]):
            wrong.append(f"{record}: size and alignment {tuple(sizes[index])}")
            continue
        size = max(farcall.sizeof(cls), 1)
        for place, member in enumerate(members):
            wide = isinstance(member.type, (Float, Complex)) and sizeof(member.type, MODEL) > 8
            before = bytes(size) if wide else dice.randbytes(size)  # a long double's own padding is nobody's
            ours, theirs = ctypes.create_string_buffer(before, size), ctypes.create_string_buffer(before, size)
            write(view(cls, ctypes.addressof(ours), None), member)
            c.set(index, place, theirs)
            if ours.raw != theirs.raw:
                wrong.append(f"{record}{member.path} = {member.number}: {ours.raw.hex()}, gcc {theirs.raw.hex()}")
            if not c.same(index, place, ours):
                wrong.append(f"{record}{member.path}: gcc does not see {member.number}")
            found = member.seen(read(view(cls, ctypes.addressof(theirs), None), member))
            if found != member.number:
                wrong.append(f"{record}{member.path}: reads {found}, not {member.number}")
    return wrong


def read(value: Any, member: Leaf) -> Any:
    for step in member.steps:
        value = getattr(value, step) if isinstance(step, str) else value[step]
    return value


def write(value: Any, member: Leaf) -> None:
    *before, last = member.steps
    for step in before:
        value = getattr(value, step) if isinstance(step, str) else value[step]
    new = member.value
    if isinstance(member.type, Integer) and member.type.rank == "char" and member.bits is None:
        new = int(member.number)
    if isinstance(last, str):
        setattr(value, last, new)
    else:
        value[last] = new


def drawn(seed: int, count: int) -> tuple[list[Record], list[list[Leaf]]]:
    dice = random.Random(seed)
    microsoft, float16 = gcc_knows("ms_struct"), has_float16(MODEL)
    records = sample(dice, count, i386=MODEL is ILP32_I386, microsoft=microsoft, float16=float16, swapped=SWAPPED)
    chosen = []
    for record in records:
        members = list(leaves(dice, record))
        chosen.append(dice.sample(members, min(len(members), MOST_MEMBERS)))
    return records, chosen


def compiled(folder: Path, records: list[Record], chosen: list[list[Leaf]]) -> Path:
    """The library of that program. Warnings about odd attributes are what the records are for."""
    text, library = folder / "c.c", folder / "c.so"
    text.write_text(program(records, chosen))
    command = [*measure.TOOLS[MODEL].compiler, "-w", "-O1", "-fPIC", "-shared", "-o", library, text]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return library


def test_members_as_gcc_sees_them(tmp_path: Path) -> None:
    if shutil.which("gcc") is None:
        pytest.skip("needs gcc")
    seed = random.SystemRandom().getrandbits(32)
    records, chosen = drawn(seed, RECORDS)
    wrong = differences(seed, RECORDS, compiled(tmp_path, records, chosen), records, chosen)
    assert not wrong, f"seed {seed}:\n" + "\n".join(wrong[:20])


def main() -> None:
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    wrong, done = [], 0
    while done < count:
        size = min(RECORDS, count - done)
        records, chosen = drawn(seed + done, size)
        with tempfile.TemporaryDirectory() as folder:
            wrong += differences(seed + done, size, compiled(Path(folder), records, chosen), records, chosen)
        done += size
        print(f"{done} records, {len(wrong)} differences", flush=True)
    print("\n".join(wrong[:40]))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
