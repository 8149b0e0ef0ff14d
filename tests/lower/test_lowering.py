"""What holds of all lowered code, read from the bytes by objdump where that tells it."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from farcall.convention import Signature, Target, place
from farcall.ctype import LP64, Array, Record, names
from farcall.errors import UnsupportedTargetError
from farcall.ir.instruction import (
    Branch,
    Indirect,
    Invoke,
    Jump,
    Label,
    Load,
    LoadArgument,
    Local,
    Memory,
    Return,
    Store,
    Symbol,
)
from farcall.ir.instruction import Instruction as Step
from farcall.lower import Code, listing, lower
from farcall.stub import Interpreter, Routine
from tests.lower.objdump import Instruction, disassemble
from tests.routines import GOLDEN, GOLDEN_TARGETS, LINUX, TIERS, block, every, lowered, record

PLACE_NOTHING = place(Signature(names.void, ()), LINUX)
NEVER_RETURN = re.compile(r"ret|jmp QWORD PTR|jmp r\d+")


def instructions(code: Code) -> list[Instruction]:
    last = code.lines[-1]
    return disassemble(code.data[: last.offset + len(last.encoder(*last.operands))])


def depths(code: Code) -> list[tuple[Instruction, int]]:
    """Each instruction that can be reached, and how many bytes then lie between rsp and the caller's frame.

    Followed through all jumps: pushes, pops, and rsp moved by a constant.
    """
    listed = instructions(code)
    following = {one.offset: after.offset for one, after in pairwise(listed)}
    at = {one.offset: one for one in listed}
    found: dict[int, int] = {}
    waiting = [(0, 8)]  # a call has just pushed the return address
    while waiting:
        offset, depth = waiting.pop()
        if found.setdefault(offset, depth) != depth:
            raise AssertionError(f"two ways lead to {at[offset]} with different frames")
        mnemonic, _, operands = at[offset].text.partition(" ")
        after = depth + _moved(mnemonic, operands)
        jump = re.fullmatch(r"0x([0-9a-f]+)", operands) if mnemonic.startswith("j") else None
        next_ones = [int(jump[1], 16)] if jump else []
        if mnemonic not in ("ret", "jmp"):
            next_ones.append(following[offset])
        waiting += [(one, after) for one in next_ones if found.get(one) != after]
    return [(at[offset], found[offset]) for offset in sorted(found)]


def _moved(mnemonic: str, operands: str) -> int:
    """By how many bytes an instruction lowers rsp."""
    if mnemonic in ("push", "pop"):
        return 8 if mnemonic == "push" else -8
    if not re.match(r"rsp\b", operands) or mnemonic in ("cmp", "test"):
        return 0
    constant = re.fullmatch(r"rsp,(0x[0-9a-f]+)", operands)
    if not constant or mnemonic not in ("sub", "add"):
        raise AssertionError(f"rsp is changed in a way this test does not follow: {mnemonic} {operands}")
    number = int(constant[1], 16)
    number -= (number >> 63) << 64
    return number if mnemonic == "sub" else -number


@pytest.mark.parametrize("tier", TIERS, ids=lambda tier: tier.name)
def test_the_stack_is_aligned_at_calls_and_level_at_the_end(tier: Interpreter) -> None:
    """psABI 1.0, §3.2.2: rsp is a multiple of 16 at a call, so 8 more than one at a function's entry."""
    calls = ends = 0
    for name, routine in samples(tier):
        for one, depth in depths(lowered(routine)):
            if one.text.startswith("call"):
                calls += 1
                assert depth % 16 == 0, f"{name}: {one}"
            if NEVER_RETURN.match(one.text):
                ends += 1
                assert depth == 8, f"{name}: {one}"
    assert calls > 500
    assert ends > 100


def samples(tier: Interpreter) -> list[tuple[str, Routine]]:
    """One routine in nine of all, but for those with a frame that is aligned anew."""
    some = list(every(LINUX, tier))[::9]
    return [(name, routine) for name, routine in some if all(row.base == "rsp" for row in lowered(routine).unwind)]


def test_unwind_rows_follow_the_stack_pointer() -> None:
    for name in GOLDEN:
        code = lowered(GOLDEN[name]())
        rows = {row.offset: row.depth for row in code.unwind}
        now = 0
        for one, depth in depths(code):
            now = rows.get(one.offset, now)
            assert now == depth, f"{name}: {one}"


