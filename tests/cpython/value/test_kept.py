"""What pointers stored in memory need stays alive, and no longer: stored by generated code and by Python, read back, copied,
dropped in long chains, and changed by destructors meanwhile."""

from __future__ import annotations

import contextlib
import gc
import os
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any

import pytest

import farcall

DECLARATIONS = """
typedef struct node node;
struct node { int v; node *next, *prev; const char *name; void *data; int (*call)(int); int *numbers; node *kids[3]; };
struct pair { node *first; struct { const char *name; node *other; } inner; };
"""
NODES = 200_000


@pytest.fixture(scope="module")
def lib() -> Any:
    made: Any = farcall.Library("libc.so.6")
    made.cdef(DECLARATIONS)
    return made


@pytest.fixture(scope="module")
def node(lib: Any) -> Any:
    return lib.types.node


def linked(node: Any, count: int) -> Any:
    """The first of so many nodes, of which nobody else holds the others."""
    first = last = node(v=0)
    for value in range(1, count):
        made = node(v=value)
        last.next = made
        last = made
    return first


def test_a_list_is_kept_by_its_first_node_and_each_that_was_read(node: Any) -> None:
    first, total, here = linked(node, 1000), 0, None
    here = farcall.addressof(first)
    while here:
        total += here.v
        here = here.next
    assert total == sum(range(1000))
    here = first.next.next
    del first
    gc.collect()
    assert (here.v, here.next.v) == (2, 3)


def test_a_long_list_is_dropped_without_end_of_the_stack(node: Any) -> None:
    first = linked(node, NODES)
    del first
    second = linked(node, 50)
    second.kids = [linked(node, 100), linked(node, 100)]
    del second


@pytest.mark.parametrize("through", [False, True])
def test_what_is_stored_is_read_back_while_only_the_struct_holds_it(lib: Any, node: Any, through: bool) -> None:
    made, other = node(), node(v=5)
    target = farcall.addressof(made) if through else made
    for turn in range(4):  # Python stores the first, and tells generated code how
        target.next = node(v=turn)
        target.prev = farcall.addressof(node(v=-turn))
        target.name = f"name {turn}"
        target.numbers = farcall.array(farcall.int_, 4)([turn] * 4)
        target.call = farcall.Closure(lambda x, turn=turn: x + turn, "int (*)(int)")
        target.kids = [node(v=1), None, farcall.addressof(node(v=3))]
        target.kids[1] = node(v=2)
        gc.collect()
        assert (made.next.v, made.prev.v, made.name, made.numbers[0:4]) == (turn, -turn, f"name {turn}", [turn] * 4)
        assert made.call(10) == 10 + turn
        assert [kid.v for kid in made.kids] == [1, 2, 3]
        target.name = f"b {turn}".encode()
        target.numbers = farcall.int_(7)
        target.call = lib.function("int abs(int)")
        target.data = other
        gc.collect()
        assert (made.name, made.numbers[0], made.call(-3)) == (f"b {turn}", 7, 3)
        assert int(made.data) == int(farcall.addressof(other))
        target.name = "\xe9\udcff"
        assert made.name == "\xe9\udcff"
        for number in (0, 5, (1 << 31) + 1):
            target.data = number
            assert int(made.data) == number
        target.data = farcall.addressof(made)
        target.next, target.prev, target.call, target.kids[0] = made, None, None, None
        assert (made.next.next.v, bool(made.prev), bool(made.call), bool(made.kids[0])) == (0, False, False, False)


def test_what_is_stored_no_more_is_let_go(node: Any) -> None:
    class Callable:
        def __call__(self, value: int) -> int:
            return value

    made = node()
    for _ in range(3):
        held = Callable()
        seen = weakref.ref(held)
        made.call = farcall.Closure(held, "int (*)(int)")
        del held
        gc.collect()
        assert seen() is not None
        made.call = None
        gc.collect()
        assert seen() is None
    made.next = made
    made.prev = made
    made.call = farcall.Closure(held := Callable(), "int (*)(int)")
    seen = weakref.ref(held)
    del held, made  # which pointed to itself
    gc.collect()
    assert seen() is None


def test_copies_and_parts_keep_the_same(lib: Any, node: Any) -> None:
    pair = lib.types.pair
    made = pair()
    for turn in range(3):
        made.inner = (f"text {turn}", node(v=turn))
        made.first = node(v=9)
        gc.collect()
        assert (made.inner.name, made.inner.other.v, made.first.v) == (f"text {turn}", turn, 9)
    array = farcall.array(pair, 3)([made, {"first": node(v=1)}, (None, {"name": "x"})])
    del made
    gc.collect()
    assert (array[0].inner.name, array[0].first.v, array[1].first.v, array[2].inner.name) == ("text 2", 9, 1, "x")
    for _ in range(2):
        array[2] = (node(v=4), ("y", node(v=5)))
        array[1] = array[2]
        gc.collect()
        assert (array[1].first.v, array[1].inner.name, array[2].inner.other.v) == (4, "y", 5)


