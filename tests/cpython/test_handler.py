"""C handlers: closures without Python, in libffi's shape."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

import farcall
from farcall import ClosureError
from farcall.cpython.callable.handler import Handler

Load = Callable[..., farcall.Library]

HANDLER = r"""
#include <stdint.h>
void add(void *cif, void *result, void **arguments, void *user_data) {
    *(int64_t *)result = *(int *)arguments[0] + (intptr_t)user_data + (intptr_t)cif; }
"""


def test_c_handler(load_c: Load) -> None:
    add = load_c(HANDLER).address("add")
    handler = Handler(farcall.type_of("int (*)(int)").__ctype__.target, add, 1000, 5)
    call = farcall.function(handler.address, "int (int)")
    assert call(7) == 1012
    assert call(-2000) == -995
    assert farcall.Library(None).function("int abs(int)").__self__.address != handler.address
    assert repr(handler) == f"<farcall handler of int (int) at {handler.address:#x}>"
    handler.close()
    handler.close()
    assert handler.closed
    with pytest.raises(ClosureError, match="closed"):
        _ = handler.address


def test_c_handler_refusals(load_c: Load) -> None:
    function = farcall.type_of("int (*)(int)").__ctype__.target
    with pytest.raises(farcall.NullPointerError):
        Handler(function, 0)
    with pytest.raises(OverflowError):
        Handler(function, 1, -1)
    with pytest.raises(ClosureError, match="variadic"):
        Handler(farcall.type_of("int (*)(int, ...)").__ctype__.target, 1)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(Handler(function, load_c(HANDLER).address("add")))


def test_many_handlers(load_c: Load) -> None:
    """Their memory is used again."""
    from farcall.memory import default_memory

    function, add = farcall.type_of("int (*)(int)").__ctype__.target, load_c(HANDLER).address("add")
    Handler(function, add)
    before = default_memory().statistics().in_use
    for number in range(2000):
        with Handler(function, add, number) as handler:
            assert farcall.function(handler.address, "int (int)", gil="hold")(1) == number + 1
    assert default_memory().statistics().in_use <= before + 4096


ALIGNED = """
    typedef struct { __attribute__((aligned(%(align)d))) int64_t number; } wide;
    typedef wide (*answer)(int, wide, double, wide, wide);
    typedef void (*nothing)(wide, int);
    int64_t ask(answer, int), tell(nothing);
    int misaligned(void);
"""
ALIGNED_C = """
#include <stdint.h>
#include <execinfo.h>
%(types)s
static uintptr_t seen;
static int walked;
int misaligned(void) { return seen %% %(align)d != 0; }
void add(void *cif, wide *result, void **arguments, void *user_data) {
    void *frames[8];
    wide *first = arguments[1], *second = arguments[3], *third = arguments[4];
    seen |= (uintptr_t)result | (uintptr_t)first | (uintptr_t)second | (uintptr_t)third;
    result->number = *(int *)arguments[0] + first->number + second->number + third->number + *(double *)arguments[2];
    walked = backtrace(frames, 8); }
void note(void *cif, void *result, void **arguments, void *user_data) {
    seen |= (uintptr_t)arguments[0];
    walked += ((wide *)arguments[0])->number + *(int *)arguments[1]; }
int64_t ask(answer f, int more) {
    volatile wide one = {100}, two = {20}, three = {3};
    walked = 0;
    int64_t given = f(more, one, 1000.0, two, three).number;
    return given * 10 + (walked > 3); }
int64_t tell(nothing f) { wide one = {100}; walked = 1; f(one, 10); return walked; }
"""


@pytest.mark.parametrize("align", [8, 16, 32, 64, 256, 4096])
def test_what_a_c_handler_gets_is_aligned_as_its_type(load_c: Load, align: int) -> None:
    """Arguments and results, and unwinders get through the frames that have them."""
    types = ALIGNED % {"align": align}
    library = load_c(ALIGNED_C % {"align": align, "types": types}, types)
    for _ in range(3):  # wherever the stack happens to be
        answer = Handler(library.types.answer.__ctype__.target, library.address("add"))
        assert library.ask(answer, 10_000) == (11_123) * 10 + 1
        nothing = Handler(library.types.nothing.__ctype__.target, library.address("note"))
        assert library.tell(nothing) == 111
    assert not library.misaligned()
