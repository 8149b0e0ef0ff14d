"""Whole routines of each CPU: what the listing says is what objdump reads, line by line, and where it gives a name, it
is that of what the instruction reaches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from types import ModuleType

import pytest

from farcall.convention import Signature, Target, place, target
from farcall.ctype import names
from farcall.lower import Code, Line, thunk
from farcall.stub import Interpreter
from tests.conftest import not_for_debug_builds
from tests.lower.objdump import disassemble
from tests.routines import GOLDEN, TIERS, TURNED, every, lowered

TARGETS = (
    "aarch64-linux",
    "riscv64-linux",
    "loongarch64-linux",
    "s390x-linux",
    "ppc64le-linux",
    "arm-linux",
    "mipsel-linux",
    "mips64el-linux",
    "i386-linux",
)
ADDRESS = re.compile(r"0x[0-9a-f]+$")
TO = "to "


@not_for_debug_builds
@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("tier", TIERS, ids=lambda tier: tier.name)
def test_whole_routines_are_what_objdump_reads(tier: Interpreter, name: str) -> None:
    on = target(name)
    codes = [lowered(routine, on) for _, routine in islice(every(on, tier), 0, None, 2)]
    lines, named = agree(codes, on)
    assert lines > 10_000
    assert named > 1000


@pytest.mark.parametrize("on", TURNED, ids=str)
def test_routines_in_the_other_byte_order_are_what_objdump_reads(on: Target) -> None:
    lines, named = agree([lowered(routine(target=on), on) for routine in GOLDEN.values()], on)
    assert lines > 500
    assert named > 20


def agree(codes: list[Code], on: Target) -> tuple[int, int]:
    """Fails unless the listings of these, and of a thunk, are what objdump reads; how many lines they have, and names."""
    words = import_module(f"farcall.lower.{on.cpu}.listing")
    codes.append(thunk(on, place(Signature(names.void, ()), on), listed=True))
    image = bytearray()
    ours: list[tuple[int, str]] = []
    names_given: list[tuple[str, bool]] = []
    for code in codes:
        start = len(image)
        ours += [(start + line.offset, words.text(bare(line, start))) for line in code.lines]
        names_given += named(code, words)
        image += code.data[: end(code.lines[-1])]
    theirs = [(one.offset, one.text) for one in disassemble(bytes(image), on.cpu)]
    wrong = [f"{o}, objdump: {t}" for o, t in zip(ours, theirs, strict=False) if o != t]
    assert not wrong, f"{len(wrong)} of {len(ours)} lines differ:\n" + "\n".join(wrong[:20])
    assert len(theirs) == len(ours)
    misnamed = [shown for shown, right in names_given if not right]
    assert not misnamed, f"{len(misnamed)} names are wrong:\n" + "\n".join(misnamed[:20])
    return len(ours), len(names_given)


def bare(line: Line, start: int = 0) -> Line:
    """A line of a routine that begins at `start`, with numbers instead of names."""
    return line._replace(offset=start + line.offset, note="")


def end(line: Line) -> int:
    return line.offset + len(line.encoder(*line.operands))


def named(code: Code, words: ModuleType) -> Iterator[tuple[str, bool]]:
    """The lines that give a name to a place, and whether it is that place's."""
    labels = {name: line.offset for line in code.lines for name in line.label.split(", ") if name}
    for number, line in enumerate(code.lines):
        shown, plain = words.text(line), words.text(bare(line))
        if shown == plain:
            continue
        name = line.note.removesuffix(words.reason(line)).removesuffix(": ")
        assert name.removeprefix(TO) in shown
        if name.startswith(TO):
            places = [labels[name.removeprefix(TO)]]
        else:
            places = [relocation.offset for relocation in code.relocations if relocation.name == name]
        # The place is where the instruction reaches, or an address within the instruction.
        right = reached(code, number, plain) in places or any(line.offset < at < end(line) for at in places)
        yield f"{code.cpu} at {line.offset:#x}: {shown}, {plain}", right


def reached(code: Code, number: int, plain: str) -> int | None:
    """The address in the text of an instruction, or of a pair of them that makes one together."""
    line = code.lines[number]
    if line.encoder.__name__ in ("auipc", "pcaddu12i"):
        upper, lower = line.operands[-1], code.lines[number + 1].operands[-1]
        assert isinstance(upper, int)
        assert isinstance(lower, int)
        return line.offset + (upper << 12) + lower
    if code.cpu == "loongarch64":  # branches say how far
        return line.offset + int(plain.split()[-1])
    if code.cpu == "ppc64le" and line.encoder.__name__ in ("addi", "addis", "ld"):  # from the routine's start
        at = line.operands[-1]
        assert isinstance(at, int)
        if line.encoder.__name__ == "addis":
            lower = code.lines[number + 1].operands[-1]
            assert isinstance(lower, int)
            return (at << 16) + lower
        upper = code.lines[number - 1]
        if upper.encoder.__name__ == "addis" and upper.operands[0] == line.operands[1]:
            return reached(code, number - 1, plain)
        return at
    if code.cpu == "arm" and line.encoder.__name__ in ("ldr", "subi"):  # from two words on
        at = line.operands[-1]
        assert isinstance(at, int)
        return line.offset + 8 + (at if line.encoder.__name__ == "ldr" else -at)
    if code.cpu.startswith("mips") and line.encoder.__name__ in (
        "lw",
        "ld",
        "addiu",
        "daddiu",
    ):  # from the routine's start
        return line.operands[-1]  # type: ignore[no-any-return]
    address = ADDRESS.search(plain)
    if address is None:
        return None
    # What is added to is the address of the instruction before: it pops what a call has pushed.
    return int(address[0], 16) + (code.lines[number - 1].offset if plain.startswith("add ") else 0)