def test_unwind_rows_name_the_registers_pushed() -> None:
    code = lowered(GOLDEN["twelve_mixed_with_stack"]())
    rows = {row.offset: row.saved for row in code.unwind}
    listed = instructions(code)
    pushed: list[str] = []
    for one, after in pairwise(listed[1:]):
        if not one.text.startswith("push "):
            break
        pushed.append(one.text.split()[1])
        assert rows[after.offset] == tuple(pushed)
    assert pushed


@pytest.mark.parametrize("tier", TIERS, ids=lambda tier: tier.name)
def test_all_jumps_lead_to_labelled_instructions_and_all_cells_are_used(tier: Interpreter) -> None:
    for name, routine in samples(tier):
        code = lowered(routine)
        labelled = {line.offset for line in code.lines if line.label}
        used = set()
        for one in instructions(code):
            target = re.fullmatch(r"j\w+ 0x([0-9a-f]+)", one.text)
            assert not target or int(target[1], 16) in labelled, f"{name}: {one}"
            if one.target is not None:
                used.add(one.target)
        assert used == {relocation.offset for relocation in code.relocations}, name
        assert code.pool % 8 == 0 or not code.relocations
        assert len(code.data) == code.pool + 8 * len(code.relocations)
        assert not any(code.data[code.pool :])


def test_code_can_lie_anywhere() -> None:
    """The bytes depend on nothing but the routine: lowered twice they are equal."""
    for name in GOLDEN:
        routine = GOLDEN[name]()
        assert lower(routine, LINUX) == lower(routine, LINUX), name


@pytest.mark.parametrize("cpu", GOLDEN_TARGETS)
def test_who_asks_for_lines_gets_the_same_code(cpu: str) -> None:
    on = GOLDEN_TARGETS[cpu]
    for name in GOLDEN:
        routine = GOLDEN[name](target=on)
        assert lower(routine, on) == lower(routine, on, listed=True)._replace(lines=()), name
    with pytest.raises(ValueError, match="listed=True"):
        listing(lower(GOLDEN["void"](target=on), on))


def test_a_jump_to_no_label_is_an_error() -> None:
    routine = Routine("lost", PLACE_NOTHING, (Jump("nowhere"),))
    with pytest.raises(KeyError, match="nowhere"):
        lower(routine, LINUX, listed=True)


def test_a_cpu_without_an_encoder_is_refused_by_name() -> None:
    other = Target("vax-linux", cpu="vax", system="linux", model=LP64, convention="vax")
    with pytest.raises(UnsupportedTargetError, match=r"vax.*x86_64"):
        lower(GOLDEN["void"](), other)


def test_a_leaf_without_locals_has_no_frame() -> None:
    routine = Routine("leaf", PLACE_NOTHING, (Return(),))
    assert [one.text for one in instructions(lower(routine, LINUX, listed=True))] == ["endbr64", "ret"]


@pytest.mark.parametrize("size", [4000, 4096, 5000, 8192, 70_000])
def test_a_large_frame_touches_each_page_from_the_top(size: int) -> None:
    local = Local(1, size)
    steps = (Store(Memory(local), 0, 4), Return())
    code = lower(Routine("large", PLACE_NOTHING, steps), LINUX, listed=True)
    texts = [one.text for one in instructions(code)]
    frame = next(int(t.split(",")[1], 16) for t in texts if t.startswith("sub rsp,"))
    assert frame >= size
    touched = [
        int(found[1], 16) if found[1] else 0
        for found in (re.fullmatch(r"or QWORD PTR \[rsp(?:\+(0x[0-9a-f]+))?\],0x0", t) for t in texts)
        if found
    ]
    reached = [frame, *touched, 0]
    assert all(0 <= above - below <= 4096 for above, below in pairwise(reached))


def test_locals_do_not_overlap_and_are_aligned() -> None:
    wide = Local(1, 16, 16)
    odd, word = Local(2, 3, 1), Local(3, 8, 8)
    steps: tuple[Step, ...] = (
        *(Store(Memory(local), number, 1) for number, local in enumerate((wide, odd, word), 1)),
        Invoke(Symbol("target"), PLACE_NOTHING),
        Return(),
    )
    places = {}
    for one, depth in depths(lower(Routine("locals", PLACE_NOTHING, steps), LINUX, listed=True)):
        found = re.fullmatch(r"mov BYTE PTR \[rsp(?:\+(0x[0-9a-f]+))?\],0x(\d)", one.text)
        if found:
            places[int(found[2])] = (int(found[1] or "0", 16), depth)
    (first, depth), (second, _), (third, _) = places[1], places[2], places[3]
    assert (first - depth) % 16 == 0  # the caller's frame starts at a multiple of 16
    assert third % 8 == 0
    spans = sorted([(first, 16), (second, 3), (third, 8)])
    assert all(start + size <= following for (start, size), (following, _) in pairwise(spans))
    assert spans[-1][0] + spans[-1][1] <= depth - 8


