"""Whole calls against gcc, byte by byte: functions of every C type, of the host's convention and of `ms_abi`.

No Python value takes part: a body in libffi's shape reads each argument through a pointer and writes the result,
an integer narrower than a register as a whole register. (Closures of every type are called in
`test_oracle_closures`, by C handlers.)
"""

from __future__ import annotations

import ctypes
import random
from pathlib import Path

import pytest

import farcall
from farcall.convention import Signature, place
from farcall.cpython.callable.function import bind
from farcall.cpython.link.linker import linker
from farcall.ctype import Enum, Function, Integer, Parameter, Pointer, Void, names, unqualified
from farcall.memory import Slot
from farcall.stub import crossing
from farcall.stub.ffi import call_body
from tests import oracle
from tests.test_oracle_calls import CONVENTIONS

CHUNK = 400  # signatures in one source file
COUNT = 300
MODEL, WORD = oracle.HERE.model, oracle.HERE.word
ROOM, ALIGN = 256, 64  # for a result
#: void (cif, function, result, arguments[], chain)
SHAPE = Function(names.void, tuple(Parameter("", Pointer(names.void)) for _ in range(5)))

pytestmark = oracle.needs_here


def body(signature: Signature) -> Slot:
    """The code that calls a function of this signature."""
    link = linker()
    plan = crossing(signature, link.target)
    return link.bind(link.prepare(call_body(plan, link.surroundings)), {}, f"call:{signature}")


