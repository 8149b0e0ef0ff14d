"""SH-4's placements against gcc, byte by byte, for random signatures."""

from __future__ import annotations

from pathlib import Path

import pytest

from farcall.convention import Stack, ValueLocation, place, target
from farcall.convention.machine_mode import COMPLEX, mode_of
from farcall.ctype import Array, Record, Void, alignof, sizeof, unqualified
from tests import oracle
from tests.oracle import exchange, sh4

COUNT = 40
SH4 = target("sh4-linux")
#: gcc has no other formats and no wider integers here.
EXTRA = oracle.EXTRA - {"float16", "float128", "int128"}


def answers(case: oracle.Case) -> bool:
    """Not one with what gcc goes wrong with.

    - A struct around a complex number that is aligned to more than anything is: it ends with an error of its own.
    - Behind the dots, a `float _Complex` that is no pair of the CPU's: its callees have the halves the other way round.
    - Behind the dots, a struct around an array of one floating-point number: its callees look for an integer.
    """
    model, signature = case.model, case.signature
    types = [type for type in (signature.result, *signature.parameters) if not isinstance(unqualified(type), Void)]
    for type in types:
        if mode_of(type, model, strict=True, vectors=16).kind == COMPLEX and alignof(type, model) > model.largest_align:
            return False
    if signature.fixed is None:
        return True
    tail = place(signature, SH4).arguments[signature.fixed :]
    return not any(halves_are_apart(passed) or is_array(passed) for passed in tail)


def halves_are_apart(passed: ValueLocation) -> bool:
    """Whether two registers that are no pair of the CPU's have the halves of a complex number."""
    names = [str(piece.place) for piece in passed.pieces]
    return len(names) == 2 and names[0].startswith("fr") and int(names[1][2:]) != int(names[0][2:]) + 1


def is_array(passed: ValueLocation) -> bool:
    """Whether floating-point registers have what is an array of one number, in a struct."""
    if not passed.size or any(
        isinstance(piece.place, Stack) or piece.place.bank == "general" for piece in passed.pieces
    ):
        return False
    type = unqualified(passed.type)
    while isinstance(type, Record):
        type = unqualified(max((field.type for field in type.fields or ()), key=lambda one: sizeof(one, SH4.model)))
    return isinstance(type, Array)


@pytest.mark.parametrize("kinds", ["base", "every"])
def test_random_signatures(kinds: str, tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    extra = EXTRA if kinds == "every" else frozenset()
    found = exchange.differing(SH4, sh4.MACHINE, tmp_path, seed, count, extra, oracle.NO_QUIRKS, answers)
    assert not found, f"seed {seed}: {len(found)} of {count} differ\n\n" + "\n\n".join(found[:10])
