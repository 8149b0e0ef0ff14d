"""What is to be known around AArch64's code where numbers have the highest byte first: instructions have not."""

from __future__ import annotations

from ...ctype import BIG
from ..aarch64.cpu_facts import HARDWARE as LITTLE

__all__ = ["HARDWARE"]

HARDWARE = LITTLE._replace(order=BIG)
