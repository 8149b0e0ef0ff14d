"""AArch64's placements against compilers, byte by byte, for random signatures: gcc for Linux, clang for the others.

Arguments and results go both ways through code of the compiler's that qemu runs; see `tests.oracle.exchange`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from farcall.convention import Stack, Target, place, target
from farcall.ctype import BIG, Vector, alignof, sizeof, unqualified
from farcall.ctype.names import float16
from tests import oracle
from tests.oracle import aarch64, exchange

COUNT = 300
#: clang has none of __float128 here; Microsoft's layout of records with attributes has oracles elsewhere.
KINDS = {
    "aarch64-linux": oracle.EXTRA,
    "aarch64_be-linux": oracle.EXTRA,
    "aarch64-macos": oracle.EXTRA - {"float128"},
    "aarch64-windows": oracle.EXTRA - {"float128", "empty", "bit-field", "aligned", "packed"},
}


def answerable(case: oracle.Case, on: Target) -> bool:
    """Whether there is an answer: a variadic function's arguments may be such that the compiler has none.

    On macOS farcall refuses a half float behind the dots, of which clang makes a double; clang's va_arg looks for a
    homogeneous aggregate at the alignment of the whole, where its callers do not put it. On Windows clang 19 does not
    agree with itself. Its callers leave x7 empty where Microsoft's rule splits a value between x7 and the stack; they
    put vectors in v0 to v7, where its va_arg does not look; it has no code for _Float16 there; and its va_arg does not
    skip to an even register for a value aligned to 16, as its callers do.
    """
    signature = case.signature
    if signature.fixed is None or on.system == "linux":
        return True
    types = [unqualified(type) for type in signature.parameters]
    tail = types[signature.fixed :]
    if on.system == "macos":
        return float16 not in tail and not any(
            alignof(passed.type, case.model) == 16 and isinstance(piece.place, Stack) and piece.place.offset % 16
            for passed in place(signature, on).arguments[signature.fixed :]
            for piece in passed.pieces
            if not passed.by_reference
        )
    return not (
        any(len({type(piece.place) for piece in passed.pieces}) > 1 for passed in place(signature, on).arguments)
        or any(isinstance(type, Vector) or type == float16 for type in types)
        or any(alignof(type, case.model) == 16 and sizeof(type, case.model) == 16 for type in tail)
    )


@pytest.mark.parametrize("kinds", ["base", "every"])
@pytest.mark.parametrize("name", sorted(KINDS))
def test_random_signatures(name: str, kinds: str, tmp_path: Path) -> None:
    on = target(name)
    seed, count = oracle.requested(COUNT)
    extra = KINDS[name] if kinds == "every" else frozenset()
    quirks = oracle.AARCH64 if on.system == "linux" else oracle.NO_QUIRKS
    machine = aarch64.MACHINES["big" if on.byteorder == BIG else on.system]
    found = exchange.differing(on, machine, tmp_path, seed, count, extra, quirks, lambda case: answerable(case, on))
    assert not found, f"seed {seed}: {len(found)} of {count} differ\n\n" + "\n\n".join(found[:10])