def test_many_pointers_of_one_array(lib: Any, node: Any) -> None:
    pointers = lib.types["node *[700]"]([node(v=index) for index in range(700)])
    gc.collect()
    assert [one.v for one in pointers] == list(range(700))
    for index in range(0, 700, 3):
        pointers[index] = None
    for index in range(700):
        pointers[index] = node(v=index + 1)
    gc.collect()
    assert [one.v for one in pointers] == list(range(1, 701))
    pointers[10:12] = [node(v=-1), node(v=-2)]
    gc.collect()
    assert [one.v for one in pointers[9:13]] == [10, -1, -2, 13]


def test_text_is_not_stored_in_memory_of_c(lib: Any, node: Any) -> None:
    memory, own = node(), node()
    foreign = lib.cast("node *", int(farcall.addressof(memory)))
    for _ in range(3):
        own.name = "text"
        own.kids = [None]
        foreign.next = node(v=8)
        gc.collect()
        assert foreign.next.v == 8
        with pytest.raises(TypeError, match="this memory is C's, and text stored there would be gone"):
            foreign.name = "text"
        with pytest.raises(TypeError, match="this memory is C's"):
            foreign[0] = (1, None, None, "text")
        assert memory.name is None


def test_what_does_not_fit_is_refused_after_what_did(node: Any) -> None:
    made = node()
    for _ in range(3):
        made.next, made.numbers, made.name, made.data = node(v=1), farcall.int_(2), "x", 5
        made.call = farcall.Closure(abs, "int (*)(int)")
        for field, value, error in (
            ("data", -1, OverflowError),
            ("data", 1 << 64, OverflowError),
            ("name", "a\0b", ValueError),
            ("name", 2.5, TypeError),
            ("numbers", farcall.double(), TypeError),
            ("next", 5, TypeError),
            ("call", farcall.Closure(print, "void (*)(void)"), TypeError),
        ):
            before = bytes(made)
            with pytest.raises(error, match=f"struct node: field '{field}'"):
                setattr(made, field, value)
            assert bytes(made) == before


def test_freed_memory_is_found_through_what_was_stored(node: Any) -> None:
    made = node()
    for _ in range(2):
        with farcall.arena() as arena:
            inside = arena.new(node)
            inside.next, inside.name = node(v=4), "abc"
            gc.collect()
            assert (inside.next.v, inside.name) == (4, "abc")
            made.next = inside
            assert made.next.next.v == 4
        with pytest.raises(farcall.FreedMemoryError):
            _ = made.next.v
        with pytest.raises(farcall.FreedMemoryError):
            made.prev = inside


def test_a_destructor_may_do_anything_to_the_memory_that_let_go(node: Any) -> None:
    made = node()
    pointer: Any = farcall.addressof(made)
    acts = [
        lambda: setattr(made, "call", None),
        lambda: setattr(made, "next", node()),
        lambda: pointer.__init__(None),
        lambda: made.kids.__setitem__(0, made),
        lambda: setattr(pointer, "kids", [node(), node(), node()]),
    ]

    class Dying:
        def __init__(self, act: Any) -> None:
            self.act = act

        def __call__(self, value: int) -> int:
            return value

        def __del__(self) -> None:
            self.act()

    for act in acts * 3:
        pointer = farcall.addressof(made)
        for target in (made, pointer):
            with contextlib.suppress(farcall.NullPointerError):  # one of them sets the pointer itself to NULL
                target.call = farcall.Closure(Dying(act), "int (*)(int)")
                target.call = farcall.Closure(abs, "int (*)(int)")
            gc.collect()
    assert made.call(-2) == 2 or not made.call


def test_a_child_of_a_fork_goes_on(node: Any) -> None:
    first = linked(node, 100)
    child = os.fork()
    if not child:
        try:
            first = linked(node, 1000)
            os._exit(0 if first.next.v == 1 else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert first.next.v == 1


@pytest.mark.slow
@pytest.mark.parametrize("more", [{}, {"FARCALL_VERIFY": "1"}], ids=["by Python", "verified"])
def test_python_keeps_the_same(more: dict[str, str]) -> None:
    environment = {**os.environ, **more, "FARCALL_TIER": "fast" if more else "api"}
    chosen = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not slow", "-p", "no:cacheprovider", __file__]
    done = subprocess.run(
        chosen, env=environment, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]
