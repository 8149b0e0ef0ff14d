"""The boxes that a browser shows, read back, are where placements say: random signatures on all targets, by both engines.

What is expected is not drawn: it is made of the placement's pieces, byte by byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from farcall.cdecl import Scope, parse_declarations
from farcall.convention import TARGETS, Piece, Placement, Register, Stack, Target, call_signature, place, promote
from farcall.convention.register_size import register_size
from farcall.ctype import declare
from farcall.errors import FarcallError
from tests.oracle.signature import EXTRA, Case, random_cases
from tests.oracle.source import definitions

CASES = 5 * len(TARGETS)
#: Each signature is shown on so many targets, in turn.
BESIDE = 4
#: Where a byte is: the value's index, the byte's number in it, the group and name of the box, the place in the box.
Byte = tuple[int, int, str, str, int]


def text_of(case: Case) -> tuple[str, str]:
    """The case as C text, and the types of its variadic part."""
    signature = case.signature
    fixed = len(signature.parameters) if signature.fixed is None else signature.fixed
    named = [declare(type, f"a{i}") for i, type in enumerate(signature.parameters[:fixed])]
    if signature.fixed is not None:
        named.append("...")
    lines = [line for line in "\n".join(definitions([case])).splitlines() if "_Static_assert" not in line]
    head = declare(signature.result, f"{case.name}({', '.join(named) or 'void'})")
    tail = ", ".join(declare(promote(type, case.model), "") for type in signature.parameters[fixed:])
    return "\n".join([*lines, f"{head};"]), tail


def placement_of(text: str, tail: str, name: str, target: Target) -> Placement:
    scope = Scope(target.model)
    function = parse_declarations(text, scope).functions[name]
    more = ()
    if tail:
        behind = parse_declarations(f"void tail({tail});", scope).functions["tail"]
        more = tuple(parameter.type for parameter in behind.parameters)
    return place(call_signature(function, more, target.model), target)


def start(piece: Piece, target: Target) -> int:
    """Where in its register, as memory would have it, the first byte of a piece is."""
    assert isinstance(piece.place, Register)
    extent = max(piece.size, piece.extend_to if piece.extend else 0)
    width = max(register_size(piece.place, target.cpu), extent)
    if target.model.byteorder.low(2, 1) == 0:  # the low-order byte comes first
        return 0 if piece.justified == "right" else width - extent
    return (width - extent if piece.justified == "right" else 0) + extent - piece.size


def expected(placement: Placement, target: Target) -> Iterator[Byte]:
    """Every byte of every argument that is passed, and of the result."""
    for index, location in enumerate((placement.result, *placement.arguments)):
        for piece in [] if location.by_reference else location.pieces:
            for number in range(piece.size):
                byte = piece.offset + number
                if isinstance(piece.place, Stack):
                    yield index, byte, "stack", "stack", piece.place.offset + number
                else:
                    group = "registers" if index else "result"
                    yield index, byte, group, piece.place.name, start(piece, target) + number
        if location.by_reference:
            for byte in range(location.size):
                group, box = ("memory", "copy of ") if index else ("result", "result")
                yield index, byte, group, box, byte


def shown(cells: list[list[Any]]) -> Iterator[Byte]:
    """The same, of what the page shows."""
    for group, box, kind, at, size, value, offset in cells:
        if kind in ("value", "padding") and value >= 0:
            name = "copy of " if group == "memory" else box
            yield from ((value, offset + number, group, name, at + number) for number in range(size))


def pointers(cells: list[list[Any]]) -> set[tuple[int, str]]:
    """The boxes of what passes addresses, with the value that they lead to."""
    return {(value, box) for group, box, kind, _, _, value, _ in cells if kind == "pointer" and group != "result"}


def test_what_a_browser_shows_is_where_placements_say(explorer: Any) -> None:
    names = list(TARGETS)
    seen = dict.fromkeys(names, 0)
    for number, case in enumerate(random_cases("browser", CASES, EXTRA)):
        text, tail = text_of(case)
        beside = [names[(number * BESIDE + i) % len(names)] for i in range(BESIDE)]
        explorer.follow(text, *beside, **({"v": tail} if tail else {}))
        panels = explorer.panels()
        assert [panel["target"] for panel in panels] == beside
        for panel in panels:
            target = TARGETS[panel["target"]]
            try:
                placement = placement_of(text, tail, case.name, target)
            except FarcallError:
                assert panel["error"], (text, target)
                continue
            assert not panel["error"], (text, panel["error"])
            seen[target.name] += 1
            assert sorted(set(shown(panel["cells"]))) == sorted(set(expected(placement, target))), (text, target)
            addresses = {
                (index, piece.place.name if isinstance(piece.place, Register) else "stack")
                for index, location in enumerate((placement.result, *placement.arguments))
                for piece in (location.pieces if location.by_reference else ())
            }
            assert pointers(panel["cells"]) == addresses, (text, target)
            assert panel["names"][0] == "result"
            assert all(re.fullmatch(r"a\d+|#\d+", name) for name in panel["names"][1:])
    assert min(seen.values()) >= 10, seen
