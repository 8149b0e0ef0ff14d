"""Drawings of C text, and what stands in their boxes, in short."""

from __future__ import annotations

from farcall.cdecl import Scope, parse_function, parse_type
from farcall.convention import Placement, call_signature, place, target
from farcall.drawing import Box, Drawing, laid_out, placed

__all__ = ["boxes", "drawn", "memory", "placement_of"]


def placement_of(text: str, name: str, tail: str = "") -> Placement:
    scope = Scope(target(name).model)
    _, function = parse_function(text, scope)
    more = [parameter.type for parameter in parse_function(f"void tail({tail})", scope)[1].parameters] if tail else []
    return place(call_signature(function, more, target(name).model), target(name))


def drawn(text: str, name: str, tail: str = "") -> Drawing:
    """A prototype as a target has it."""
    _, function = parse_function(text, Scope(target(name).model))
    return placed(placement_of(text, name, tail), [parameter.name for parameter in function.parameters], text)


def memory(text: str, name: str = "x86_64-linux") -> Drawing:
    """A type in a target's memory."""
    return laid_out(parse_type(text, Scope(target(name).model)), target(name))


def boxes(drawing: Drawing) -> list[str]:
    """Each box on a line: its name, and its cells as `label@start+size`."""
    return [f"{box.name}: {shown(box)}" for box in drawing.boxes]


def shown(box: Box) -> str:
    return " ".join(f"{cell.label.replace(' ', '_')}@{cell.start}+{cell.size}" for cell in box.cells)
