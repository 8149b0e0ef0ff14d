"""What Win64 adds to lowered code: the shadow space, copies that are passed by reference, and registers to keep."""

from __future__ import annotations

from itertools import pairwise

import pytest

from farcall.convention import Signature, place
from farcall.ctype import LP64, CType, Vector, names
from farcall.ir.instruction import Invoke, Return, Symbol, TailJump
from farcall.lower import Code, lower
from farcall.stub import Routine, Surroundings, crossing
from farcall.stub.closure import handler
from tests.lower.objdump import Instruction
from tests.lower.test_lowering import depths, instructions
from tests.routines import LINUX, NEWER, PAIR, lowered

WIDE = Vector(names.float_, 8, "__m256")


def signature(result: CType, *parameters: CType, convention: str = "ms_abi") -> Signature:
    return Signature(result, parameters, None, convention)


def handled(*types: CType) -> Routine:
    """A closure's body, called as `ms_abi` has it."""
    return handler(crossing(signature(*types), LINUX), Surroundings(LINUX, NEWER))


def caller(inner: Signature, *, outer: str = "sysv_abi", tail: bool = False) -> Routine:
    """A routine of no arguments that calls a function of none."""
    own = place(signature(names.void, convention=outer), LINUX)
    step = Invoke(Symbol("target"), place(inner, LINUX), (), None, tail)
    return Routine("caller", own, (step,) if tail else (step, Return()))


def text(code: Code) -> list[str]:
    return [one.text for one in instructions(code)]


BODIES = {
    "nothing": lambda: handled(names.void),
    "mixed": lambda: handled(PAIR, names.int_, PAIR, names.double, names.longdouble, names.int128, PAIR),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_s_frame(name: str) -> None:
    code = lowered(BODIES[name]())
    found = depths(code)
    calls = [depth for one, depth in found if one.text.startswith("call")]
    assert calls
    assert all(depth % 16 == 0 for depth in calls)
    assert [depth for one, depth in found if one.text == "ret"] == [8]
    rows = {row.offset: (row.depth, row.saved) for row in code.unwind}
    now: tuple[int, tuple[str, ...]] = (0, ())
    for one, depth in found:
        now = rows.get(one.offset, now)
        assert now[0] == depth, one
    assert any(saved[-2:] == ("rdi", "rsi") for _, saved in rows.values())


def test_a_body_pushes_the_general_registers_and_stores_the_vector_ones() -> None:
    """Before anything else uses them, and back at the end, from where they were put."""
    found = text(lowered(BODIES["mixed"]()))
    stores = [one for one in found if one.startswith("movups XMMWORD PTR [rsp+")][:10]
    assert [one.rpartition(",")[2] for one in stores] == [f"xmm{n}" for n in range(6, 16)]
    loads = [f"movups {one.rpartition(',')[2]},{one.partition(' ')[2].rpartition(',')[0]}" for one in stores]
    (end,) = (at for at, one in enumerate(found) if one.startswith("add rsp,"))
    assert found[end - 10 : end] == loads
    pushed = [one.split()[1] for one in found if one.startswith("push ")]
    popped = [one.split()[1] for one in found if one.startswith("pop ")]
    assert pushed[-2:] == ["rdi", "rsi"]
    assert popped == pushed[::-1]


def test_a_callee_that_keeps_them_itself_leaves_two() -> None:
    """What lowering itself uses has to be kept in any case."""
    found = text(lower(caller(signature(names.void), outer="ms_abi"), LINUX, listed=True))
    assert [one.split()[1] for one in found if one.startswith("push ")] == ["rsi"]
    assert [one.rpartition(",")[2] for one in found if one.startswith("movups XMMWORD")] == ["xmm15"]


@pytest.mark.parametrize(
    ("outer", "inner", "jumps"),
    [
        ("sysv_abi", "sysv_abi", True),
        ("ms_abi", "sysv_abi", False),  # the callee would lose what the caller keeps
        ("sysv_abi", "ms_abi", False),  # it wants a shadow space
        ("ms_abi", "ms_abi", True),  # it takes over the one that the outer was given
    ],
)
def test_tail_calls(outer: str, inner: str, jumps: bool) -> None:
    found = text(lower(caller(signature(names.void, convention=inner), outer=outer, tail=True), LINUX, listed=True))
    assert found[-1].startswith("jmp " if jumps else "ret")
    assert any(one.startswith("call ") for one in found) != jumps


def test_a_function_passed_on_finds_the_registers_as_they_came() -> None:
    own = place(signature(names.void), LINUX)
    found = text(lower(Routine("through", own, (TailJump("t0"),)), LINUX, listed=True))
    assert found[-1] == "jmp rax"
    assert [one for one in found if one.startswith(("push", "pop"))] == ["push rsi", "pop rsi"]


def test_the_home_area_lies_below_all_else() -> None:
    """32 bytes that nothing of the caller's is in."""
    code = lower(caller(signature(names.void)), LINUX, listed=True)
    assert [one.text for one, _ in depths(code)][:3] == ["endbr64", "sub rsp,0x28", code_call(code).text]


def code_call(code: Code) -> Instruction:
    (found,) = (one for one in instructions(code) if one.text.startswith("call"))
    return found


def test_copies_lie_above_the_arguments_aligned_as_their_types() -> None:
    from farcall.lower.byref_copies import copies_of

    placement = place(signature(PAIR, names.int_, PAIR, names.int_, WIDE, names.longdouble), LINUX)
    assert placement.stack_size == 48
    copies = copies_of(placement, LP64)
    assert copies.offsets == (None, 48, None, 64, 96)
    assert (copies.end, copies.align) == (112, 32)
    for before, after in pairwise(offset for offset in copies.offsets if offset is not None):
        assert before < after
    assert copies_of(place(signature(PAIR, PAIR, convention="sysv_abi"), LINUX), LP64).end == 0
