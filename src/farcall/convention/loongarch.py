"""LoongArch with registers of 64 bits: the base ABIs with floating-point registers and without. The rules, which are those of
RISC-V under other names, are in `part_registers`."""

from __future__ import annotations

from .part_registers import Abi, places

__all__ = ["ABIS", "PLACES"]

#: LAPCS 20231219, "Standard ABIs": name, GRLEN and FRLEN in bytes.
ABIS = (Abi("lp64d", 8, 8), Abi("lp64f", 8, 4), Abi("lp64s", 8, 0))
#: The conventions of this file, by the names that targets have for them.
PLACES = places(ABIS)
