"""From steps to x86-64 instructions: one method a kind of step, no step looking at another."""

from __future__ import annotations

from ...ctype import Enum, Integer, is_signed, unqualified
from ...convention import Target
from ...convention.placement import Passed, Piece, Register as Place, Stack
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
    RAX,
    RSP,
    SAR,
    SHL,
    SHR,
    SUB,
    TEST,
    XOR,
    Mem,
    alu_mi,
    alu_mr,
    alu_ri,
    alu_rm,
    alu_rr,
    call_m,
    call_r,
    endbr64,
    fld_m,
    fstp_m,
    imul_rr,
    imul_rri,
    jcc32,
    jmp32,
    jmp_m,
    jmp_r,
    lea_rm,
    mov_constant,
    mov_mi,
    mov_mr,
    mov_ri,
    mov_rm,
    mov_rr,
    movsx_rr,
    movzx_rr,
    pop_r,
    push_r,
    ret,
    shift_ri,
    sse_mr,
    sse_rm,
    sse_rr,
    unary_r,
)
from ...recipe.step import (
    Address,
    AddressOf,
    At,
    Branch,
    Compute,
    Convert,
    Copy,
    Invoke,
    Jump,
    Label,
    Load,
    Local,
    Move,
    Operand,
    Receive,
    Return,
    Routine,
    Store,
    Symbol,
    Through,
)
from ..code import Code
from .assembler import Assembler
from .chunk import copy, load, load_vector, store, store_vector
from .frame import Frame, frame_of
from .registers import BANKS, GENERAL, NAMED, SAVED, SCRATCH, VECTOR_SCRATCH

__all__ = ["lower"]

CONDITIONS = {
    "eq": CC_E, "ne": CC_NE, "lt": CC_L, "le": CC_LE, "gt": CC_G, "ge": CC_GE,
    "below": CC_B, "below_eq": CC_BE, "above": CC_A, "above_eq": CC_AE,
}  # fmt: skip
ALU = {"add": ADD, "sub": SUB, "and": AND, "or": OR, "xor": XOR}
SHIFTS = {"shl": SHL, "shr": SHR, "sar": SAR}
PAGE = 4096


def lower(routine: Routine, target: Target) -> Code:
    """The machine code of `routine`."""
    return _Lowering(routine, target).run()


