"""Generated calls and closures against the compilers of CPUs that there need be no CPython for, run by qemu: random
signatures of every type, every byte both ways (see `oracle.generated`). What runs is a row of `TARGETS`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from farcall.convention import target
from tests import oracle
from tests.oracle import aarch64, arm, generated, loongarch64, mips, riscv64
from tests.oracle.emulated import Machine
from tests.oracle.here import always, pads_nothing
from tests.oracle.quirk import Quirks

COUNT = 24
#: Kinds of types that gcc does not have.
NO_HALF = oracle.EXTRA - {"float16"}
NO_INT128 = NO_HALF - {"int128"}
NO_128 = NO_INT128 - {"float128"}
#: What gcc answers where a word has four bytes.
NARROW = partial(pads_nothing, align=8)


class Row(NamedTuple):
    """A target's compiler, the kinds of types that it has, and what it is no oracle for."""

    machine: Machine
    kinds: frozenset[str]
    answerable: Callable[[oracle.Case], bool]
    quirks: Quirks = oracle.NO_QUIRKS


TARGETS = {
    "mipsel-linux": Row(mips.SYSTEM["mipsel-linux"], NO_128, NARROW),
    "mips64el-linux": Row(mips.SYSTEM["mips64el-linux"], NO_HALF, pads_nothing),
    "mips-linux": Row(mips.SYSTEM["mips-linux"], NO_128, NARROW),
    "mips64-linux": Row(mips.SYSTEM["mips64-linux"], NO_HALF, pads_nothing),
    "loongarch64-linux": Row(loongarch64.GCC["lp64d"], NO_HALF, pads_nothing),
    "loongarch64-linux-lp64f": Row(loongarch64.GCC["lp64f"], NO_HALF, pads_nothing),
    "loongarch64-linux-lp64s": Row(loongarch64.GCC["lp64s"], NO_HALF, pads_nothing),
    "riscv64-linux": Row(riscv64.GCC["lp64d"], NO_HALF, pads_nothing, oracle.RISCV_GCC),
    "riscv64-linux-lp64f": Row(riscv64.GCC["lp64f"], NO_HALF, pads_nothing, oracle.RISCV_GCC),
    "riscv64-linux-lp64": Row(riscv64.GCC["lp64"], NO_HALF, pads_nothing, oracle.RISCV_GCC),
    "riscv32-linux": Row(riscv64.GCC["ilp32d"], NO_INT128, NARROW, oracle.RISCV_GCC),
    "riscv32-linux-ilp32f": Row(riscv64.GCC["ilp32f"], NO_INT128, NARROW, oracle.RISCV_GCC),
    "riscv32-linux-ilp32": Row(riscv64.GCC["ilp32"], NO_INT128, NARROW, oracle.RISCV_GCC),
    "arm-linux-oabi": Row(arm.MACHINES["arm-linux-oabi"], NO_128, always),
    "aarch64_be-linux": Row(aarch64.MACHINES["big"], oracle.EXTRA, pads_nothing, oracle.AARCH64),
}


@pytest.mark.parametrize("kinds", ["base", "every"])
@pytest.mark.parametrize("name", TARGETS)
def test_calls_and_closures(name: str, kinds: str, tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    row = TARGETS[name]
    extra = row.kinds if kinds == "every" else frozenset()
    found = generated.differing(target(name), row.machine, tmp_path, seed, count, extra, row.quirks, row.answerable)
    assert not found, f"seed {seed}: {len(found)} of {count} differ\n\n" + "\n\n".join(found[:10])
