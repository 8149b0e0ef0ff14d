"""powerpc64 in tables: a row for each rule of its 64-bit PowerPC ELF ABI that the ELF V2 ABI has otherwise.

No compiler is needed. That gcc agrees, `test_oracle_powerpc64` shows.
"""

from __future__ import annotations

import pytest

from farcall.convention import Signature, place, target
from farcall.convention.cpu_names import cpu_of_elf
from farcall.ctype import Array, CType, Field, Record, Vector, names, sizeof

LINUX = target("ppc64-linux")


def record(*members: CType, kind: str = "struct") -> Record:
    return Record(kind, "s", tuple(Field(f"f{i}", member) for i, member in enumerate(members)))


INT, DOUBLE, FLOAT, LONG, SHORT = names.int_, names.double, names.float_, names.long, names.short
LONG_DOUBLE, VECTOR = names.longdouble, Vector(names.int_, 4)

#: Parameters, how many are fixed, and where each of the last one's bytes are.
ARGUMENTS = [
    ((INT,), None, "[0, 4) in r3 (sign-extended to 64 bits)"),
    ((LONG,) * 8 + (INT,), None, "[0, 4) in stack+116 (sign-extended to 64 bits)"),
    ((LONG,) * 8 + (record(SHORT),), None, "[0, 2) in stack+118"),
    ((LONG,) * 8 + (record(*[SHORT] * 5),), None, "[0, 10) in stack+112"),
    ((*[FLOAT] * 14,), None, "[0, 4) in stack+156"),
    ((record(*[names.char] * 3),), None, "[0, 3) in r3"),
    ((record(*[INT] * 3),), None, "[0, 8) in r3; [8, 12) in r4 (left-justified)"),
    ((record(FLOAT, FLOAT),), None, "[0, 8) in r3"),
    ((INT, record(DOUBLE)), None, "[0, 8) in f1"),
    ((INT, record(record(Array(FLOAT, 1)))), None, "[0, 4) in f1"),
    ((INT, record(FLOAT, kind="union")), None, "[0, 4) in r4"),
    ((record(LONG_DOUBLE),), None, "[0, 8) in f1; [8, 16) in f2"),
    ((INT, VECTOR, INT), None, "[0, 4) in r7 (sign-extended to 64 bits)"),
    ((INT, record(VECTOR)), None, "[0, 16) in v2"),
    ((INT, DOUBLE), 1, "[0, 8) in f1; [0, 8) in r4"),
    ((LONG,) * 8 + (LONG_DOUBLE,), 1, "[0, 8) in f1; [8, 16) in f2; [0, 8) in stack+112; [8, 16) in stack+120"),
    ((LONG, record(FLOAT)), 1, "[0, 4) in f1; [0, 4) in r4"),
    ((INT, VECTOR), 1, "[0, 8) in r5; [8, 16) in r6"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "fixed", "pieces"), ARGUMENTS, ids=str)
def test_arguments(parameters: tuple[CType, ...], fixed: int | None, pieces: str) -> None:
    placement = place(Signature(names.void, parameters, fixed), LINUX)
    assert "; ".join(map(str, placement.arguments[-1].pieces)) == pieces


@pytest.mark.parametrize("result", [record(INT), record(DOUBLE), record(LONG, LONG), record()], ids=str)
def test_every_struct_is_a_result_in_memory(result: Record) -> None:
    placement = place(Signature(result, (INT,)), LINUX)
    assert placement.result.by_reference
    assert placement.result.size == sizeof(result, LINUX.model)
    assert (str(placement.returned_address), str(placement.arguments[0].pieces[0].place)) == ("r3", "r4")


def test_the_area_is_always_there() -> None:
    assert [place(Signature(names.void, (LONG,) * n), LINUX).stack_size for n in (0, 8, 9)] == [112, 112, 128]


def test_programs_of_both_orders_have_their_cpu() -> None:
    little, big = (b"\x7fELF\2" + bytes([order]) + bytes(12) for order in (1, 2))
    assert cpu_of_elf(little + (21).to_bytes(2, "little") + bytes(20)) == "ppc64le"
    assert cpu_of_elf(big + (21).to_bytes(2, "big") + bytes(20)) == "ppc64"
