"""What lowering gives: position-independent bytes, the addresses they wait for, and the story of each line."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

__all__ = ["Code", "Line", "Relocation", "Unwind"]


class Relocation(NamedTuple):
    """A pointer-sized cell at `offset` that wants the absolute address called `name`."""

    offset: int
    name: str


class Line(NamedTuple):
    """One instruction: where it starts, the encoder and operands that made it, its label and its reason."""

    offset: int
    encoder: Callable[..., bytes]
    operands: tuple[object, ...]
    label: str
    note: str


class Unwind(NamedTuple):
    """From `offset` on, the caller's frame starts `depth` bytes above the register `base`, and the registers in
    `saved` lie right below the return address, first pushed first."""

    offset: int
    depth: int
    saved: tuple[str, ...]
    base: str = "rsp"


class Code(NamedTuple):
    """Machine code: `data`, of which [pool, end) are address cells; nothing in it depends on where it lies."""

    cpu: str
    data: bytes
    pool: int
    relocations: tuple[Relocation, ...]
    lines: tuple[Line, ...]
    unwind: tuple[Unwind, ...]
