"""The listing against objdump: every encoder with many operands, then whole routines line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Any

import pytest

from farcall.convention import Signature, place
from farcall.ctype import names
from farcall.encode import x86_64 as asm
from farcall.errors import UnsupportedTargetError
from farcall.lower import Code, Line, listing, thunk
from farcall.lower.x86_64.listing import reason, text
from farcall.stub import Interpreter
from tests.lower.objdump import disassemble, plain
from tests.routines import GOLDEN, LINUX, TIERS, every, lowered

ENCODERS = [name for name in dir(asm) if name.islower() and hasattr(getattr(asm, name), "__code__")]

MEMORIES = (
    asm.Mem(0), asm.Mem(4), asm.Mem(5), asm.Mem(12, 8), asm.Mem(13), asm.Mem(3, -8), asm.Mem(11, -129),
    asm.Mem(1, 4096, 6, 4), asm.Mem(13, 0, 9, 8), asm.Mem(4, 64, 5), asm.Rip(0), asm.Rip(64),
)  # fmt: skip
REGISTERS = (0, 1, 4, 7, 8, 13)
SAMPLES: dict[str, Iterable[object]] = {
    "mem": MEMORIES, "dst": REGISTERS, "src": REGISTERS, "reg": REGISTERS, "first": REGISTERS, "second": REGISTERS,
    "imm": (0, 1, -1, 127, 128, -129, 0x7FFFFFFF, 0x123456789ABCDEF0),
    "value": (0, 5, 0x80000000, 0xFFFFFFFF, -1, -(1 << 31), -(1 << 31) - 1, 1 << 40, (1 << 64) - 1),
    "bits": (8, 16, 32, 64, 80, 128, 256, 512), "source_bits": (8, 16, 32), "condition": range(16),
    "rel": (0, 100, -100), "pop": (0, 8), "count": (1, 2, 31), "bit": (0, 5), "rounding": (0, 4),
    "length": range(1, 10), "i": range(8), "lane": (0, 2, 7),
}  # fmt: skip
OPERATIONS = {"sse": [value for value in vars(asm).values() if isinstance(value, asm.Sse)], "": range(10)}
#: More than objdump needs to see of any one encoder.
MOST = 700


def instances(encoder: Any, given: dict[str, Iterable[object]]) -> list[tuple[object, ...]]:
    """Operands that an encoder takes: all combinations of the samples `given` that it does not refuse."""
    parameters = encoder.__code__.co_varnames[: encoder.__code__.co_argcount]
    operations = OPERATIONS["sse" if encoder.__name__.startswith("sse") else ""]
    combinations = list(product(*((given | {"op": operations})[parameter] for parameter in parameters)))
    found = []
    for operands in combinations[:: max(1, len(combinations) // (8 * MOST))]:
        try:
            encoder(*operands)
        except ValueError:
            continue
        found.append(operands)
    return found[:: max(1, len(found) // MOST)]


@pytest.mark.parametrize("name", ENCODERS)
def test_every_encoder_is_shown_as_objdump_shows_it(name: str) -> None:
    encoder, lines, data = getattr(asm, name), [], bytearray()
    for operands in instances(encoder, SAMPLES):
        lines.append(Line(len(data), encoder, operands, "", ""))
        data += encoder(*operands)
    assert lines
    theirs = [(i.offset, i.text) for i in disassemble(bytes(data))]
    assert [(line.offset, plain(text(line))) for line in lines] == theirs


def test_there_are_encoders_to_show() -> None:
    assert len(ENCODERS) > 80


def resolved(code: Code) -> Iterator[tuple[int, str, int | None]]:
    """The lines as text, with addresses for labels and for the pool's symbols."""
    labels = {name: line.offset for line in code.lines for name in line.label.split(", ") if name}
    cells = {relocation.name: relocation.offset for relocation in code.relocations}
    for line in code.lines:
        shown, target = plain(text(line)), None
        pool = re.search(r"\[rip\+(?!0x)(.+)\]", shown)
        jump = re.match(r"(j\w+ )(?!QWORD)(\w*[_a-z]\w*)$", shown)
        if pool:
            target = cells[pool[1]]
            end = line.offset + len(line.encoder(*line.operands))
            shown = shown.replace(pool[1], hex(target - end))
        elif jump and jump[2] in labels:
            shown = f"{jump[1]}{labels[jump[2]]:#x}"
        yield line.offset, shown, target


