"""C handlers: closures without Python, in libffi's shape."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable

import pytest

import farcall
from farcall import ClosureError
from farcall.convention import Signature, place
from farcall.cpython.callable.handler import Handler
from farcall.ctype import alignof, names, sizeof
from tests.ir.native import HOST, call
from tests.routines import OVERALIGNED

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


ALIGNED = r"""
#include <stdint.h>
void probe(void *cif, void *result, void **arguments, void *user_data) {
    *(intptr_t *)result = (uintptr_t)arguments[0] % 64 + (uintptr_t)arguments[1] % 64 + (uintptr_t)arguments[2] % 16; }
"""


def test_arguments_are_aligned_as_their_types_want_it(load_c: Load) -> None:
    signature = Signature(names.int_, (OVERALIGNED, OVERALIGNED, names.longdouble))
    size, placement = sizeof(OVERALIGNED, HOST.model), place(signature, HOST)
    assert size == 64
    with Handler(signature, load_c(ALIGNED).address("probe")) as handler:
        given = (bytes(size), bytes(size), bytes(sizeof(names.longdouble, HOST.model)))
        rest = int.from_bytes(call(handler.address, placement, given), sys.byteorder)
    assert rest % alignof(names.longdouble, HOST.model) == 0
    assert rest < 16


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
