"""The listing of i386 against objdump: every encoder with many operands, then addresses and labels by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from farcall.encode import i386 as asm
from farcall.lower import Line
from farcall.lower.i386.listing import reason, text
from tests.lower.objdump import disassemble, plain
from tests.lower.test_listing import SAMPLES, instances

ENCODERS = [name for name in dir(asm) if name.islower() and hasattr(getattr(asm, name), "__code__")]

REGISTERS = (0, 1, 3, 4, 5, 7)
OPERANDS = SAMPLES | dict.fromkeys(("dst", "src", "reg", "first", "second"), REGISTERS) | {
    "mem": (
        asm.Mem(0), asm.Mem(4), asm.Mem(5), asm.Mem(4, 8), asm.Mem(3, -8), asm.Mem(6, -129),
        asm.Mem(1, 4096, 6, 4), asm.Mem(5, 0, 1, 8), asm.Mem(4, 64, 5), asm.Mem(2, -(2**31)),
        asm.Absolute(0x1000), asm.Absolute(-5), asm.Absolute(0),
    ),
    "imm": (0, 1, -1, 127, 128, -129, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF),
}  # fmt: skip


@pytest.mark.parametrize("name", ENCODERS)
def test_every_encoder_is_shown_as_objdump_shows_it(name: str) -> None:
    encoder, lines, data = getattr(asm, name), [], bytearray()
    for operands in instances(encoder, OPERANDS):
        lines.append(Line(len(data), encoder, operands, "", ""))
        data += encoder(*operands)
    assert lines
    theirs = [(i.offset, i.text) for i in disassemble(bytes(data), "i386")]
    assert [(line.offset, plain(text(line))) for line in lines] == theirs


def test_there_are_encoders_to_show() -> None:
    assert len(ENCODERS) > 80


@pytest.mark.parametrize(
    ("encoder", "operands", "shown"),
    [
        (asm.mov_ri_full, (asm.EAX, 0), "mov eax,api:PyFloat_Type"),
        (asm.alu_ri_full, (asm.CMP, asm.EDX, 0), "cmp edx,api:PyFloat_Type"),
        (asm.alu_mi_full, (asm.CMP, asm.Mem(asm.ECX, 4), 0), "cmp DWORD PTR [ecx+0x4],api:PyFloat_Type"),
        (asm.push_i32, (0,), "push api:PyFloat_Type"),
        (asm.mov_rm, (asm.EAX, asm.Absolute(0)), "mov eax,DWORD PTR ds:api:PyFloat_Type"),
        (asm.call_m, (asm.Absolute(0),), "call DWORD PTR ds:api:PyFloat_Type"),
    ],
)
def test_an_address_is_shown_by_the_name_it_is_patched_by(
    encoder: Callable[..., bytes], operands: tuple[object, ...], shown: str
) -> None:
    line = Line(0, encoder, operands, "", "api:PyFloat_Type: a float exactly")
    assert (text(line), reason(line)) == (shown, "a float exactly")
    assert text(line._replace(note="")) != shown


def test_jumps_show_their_label_and_other_notes_stay() -> None:
    jump = Line(0, asm.jcc32, (asm.CC_NE, 0), "", "to slow_1: exactly float")
    assert (text(jump), reason(jump)) == ("jne slow_1", "exactly float")
    nothing = Line(0, asm.mov_ri, (asm.EAX, 0), "", "no exception: there was none")
    assert (text(nothing), reason(nothing)) == ("mov eax,0x0", "no exception: there was none")
