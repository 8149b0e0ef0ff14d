"""Generated code of other CPUs against a compiler for them, run by qemu: no CPython of that CPU is needed.

One program holds, beside the compiler's callers and callees of random signatures (see `emulated`), what farcall generates
for them, as bytes at an address that is known here: the bodies of libffi's calls, closures' bodies with a C handler, and
the closures themselves. For each signature it reads a record. It calls the compiler's function by the generated call, with the
arguments' addresses; then has the compiler's caller call the closure, whose handler says what the record says. What the
callee and the handler have seen, and what came back, it writes out, and whether a register that is the caller's was lost.

A target takes part that has machine code here (`lower.CPUS`) and a `Machine`, of which `_start` and `transfer` are used.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from farcall.convention import Target
from farcall.ctype import Void, is_signed, unqualified
from farcall.lower import Code, lower, thunk, trampoline
from farcall.lower.cpu_facts import hardware
from farcall.stub import Crossing, Surroundings, crossing, handler
from farcall.stub.carrier import widened
from farcall.stub.ffi import call_body, closure_body, shapes
from farcall.stub.state import state
from tests.routines import NEWER, fitting

from .emulated import ARGUMENTS, FRAME, RESULT, ROOM, SUPPORT, Machine, built, ran
from .quirk import Quirks
from .signature import Case, random_cases
from .source import definitions
from .value import Values, random_values, same

__all__ = ["CODE_AT", "Blob", "differing"]

CHUNK = 400  # signatures in one program
#: Where the linker puts generated code.
CODE_AT = 0x3000_0000
#: What the program's room for results is filled with, and what the handler's values are.
FILL = 0xA5
#: The program's input and output, by signature: see `main`. `lost` is a word, 0 if all is well.
INPUT = {"args_in": ARGUMENTS, "result_given": ROOM, "result_handled": ROOM}
OUTPUT = {"args_called": ARGUMENTS, "result_called": ROOM, "args_handled": ARGUMENTS, "result_got": ROOM, "lost": 4}

ASSEMBLY = """
    .section .generated, "awx", %progbits
    .incbin "generated.bin"
"""
#: A `row` is a signature: its code, where the closure finds what it needs, and its parameters' offsets and sizes.
MAIN = """
%(support)s
extern unsigned char args_in[], result_got[], args_seen[], result_given[];
unsigned char call_frame[%(frame)d] __attribute__((aligned(64))), result_frame[%(result)d] __attribute__((aligned(64)));
unsigned char result_handled[%(room)d], result_called[%(room)d] __attribute__((aligned(64)));
unsigned char copies[64], result_memory[64];
typedef struct {
    void *call, *closure, **cif, **handler, **data;
    void (*callee)(void), (*caller)(void (*)(void));
    unsigned count, size;
    const unsigned short *parameters;
} row;
%(declarations)s
static const row rows[] = { %(rows)s };
typedef void body(const void *cif, void (*function)(void), void *result, void **arguments, void *chain);
volatile unsigned lost;
volatile unsigned long words[20];
volatile double numbers[16], numbers_after[16];

