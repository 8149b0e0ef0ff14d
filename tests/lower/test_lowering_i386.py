"""i386 routines of every convention: objdump reads what the listing says, and the shapes that only this CPU has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from farcall.convention import Signature, Target, place, target
from farcall.convention.i386 import CONVENTIONS
from farcall.ctype import Complex, CType, Vector, names
from farcall.lower import Code, thunk, trampoline
from farcall.lower.i386.listing import text
from farcall.lower.i386.registers import chain_of
from farcall.stub import Policy, Routine, Surroundings, call, closure, crossing, handler
from farcall.stub.ffi import call_body
from tests.lower.objdump import disassemble, plain
from tests.lower.test_listing_routines import bare
from tests.routines import MIXED, PAIR, SCALARS, TIERS, block, fitting, lowered, record

LINUX = target("i386-linux")
TARGETS = [target(f"i386-{name}") for name in ("linux", "freebsd", "macos", "windows-msvc", "windows-gnu")]
WIDE = record("wide", Vector(names.double, 4))
TYPES: tuple[CType, ...] = (
    *SCALARS, names.longdouble, Complex(names.float_), Complex(names.double), PAIR, MIXED, WIDE,
    record("real", names.double), record("reals", names.float_, names.float_), Vector(names.float_, 4),
    Vector(names.int_, 2), *map(block, range(1, 9)), block(40), block(1003),
)  # fmt: skip


def differences(codes: Iterable[Code]) -> tuple[list[str], int]:
    """What objdump reads that the listing does not say, and how many lines there are."""
    image, ours = bytearray(), []
    for code in codes:
        start = len(image)
        ours += [(start + line.offset, plain(text(bare(line, start)))) for line in code.lines]
        image += code.data
    theirs = {instruction.offset: instruction.text for instruction in disassemble(bytes(image), "i386")}
    wrong = [f"{at:#x}: {shown!r}, objdump: {theirs.get(at)!r}" for at, shown in ours if theirs.get(at) != shown]
    return wrong, len(ours)


def signatures(convention: str) -> Iterator[Signature]:
    """Each type as the result, and as an argument where registers are free, and where they are not."""
    for type in TYPES:
        yield Signature(type, (type, names.int8, type, names.int64, type), None, convention)


def routines(signature: Signature, on: Target) -> Iterator[Routine]:
    """A builtin, two closures and a body of ffi_call."""
    env, plan = Surroundings(on, fitting(TIERS[0], on)), crossing(signature, on)
    yield call(plan, Policy(release_gil=True, errno=True), env)
    yield closure(plan, env)
    yield handler(plan, env)
    yield call_body(plan, env)


@pytest.mark.parametrize(
    ("convention", "on"), [*((name, LINUX) for name in CONVENTIONS), *(("cdecl", on) for on in TARGETS[1:])], ids=str
)
def test_every_convention_is_what_objdump_reads(convention: str, on: Target) -> None:
    codes = []
    for signature in signatures(convention):
        *_, handling, calling = routines(signature, on)
        codes += [lowered(handling, on), lowered(calling, on), thunk(on, place(signature, on), listed=True)]
    wrong, lines = differences(codes)
    assert not wrong, f"{len(wrong)} of {lines} lines differ:\n" + "\n".join(wrong[:20])
    assert lines > 2_000


def listed(code: Code) -> list[str]:
    return [plain(text(line)) for line in code.lines]


def closure_of(result: CType, *parameters: CType, convention: str = "cdecl", on: Target = LINUX) -> list[str]:
    return listed(lowered([*routines(Signature(result, parameters, None, convention), on)][1], on))


def body_of(result: CType, *parameters: CType, convention: str = "cdecl", on: Target = LINUX) -> list[str]:
    return listed(lowered([*routines(Signature(result, parameters, None, convention), on)][3], on))


@pytest.mark.parametrize(
    ("convention", "popped"), [("cdecl", ""), ("stdcall", "0x10"), ("thiscall", "0xc"), ("fastcall", "0x8")]
)
def test_closures_remove_what_their_callers_do_not(convention: str, popped: str) -> None:
    lines = closure_of(names.int_, names.int_, names.int_, names.double, convention=convention)
    assert {line for line in lines if line.startswith("ret")} == {f"ret {popped}".strip()}


def test_callers_make_up_for_what_was_removed() -> None:
    lines = body_of(names.void, names.int_, names.double, convention="stdcall")
    at = next(n for n, line in enumerate(lines) if line.startswith("call"))
    assert lines[at + 1] == "sub esp,0xc"


@pytest.mark.parametrize(
    ("type", "width"), [(names.float_, "DWORD"), (names.double, "QWORD"), (names.longdouble, "TBYTE")]
)
def test_results_of_the_x87_are_taken_once_and_given_once(type: CType, width: str) -> None:
    body = body_of(type)
    assert [line.split(" PTR")[0] for line in body if line.startswith("f")] == [f"fstp {width}"]
    given = listed(lowered([*routines(Signature(type, (), None, "cdecl"), LINUX)][2], LINUX))
    assert [line.split(" PTR")[0] for line in given if line.startswith("f")] == [f"fld {width}"]


def test_three_bytes_are_three_bytes() -> None:
    """In a register, both ways: no byte beyond them is touched."""
    lines = [line for line in body_of(names.void, block(3), convention="regparm(1)") if "[ebp" in line]
    assert lines == ["movzx eax,BYTE PTR [ebp+0x2]", "mov ax,WORD PTR [ebp+0x0]"]
    entered = closure_of(names.void, block(3), convention="regparm(1)")
    kept = [line for line in entered if line.endswith((",dx", ",dl"))]
    assert kept[0].startswith("mov WORD PTR [esp+")
    assert kept[1].startswith("mov BYTE PTR [esp+")


def test_wide_alignment_gets_an_aligned_frame() -> None:
    lines = body_of(names.void, WIDE)
    assert "and esp,0xffffffe0" in lines
    at = lines.index("and esp,0xffffffe0")
    remembered = lines[at + 1]
    assert remembered.startswith("mov DWORD PTR [esp+")
    place_of = remembered.removeprefix("mov ").removesuffix(",ebp")
    assert lines[-6:-3][0] == f"mov esp,{place_of}" or f"mov esp,{place_of}" in lines[-8:]
    calls = [n for n, line in enumerate(lines) if line.startswith("call")]
    assert all(lines[n - 1] == f"mov ebp,{place_of}" for n in calls)


#: Where a closure finds out which it is: the first register of ecx, eax, edx without an argument, else the stack.
CHAINS = [
    ("cdecl", (names.int_, names.int_), "ecx"), ("stdcall", (names.int_,), "ecx"),
    ("thiscall", (names.int_,), "eax"), ("thiscall", (), "ecx"), ("fastcall", (names.int_, names.int_), "eax"),
    ("regparm(1)", (names.int_,), "ecx"), ("regparm(3)", (names.int_, names.int_), "ecx"),
    ("regparm(3)", (names.int_, names.int_, names.int_), ""), ("register", (names.int64, names.int_), "ecx"),
]  # fmt: skip
NUMBERS = {"eax": 0, "ecx": 1, "edx": 2, "": None}


@pytest.mark.parametrize(("convention", "parameters", "register"), CHAINS)
def test_closures_use_a_register_that_no_argument_does(
    convention: str, parameters: tuple[CType, ...], register: str
) -> None:
    placement = place(Signature(names.void, parameters, None, convention), LINUX)
    assert chain_of(placement) == NUMBERS[register]
    shown = [one.text for one in disassemble(trampoline(LINUX, placement, 0x1000, 0x8000_0000), "i386")]
    behind = "0x80000010"
    assert shown[:2] == ["endbr32", f"mov {register},{behind}" if register else f"push {behind}"]
    assert shown[2] == "jmp 0x80001000"


def test_calls_with_a_static_chain_put_it_where_closures_look() -> None:
    lines = body_of(names.void, names.int_, convention="thiscall")
    assert "mov eax,ecx" in lines
    assert "mov eax,ecx" not in body_of(names.void, names.int_)


def test_the_x87_works_after_mmx_registers() -> None:
    vector = Vector(names.int_, 2)
    for lines in (body_of(vector, vector), closure_of(vector, vector)):
        for at, line in enumerate(lines):
            assert not line.startswith("movq") or lines[at + 1] == "emms"
        assert any(line.startswith("movq") for line in lines)
    after_call = body_of(names.void, vector)
    at = next(n for n, line in enumerate(after_call) if line.startswith("call"))
    assert after_call[at + 1] == "emms"


def test_many_bytes_are_copied_by_one_instruction() -> None:
    lines = body_of(names.void, block(1003))
    at = lines.index("rep movs DWORD PTR es:[edi],DWORD PTR ds:[esi]")
    assert lines[at - 1] == "mov ecx,0xfa"
    assert lines[at + 1 : at + 3] == ["mov ecx,0x3", "rep movs BYTE PTR es:[edi],BYTE PTR ds:[esi]"]
    assert lines[at + 3 : at + 6] == ["mov esi,edx", "mov edi,ebp", "pop ecx"]
