"""LoongArch's placements against gcc and clang, byte by byte, for random signatures in each of the ABIs."""

from __future__ import annotations

from pathlib import Path

import pytest

from farcall.convention import target
from farcall.ctype import alignof, sizeof
from tests import oracle
from tests.oracle import exchange, loongarch64

COUNT = 100
TARGETS = {
    "lp64d": "loongarch64-linux", "lp64f": "loongarch64-linux-lp64f", "lp64s": "loongarch64-linux-lp64s",
}  # fmt: skip
KINDS = oracle.EXTRA - {"float16"}
COMPILERS = {"gcc": (loongarch64.GCC, KINDS, oracle.NO_QUIRKS), "clang": (loongarch64.CLANG, KINDS, oracle.RISCV_CLANG)}

#: clang's code for lp64f, which it says is no standard, passes doubles in floating-point registers all the same.
PAIRS = [("gcc", abi) for abi in loongarch64.ABIS] + [("clang", abi) for abi in loongarch64.ABIS if abi != "lp64f"]


def answerable(case: oracle.Case, compiler: str) -> bool:
    """Whether there is an answer: on the stack gcc aligns what is behind an empty struct that is aligned to 16. By the
    psABI an empty argument is ignored; clang has it so."""
    padding = (type for type in case.signature.parameters if not sizeof(type, case.model))
    return compiler != "gcc" or all(alignof(type, case.model) < 16 for type in padding)


@pytest.mark.parametrize("kinds", ["base", "every"])
@pytest.mark.parametrize(("compiler", "abi"), PAIRS)
def test_random_signatures(compiler: str, abi: str, kinds: str, tmp_path: Path) -> None:
    machines, extra, quirks = COMPILERS[compiler]
    seed, count = oracle.requested(COUNT)
    found = exchange.differing(
        target(TARGETS[abi]),
        machines[abi],
        tmp_path,
        seed,
        count,
        extra if kinds == "every" else frozenset(),
        quirks,
        lambda case: answerable(case, compiler),
    )
    assert not found, f"seed {seed}: {len(found)} of {count} differ\n\n" + "\n\n".join(found[:10])