static void handle(const void *cif, void *result, void **arguments, const row *one)
{
    if (cif != rows) lost |= 1;
    for (unsigned i = 0; i < one->count; i++)
        memcpy(args_seen + one->parameters[2 * i], arguments[i], one->parameters[2 * i + 1]);
    memcpy(result, result_handled, one->size);
}
static void call(const row *one)
{
    void *arguments[64];
    for (unsigned i = 0; i < one->count; i++) arguments[i] = args_in + one->parameters[2 * i];
    ((body *)one->call)(rows, one->callee, result_called, arguments, 0);
}
static void enter(const row *one)
{
    one->caller((void (*)(void))one->closure);
}
/* Calls with as much to keep as there are registers for it. */
#define EACH(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)
#define KEEP(n) unsigned long word##n = words[n]; double number##n = numbers[n];
#define CHECK(n) if (words[n] != word##n) lost |= 2; numbers_after[n] = number##n;
static void __attribute__((noinline)) keeping(void (*run)(const row *), const row *one)
{
    EACH(KEEP)
    run(one);
    EACH(CHECK)
    for (unsigned n = 0; n < sizeof numbers; n++)
        if (((volatile char *)numbers)[n] != ((volatile char *)numbers_after)[n]) lost |= 4;
}
int main(void)
{
    for (unsigned n = 0; n < sizeof words; n++) ((volatile unsigned char *)words)[n] = 17 + 29 * n;
    for (unsigned n = 0; n < sizeof numbers; n++) ((volatile unsigned char *)numbers)[n] = 0x30 + n %% 16;
    for (int i = 0; i < %(count)d; i++) {
        const row *one = rows + i;
        if (!one->closure) continue;
        *one->cif = (void *)rows, *one->handler = (void *)handle, *one->data = (void *)one;
    }
    for (int i = 0; i < %(count)d; i++) {
        const row *one = rows + i;
        READ(args_in, %(arguments)d);
        READ(result_given, %(room)d);
        READ(result_handled, %(room)d);
        lost = 0;
        memset(args_seen, %(fill)d, %(arguments)d);
        memset(result_called, %(fill)d, %(room)d);
        keeping(call, one);
        WRITE(args_seen, %(arguments)d);
        WRITE(result_called, %(room)d);
        memset(args_seen, %(fill)d, %(arguments)d);
        memset(result_got, %(fill)d, %(room)d);
        if (one->closure) keeping(enter, one);
        WRITE(args_seen, %(arguments)d);
        WRITE(result_got, %(room)d);
        unsigned found = lost;
        WRITE(&found, 4);
    }
    return 0;
}
"""


class Blob:
    """Bytes that will lie at CODE_AT, in the making."""

    def __init__(self, on: Target) -> None:
        self.on, self.data = on, bytearray()

    def add(self, data: bytes, align: int = 16) -> int:
        """The address of these bytes."""
        self.data += bytes(-len(self.data) % align)
        self.data += data
        return CODE_AT + len(self.data) - len(data)

    def code(self, code: Code, **symbols: int) -> int:
        """The address of code that waits for these addresses."""
        data, order, word = bytearray(code.data), self.on.byteorder.name, hardware(code.cpu).word
        for offset, name in code.relocations:
            data[offset : offset + word] = symbols[name].to_bytes(word, order)
        return self.add(bytes(data), 64)


class Row(NamedTuple):
    """Addresses of a signature's code, and of the cells that its closure reads; 0 where there is no closure."""

    call: int
    closure: int = 0
    cif: int = 0
    handler: int = 0
    data: int = 0


def differing(
    on: Target,
    machine: Machine,
    directory: Path,
    seed: int,
    count: int,
    extra: frozenset[str],
    quirks: Quirks,
    answerable: Callable[[Case], bool],
) -> list[str]:
    """The cases, of `count` random ones, in which generated code and the machine's compiler do not understand each other, as
    texts. The rest is as for `exchange.differing`."""
    env = Surroundings(on, fitting(NEWER, on))
    texts = []
    for first in range(0, count, CHUNK):
        cases = random_cases(seed, min(CHUNK, count - first), extra, first, model=on.model, quirks=quirks)
        cases = [case for case in cases if answerable(case)]
        plans = [crossing(case.signature, on) for case in cases]
        rng, blob = random.Random(f"values {seed} {first}"), Blob(on)
        rows = [row(plan, env, blob, number) for number, plan in enumerate(plans)]
        values = [random_values(rng, case) for case in cases]
        place = directory / f"at{first}"
        place.mkdir(exist_ok=True)
        (place / "generated.bin").write_bytes(blob.data)
        assembly = machine.thunks + ASSEMBLY
        program = built(
            cases, main(cases, plans, rows), assembly, place, machine, f"-Wl,--section-start=.generated={CODE_AT:#x}"
        )
        inputs = [given(*one) for one in zip(cases, plans, values, strict=True)]
        outputs = ran(program, cases, inputs, INPUT, OUTPUT, machine)
        for case, plan, value, told, saw in zip(cases, plans, values, inputs, outputs, strict=True):
            if found := differences(case, plan, value, told, dict(zip(OUTPUT, saw, strict=True))):
                texts.append("\n".join([*definitions([case]), str(case), *found, str(plan.placement)]))
    return texts


