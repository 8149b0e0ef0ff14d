"""Walking the stack with libgcc's unwinder: by backtrace(), and after every single instruction."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall import seed
from farcall.cdecl import Scope, parse_function
from farcall.cpython.callable.first_call import make_code
from farcall.cpython.callable.handler import Handler
from farcall.cpython.facts.host import host_target
from farcall.cpython.link import code_map
from farcall.cpython.value import class_of
from farcall.ctype import LP64
from farcall.lower.cpu_facts import hardware
from farcall.memory import rounded

INT_OF_INT = parse_function("int f(int)", Scope(LP64))[1]
MOST = 200
#: The CPUs for which gcc makes no tables of C where it is not asked to: unwinders see the first of such frames.
WITHOUT_TABLES = ("mipsel", "mips64el", "mips", "mips64")


def found(kind: str) -> list[tuple[int, int]]:
    """Address and size of all code with names of this kind, the newest last."""
    return [
        (each.region.address + offset + rounded(layout.size) * number, layout.size)
        for each in code_map._maps
        for offset, (name, layout, count) in each.pieces.items()
        if name.startswith(kind)
        for number in range(count)
    ]


def generated(address: int) -> str:
    """The name of the generated code that an address lies in."""
    for each in code_map._maps:
        for offset, (name, layout, count) in each.pieces.items():
            if 0 <= address - each.region.address - offset < rounded(layout.size) * count:
                return name
    return ""


def test_backtrace_sees_through_a_call(native: farcall.Library) -> None:
    room = farcall.array(farcall.size_t, MOST)()
    count = native.trace(room, MOST)
    frames = list(room)[:count]
    assert seed.symbol_origin(frames[0])[1] == "trace"
    assert generated(frames[1]) == "call:trace"
    to_the_start(frames[2:])


def test_backtrace_sees_through_a_closure(native: farcall.Library) -> None:
    room = farcall.array(farcall.size_t, MOST)()
    count = native.calls_and_traces(Handler(INT_OF_INT, native.tracer()), room, MOST)
    frames = list(room)[:count]
    names = [generated(frame) or seed.symbol_origin(frame)[1] for frame in frames]
    assert names[0] == "trace"
    assert [name.partition(":")[0] for name in names[2:5]] == ["handler body", "calls_and_traces", "call"]
    to_the_start(frames[5:])


def to_the_start(frames: list[int]) -> None:
    """What is left are the interpreter's frames, all the way up to the thread's first; none of C compiled without tables,
    where those are the CPU's own, or where compilers make none."""
    cpu = host_target().cpu
    if hardware(cpu).dynamic.unwound or cpu in WITHOUT_TABLES:
        return
    assert len(frames) > 3
    assert not any(generated(frame) for frame in frames if not seed.symbol_origin(frame)[0])
    assert seed.symbol_origin(frames[-1])[1] in ("_start", "__clone", "clone")


#: What steps through code is the trap flag; elsewhere frames are all alike, and hold from one call to the next only.
steps_here = pytest.mark.skipif(
    host_target().cpu not in ("x86_64", "i386"), reason="frames are not described for each instruction of this CPU"
)
STEPPED = {
    "throws_if": (0,),
    "swapped": ((1.0, 2.0),),
    "many": (1, 2, 3.0, 4, 5, 6, 7, 8, 9),
    "first_wrong": (),
}


@steps_here
@pytest.mark.parametrize("gil", ["hold", "release"])
@pytest.mark.parametrize("name", STEPPED)
def test_after_every_instruction_of_a_call(native: farcall.Library, name: str, gil: str) -> None:
    library = farcall.Library(native.path, gil=gil, errno=gil == "release")
    library.cdef(
        "int throws_if(int x); struct pair { double first, second; }; struct pair swapped(struct pair);"
        "int64_t many(int64_t, int, double, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t);"
        "const char *first_wrong(void);"
    )
    function = getattr(library, name)
    arguments = [library.types["struct pair"](*a) if type(a) is tuple else a for a in STEPPED[name]]
    through(native, function, arguments)


@steps_here
def test_after_every_instruction_of_an_aligned_frame(native: farcall.Library) -> None:
    if host_target().cpu == "i386":
        pytest.skip("aligned frames of this CPU are described at their calls only")
    if "avx" not in Path("/proc/cpuinfo").read_text():
        pytest.skip("this processor has no AVX")
    vector = class_of(native.nine_vectors.__self__.parameter_type(0))
    through(native, native.nine_vectors, [vector(1.0, 2.0, 3.0, 4.0)] * 9)


@steps_here
def test_after_every_instruction_of_a_call_that_fails(native: farcall.Library) -> None:
    for function, arguments in (
        (native.throws_if, ["no int"]),
        (native.many, [1, 2, 3.0, 4, 5, 6, 7, 8, 1 << 70]),
        (native.many, []),
    ):
        with pytest.raises((TypeError, OverflowError)):  # also so that all is imported before each step counts
            function(*arguments)
        through(native, function, arguments)


def through(native: farcall.Library, function: Any, arguments: list[object]) -> None:
    """Step through a call, as the interpreter would do it."""
    description = function.__self__
    make_code(description)
    slot = description.slot
    if len(arguments) == 1:
        second, third = id(arguments[0]), 0
    else:
        cells = array("L", [id(argument) for argument in arguments])
        second, third = cells.buffer_info()
    native.step_through(slot.address, slot.size, slot.address, id(description), second, third)
    assert (native.wrong_steps(), native.first_wrong()) == (0, "")
    assert native.steps() > 10


@steps_here
def test_after_every_instruction_of_closures(native: farcall.Library) -> None:
    closure = farcall.Closure(lambda x: x + 1, "long (*)(long)")
    assert closure(1) == 2
    (thunk,) = (piece for piece in found("closure:long (long)") if piece[0] == closure.address)
    assert steps_in(native, found("closure body:long (long)"), closure.address, 5) > 10
    assert native.foreign_steps() > 100
    assert steps_in(native, [thunk], closure.address, 5) >= 3  # a thunk has no more


def steps_in(native: farcall.Library, pieces: list[tuple[int, int]], function: int, argument: int) -> int:
    """How many instructions of those pieces a call runs; the unwinder is right at each. Of bodies with one name,
    made for one tier or the other, only one is run."""
    steps = 0
    for address, size in pieces:
        native.step_through(address, size, function, argument, 0, 0)
        assert (native.wrong_steps(), native.first_wrong()) == (0, "")
        steps += native.steps()
    return steps


@steps_here
def test_after_every_instruction_of_a_handler(native: farcall.Library) -> None:
    handler = Handler(INT_OF_INT, native.thrower())
    assert steps_in(native, found("handler body:int (int)"), handler.address, 0) > 10