@pytest.mark.parametrize("tier", TIERS, ids=lambda tier: tier.name)
def test_whole_routines_are_what_objdump_reads(tier: Interpreter) -> None:
    ours: list[tuple[str, int, int, str, int | None]] = []
    image, starts = bytearray(), []
    for name, routine in islice(every(LINUX, tier), 0, None, 2):
        code = lowered(routine)
        start = len(image)
        end = code.lines[-1].offset + len(code.lines[-1].encoder(*code.lines[-1].operands))
        image += code.data[:end] + b"\x90" * (-end % 16)
        starts.append(start)
        ours += [(name, start, *row) for row in resolved(code)]
    theirs = {i.offset: i for i in disassemble(bytes(image))}
    wrong = []
    for name, start, offset, shown, target in ours:
        his = theirs.get(start + offset)
        expected = _moved(shown, start)
        if his is None or his.text != expected or (target is not None and his.target != start + target):
            wrong.append(f"{name} at {offset:#x}: {shown!r}, objdump: {his}")
    assert not wrong, f"{len(wrong)} of {len(ours)} lines differ:\n" + "\n".join(wrong[:20])
    assert len(ours) > 10_000


def _moved(shown: str, start: int) -> str:
    """A jump's text, when the routine starts elsewhere."""
    jump = re.match(r"(j\w+ )(0x[0-9a-f]+)$", shown)
    return f"{jump[1]}{int(jump[2], 16) + start:#x}" if jump else shown


def test_a_line_shows_offset_bytes_instruction_and_reason() -> None:
    rows = listing(lowered(GOLDEN["double_of_double"]())).splitlines()
    assert rows[0].split(";")[0].split() == ["0", "f30f1efa", "endbr64"]
    assert rows[0].endswith("; a landing pad for indirect calls (CET)")
    assert any("QWORD PTR [rip+target]" in row and row.endswith("; the C function") for row in rows)
    assert any(row.endswith("................          address of target") for row in rows)


def test_a_label_stands_on_a_row_of_its_own_and_where_it_is_jumped_to() -> None:
    rows = listing(lowered(GOLDEN["double_of_double"]())).splitlines()
    assert "failed:" in rows
    assert any(row.split(";")[0].rstrip().endswith("jne failed") for row in rows)


def test_reasons_do_not_repeat_what_the_text_shows() -> None:
    jump = Line(0, asm.jcc32, (asm.CC_NE, 0), "", "to slow_1: exactly float")
    assert (text(jump), reason(jump)) == ("jne slow_1", "exactly float")
    bare = Line(0, asm.jmp32, (0,), "", "to done_1")
    assert (text(bare), reason(bare)) == ("jmp done_1", "")
    pool = Line(0, asm.mov_rm, (asm.RAX, asm.Rip(0)), "", "support:whole:s4: as wide as int")
    assert (text(pool), reason(pool)) == ("mov rax,QWORD PTR [rip+support:whole:s4]", "as wide as int")
    other = Line(0, asm.mov_rr, (asm.RAX, asm.RBX), "", "to keep: this is no jump")
    assert reason(other) == "to keep: this is no jump"


def test_the_thunk_of_a_closure_is_what_objdump_reads() -> None:
    code = thunk(LINUX, place(Signature(names.void, ()), LINUX), listed=True)
    ours = [row for _, row, _ in resolved(code)]
    assert ours == [one.text for one in disassemble(code.data)][: len(ours)]
    assert [row.split()[0] for row in ours] == ["endbr64", "lea", "jmp"]


def test_a_cpu_without_text_is_refused_by_name() -> None:
    code = lowered(GOLDEN["void"]())._replace(cpu="vax")
    with pytest.raises(UnsupportedTargetError, match="vax"):
        listing(code)
