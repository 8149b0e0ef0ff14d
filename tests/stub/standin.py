"""Targets to make stubs for: those that there are, and one of each data model that has no convention of its own here.

A stand-in's convention has every argument on the stack and results in memory or in one register: stubs do not ask
where values travel, but they do ask how wide they are.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from farcall.convention import Piece, Placement, Register, Signature, Stack, Target, ValueLocation, dispatch, target
from farcall.ctype import BIG, ILP32, ILP32_I386, LP64, Complex, CType, Float, Record, Void, sizeof

__all__ = ["CONVENTION", "CPU", "TARGETS", "place_on_stack", "stand_in"]

CPU, CONVENTION = "stand-in", "stack"


def place_on_stack(signature: Signature, target: Target) -> Placement:
    """All arguments in order on the stack, each in whole words."""
    model, end, arguments = target.model, 0, []
    hidden = isinstance(signature.result, Record) or size_of(signature.result, target) > 2 * model.pointer
    if hidden:
        end += model.pointer
    for ctype in signature.parameters:
        size = sizeof(ctype, model)
        arguments.append(ValueLocation(ctype, size, (Piece(0, size, Stack(end)),), "on the stack"))
        end += -(-size // model.pointer) * model.pointer
    size = size_of(signature.result, target)
    if hidden:
        result = ValueLocation(
            signature.result, size, (Piece(0, model.pointer, Stack(0)),), "hidden", by_reference=True
        )
    else:
        result = ValueLocation(
            signature.result, size, tuple(_pieces(signature.result, size, model.pointer)), "in registers"
        )
    return Placement(target.name, CONVENTION, signature, tuple(arguments), result, stack_size=-(-end // 16) * 16)


def size_of(ctype: CType, target: Target) -> int:
    return 0 if isinstance(ctype, Void) else sizeof(ctype, target.model)


def _pieces(ctype: CType, size: int, pointer: int) -> list[Piece]:
    if isinstance(ctype, (Float, Complex)):
        return [Piece(0, size, Register("f0", "vector"))]
    return [
        Piece(offset, min(pointer, size - offset), Register(f"r{offset // pointer}", "general"))
        for offset in range(0, size, pointer)
    ]


def _standin(name: str, model: object) -> Target:
    return Target(name, cpu=CPU, system="linux", model=model, convention=CONVENTION)  # type: ignore[arg-type]


TARGETS = (
    target("x86_64-linux"),
    target("aarch64-linux"),
    _standin("ilp32-i386", ILP32_I386),
    _standin("ilp32", ILP32),
    _standin("ilp32-big", replace(ILP32, name="ILP32-big", byteorder=BIG)),
    _standin("lp64-big", replace(LP64, name="LP64-big", byteorder=BIG)),
)


def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the stand-in's convention in the table for the time of a test."""
    found = dispatch._convention
    monkeypatch.setattr(dispatch, "_convention", lambda cpu, name: place_on_stack if cpu == CPU else found(cpu, name))
