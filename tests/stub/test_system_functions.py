"""The system's own functions, and those that it calls, are placed by its convention; C's and the interpreter's by C's."""

from __future__ import annotations

import pytest

from farcall.convention import target
from farcall.cpython.facts.interpreter import without_layouts
from farcall.stub.interpreter import SYSTEM_S, Surroundings

#: What is popped by who is called, in bytes.
POPPED = {
    "thread_get": 4, "thread_set": 8, "thread_delete": 4, "thread_ended": 4, "get_last_error": 0, "set_last_error": 4,
}  # fmt: skip


@pytest.mark.parametrize("name", ["i386-windows-msvc", "i386-windows-gnu"])
def test_where_the_system_has_one_of_its_own(name: str) -> None:
    env = Surroundings(target(name), without_layouts(4))
    assert {function: env.placement(function).callee_pops for function in SYSTEM_S} == POPPED
    assert {env.placement(function).convention for function in SYSTEM_S} == {"stdcall"}
    for function in ("free", "errno", "capsule_destructor", "PyErr_Restore"):
        assert (env.placement(function).convention, env.placement(function).callee_pops) == ("cdecl", 0)


@pytest.mark.parametrize("name", ["i386-linux", "x86_64-linux", "x86_64-windows-msvc"])
def test_where_it_is_c_s(name: str) -> None:
    on = target(name)
    env = Surroundings(on, without_layouts(on.model.pointer))
    for function in SYSTEM_S:
        assert (env.placement(function).convention, env.placement(function).callee_pops) == (on.convention, 0)
