"""From steps to x86-64 instructions: one function a kind of step, no step looking at another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...convention import Target
from ...encode.x86_64 import (
    ADD,
    AND,
    CC_A,
    CC_AE,
    CC_B,
    CC_BE,
    CC_E,
    CC_G,
    CC_GE,
    CC_L,
    CC_LE,
    CC_NE,
    CMP,
    CVTSD2SS,
    CVTSS2SD,
    MOVSD,
    MOVSS,
    NEG,
    OR,
    RCX,
    SAR,
    SHL,
    SHR,
    SUB,
    TEST,
    XOR,
    alu_mi,
    alu_mr,
    alu_ri,
    alu_rm,
    alu_rr,
    imul_rr,
    imul_rri,
    jcc32,
    jmp32,
    lea_rm,
    lock_alu_mi,
    mov_constant,
    mov_mi,
    mov_mr,
    mov_rm,
    shift_ri,
    sse_mr,
    sse_rm,
    sse_rr,
    unary_r,
)
from ...ir.instruction import (
    AtomicAdd,
    Branch,
    Compute,
    Convert,
    Copy,
    Invoke,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Memory,
    Move,
    Return,
    Routine,
    SaveResult,
    Store,
    Symbol,
    TailJump,
)
from ..code import Code
from .called import give, pass_on, receive
from .calling import invoke, take
from .chunk import copy, load
from .registers import NAMED, SCRATCH, VECTOR_SCRATCH
from .work import Work

__all__ = ["lower"]

CONDITIONS = {
    "eq": CC_E, "ne": CC_NE, "lt": CC_L, "le": CC_LE, "gt": CC_G, "ge": CC_GE,
    "below": CC_B, "below_eq": CC_BE, "above": CC_A, "above_eq": CC_AE,
}  # fmt: skip
ALU = {"add": ADD, "sub": SUB, "and": AND, "or": OR, "xor": XOR}
SHIFTS = {"shl": SHL, "shr": SHR, "sar": SAR}


def lower(routine: Routine, target: Target) -> Code:
    """The machine code of `routine`."""
    w = Work(routine, target)
    w.prologue()
    for step in routine.steps:
        w.a.note = getattr(step, "note", "")
        _STEPS[type(step)](w, step)
    return w.a.finish("x86_64")


def _load(w: Work, step: Load) -> None:
    load(w.a, NAMED[step.to], w.mem(step.source), step.size, SCRATCH, step.signed)


def _store(w: Work, step: Store) -> None:
    to = w.mem(step.to)
    if isinstance(step.source, str):
        w.a.emit(mov_mr, to, NAMED[step.source], step.size * 8)
    else:
        w.a.emit(mov_mi, to, step.source, step.size * 8)


def _copy(w: Work, step: Copy) -> None:
    if step.size == 8 and type(step.to) is Memory and type(step.source) is Memory:
        w.a.emit(sse_rm, MOVSD, VECTOR_SCRATCH, w.mem(step.source))
        w.a.emit(sse_mr, MOVSD, w.mem(step.to), VECTOR_SCRATCH)
        return
    # an argument register: free between steps, and the scratch may hold the pointer of a Through
    copy(w.a, w.mem(step.to), w.mem(step.source), step.size, RCX)


def _address(w: Work, step: LoadAddress) -> None:
    w.a.emit(lea_rm, NAMED[step.to], w.mem(step.place))


def _move(w: Work, step: Move) -> None:
    w.value(NAMED[step.to], step.source)


def _compute(w: Work, step: Compute) -> None:
    a, to = w.a, NAMED[step.to]
    operation, operand = step.operation, step.operand
    if operation == "neg":
        a.emit(unary_r, NEG, to)
    elif operation in SHIFTS:
        a.emit(shift_ri, SHIFTS[operation], to, operand)
    elif operation == "mul":
        if isinstance(operand, str):
            a.emit(imul_rr, to, NAMED[operand])
        else:
            a.emit(imul_rri, to, to, operand)
    elif isinstance(operand, str):
        a.emit(alu_rr, ALU[operation], to, NAMED[operand])
    else:
        a.emit(alu_ri, ALU[operation], to, operand)


def _count(w: Work, step: AtomicAdd) -> None:
    w.a.emit(lock_alu_mi, ADD, w.mem(step.place), step.amount)


def _convert(w: Work, step: Convert) -> None:
    narrow = step.kind == "f64:f32"
    w.a.emit(sse_rm, MOVSD if narrow else MOVSS, VECTOR_SCRATCH, w.mem(step.source))
    w.a.emit(sse_rr, CVTSD2SS if narrow else CVTSS2SD, VECTOR_SCRATCH, VECTOR_SCRATCH)
    w.a.emit(sse_mr, MOVSS if narrow else MOVSD, w.mem(step.to), VECTOR_SCRATCH)


def _branch(w: Work, step: Branch) -> None:
    a, (condition, left, right, label, size, note) = w.a, step
    bits = size * 8 or 64
    a.note = ""
    if isinstance(left, str):
        register = NAMED[left]
        if isinstance(right, str):
            a.emit(alu_rr, CMP, register, NAMED[right], bits)
        elif isinstance(right, Symbol):
            a.emit_pool(alu_rm, CMP, register, symbol=right.name)
        elif right == 0 and condition in ("eq", "ne"):
            a.emit(alu_rr, TEST, register, register, bits)
        elif bits < 64 or -(1 << 31) <= right < 1 << 31:
            a.emit(alu_ri, CMP, register, right, bits)
        else:
            a.emit(mov_constant, SCRATCH, right)
            a.emit(alu_rr, CMP, register, SCRATCH)
    elif isinstance(right, str):
        a.emit(alu_mr, CMP, w.mem(left), NAMED[right], bits)
    elif isinstance(right, Symbol):
        a.emit_pool(mov_rm, SCRATCH, symbol=right.name)
        a.emit(alu_mr, CMP, w.mem(left), SCRATCH)
    else:
        a.emit(alu_mi, CMP, w.mem(left), right, bits)
    a.note = note
    a.jump(jcc32, CONDITIONS[condition], to=label)


def _jump(w: Work, step: Jump) -> None:
    w.a.jump(jmp32, to=step.label)


def _label(w: Work, step: Label) -> None:
    w.a.label(step.name)
    w.whole()  # whatever came before, here the frame stands


_STEPS: dict[type[Any], Callable[[Work, Any], None]] = {
    LoadArgument: receive,
    Load: _load,
    Store: _store,
    Copy: _copy,
    LoadAddress: _address,
    Move: _move,
    Compute: _compute,
    AtomicAdd: _count,
    Convert: _convert,
    Branch: _branch,
    Jump: _jump,
    Label: _label,
    Invoke: invoke,
    TailJump: pass_on,
    SaveResult: take,
    Return: give,
}