def row(plan: Crossing, env: Surroundings, blob: Blob, number: int) -> Row:
    """The code for a signature; of every second one the closure is libffi's, and farcall's own of the others."""
    on, word, placement = env.target, env.target.model.pointer, plan.placement
    call = blob.code(lower(call_body(plan, env), on))
    if placement.signature.fixed is not None:
        return Row(call)  # a handler cannot be variadic
    if number % 2:
        shape = shapes(word, native_raw=False).plain
        body = blob.code(lower(closure_body(plan, env, shape), on))
        size = len(trampoline(on, placement, body, 0))
        closure = blob.add(bytes(size + 3 * word), 64)
        code = trampoline(on, placement, body, closure)
        blob.data[-size - 3 * word : -3 * word] = code
        behind = closure + size
        return Row(call, closure, behind + shape.cif, behind + shape.handler, behind + shape.user_data)
    cells = state(word).callable
    held = blob.add(bytes(cells + 3 * word))
    body = blob.code(lower(handler(plan, env), on))
    closure = blob.code(thunk(on, placement), body=body, state=held)
    return Row(call, closure, held + cells + word, held + cells, held + cells + 2 * word)


def main(cases: Sequence[Case], plans: Sequence[Crossing], rows: Sequence[Row]) -> str:
    """The program's own source."""
    lines, declared = [], []
    for case, plan, addresses in zip(cases, plans, rows, strict=True):
        parts = [f"{at}, {kind.size}" for at, kind in zip(case.offsets, plan.parameters, strict=True)]
        declared.append(f"void {case.name}(void), call_{case.name}(void (*)(void));")
        declared.append(f"static const unsigned short of_{case.name}[] = {{ {', '.join([*parts, '0'])} }};")
        places = ", ".join(f"(void *){address:#x}" for address in addresses)
        size = case.model.pointer if widened(plan.result, case.model) else plan.result.size
        lines.append(f"{{ {places}, {case.name}, call_{case.name}, {len(parts)}, {size}, of_{case.name} }}")
    names = {"frame": FRAME, "result": RESULT, "room": ROOM, "arguments": ARGUMENTS, "fill": FILL, "count": len(cases)}
    texts = {"support": SUPPORT, "rows": ",\n".join(lines), "declarations": "\n".join(declared)}
    return MAIN % {**names, **texts}


def handled(plan: Crossing, case: Case, value: bytes) -> bytes:
    """A result as libffi has it: an integer no wider than an `ffi_arg` as one."""
    if not widened(plan.result, case.model):
        return value
    type, order, word = unqualified(case.signature.result), case.model.byteorder.name, case.model.pointer
    signed = is_signed(type, case.model)
    return int.from_bytes(value, order, signed=signed).to_bytes(word, order, signed=signed)


def given(case: Case, plan: Crossing, values: Values) -> tuple[bytes, ...]:
    """The program's input."""
    arguments = bytearray()
    for at, value in zip(case.offsets, values.arguments, strict=True):
        arguments[at:] = bytes(at - len(arguments)) + value
    return bytes(arguments), values.result, handled(plan, case, values.result)


def differences(
    case: Case, plan: Crossing, values: Values, told: tuple[bytes, ...], saw: dict[str, bytes]
) -> list[str]:
    """What came out otherwise than it was sent."""
    found = []
    closed = case.signature.fixed is None
    for way, there in (("args_called", True), ("args_handled", closed)):
        for i, (type, at, value) in enumerate(
            zip(case.signature.parameters, case.offsets, values.arguments, strict=True)
        ):
            seen = saw[way][at : at + len(value)]
            if there and not same(type, value, seen, case.model):
                found.append(f"argument {i} in {way}: {seen.hex()}, not {value.hex()}")
    result, expected = case.signature.result, told[2]
    got = saw["result_called"]
    if widened(plan.result, case.model):
        right = got[: len(expected)] == expected
    else:
        right = isinstance(unqualified(result), Void) or same(result, expected, got[: len(expected)], case.model)
    if not right or got[len(expected) :].strip(bytes([FILL])):
        found.append(f"the result of the call: {got[: len(expected) + 8].hex()}, not {expected.hex()}")
    got = saw["result_got"][: len(values.result)]
    if closed and values.result and not same(result, values.result, got, case.model):
        found.append(f"the result of the closure: {got.hex()}, not {values.result.hex()}")
    if any(saw["lost"]):
        found.append(f"lost: {saw['lost'].hex()} (1 the closure's own data, 2 words, 4 floating-point numbers)")
    return found
