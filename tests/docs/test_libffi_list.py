"""Every row of the list of platforms in libffi's README is in docs/targets.md, with what farcall has for it."""

from __future__ import annotations

import re

import pytest

from farcall.convention import TARGETS
from tests.docs.tables import ROOT

#: libffi 3.4's README, "Supported Platforms", by architecture; compilers apart. The last are of GCC's copy of libffi, which
#: had them first or has them still.
LISTED = {
    "AArch64": ("iOS", "Linux", "Windows"),
    "Alpha": ("Linux", "Tru64"),
    "ARC": ("Linux",),
    "ARM": ("Linux", "iOS", "Windows"),
    "AVR32": ("Linux",),
    "Blackfin": ("uClinux",),
    "CSKY": ("Linux",),
    "HPPA": ("HPUX", "Linux"),
    "KVX": ("Linux",),
    "IA-64": ("Linux",),
    "LoongArch64": ("Linux",),
    "M68K": ("FreeMiNT", "Linux", "RTEMS"),
    "M88K": ("OpenBSD",),
    "Meta": ("Linux",),
    "MicroBlaze": ("Linux",),
    "MIPS": ("IRIX", "Linux", "RTEMS"),
    "MIPS64": ("Linux",),
    "Moxie": ("bare metal",),
    "Nios II": ("Linux",),
    "OpenRISC": ("Linux",),
    "PowerPC 32-bit": ("AIX", "AMIGA", "Linux", "Mac OSX", "FreeBSD"),
    "PowerPC 64-bit": ("AIX", "FreeBSD", "Linux ELFv1", "Linux ELFv2"),
    "RISC-V 32-bit": ("Linux",),
    "RISC-V 64-bit": ("Linux",),
    "S390": ("Linux",),
    "S390X": ("Linux",),
    "SPARC": ("Linux", "Solaris"),
    "SPARC64": ("Linux", "FreeBSD", "Solaris"),
    "TILE-Gx, TILEPro": ("Linux",),
    "VAX": ("OpenBSD",),
    "X86": (
        "FreeBSD", "GNU HURD", "Interix", "kFreeBSD", "Linux", "OpenBSD", "OS/2", "Solaris", "Windows/Cygwin", "Windows/MinGW",
    ),
    "X86-64": (
        "FreeBSD", "Linux", "Linux/x32", "OpenBSD", "Solaris", "Windows/Cygwin", "Windows/MinGW", "Mac OSX",
    ),
    "Xtensa": ("Linux",),
    "SH": ("Linux",), "SH64": ("Linux",), "CRIS": ("Linux",), "FR-V": ("Linux",), "M32R": ("Linux",),
}  # fmt: skip
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
SECTION = "## libffi's list"


def rows() -> dict[str, list[tuple[str, str]]]:
    """By architecture, the systems of its rows and what is said of them."""
    page = (ROOT / "docs" / "targets.md").read_text(encoding="utf-8")
    section = page.partition(SECTION)[2].partition("\n## ")[0]
    found: dict[str, list[tuple[str, str]]] = {}
    for architecture, systems, said in ROW.findall(section)[2:]:  # behind the head
        found.setdefault(architecture, []).append((systems, said))
    return found


@pytest.mark.parametrize("architecture", LISTED)
def test_every_row_is_there(architecture: str) -> None:
    there = [system for systems, _ in rows()[architecture] for system in systems.split(", ")]
    assert sorted(there) == sorted(LISTED[architecture])


def test_what_is_named_is_a_target() -> None:
    said = [text for found in rows().values() for _, text in found]
    named = [name for text in said for name in re.findall(r"`([^`]+)`", text)]
    assert len(named) > 20
    assert set(named) <= set(TARGETS)


def test_what_has_no_target_has_a_reason() -> None:
    for found in rows().values():
        assert all("`" in said or said.startswith("none: ") for _, said in found)
