"""gcc for SPARC as the oracle."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from .emulated import FLAGS, POINTER_AT, SIZE_AT, STACK_AT, STACK_BYTES, VALUE_AT, Machine, ended, started, tool

__all__ = ["GCC", "MACHINES"]

GCC = "sparc64-linux-gnu-gcc"
BIAS = 2047
#: The third register of a result lies behind the frame's floating-point registers.
GENERAL = {"o0": 0, "o1": 1, "o2": 8, "o3": 3, "o4": 4, "o5": 5}
NUMBERS = GENERAL | {f"{width}{n}": n for width in "fdq" for n in range(32)}


def _registers(load: bool, count: int, floats: int, at: int) -> str:
    move, wide = ("ldx", "ldd") if load else ("stx", "std")
    rows = [("{} {}, {}", f"%{name}", f"[%g1 + {8 * number}]") for name, number in list(GENERAL.items())[:count]]
    rows += [("{} {}, {}", f"%f{n}", f"[%g1 + {at + 4 * n}]") for n in range(0, floats, 2)]
    return "; ".join(
        f"{wide if 'f' in name else move} {memory}, {name}"
        if load
        else f"{wide if 'f' in name else move} {name}, {memory}"
        for _, name, memory in rows
    )


V9_THUNKS = f"""
    .register %g2, #scratch
    .register %g3, #scratch
    .text
    .globl _start, transfer, capture, invoke
_start:
    set {STACK_BYTES + 64}, %g1; sub %sp, %g1, %sp; call main; nop; mov 188, %g1; ta 0x6d; nop
transfer:
    sub %o3, 60, %g1; ta 0x6d; bcs,a,pn %xcc, 1f; sub %g0, %o0, %o0
1:  retl; nop
capture:
    set call_frame, %g1
    {_registers(False, 6, 32, 80)}
    add %sp, {BIAS}, %g2; stx %g2, [%g1 + {POINTER_AT}]
    set {STACK_BYTES - 8}, %g4; add %g1, {STACK_AT}, %g3
2:  ldx [%g2 + %g4], %g5; stx %g5, [%g3 + %g4]; brnz,pt %g4, 2b; sub %g4, 8, %g4
    set result_frame, %g1
    ldx [%g1 + {SIZE_AT}], %g4; brz,pn %g4, 4f; add %g1, {VALUE_AT}, %g3
3:  sub %g4, 1, %g4; ldub [%g3 + %g4], %g5; brnz,pt %g4, 3b; stb %g5, [%o0 + %g4]
    retl; nop
4:  {_registers(True, 4, 8, 32)}
    retl; nop
invoke:
    set {STACK_BYTES + 256}, %g1; neg %g1; save %sp, %g1, %sp
    set call_frame, %g1; add %sp, {BIAS}, %g2
    set {STACK_BYTES - 8}, %g4; add %g1, {STACK_AT}, %g3
5:  ldx [%g3 + %g4], %g5; stx %g5, [%g2 + %g4]; brnz,pt %g4, 5b; sub %g4, 8, %g4
    {_registers(True, 6, 32, 80)}
    call %i0; nop
    set result_frame, %g1
    {_registers(False, 4, 8, 32)}
    ret; restore
    .section .note.GNU-stack, "", %progbits
"""


def _words(load: bool) -> str:
    return "; ".join(f"ld [%g1 + {4 * n}], %o{n}" if load else f"st %o{n}, [%g1 + {4 * n}]" for n in range(6))


def _results(load: bool) -> str:
    rows = [("%o0", 0), ("%o1", 4), *((f"%f{n}", 32 + 4 * n) for n in range(8))]
    return "; ".join(f"ld [%g1 + {at}], {name}" if load else f"st {name}, [%g1 + {at}]" for name, at in rows)


#: A callee with a result in memory returns behind the word that follows the call's delay slot.
V8_THUNKS = f"""
    .text
    .globl _start, transfer, capture, invoke
_start:
    set {STACK_BYTES + 64}, %g1; sub %sp, %g1, %sp; call main; nop; mov 188, %g1; ta 0x10; nop
transfer:
    sub %o3, 60, %g1; ta 0x10; bcs,a 1f; sub %g0, %o0, %o0
1:  retl; nop
capture:
    set call_frame, %g1
    {_words(False)}
    st %sp, [%g1 + {POINTER_AT}]
    set {STACK_BYTES - 4}, %g4; add %g1, {STACK_AT}, %g3
2:  ld [%sp + %g4], %g2; st %g2, [%g3 + %g4]; cmp %g4, 0; bne 2b; sub %g4, 4, %g4
    set result_frame, %g1
    ld [%g1 + {SIZE_AT}], %g4; cmp %g4, 0; be 4f; add %g1, {VALUE_AT}, %g3
    ld [%sp + 64], %o0
3:  sub %g4, 1, %g4; ldub [%g3 + %g4], %g2; cmp %g4, 0; bne 3b; stb %g2, [%o0 + %g4]
    jmp %o7 + 12; nop
4:  {_results(True)}
    retl; nop
invoke:
    set {STACK_BYTES + 256}, %g1; neg %g1; save %sp, %g1, %sp
    set call_frame, %g1
    set {STACK_BYTES - 4}, %g4; add %g1, {STACK_AT}, %g3
5:  ld [%g3 + %g4], %g2; st %g2, [%sp + %g4]; cmp %g4, 0; bne 5b; sub %g4, 4, %g4
    {_words(True)}
    call %i0; nop
    nop
    set result_frame, %g1
    {_results(False)}
    ret; restore
    .section .note.GNU-stack, "", %progbits
"""


def _compile(directory: Path, switches: tuple[str, ...]) -> None:
    command = [tool(GCC), *FLAGS, *switches, "-D__float128=_Float128", "-Wno-psabi", "-c"]
    for job in [started([*command, name], directory) for name in ("callers.c", "callees.c")]:
        ended(job)


#: By target.
MACHINES = {
    "sparc64-linux": Machine((GCC,), "qemu-sparc64", V9_THUNKS, partial(_compile, switches=()), numbers=NUMBERS, step=4),
    "sparc-linux": Machine(
        (GCC, "-m32"), "qemu-sparc32plus", V8_THUNKS, partial(_compile, switches=("-m32",)),
        numbers=NUMBERS | {"o2": 2}, word=4, step=4, copies=8,
    ),
}  # fmt: skip
