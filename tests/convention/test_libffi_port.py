"""libffi's numbers by target (libffi 3.8, src/x86/ffitarget.h)."""

from __future__ import annotations

import pytest

from farcall.convention import target
from farcall.convention.libffi_port import port
from farcall.errors import UnsupportedTargetError

WIN32 = {"SYSV": 1, "STDCALL": 2, "THISCALL": 3, "FASTCALL": 4, "MS_CDECL": 5, "PASCAL": 6, "REGISTER": 7}


@pytest.mark.parametrize(
    ("name", "default", "numbers"),
    [
        ("x86_64-linux", "UNIX64", {"UNIX64": 2, "WIN64": 3, "EFI64": 3, "GNUW64": 4}),
        ("x86_64-windows-msvc", "WIN64", {"WIN64": 1, "GNUW64": 2}),
        ("x86_64-windows-gnu", "GNUW64", {"WIN64": 1, "GNUW64": 2}),
        *((f"i386-windows-{compiler}", "MS_CDECL", WIN32) for compiler in ("msvc", "gnu")),
    ],
)
def test_numbers(name: str, default: str, numbers: dict[str, int]) -> None:
    found = port(target(name))
    assert {abi.name: abi.number for abi in found.abis} == numbers
    assert found.default.name == default
    assert found.first < min(numbers.values())
    assert max(numbers.values()) < found.last


def test_microsoft_s_convention_by_its_names() -> None:
    assert [getattr(port(target("x86_64-windows-msvc")).abi_of(name), "name", None) for name in ("win64", "ms_abi", "gnuw64")] == [
        "WIN64", "WIN64", "GNUW64",
    ]  # fmt: skip
    assert getattr(port(target("x86_64-windows-gnu")).abi_of("ms_abi"), "name", None) == "GNUW64"


def test_what_has_none() -> None:
    with pytest.raises(UnsupportedTargetError, match="libffi's numbers for ppc-linux are not known"):
        port(target("ppc-linux"))
