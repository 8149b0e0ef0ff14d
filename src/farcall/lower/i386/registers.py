"""The registers of i386 by what they are for: the arguments', the stub's, and the one that is left for t1."""

from __future__ import annotations

from ...convention import Placement
from ...convention.placement import Register, ValueLocation
from ...encode import i386 as e

__all__ = ["BYTES", "CHAINS", "GENERAL", "NUMBERS", "SAVED", "banks", "chain_of", "general"]

#: Registers of arguments and results, by the names that placements use.
GENERAL = {"eax": e.EAX, "ecx": e.ECX, "edx": e.EDX}
#: What a routine finds t1 in, at its entry: the first of these that has no argument; gcc's static chain is ecx.
CHAINS = (e.ECX, e.EAX, e.EDX)
#: The stub's saved registers, with the names that unwinding knows them by.
SAVED = {"s0": "ebx", "s1": "esi", "s2": "edi"}
NUMBERS = {"ebx": e.EBX, "esi": e.ESI, "edi": e.EDI, "ebp": e.EBP}
#: Registers with a name for their low byte.
BYTES = frozenset({e.EAX, e.ECX, e.EDX, e.EBX})


def chain_of(placement: Placement) -> int | None:
    """The register in which a routine that is called as `placement` says finds t1; None: on the stack, right below the
    return address."""
    used = {GENERAL[name] for name in general(placement)}
    return next((register for register in CHAINS if register not in used), None)


def banks(*passed: ValueLocation) -> set[str]:
    """The banks of the registers that values are passed in."""
    return {piece.place.bank for one in passed for piece in one.pieces if isinstance(piece.place, Register)}


def general(placement: Placement) -> list[str]:
    """The general registers that arguments come in, a hidden one too."""
    passed = [*placement.arguments, *([placement.result] if placement.result.by_reference else [])]
    places = [piece.place for one in passed for piece in one.pieces]
    return [place.name for place in places if isinstance(place, Register) and place.bank == "general"]