class _Lowering:
    """One routine under way: the assembler, the frame, and the step at hand."""

    def __init__(self, routine: Routine, target: Target) -> None:
        self.a = Assembler()
        self.routine = routine
        self.model = target.model
        self.frame: Frame = frame_of(routine)

    def run(self) -> Code:
        self._prologue()
        for step in self.routine.steps:
            self.a.note = getattr(step, "note", "")
            _STEPS[type(step)](self, step)
        return self.a.finish("x86_64")

    # frame

    def _prologue(self) -> None:
        a, depth = self.a, 8
        a.frame(depth, ())
        a.note = "a landing pad for indirect calls (CET)"
        a.emit(endbr64)
        for position, name in enumerate(self.frame.saved):
            a.emit(push_r, NAMED[name])
            depth += 8
            a.frame(depth, tuple(SAVED[n] for n in self.frame.saved[: position + 1]))
        if self.frame.size:
            a.emit(alu_ri, SUB, RSP, self.frame.size)
            a.frame(self.frame.depth, self._saved)
            for page in range(PAGE, self.frame.size, PAGE):  # touch each, so that the guard page is met
                a.emit(alu_mi, OR, Mem(RSP, self.frame.size - page), 0)

    def _epilogue(self) -> None:
        a, depth = self.a, self.frame.depth
        if self.frame.size:
            a.emit(alu_ri, ADD, RSP, self.frame.size)
            depth -= self.frame.size
            a.frame(depth, self._saved)
        for position in range(len(self.frame.saved) - 1, -1, -1):
            a.emit(pop_r, NAMED[self.frame.saved[position]])
            depth -= 8
            a.frame(depth, self._saved[:position])

    @property
    def _saved(self) -> tuple[str, ...]:
        return tuple(SAVED[name] for name in self.frame.saved)

    # operands

    def _mem(self, place: At | Through) -> Mem:
        """The memory operand of a place; for one behind a pointer, the pointer is loaded into the scratch."""
        if type(place) is Through:
            self.a.emit(mov_rm, SCRATCH, self.frame.local(place.pointer))
            return Mem(SCRATCH, place.offset)
        base, offset = place
        if type(base) is Local:
            return self.frame.local(base, offset)
        return Mem(NAMED[base], offset)

    def _value(self, to: int, operand: Operand) -> None:
        """A pointer-sized operand into a general register."""
        a = self.a
        if type(operand) is str:
            if NAMED[operand] != to:
                a.emit(mov_rr, to, NAMED[operand])
        elif type(operand) is Symbol:
            a.emit_pool(mov_rm, to, symbol=operand.name)
        elif type(operand) is int:
            if operand == 0:
                a.emit(mov_ri, to, 0, 32)
            else:
                a.emit(mov_constant, to, operand)
        elif type(operand) is AddressOf:
            a.emit(lea_rm, to, self._mem(operand.place))
        else:
            raise TypeError(f"not a pointer-sized operand: {operand!r}")

    def _signed(self, passed: Passed) -> bool:
        kind = unqualified(passed.type)
        return isinstance(kind, (Integer, Enum)) and is_signed(kind, self.model)

    # steps

    def receive(self, step: Receive) -> None:
        placement = self.routine.placement
        passed = placement.result if step.index < 0 else placement.arguments[step.index]
        pieces = passed.pieces if not passed.by_reference else passed.pieces[:1]
        if isinstance(step.to, str):
            (piece,) = pieces
            to = NAMED[step.to]
            if isinstance(piece.place, Stack):
                source = self.frame.incoming(piece.place.offset)
                load(self.a, to, source, piece.size, SCRATCH, self._signed(passed))
            else:
                self._widen(to, GENERAL[piece.place.name], piece.size, self._signed(passed))
            return
        for piece in pieces:
            self._receive_piece(step.to, piece)

    def _receive_piece(self, to: At, piece: Piece) -> None:
        place = self._mem(At(to.base, to.offset + piece.offset))
        if isinstance(piece.place, Stack):
            copy(self.a, place, self.frame.incoming(piece.place.offset), piece.size, SCRATCH)
        else:
            self._store_register(place, piece.place, piece.size)

    def _widen(self, to: int, source: int, size: int, signed: bool) -> None:
        if size == 8:
            if to != source:
                self.a.emit(mov_rr, to, source)
        elif signed:
            self.a.emit(movsx_rr, to, source, size * 8)
        elif size == 4:
            self.a.emit(mov_rr, to, source, 32)
        else:
            self.a.emit(movzx_rr, to, source, size * 8)

    def _store_register(self, to: Mem, register: Place, size: int) -> None:
        if register.bank == "general":
            store(self.a, to, GENERAL[register.name], size)
        elif register.bank == "vector":
            store_vector(self.a, to, BANKS[register.name], size, SCRATCH)
        else:
            self.a.emit(fstp_m, to, 80)

    def load(self, step: Load) -> None:
        load(self.a, NAMED[step.to], self._mem(step.source), step.size, SCRATCH, step.signed)

    def store(self, step: Store) -> None:
        to = self._mem(step.to)
        if isinstance(step.source, str):
            self.a.emit(mov_mr, to, NAMED[step.source], step.size * 8)
        else:
            self.a.emit(mov_mi, to, step.source, step.size * 8)

    def copy(self, step: Copy) -> None:
        if step.size == 8 and type(step.to) is At and type(step.source) is At:
            self.a.emit(sse_rm, MOVSD, VECTOR_SCRATCH, self._mem(step.source))
            self.a.emit(sse_mr, MOVSD, self._mem(step.to), VECTOR_SCRATCH)
            return
        copy(self.a, self._mem(step.to), self._mem(step.source), step.size, SCRATCH)

    def address(self, step: Address) -> None:
        self.a.emit(lea_rm, NAMED[step.to], self._mem(step.place))

    def move(self, step: Move) -> None:
        self._value(NAMED[step.to], step.source)

    def compute(self, step: Compute) -> None:
        a, to = self.a, NAMED[step.to]
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

    def convert(self, step: Convert) -> None:
        narrow = step.kind == "f64:f32"
        self.a.emit(sse_rm, MOVSD if narrow else MOVSS, VECTOR_SCRATCH, self._mem(step.source))
        self.a.emit(sse_rr, CVTSD2SS if narrow else CVTSS2SD, VECTOR_SCRATCH, VECTOR_SCRATCH)
        self.a.emit(sse_mr, MOVSS if narrow else MOVSD, self._mem(step.to), VECTOR_SCRATCH)

    def branch(self, step: Branch) -> None:
        a, (condition, left, right, label, size, note) = self.a, step
        bits = size * 8 or 64
        a.note = ""
        if type(left) is str:
            register = NAMED[left]
            if type(right) is str:
                a.emit(alu_rr, CMP, register, NAMED[right], bits)
            elif type(right) is Symbol:
                a.emit_pool(alu_rm, CMP, register, symbol=right.name)
            elif right == 0 and condition in ("eq", "ne"):
                a.emit(alu_rr, TEST, register, register, bits)
            elif bits < 64 or -(1 << 31) <= right < 1 << 31:  # type: ignore[operator]
                a.emit(alu_ri, CMP, register, right, bits)
            else:
                a.emit(mov_constant, SCRATCH, right)
                a.emit(alu_rr, CMP, register, SCRATCH)
        elif type(right) is str:
            a.emit(alu_mr, CMP, self._mem(left), NAMED[right], bits)
        elif type(right) is Symbol:
            a.emit_pool(mov_rm, SCRATCH, symbol=right.name)
            a.emit(alu_mr, CMP, self._mem(left), SCRATCH)
        else:
            a.emit(alu_mi, CMP, self._mem(left), right, bits)
        a.note = note
        a.jump(jcc32, CONDITIONS[condition], to=label)

    def jump(self, step: Jump) -> None:
        self.a.jump(jmp32, to=step.label)

    def label(self, step: Label) -> None:
        self.a.label(step.name)
        self.a.frame(self.frame.depth, self._saved)  # whatever came before, here the frame is whole

    def invoke(self, step: Invoke) -> None:
        placement = step.placement
        tail = step.tail and not placement.stack_size
        note, self.a.note = self.a.note, ""
        jobs = list(zip(placement.arguments, step.arguments, strict=True))
        for passed, operand in jobs:
            self._pass(passed, operand, on_stack=True)
        for passed, operand in jobs:
            self._pass(passed, operand, on_stack=False)
        if placement.result.by_reference:
            hidden = placement.result.pieces[0].place
            assert isinstance(hidden, Place)
            assert isinstance(step.result, (At, Through))
            self._value_of_hidden(GENERAL[hidden.name], step.result)
        self._transfer(step, tail, note)
        if tail:
            return
        if step.tail:
            self._epilogue()
            self.a.emit(ret)
        elif step.result is not None:
            self._take_result(placement.result, step.result)

    def _value_of_hidden(self, to: int, place: At | Through) -> None:
        mem = self._mem(place)
        if mem.base == SCRATCH and not mem.disp:
            self.a.emit(mov_rr, to, SCRATCH)
        else:
            self.a.emit(lea_rm, to, mem)

    def _transfer(self, step: Invoke, tail: bool, note: str) -> None:
        """The call instruction itself, or with `tail` the jump that takes its place."""
        a, target = self.a, step.target
        if not isinstance(target, Symbol):
            a.emit(mov_rm, SCRATCH, self._mem(target)) if isinstance(target, At) else a.emit(
                mov_rr, SCRATCH, NAMED[target]
            )
        if step.placement.vector_count_in is not None:
            a.note = "vector registers used (psABI §3.2.3: al)"
            a.emit(mov_ri, RAX, step.placement.vector_count, 32)
        if tail:
            self._epilogue()
        a.note = note
        if isinstance(target, Symbol):
            a.emit_pool(jmp_m if tail else call_m, symbol=target.name)
        else:
            a.emit(jmp_r if tail else call_r, SCRATCH)

    def _pass(self, passed: Passed, operand: Operand, *, on_stack: bool) -> None:
        """One argument into its registers, or into its place on the stack."""
        for piece in passed.pieces:
            if isinstance(piece.place, Stack):
                if on_stack:
                    self._pass_on_stack(passed, piece, operand)
            elif not on_stack:
                self._pass_in_register(passed, piece, piece.place, operand)

    def _pass_on_stack(self, passed: Passed, piece: Piece, operand: Operand) -> None:
        assert isinstance(piece.place, Stack)
        to = Mem(RSP, piece.place.offset)
        spare = GENERAL["rcx"]  # no argument register is loaded yet
        if isinstance(operand, (At, Through)):
            source = self._mem(operand)
            source = source._replace(disp=source.disp + piece.offset)
            if piece.extend:
                load(self.a, spare, source, piece.size, SCRATCH, piece.extend == "sign")
                self.a.emit(mov_mr, to, spare)
            else:
                copy(self.a, to, source, piece.size, spare)
        else:
            self._value(spare, operand)
            self.a.emit(mov_mr, to, spare)

    def _pass_in_register(self, passed: Passed, piece: Piece, place: Place, operand: Operand) -> None:
        a = self.a
        if place.bank == "vector":
            self._pass_in_vector(piece, BANKS[place.name], operand)
            return
        to = GENERAL[place.name]
        if not isinstance(operand, (At, Through)):
            if operand == ("result",):
                self._widen(to, RAX, 8, False)
            else:
                self._value(to, operand)
        elif piece.size in (1, 2, 4, 8):
            source = self._mem(operand)
            load(a, to, source._replace(disp=source.disp + piece.offset), piece.size, SCRATCH,
                 piece.extend == "sign")  # fmt: skip
        else:  # an odd number of bytes: gathered from parts, none read beyond the end
            self._gather(to, piece, operand)

    def _gather(self, to: int, piece: Piece, operand: At | Through) -> None:
        from .chunk import chunks

        for offset, size in reversed(chunks(piece.size)):
            source = self._mem(operand)
            source = source._replace(disp=source.disp + piece.offset + offset)
            first = offset + size == piece.size
            load(self.a, to if first else SCRATCH, source, size, SCRATCH)
            if not first:
                self.a.emit(shift_ri, SHL, to, size * 8)
                self.a.emit(alu_rr, OR, to, SCRATCH)

    def _pass_in_vector(self, piece: Piece, to: int, operand: Operand) -> None:
        if operand == ("result",):
            if to:
                self.a.emit(sse_rr, MOVSD, to, 0)
            return
        assert isinstance(operand, (At, Through))
        source = self._mem(operand)
        source = source._replace(disp=source.disp + piece.offset)
        load_vector(self.a, to, source, piece.size, SCRATCH, RAX)

    def _take_result(self, passed: Passed, to: str | At | Through) -> None:
        if isinstance(to, str):
            (piece,) = passed.pieces
            assert isinstance(piece.place, Place)
            self._widen(NAMED[to], GENERAL[piece.place.name], piece.size, self._signed(passed))
            return
        if passed.by_reference:
            return
        place = self._mem(to)
        for piece in passed.pieces:
            assert isinstance(piece.place, Place)
            self._store_register(place._replace(disp=place.disp + piece.offset), piece.place, piece.size)

    def give(self, step: Return) -> None:
        value, passed = step.value, self.routine.placement.result
        if isinstance(value, At):
            for piece in passed.pieces:
                assert isinstance(piece.place, Place)
                if piece.place.bank == "x87":
                    self._give_x87(passed, value)
                    break
                source = self._mem(value)
                source = source._replace(disp=source.disp + piece.offset)
                if piece.place.bank == "vector":
                    load_vector(self.a, BANKS[piece.place.name], source, piece.size, SCRATCH, RAX)
                else:
                    load(self.a, GENERAL[piece.place.name], source, piece.size, SCRATCH, self._signed(passed))
        elif value is not None:
            self._value(RAX, value)
        self._epilogue()
        self.a.emit(ret)

    def _give_x87(self, passed: Passed, value: At) -> None:
        """The imaginary part first, so that the real part ends on top (psABI §3.2.3, returning 8)."""
        for piece in reversed(passed.pieces):
            source = self._mem(value)
            self.a.emit(fld_m, source._replace(disp=source.disp + piece.offset), 80)


_STEPS = {
    Receive: _Lowering.receive,
    Load: _Lowering.load,
    Store: _Lowering.store,
    Copy: _Lowering.copy,
    Address: _Lowering.address,
    Move: _Lowering.move,
    Compute: _Lowering.compute,
    Convert: _Lowering.convert,
    Branch: _Lowering.branch,
    Jump: _Lowering.jump,
    Label: _Lowering.label,
    Invoke: _Lowering.invoke,
    Return: _Lowering.give,
}
