"""RISC-V: the psABI's named ABIs, for registers of 64 bits and of 32. The rules are in `part_registers`."""

from __future__ import annotations

from .part_registers import Abi, places

__all__ = ["ABIS", "PLACES"]

#: RISC-V ELF psABI 1.0, "Named ABIs": name, XLEN and ABI_FLEN in bytes.
ABIS = (
    Abi("lp64d", 8, 8), Abi("lp64f", 8, 4), Abi("lp64", 8, 0), Abi("ilp32d", 4, 8), Abi("ilp32f", 4, 4), Abi("ilp32", 4, 0),
)  # fmt: skip
#: The conventions of this file, by the names that targets have for them.
PLACES = places(ABIS)
