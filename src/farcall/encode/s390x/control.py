"""Branches, calls, traps. A mask has a bit for each condition code on which the branch is taken: see `registers`."""

from __future__ import annotations

from farcall.encode.s390x.form import Form, ril_distance, rr
from farcall.encode.s390x.registers import ALWAYS

__all__ = ["basr", "br", "brcl", "jg", "trap"]

_BRCL = Form("brcl mask, distance", 0xC00400000000)
_BCR = Form("bcr mask, r2", 0x0700)
_BASR = Form("basr r1, r2", 0x0D00)


def brcl(mask: int, distance: int) -> bytes:
    """Jumps by the distance in bytes from this instruction, even and up to 4 GiB, if the mask has the condition code."""
    return ril_distance(_BRCL, mask, distance, "mask")


def jg(distance: int) -> bytes:
    """Jumps by the distance: the `brcl` of every condition code."""
    return ril_distance(_BRCL, ALWAYS, distance)


def br(target: int) -> bytes:
    """Jumps to the address in a register, which is not register 0."""
    return rr(_BCR, ALWAYS, target)


def basr(link: int, target: int) -> bytes:
    """Calls the address in a register, which is not register 0; link = the address behind this instruction."""
    return rr(_BASR, link, target)


def trap() -> bytes:
    """No instruction, which debuggers put in place of one; also a filler."""
    return bytes((0, 1))
