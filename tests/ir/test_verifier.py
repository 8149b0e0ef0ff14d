"""The verifier: each rule has a routine that breaks it and one, as like it as can be, that does not."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from farcall import lower as lowering
from farcall.convention import Signature, place, target
from farcall.ctype import CType, Pointer, Record, names
from farcall.ctype import Field as Member
from farcall.ir.instruction import (
    RESULT,
    AddressOf,
    AtomicAdd,
    Branch,
    Compute,
    Convert,
    Copy,
    Indirect,
    Instruction,
    Invoke,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Local,
    Memory,
    Move,
    Return,
    Routine,
    SaveResult,
    Store,
    Symbol,
    TailJump,
)
from farcall.ir.verifier import VerifierError, faults, verify

LINUX, NARROW = target("x86_64-linux"), target("i386-linux")
BIG = Record("struct", "big", tuple(Member(f"f{i}", names.long) for i in range(4)))
VOID = Pointer(names.void)


def placed(result: CType, *parameters: CType, on: object = LINUX) -> object:
    return place(Signature(result, parameters), on)  # type: ignore[arg-type]


UNARY = place(Signature(names.long, (names.long,)), LINUX)
REAL = place(Signature(names.double, (names.double,)), LINUX)
NOTHING = place(Signature(names.void, ()), LINUX)
MAKES_BIG = place(Signature(BIG, ()), LINUX)
TAKES_BIG = place(Signature(names.void, (BIG,)), LINUX)
TAKES_CHAR = place(Signature(names.void, (names.char,)), LINUX)
F = Symbol("f")
A, B = Memory(Local(1, 8)), Memory(Local(2, 16))

#: (what it says, the instructions of a `long f(long)` that break the rule, and those that keep it)
RULES: list[tuple[str, tuple[Instruction, ...], tuple[Instruction, ...]]] = [
    # form
    ("16 bytes in a register of 8", (Load("t0", B, 16), Return(0)), (Store(A, 0, 8), Load("t0", A, 8), Return(0))),
    ("0 bytes in a register", (Store(A, 1, 0), Return(0)), (Store(A, 1, 1), Return(0))),
    (
        "no sign of 3 bytes",
        (Store(A, 0, 8), Load("t0", A, 3, True), Return(0)),
        (Store(A, 0, 8), Load("t0", A, 3), Return(0)),
    ),
    ("a constant of 3 bytes", (Store(A, 1, 3), Return(0)), (Move("t0", 1), Store(A, "t0", 3), Return(0))),
    ("0x100 does not fit 1 bytes", (Store(A, 256, 1), Return(0)), (Store(A, 255, 1), Return(0))),
    ("-0x81 does not fit 1 bytes", (Store(A, -129, 1), Return(0)), (Store(A, -128, 1), Return(0))),
    (
        "0x10000000000000000 does not fit 8 bytes",
        (Move("t0", 1 << 64), Return(0)),
        (Move("t0", (1 << 64) - 1), Return(0)),
    ),
    (
        "bytes 8 to 12 of a local of 8",
        (Store(Memory(A.base, 8), 0, 4), Return(0)),
        (Store(Memory(A.base, 4), 0, 4), Return(0)),
    ),
    ("bytes -4 to 0 of a local of 8", (Store(Memory(A.base, -4), 0, 4), Return(0)), (Store(A, 0, 4), Return(0))),
    (
        "bytes 12 to 20 of a local of 16",
        (Store(Memory(Local(2, 16)), 0, 8), Copy(Memory(B.base, 12), B, 8), Return(0)),
        (Store(B, 0, 8), Copy(Memory(B.base, 8), B, 8), Return(0)),
    ),
    (
        "bytes 8 to 16 of a local of 8",
        (Store(A, 0, 8), Copy(Indirect(Memory(A.base, 8)), A, 1), Return(0)),
        (Store(A, 0, 8), Copy(Indirect(A), A, 1), Return(0)),
    ),
    (
        "8 bytes at once at byte 4 of a local aligned to 8",
        (Store(Memory(B.base, 4), 0, 8), Return(0)),
        (Store(Memory(B.base, 8), 0, 8), Return(0)),
    ),
    (
        "8 bytes at once at byte 0 of a local aligned to 4",
        (Store(Memory(Local(1, 8, 4)), 0, 8), Return(0)),
        (Store(Memory(Local(1, 8, 4)), 0, 4), Return(0)),
    ),
    ("a copy of -1 bytes", (Store(A, 0, 8), Copy(A, A, -1), Return(0)), (Store(A, 0, 8), Copy(A, A, 0), Return(0))),
    ("there is no register 'r0'", (Move("r0", 1), Return(0)), (Move("s2", 1), Return(0))),
    (
        "there is no register 'x'",
        (Store(Memory("x"), 1, 8), Return(0)),
        (Move("s2", 1), Store(Memory("s2"), 1, 8), Return(0)),
    ),
    (
        "there is no operation 'div'",
        (Move("t0", 1), Compute("div", "t0", 1), Return(0)),
        (Move("t0", 1), Compute("mul", "t0", 1), Return(0)),
    ),
    (
        "a shift by 64",
        (Move("t0", 1), Compute("shl", "t0", 64), Return(0)),
        (Move("t0", 1), Compute("shl", "t0", 63), Return(0)),
    ),
    (
        "a shift by t0",
        (Move("t0", 1), Compute("shr", "t0", "t0"), Return(0)),
        (Move("t0", 1), Compute("xor", "t0", "t0"), Return(0)),
    ),
    (
        "0x80000000 does not fit 32 signed bits",
        (Store(A, 0, 8), AtomicAdd(A, 1 << 31), Return(0)),
        (Store(A, 0, 8), AtomicAdd(A, (1 << 31) - 1), Return(0)),
    ),
    (
        "there is no conversion 'f16:f32'",
        (Store(A, 0, 8), Convert("f16:f32", A, A), Return(0)),
        (Store(A, 0, 8), Convert("f64:f32", A, A), Return(0)),
    ),
    (
        "there is no condition 'less'",
        (Move("t0", 1), Branch("less", "t0", 1, "x"), Label("x"), Return(0)),
        (Move("t0", 1), Branch("lt", "t0", 1, "x"), Label("x"), Return(0)),
    ),
    (
        "3 bytes are not compared at once",
        (Move("t0", 1), Branch("eq", "t0", 1, "x", 3), Label("x"), Return(0)),
        (Move("t0", 1), Branch("eq", "t0", 1, "x", 2), Label("x"), Return(0)),
    ),
    (
        "4 bytes of an address are compared",
        (Move("t0", 1), Branch("eq", "t0", F, "x", 4), Label("x"), Return(0)),
        (Move("t0", 1), Branch("eq", "t0", F, "x", 8), Label("x"), Return(0)),
    ),
    ("there is no argument 1", (LoadArgument(1, "t0"), Return(0)), (LoadArgument(0, "t0"), Return(0))),
    ("there is no argument -2", (LoadArgument(-2, "t0"), Return(0)), (LoadArgument(0, A), Return(0))),
    (
        "the result does not go through a hidden pointer",
        (LoadArgument(-1, "t0"), Return(0)),
        (LoadArgument(0, "t1"), Return(0)),
    ),
    (
        "2 arguments for 1 parameters",
        (Invoke(F, UNARY, (1, 2), "t0"), Return(0)),
        (Invoke(F, UNARY, (1,), "t0"), Return(0)),
    ),
    (
        "argument 0: 0x100 does not fit 1 bytes",
        (Invoke(F, TAKES_CHAR, (256,)), Return(0)),
        (Invoke(F, TAKES_CHAR, (-128,)), Return(0)),
    ),
    (
        "argument 0: an address for 1 bytes",
        (Invoke(F, TAKES_CHAR, (F,)), Return(0)),
        (Invoke(F, UNARY, (F,)), Return(0)),
    ),
    (
        "argument 0: a value of double comes from memory",
        (Invoke(F, REAL, (0,)), Return(0)),
        (Store(A, 0, 8), Invoke(F, REAL, (A,)), Return(0)),
    ),
    (
        "argument 0: 32 bytes in a register of 8",
        (Move("s0", 0), Invoke(F, TAKES_BIG, ("s0",)), Return(0)),
        (Move("s0", 0), Invoke(F, TAKES_BIG, (Memory("s0"),)), Return(0)),
    ),
    (
        "argument 0: bytes 0 to 32 of a local of 16",
        (Store(B, 0, 8), Invoke(F, TAKES_BIG, (B,)), Return(0)),
        (Invoke(F, UNARY, (AddressOf(B),), "t0"), Return(0)),
    ),
    (
        "a result by hidden pointer needs memory",
        (Invoke(F, MAKES_BIG, (), None), Return(0)),
        (Invoke(F, MAKES_BIG, (), Memory(Local(3, 32))), Return(0)),
    ),
    (
        "a result of double cannot go to a register",
        (Store(A, 0, 8), Invoke(F, REAL, (A,), "t0"), Return(0)),
        (Store(A, 0, 8), Invoke(F, REAL, (A,), A), Return(0)),
    ),
    (
        "bytes 12 to 20 of a local of 16",
        (Invoke(F, UNARY, (0,), Memory(B.base, 12)), Return(0)),
        (Invoke(F, UNARY, (0,), Memory(B.base, 8)), Return(0)),
    ),
    (
        "the result of a tail call goes to the routine's caller",
        (Invoke(F, UNARY, (0,), "t0", tail=True),),
        (Invoke(F, UNARY, (0,), tail=True),),
    ),
    ("a tail call gives void, not long", (Invoke(F, NOTHING, (), tail=True),), (Invoke(F, UNARY, (1,), tail=True),)),
    (
        "argument 0: a tail call outlives the local it would point to",
        (Invoke(F, UNARY, (AddressOf(A),), tail=True),),
        (Move("s0", 0), Invoke(F, UNARY, (AddressOf(Memory("s0", 8)),), tail=True)),
    ),
    ("nothing is returned for long", (Return(),), (Return(0),)),
    ("0x10000000000000000 does not fit 8 bytes", (Return(1 << 64),), (Return(1 << 63),)),
    ("bytes 12 to 20 of a local of 16", (Store(B, 0, 8), Return(Memory(B.base, 12))), (Store(B, 0, 8), Return(B))),
    # locals
    (
        "local 1 is Local(number=1, size=8, align=8) elsewhere",
        (Store(A, 0, 8), Store(Memory(Local(1, 16)), 0, 8), Return(0)),
        (Store(A, 0, 8), Store(B, 0, 8), Return(0)),
    ),
    (
        "no local has 16 bytes aligned to 12",
        (Store(Memory(Local(1, 16, 12)), 0, 4), Return(0)),
        (Store(Memory(Local(1, 16, 16)), 0, 4), Return(0)),
    ),
    (
        "no local has 0 bytes aligned to 8",
        (LoadAddress("t0", Memory(Local(1, 0))), Return(0)),
        (LoadAddress("t0", Memory(Local(1, 1))), Return(0)),
    ),
    # labels and control
    ("there is no label 'x'", (Jump("x"),), (Jump("x"), Label("x"), Return(0))),
    (
        "there is no label 'x'",
        (Branch("eq", A, 0, "x"), Return(0)),
        (Store(A, 0, 8), Branch("eq", A, 0, "x"), Label("x"), Return(0)),
    ),
    ("the label is there 2 times", (Label("x"), Label("x"), Return(0)), (Label("x"), Label("y"), Return(0))),
    ("control falls off the end", (Move("t0", 1),), (Move("t0", 1), Return("t0"))),
    ("control falls off the end", (Label("x"), Branch("eq", "t0", 0, "x")), (Label("x"), Jump("x"))),
    ("control falls off the end", (Invoke(F, UNARY, (0,)),), (Invoke(F, UNARY, (0,), tail=True),)),
    ("control falls off the end", (), (Return(0),)),
    ("nothing leads here", (Return(0), Move("t0", 1), Return(0)), (Move("t0", 1), Return(0))),
    (
        "nothing leads here",
        (Jump("x"), Move("t0", 1), Label("x"), Return(0)),
        (Move("t0", 1), Jump("x"), Label("x"), Return(0)),
    ),
    # flow
    ("t0 may hold nothing here", (Return("t0"),), (Move("t0", 1), Return("t0"))),
    (
        "t1 may hold nothing here",
        (Load("t0", Memory("t1"), 8), Return(0)),
        (LoadArgument(0, "t1"), Load("t0", Memory("t1"), 8), Return(0)),
    ),
    (
        "s0 may hold nothing here",
        (Invoke("s0", UNARY, (0,)), Return(0)),
        (Move("s0", F), Invoke("s0", UNARY, (0,)), Return(0)),
    ),
    (
        "t0 may hold nothing here",
        (Compute("add", "t0", 1), Return(0)),
        (Move("t0", 0), Compute("add", "t0", 1), Return(0)),
    ),
    (
        "t0 may hold nothing here",
        (Compute("neg", "t0", 0), Return(0)),
        (Move("t0", 0), Compute("neg", "t0", 0), Return(0)),
    ),
    (
        "t0 may hold nothing here",
        (Move("t0", 1), Invoke(F, UNARY, (0,)), Return("t0")),
        (Move("s0", 1), Invoke(F, UNARY, (0,)), Return("s0")),
    ),
    (
        "t1 may hold nothing here",
        (Move("t1", 1), Invoke(F, UNARY, ("t1",), "t0"), Return("t1")),
        (Move("t1", 1), Invoke(F, UNARY, ("t1",), "t1"), Return("t1")),
    ),
    (
        "t0 may hold nothing here",
        (LoadArgument(0, "t1"), Branch("eq", "t1", 0, "x"), Move("t0", 1), Label("x"), Return("t0")),
        (LoadArgument(0, "t1"), Move("t0", 0), Branch("eq", "t1", 0, "x"), Move("t0", 1), Label("x"), Return("t0")),
    ),
    (
        "s1 may hold nothing here",
        (
            Move("s0", 9),
            Label("again"),
            Compute("sub", "s0", 1),
            Branch("ne", "s0", 0, "later"),
            Return("s1"),
            Label("later"),
            Move("s1", 2),
            Jump("again"),
        ),
        (
            Move("s0", 9),
            Move("s1", 0),
            Label("again"),
            Compute("sub", "s0", 1),
            Branch("ne", "s0", 0, "later"),
            Return("s1"),
            Label("later"),
            Move("s1", 2),
            Jump("again"),
        ),
    ),
    (
        "byte 0 of local 1 may not have been written",
        (Load("t0", A, 8), Return(0)),
        (Store(A, 0, 8), Load("t0", A, 8), Return(0)),
    ),
    (
        "byte 4 of local 1 may not have been written",
        (Store(A, 0, 4), Return(A)),
        (Store(A, 0, 4), Store(Memory(A.base, 4), 0, 4), Return(A)),
    ),
    (
        "byte 0 of local 1 may not have been written",
        (Copy(B, Indirect(A), 8), Return(0)),
        (Invoke(F, UNARY, (AddressOf(A),)), Copy(B, Indirect(A), 8), Return(0)),
    ),
    (
        "byte 0 of local 1 may not have been written",
        (AtomicAdd(A, 1), Return(0)),
        (LoadAddress("t0", A), AtomicAdd(A, 1), Return(0)),
    ),
    (
        "byte 0 of local 1 may not have been written",
        (LoadArgument(0, "t0"), Branch("eq", "t0", 0, "x"), Store(A, 0, 8), Label("x"), Return(A)),
        (LoadArgument(0, "t0"), Store(A, 1, 8), Branch("eq", "t0", 0, "x"), Store(A, 0, 8), Label("x"), Return(A)),
    ),
    (
        "the routine's arguments may be lost by now",
        (Move("s0", F), Load("s0", Memory("s0"), 3), LoadArgument(0, "t0"), Return(0)),
        (Move("s0", F), Load("s0", Memory("s0"), 4), LoadArgument(0, "t0"), Return(0)),
    ),
    (
        "the routine's arguments may be lost by now",
        (Invoke(F, UNARY, (0,)), LoadArgument(0, "t0"), Return(0)),
        (LoadArgument(0, "s0"), Invoke(F, UNARY, (0,)), Return("s0")),
    ),
    (
        "the routine's arguments may be lost by now",
        (Store(A, 0, 8), Copy(B, A, 8), LoadArgument(0, "t0"), Return(0)),
        (Store(A, 0, 8), Load("t1", A, 8), LoadArgument(0, "t0"), Return(0)),
    ),
    (
        "the routine's arguments may be lost by now",
        (Invoke(F, UNARY, (0,), "t0"), TailJump("t0")),
        (Move("t0", F), TailJump("t0")),
    ),
    (
        "RESULT may be lost by now",
        (Invoke(F, UNARY, (RESULT,), "t0"), Return(0)),
        (Invoke(F, UNARY, (0,)), Invoke(F, UNARY, (RESULT,), "t0"), Return(0)),
    ),
    (
        "RESULT may be lost by now",
        (Invoke(F, UNARY, (0,), "s0"), Invoke(F, UNARY, (RESULT,)), Return(0)),
        (Invoke(F, UNARY, (0,)), Store(A, 0, 8), Move("t1", F), Invoke(F, UNARY, (RESULT,)), Return(0)),
    ),
    (
        "RESULT may be lost by now",
        (Invoke(F, UNARY, (0,)), Move("t0", 1), Invoke(F, UNARY, (RESULT,)), Return(0)),
        (Invoke(F, UNARY, (0,)), Move("s0", 1), Invoke(F, UNARY, (RESULT,)), Return(0)),
    ),
    (
        "RESULT may be lost by now",
        (Move("s0", 0), Invoke(F, UNARY, (0,)), Compute("add", "s0", 1), Invoke(F, UNARY, (RESULT,)), Return(0)),
        (Invoke(F, UNARY, (0,)), Jump("x"), Label("x"), Invoke(F, UNARY, (RESULT,)), Return(0)),
    ),
    (
        "RESULT has long, wanted is double",
        (Invoke(F, UNARY, (0,)), Invoke(F, REAL, (RESULT,)), Return(0)),
        (Store(A, 0, 8), Invoke(F, REAL, (A,)), Invoke(F, REAL, (RESULT,)), Return(0)),
    ),
    (
        "RESULT is not what a call of this placement has left",
        (Invoke(F, UNARY, (0,)), SaveResult(REAL, A), Return(0)),
        (Invoke(F, UNARY, (0,)), SaveResult(UNARY, A), Return(A)),
    ),
    (
        "RESULT is not what a call of this placement has left",
        (Invoke(F, UNARY, (0,)), SaveResult(UNARY, A), SaveResult(UNARY, A), Return(0)),
        (Invoke(F, UNARY, (0,)), SaveResult(UNARY, A), Return(0)),
    ),
]


@pytest.mark.parametrize(("why", "wrong", "right"), RULES, ids=[why for why, _, _ in RULES])
def test_each_rule_is_held(why: str, wrong: tuple[Instruction, ...], right: tuple[Instruction, ...]) -> None:
    found = [fault.why for fault in faults(Routine("f", UNARY, wrong), LINUX.model)]
    assert why in found
    assert faults(Routine("f", UNARY, right), LINUX.model) == []


def test_what_is_right_with_8_bytes_is_wrong_with_4() -> None:
    unary = place(Signature(names.longlong, (names.longlong,)), NARROW)
    steps: list[Instruction] = [
        Load("t0", Memory("s0"), 8), Store(Memory("s0"), 0, 8), Move("t0", 1 << 40), Compute("and", "t0", 1 << 32),
        Compute("shl", "t0", 32), Branch("eq", "t0", 0, "x", 8), LoadArgument(0, "t0"), Invoke("t0", unary, ("t0",), A),
        Invoke("t0", unary, (Memory("s0"),), "t0"), SaveResult(unary, A), Return("t0"),
    ]  # fmt: skip
    found = faults(Routine("f", unary, (*steps, Label("x"), Return(A))), NARROW.model)
    assert [fault.number for fault in found] == list(range(len(steps)))


def test_hidden_pointers() -> None:
    for value, right in ((None, False), ("s0", True), (A, False)):
        steps = (LoadArgument(-1, "s0"), Store(A, 0, 8), Return(value))
        assert (not faults(Routine("f", MAKES_BIG, steps), LINUX.model)) is right
    by_reference = place(Signature(names.void, (BIG,), None, "ms_abi"), LINUX)
    taken = Routine("f", by_reference, (LoadArgument(0, "s0"), Return()))
    assert [fault.why for fault in faults(taken, LINUX.model)] == [
        "32 bytes in a register of 8", "an argument of struct big cannot be taken into a register",
    ]  # fmt: skip


def test_what_a_thunk_leaves_in_t1_is_there_for_bodies() -> None:
    steps = (Load("t0", Memory("t1"), 8), Return("t0"))
    assert faults(Routine("f", UNARY, steps), LINUX.model)
    assert not faults(Routine("f", UNARY, steps, ("t1",)), LINUX.model)


def test_the_error_names_routine_instruction_and_fault() -> None:
    with pytest.raises(VerifierError) as caught:
        verify(Routine("wrong", UNARY, (Move("t1", 1), Return("t0"))), LINUX.model)
    assert str(caught.value) == "routine 'wrong': instruction 1, Return(value='t0', note=''): t0 may hold nothing here"
    assert [fault.number for fault in caught.value.faults] == [1]
    with pytest.raises(VerifierError, match=r"^routine 'wrong': instruction 0, .* \(and 1 more\)$"):
        verify(Routine("wrong", UNARY, (Move("t0", 1 << 64), Jump("x"))), LINUX.model)


def test_a_switch_has_routines_verified_before_they_are_lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Routine("wrong", UNARY, (Return("s0"),))
    monkeypatch.setattr(lowering, "VERIFY", False)
    lowering.lower(wrong, LINUX)
    monkeypatch.setattr(lowering, "VERIFY", True)
    with pytest.raises(VerifierError, match="s0 may hold nothing here"):
        lowering.lower(wrong, LINUX)


@pytest.mark.parametrize(("value", "on"), [("1", True), ("0", False), ("", False), (None, False)])
def test_the_switch_is_in_the_environment(value: str | None, on: bool) -> None:
    environment = {name: text for name, text in os.environ.items() if name != "FARCALL_VERIFY"}
    environment |= {} if value is None else {"FARCALL_VERIFY": value}
    text = "from farcall import lower; print(lower.VERIFY)"
    done = subprocess.run([sys.executable, "-c", text], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(on)
