"""`va_list` by target: what it is made of, and how arguments lie behind each other on the stack."""

from __future__ import annotations

import pytest

from farcall.convention import TARGETS, Register, target
from farcall.convention.register_size import register_size
from farcall.convention.va_list import Area, saved, stacked, va_list_of
from farcall.ctype import CType, Field, Pointer, Record, names

DOUBLES = Record("struct", "doubles", [Field("x", names.double), Field("y", names.double)])
LARGE = Record("struct", "large", [Field(name, names.longlong) for name in "abcd"])


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_has_one(name: str) -> None:
    host = target(name)
    layout, word = va_list_of(host), register_size(Register("", "general"), host.cpu)
    members = {field.name for field in layout.fields}
    assert not members or {layout.stack, *(a.base for a in layout.areas), *(a.used for a in layout.areas)} <= members
    found = stacked((names.int_, names.longlong, Pointer(names.void), names.double), host)
    offsets = [offset for offset in found.offsets if offset is not None]
    assert offsets == sorted(offsets)
    assert offsets[0] == host.byteorder.low(word, 4)  # at its end of a slot
    assert offsets[1] in (word, 8)
    assert found.end - offsets[3] == 8
    assert not any(found.by_reference)


@pytest.mark.parametrize(
    ("name", "types", "offsets", "by_reference", "end"),
    [
        ("x86_64-linux", (names.int_, names.longdouble, names.int_), (0, 16, 32), (False,) * 3, 40),
        ("x86_64-linux", (names.int_, LARGE, names.double), (0, 8, 40), (False,) * 3, 48),
        ("aarch64-linux", (names.int_, names.longdouble, names.int_), (0, 16, 32), (False,) * 3, 40),
        ("aarch64-linux", (names.int_, LARGE, DOUBLES), (0, 8, 16), (False, True, False), 32),
        ("aarch64-macos", (names.int_, LARGE, DOUBLES), (0, 8, 16), (False, True, False), 32),
        ("riscv64-linux", (names.int_, names.longdouble, LARGE), (0, 16, 32), (False, False, True), 40),
        ("loongarch64-linux", (names.int_, names.longdouble, LARGE), (0, 16, 32), (False, False, True), 40),
        (
            "s390x-linux",
            (names.int_, names.longdouble, names.double, LARGE),
            (4, 8, 16, 24),
            (False, True, False, True),
            32,
        ),
        ("i386-linux", (names.int_, names.longdouble, names.longlong), (0, 4, 16), (False,) * 3, 24),
        ("x86_64-windows-msvc", (names.int_, DOUBLES, names.double), (0, 8, 16), (False, True, False), 24),
    ],
)
def test_on_the_stack(
    name: str, types: tuple[CType, ...], offsets: tuple[int, ...], by_reference: tuple[bool, ...], end: int
) -> None:
    assert stacked(types, target(name)) == (offsets, by_reference, end)


@pytest.mark.parametrize(
    ("name", "type", "banks"),
    [
        ("x86_64-linux", names.int_, ["general"]),
        ("x86_64-linux", DOUBLES, ["vector", "vector"]),
        ("x86_64-linux", names.longdouble, None),
        ("x86_64-linux", LARGE, None),
        ("aarch64-linux", DOUBLES, ["vector", "vector"]),
        ("aarch64-linux", LARGE, ["general"]),
        ("aarch64-linux", names.longdouble, ["vector"]),
        ("aarch64-macos", names.int_, None),
        ("riscv64-linux", names.double, None),
        ("i386-linux", names.int_, None),
        ("x86_64-windows-msvc", names.int_, None),
    ],
)
def test_in_saved_registers(name: str, type: CType, banks: list[str] | None) -> None:
    passed = saved(type, target(name))
    assert (None if passed is None else [piece.place.bank for piece in passed.pieces]) == banks  # type: ignore[union-attr]


def test_the_documents_own_figures() -> None:
    sysv, aapcs = va_list_of(target("x86_64-linux")), va_list_of(target("aarch64-linux"))
    assert sysv.areas == (
        Area("general", "reg_save_area", "gp_offset", 48, 8),
        Area("vector", "reg_save_area", "fp_offset", 176, 16),
    )
    assert [field.name for field in aapcs.fields] == ["__stack", "__gr_top", "__vr_top", "__gr_offs", "__vr_offs"]
    assert va_list_of(target("aarch64-macos")).fields == va_list_of(target("x86_64-windows-gnu")).fields == ()
