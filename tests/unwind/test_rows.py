"""The records of frames against the code itself: the stack pointer is followed through what objdump reads."""

from __future__ import annotations

import re
from itertools import islice, pairwise
from typing import NamedTuple

import pytest

from farcall.convention import Signature, Target, place, target
from farcall.ctype import CType, Vector, names
from farcall.lower import Code, Unwind, thunk
from farcall.lower.frames import rows, shapes
from farcall.stub import Interpreter, Routine, Surroundings, crossing, handler
from farcall.stub import closure as closure_body
from tests.lower.objdump import disassemble
from tests.routines import LINUX, MIXED, PAIR, TIERS, block, every, lowered, stub

ENDBR64 = bytes.fromhex("f30f1efa")  # Intel SDM volume 2, ENDBR64
JUMP = re.compile(r"j\w+ 0x([0-9a-f]+)$")
MOVE = re.compile(r"(add|sub) rsp,0x([0-9a-f]+)$")
VECTOR = Vector(names.double, 4)
SIGNATURES = (
    (names.void,),
    (names.int_, names.int_),
    (PAIR, MIXED, names.double),
    (block(40), *[names.int64] * 9, block(40)),
    (names.double, *[VECTOR] * 9),
)


class Truth(NamedTuple):
    """What is so before an instruction: the bytes from rsp, and from rbp, to the caller's frame (None where that
    cannot be told), and the registers pushed."""

    sp: int | None
    bp: int | None
    pushed: tuple[str, ...]


@pytest.mark.parametrize("interpreter", TIERS, ids=lambda tier: tier.name)
def test_every_boundary_of_every_routine(interpreter: Interpreter) -> None:
    checked = 0
    for name, routine in islice(every(LINUX, interpreter), 0, None, 2):
        checked += check(name, lowered(routine))
    assert checked > 10_000


@pytest.mark.parametrize("types", SIGNATURES, ids=lambda types: " ".join(map(str, types)))
def test_every_boundary_of_closures(types: tuple[CType, ...]) -> None:
    for make in (closure_body, handler):
        check(make.__name__, lowered(body(make, types)))


def test_every_boundary_of_aligned_frames_and_thunks() -> None:
    check("nine vectors", lowered(stub(names.void, *[VECTOR] * 9)))
    check("a frame of many pages", lowered(stub(names.void, block(40_000))))
    check("thunk", thunk(LINUX, place(Signature(names.void, ()), LINUX), listed=True))


@pytest.mark.parametrize("on", [LINUX, target("i386-linux")], ids=str)
def test_rows_are_got_back_from_shapes(on: Target) -> None:
    routines = [stub(VECTOR, *[VECTOR] * 9, target=on), stub(names.int_, block(500), gil=True, target=on)]
    for code in (lowered(routine, on) for routine in routines):
        assert rows(code.cpu, shapes(code)) == code.unwind


def body(make: object, types: tuple[CType, ...]) -> Routine:
    result, *parameters = types
    plan = crossing(Signature(result, tuple(parameters)), LINUX)
    return make(plan, Surroundings(LINUX, TIERS[1]))  # type: ignore[no-any-return, operator]


def check(name: str, code: Code) -> int:
    """Compare the records with the truth at each instruction that can be reached; gives how many."""
    assert code.data.startswith(ENDBR64), name
    last = code.lines[-1]
    found = disassemble(code.data[: last.offset + len(last.encoder(*last.operands))])
    following = {here.offset: after.offset for here, after in pairwise(found)}
    text = {each.offset: each.text for each in found}
    rows = row_at(code, list(text))
    truths = {0: Truth(8, None, ())}
    waiting = [0]
    while waiting:
        offset = waiting.pop()
        truth = truths[offset]
        assert agrees(rows[offset], truth), f"{name} +{offset:#x} {text[offset]}: {rows[offset]}, in truth {truth}"
        after = step(text[offset], truth)
        jump = JUMP.match(text[offset])
        ways = [int(jump[1], 16)] if jump else []
        if not text[offset].startswith(("ret", "jmp", "ud2", "int3")):
            ways.append(following[offset])
        for way in ways:
            if way not in truths:
                truths[way] = after
                waiting.append(way)
            assert truths[way] == after, f"{name} +{way:#x}: reached with {truths[way]} and with {after}"
    return len(truths)


def row_at(code: Code, offsets: list[int]) -> dict[int, Unwind]:
    """The record that holds at each offset."""
    return {offset: [record for record in code.unwind if record.offset <= offset][-1] for offset in offsets}


def agrees(row: Unwind, truth: Truth) -> bool:
    return row.depth == (truth.sp if row.base == "rsp" else truth.bp) and row.saved == truth.pushed


def step(text: str, truth: Truth) -> Truth:
    """What is so after an instruction."""
    sp, bp, pushed = truth
    operation, _, operand = text.partition(" ")
    moved = MOVE.match(text)
    if operation == "ret" or text.startswith("jmp QWORD") or re.match(r"jmp r\d", text):
        assert (sp, pushed) == (8, ()), f"{text} with {truth}"
    if operation == "push":
        assert sp is not None
        return Truth(sp + 8, bp, (*pushed, operand))
    if operation == "pop":
        assert sp is not None
        assert operand == pushed[-1]
        return Truth(sp - 8, bp, pushed[:-1])
    if moved:
        assert sp is not None
        return Truth(sp + int(moved[2], 16) * (1 if moved[1] == "sub" else -1), bp, pushed)
    if text == "mov rbp,rsp":
        return Truth(sp, sp, pushed)
    if text == "mov rsp,rbp":
        return Truth(bp, bp, pushed)
    if text.startswith("and rsp,"):
        return Truth(None, bp, pushed)
    assert not operand.startswith(("rsp,", "esp,", "rbp,", "ebp,")), f"{text}: not understood"
    return truth
