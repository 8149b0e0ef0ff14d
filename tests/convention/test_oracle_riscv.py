"""RISC-V's placements against gcc and clang, byte by byte, for random signatures in each of the ABIs."""

from __future__ import annotations

from pathlib import Path

import pytest

from farcall.convention import target
from farcall.ctype import alignof, sizeof
from tests import oracle
from tests.oracle import exchange, riscv64

COUNT = 100
TARGETS = {
    "lp64d": "riscv64-linux", "lp64f": "riscv64-linux-lp64f", "lp64": "riscv64-linux-lp64",
    "ilp32d": "riscv32-linux", "ilp32f": "riscv32-linux-ilp32f", "ilp32": "riscv32-linux-ilp32",
}  # fmt: skip
#: gcc 12 has no _Float16 here.
COMPILERS = {
    "gcc": (riscv64.GCC, oracle.EXTRA - {"float16"}, oracle.RISCV_GCC),
    "clang": (riscv64.CLANG, oracle.EXTRA, oracle.RISCV_CLANG),
}


def answerable(case: oracle.Case, compiler: str) -> bool:
    """Whether there is an answer: on the stack gcc aligns what is behind an empty struct that is aligned to two words.
    By the psABI an empty argument is ignored; clang has it so."""
    padding = (type for type in case.signature.parameters if not sizeof(type, case.model))
    return compiler != "gcc" or all(alignof(type, case.model) < 2 * case.model.pointer for type in padding)


def _there(extra: frozenset[str], abi: str) -> frozenset[str]:
    return extra - {"int128"} if abi.startswith("ilp32") else extra


@pytest.mark.parametrize("kinds", ["base", "every"])
@pytest.mark.parametrize("abi", riscv64.ABIS)
@pytest.mark.parametrize("compiler", sorted(COMPILERS))
def test_random_signatures(compiler: str, abi: str, kinds: str, tmp_path: Path) -> None:
    machines, extra, quirks = COMPILERS[compiler]
    seed, count = oracle.requested(COUNT)
    found = exchange.differing(
        target(TARGETS[abi]),
        machines[abi],
        tmp_path,
        seed,
        count,
        _there(extra, abi) if kinds == "every" else frozenset(),
        quirks,
        lambda case: answerable(case, compiler),
    )
    assert not found, f"seed {seed}: {len(found)} of {count} differ\n\n" + "\n\n".join(found[:10])