ACCESS = re.compile(r"(BYTE|WORD|DWORD|QWORD|XMMWORD) PTR \[r11(?:\+(0x[0-9a-f]+))?\]")
WIDTHS = {"BYTE": 1, "WORD": 2, "DWORD": 4, "QWORD": 8, "XMMWORD": 16}


def bytes_read(value: Record) -> list[int]:
    """Which bytes of a struct the code that passes it by value reads."""
    pointer = Local(1, 8)
    signature = Signature(names.void, (value,))
    steps = (
        LoadArgument(0, Memory(pointer)),
        Invoke(Symbol("target"), place(signature, LINUX), (Indirect(pointer),)),
        Return(),
    )
    routine = Routine("by_value", place(Signature(names.void, (names.uintptr,)), LINUX), steps)
    read: set[int] = set()
    for one in instructions(lower(routine, LINUX, listed=True)):
        found = ACCESS.search(one.text)
        if (found and not one.text.startswith("mov r11,")) or (found and "[r11" in one.text):
            start = int(found[2] or "0", 16)
            read |= {*range(start, start + WIDTHS[found[1]])}
    return sorted(read)


@pytest.mark.parametrize("size", range(1, 42))
def test_a_struct_is_read_to_its_last_byte_and_no_further(size: int) -> None:
    assert bytes_read(block(size)) == list(range(size))


@pytest.mark.parametrize("count", range(1, 9))
def test_a_struct_of_floats_is_read_to_its_last_byte_and_no_further(count: int) -> None:
    assert bytes_read(record("floats", Array(names.float_, count))) == list(range(4 * count))


@pytest.mark.parametrize(
    ("condition", "jump"),
    [
        ("eq", "je"), ("ne", "jne"), ("lt", "jl"), ("le", "jle"), ("gt", "jg"), ("ge", "jge"),
        ("below", "jb"), ("below_eq", "jbe"), ("above", "ja"), ("above_eq", "jae"),
    ],
)  # fmt: skip
def test_conditions_are_those_of_the_cpu(condition: str, jump: str) -> None:
    steps = (Load("t0", Memory("t1"), 8), Branch(condition, "t0", 5, "there"), Return())
    with pytest.raises(KeyError, match="there"):
        lower(Routine("branch", PLACE_NOTHING, steps), LINUX, listed=True)
    code = lower(Routine("branch", PLACE_NOTHING, (*steps, Label("there"), Return())), LINUX, listed=True)
    texts = [one.text for one in instructions(code)]
    assert [t.split()[0] for t in texts if t.startswith("j")] == [jump]
    assert "cmp rax,0x5" in texts


def test_a_64_bit_constant_is_compared_whole() -> None:
    steps = (Branch("eq", "t0", 1 << 40, "there"), Label("there"), Return())
    texts = [one.text for one in instructions(lower(Routine("wide", PLACE_NOTHING, steps), LINUX, listed=True))]
    assert "movabs r11,0x10000000000" in texts
    assert "cmp rax,r11" in texts


def test_al_counts_vector_registers_of_a_variadic_call_only() -> None:
    """psABI 1.0, §3.2.3: al is an upper bound of the vector registers used."""
    fixed = lowered(GOLDEN["double_of_double"]())
    variadic = lowered(GOLDEN["variadic"]())
    before = [
        lines[index - 1].note
        for lines in (fixed.lines, variadic.lines)
        for index, line in enumerate(lines)
        if line.note.startswith("target")
    ]
    assert ["vector registers used" in note for note in before] == [False, True]
    texts = [one.text for one in instructions(variadic)]
    cell = next(r.offset for r in variadic.relocations if r.name == "target")
    call = next(i for i, one in enumerate(instructions(variadic)) if one.target == cell)
    assert texts[call - 1] == "mov eax,0x1"
