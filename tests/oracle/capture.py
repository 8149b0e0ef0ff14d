"""Two assembler thunks for x86-64 that show, or set, every register and stack byte of a call.

`capture` is called by gcc's code as if it were the function: it stores the argument registers and the stack
into `call_frame`, and returns what `result_frame` says. `invoke(function)` is the other way round: it loads
all of `call_frame`, calls the function and stores the result registers into `result_frame`.

    call_frame     0: rdi rsi rdx rcx r8 r9 rax, 56: the stack pointer at the call, 64: eight vector registers
                   of 64 bytes, 576: the stack, from the argument area up
    result_frame   0: rax rdx, 16: how many x87 values, 24: how many bytes `capture` writes through rdi (which
                   it then returns in rax), 64: four vector registers of 64 bytes, 320: st0, 336: st1,
                   384: the bytes to write through rdi
    result_memory  room for a hidden pointer to point to
    copies         room for values that `invoke` passes by reference

For functions of the convention "ms_abi" or "vectorcall", the hidden pointer is in rcx, and rdi and rsi come back as they were.
"""

from __future__ import annotations

from farcall.convention import Register, Stack

__all__ = [
    "CALL_FRAME", "COPIES", "MEMORY_AT", "MEMORY_SIZE_AT", "RESULT_FRAME", "RESULT_MEMORY", "STACK_POINTER",
    "X87_COUNT_AT", "frame_offset", "result_offset", "thunks",
]  # fmt: skip

STACK_BYTES = 6144  # the arguments, and a caller's copies above them
GENERAL = ("rdi", "rsi", "rdx", "rcx", "r8", "r9", "rax")
STACK_POINTER = slice(56, 64)
VECTORS_AT, STACK_AT = 64, 576
RESULTS = {"rax": 0, "rdx": 8, "st0": 320, "st1": 336}
X87_COUNT_AT, MEMORY_SIZE_AT, MEMORY_AT = 16, 24, 384
CALL_FRAME = STACK_AT + STACK_BYTES
RESULT_FRAME = MEMORY_AT + 4096
RESULT_MEMORY = 4096
COPIES = 4096


def frame_offset(place: Register | Stack) -> int:
    """Where an argument's register or stack place lies in `call_frame`."""
    if isinstance(place, Stack):
        return STACK_AT + place.offset
    if place.bank == "vector":
        return VECTORS_AT + 64 * int(place.name[3:])
    return 8 * GENERAL.index(place.name)


def result_offset(place: Register | Stack) -> int:
    """Where a result's register lies in `result_frame`."""
    assert isinstance(place, Register)
    if place.bank == "vector":
        return VECTORS_AT + 64 * int(place.name[3:])
    return RESULTS[place.name]


def thunks(*, wide: bool = False, hidden: str = "rdi") -> str:
    """C source with the thunks and frames. `wide` moves all 64 bytes of the vector registers (AVX-512); `hidden`
    is the register of the hidden pointer."""
    body = "\n".join(f"{line}\\n" for line in _assembler(wide, 8 * GENERAL.index(hidden)))
    escaped = body.replace("\n", "")
    return (
        f"unsigned char call_frame[{CALL_FRAME}], result_frame[{RESULT_FRAME}];\n"
        f"unsigned char result_memory[{RESULT_MEMORY}] __attribute__((aligned(64)));\n"
        f"unsigned char copies[{COPIES}] __attribute__((aligned(64)));\n"
        f'void capture(void), invoke(void (*function)(void));\n__asm__("{escaped}");\n'
    )


def _assembler(wide: bool, hidden: int) -> list[str]:
    move, bank = ("vmovdqu64", "zmm") if wide else ("movups", "xmm")

    def vectors(count: int, base: str, load: bool) -> list[str]:
        pairs = [(f"{VECTORS_AT + 64 * n}(%{base})", f"%{bank}{n}") for n in range(count)]
        return [
            f"{move} {memory}, {register}" if load else f"{move} {register}, {memory}" for memory, register in pairs
        ]

    return [
        ".text", ".globl capture", ".type capture, @function", "capture:",
        "movq call_frame@GOTPCREL(%rip), %r11",
        *(f"movq %{name}, {8 * n}(%r11)" for n, name in enumerate(GENERAL)),
        "leaq 8(%rsp), %r10", "movq %r10, 56(%r11)",
        *vectors(8, "r11", load=False),
        "movq %r10, %rsi", f"leaq {STACK_AT}(%r11), %rdi", f"movl ${STACK_BYTES}, %ecx", "rep movsb",
        "movq result_frame@GOTPCREL(%rip), %r10",
        f"movq {MEMORY_SIZE_AT}(%r10), %rcx", "testq %rcx, %rcx", "jz 1f",
        f"movq {hidden}(%r11), %rdi", f"leaq {MEMORY_AT}(%r10), %rsi", "rep movsb", f"movq {hidden}(%r11), %rax",
        "movq 0(%r11), %rdi", "movq 8(%r11), %rsi", "ret",
        "1:", f"cmpq $2, {X87_COUNT_AT}(%r10)", "jb 2f", "fldt 336(%r10)",
        "2:", f"cmpq $1, {X87_COUNT_AT}(%r10)", "jb 3f", "fldt 320(%r10)",
        "3:", *vectors(4, "r10", load=True), "movq 0(%r10), %rax", "movq 8(%r10), %rdx",
        "movq 0(%r11), %rdi", "movq 8(%r11), %rsi", "ret",
        ".globl invoke", ".type invoke, @function", "invoke:",
        "pushq %rbp", "movq %rsp, %rbp", "pushq %rbx", "pushq %r12",
        "movq %rdi, %r12", "movq call_frame@GOTPCREL(%rip), %rbx",
        f"subq ${STACK_BYTES}, %rsp", "andq $-64, %rsp",
        f"leaq {STACK_AT}(%rbx), %rsi", "movq %rsp, %rdi", f"movl ${STACK_BYTES}, %ecx", "rep movsb",
        *vectors(8, "rbx", load=True),
        *(f"movq {8 * n}(%rbx), %{name}" for n, name in enumerate(GENERAL)),
        "call *%r12",
        "movq result_frame@GOTPCREL(%rip), %r10", "movq %rax, 0(%r10)", "movq %rdx, 8(%r10)",
        *vectors(4, "r10", load=False),
        f"cmpq $1, {X87_COUNT_AT}(%r10)", "jb 4f", "fstpt 320(%r10)",
        f"cmpq $2, {X87_COUNT_AT}(%r10)", "jb 4f", "fstpt 336(%r10)",
        "4:", "leaq -16(%rbp), %rsp", "popq %r12", "popq %rbx", "popq %rbp", "ret",
    ]  # fmt: skip