def differences(
    case: oracle.Case, address: int, args_seen: memoryview, given: memoryview, rng: random.Random
) -> list[str]:
    """What C received, or gave, that does not arrive; and bytes behind the result that are written."""
    values = oracle.random_values(rng, case)
    # each argument ends where its last byte does: nothing behind it may be read (a sanitizer would tell)
    arguments = [ctypes.create_string_buffer(value, max(1, len(value))) for value in values.arguments]
    pointers = (ctypes.c_void_p * max(1, len(arguments)))(*map(ctypes.addressof, arguments))
    room = ctypes.create_string_buffer(ROOM + ALIGN)
    start = -ctypes.addressof(room) % ALIGN  # C writes it through a pointer to the type
    result = memoryview(room).cast("B")[start : start + ROOM]
    result[:] = before = rng.randbytes(ROOM)
    args_seen[:] = rng.randbytes(16) * (oracle.BUFFER_SIZE // 16)
    given[: len(values.result)] = values.result
    slot = body(case.signature)
    call = bind("call", SHAPE, slot.address, gil="hold")
    call(0, address, ctypes.addressof(room) + start, ctypes.addressof(pointers), 0)
    slot.free()
    found = []
    for i, (type, at, value) in enumerate(zip(case.signature.parameters, case.offsets, values.arguments, strict=True)):
        seen = bytes(args_seen[at : at + len(value)])
        if not oracle.same(type, value, seen, MODEL):
            found.append(f"argument {i} ({type}): sent {value.hex()}, C has {seen.hex()}")
        if arguments[i].raw[: len(value)] != value:
            found.append(f"argument {i} ({type}) was changed where it lies")
    type, size = unqualified(case.signature.result), len(values.result)
    if not oracle.same(type, values.result, bytes(result[:size]), MODEL):
        found.append(f"result ({type}): gave {values.result.hex()}, got {result[:size].hex()}")
    written = 0 if isinstance(type, Void) else max(size, WORD) if isinstance(type, (Integer, Enum)) else size
    if bytes(result[written:]) != before[written:]:
        found.append(f"result ({type}): written beyond {written} bytes: {result.hex()}")
    return found


def check(directory: Path, convention: str | None, extra: frozenset[str], flags: tuple[str, ...] = ()) -> None:
    seed, count = oracle.requested(COUNT)
    differing, done = [], 0
    for first in range(0, count, CHUNK):
        cases = oracle.cases_here(f"every {seed}", min(CHUNK, count - first), extra, first, convention)
        path = oracle.build(oracle.callee_source(cases), directory, (*oracle.HERE.flags, *flags), f"at{first}")
        addresses, library = farcall.Library(path), ctypes.CDLL(str(path))
        args_seen = oracle.buffer(library, "args_seen", oracle.BUFFER_SIZE)
        given = oracle.buffer(library, "result_buffer", oracle.BUFFER_SIZE)
        for case in cases:
            rng = random.Random(f"{seed} {case.name}")
            found = differences(case, addresses.address(oracle.exported_name(case)), args_seen, given, rng)
            if found:
                text = "\n".join([*oracle.definitions([case]), str(case), *found])
                differing.append(f"{text}\n{place(case.signature, linker().target)}")
            done += 1
    assert done > 1.5 * oracle.HERE.share * count
    assert not differing, f"{len(differing)} differ from gcc\n\n" + "\n\n".join(differing[:10])


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_every_type(tmp_path: Path, convention: str | None) -> None:
    check(tmp_path, convention, oracle.HERE.kinds)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_vectors_of_32_and_64_bytes(tmp_path: Path, convention: str | None) -> None:
    if not oracle.HERE.wide:
        pytest.skip("this CPU has no registers of 32 and 64 bytes")
    if "avx512f" not in Path("/proc/cpuinfo").read_text().split():
        pytest.skip("this processor has no AVX-512")
    check(tmp_path, convention, frozenset({"vector", "wide vector", "long double"}), oracle.HERE.wide)


# What the callee has to keep


KEEPER = """
#include <string.h>
unsigned char before[176] __attribute__((aligned(16))), after[176] __attribute__((aligned(16)));
__asm__(
".text\\n.globl probe\\n.type probe, @function\\nprobe:\\n"
"pushq %rbx\\n movq %rdi, %rbx\\n subq $32, %rsp\\n"  /* 8 + 8 + 32: rsp is aligned */
"movq before@GOTPCREL(%rip), %rax\\n"
"movq 160(%rax), %rdi\\n movq 168(%rax), %rsi\\n"
LOAD
"call *%rbx\\n"
"movq after@GOTPCREL(%rip), %rax\\n"
"movq %rdi, 160(%rax)\\n movq %rsi, 168(%rax)\\n"
STORE
"addq $32, %rsp\\n popq %rbx\\n ret\\n");
void clobber(void *cif, void *result, void **arguments, void *user_data)
{
    __asm__ volatile (CLEAR "xorl %%edi, %%edi\\n xorl %%esi, %%esi" ::: "rdi", "rsi", CLOBBERS);
}
"""


def keeper_source() -> str:
    """`probe(function)`: rdi, rsi and xmm6 to xmm15 from `before`, the call as `ms_abi`, and back into `after`."""
    vectors = [(16 * n, f"%xmm{6 + n}") for n in range(10)]
    source = KEEPER.replace("LOAD", " ".join(f'"movaps {at}(%rax), {name}\\n"' for at, name in vectors))
    source = source.replace("STORE", " ".join(f'"movaps {name}, {at}(%rax)\\n"' for at, name in vectors))
    source = source.replace("CLEAR", " ".join(f'"xorps %{name}, %{name}\\n"' for _, name in vectors))
    return source.replace("CLOBBERS", ", ".join(f'"{name[1:]}"' for _, name in vectors))


@pytest.mark.skipif("ms_abi" not in CONVENTIONS, reason="a convention of x86-64")
@pytest.mark.parametrize("kind", ["closure", "handler"])
def test_a_closure_of_ms_abi_keeps_what_its_caller_keeps(tmp_path: Path, kind: str) -> None:
    """Python, and C handlers by System V, use rdi, rsi and all vector registers."""
    from farcall.cpython.callable.handler import Handler

    path = oracle.build(keeper_source(), tmp_path)
    addresses, library = farcall.Library(path), ctypes.CDLL(str(path))
    before, after = oracle.buffer(library, "before", 176), oracle.buffer(library, "after", 176)
    probe = bind(
        "probe", Function(names.void, (Parameter("", Pointer(names.void)),)), addresses.address("probe"), gil="hold"
    )
    function = Function(names.double, (), False, "ms_abi")
    for round in range(3):
        before[:] = random.Random(round).randbytes(176)
        after[:] = bytes(176)
        if kind == "handler":
            with Handler(function, addresses.address("clobber")) as handler:
                probe(handler.address)
        else:
            with farcall.Closure(lambda: sum(n * 0.5 for n in range(100)), function) as closure:
                probe(closure)
        assert bytes(after) == bytes(before)
