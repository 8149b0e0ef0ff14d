"""How long a C function pointer to Python lives, and what becomes of one used too late."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import farcall
from farcall import ClosureError
from farcall.cpython.callable.closure import QUARANTINE
from farcall.cpython.link.executable import executable_memory
from farcall.memory import default_memory
from tests.conftest import classes_go, with_gil

Load = Callable[..., farcall.Library]
INT = "int (int)"

SOURCE = r"""
#include <unistd.h>
static int (*kept)(int);
void store(int (*f)(int)) { kept = f; }
int call(int x) { return kept(x); }
int both(int (*f)(int), int (*g)(int), int x) { return f(x) + g(x); }
int slowly(int (*f)(int), int x) { usleep(20000); return f(x); }
"""
DECLARED = """
void store(int (*f)(int));
int call(int x);
int both(int (*f)(int), int (*g)(int), int x);
int slowly(int (*f)(int), int x);
"""


@pytest.fixture
def c(load_c: Load) -> farcall.Library:
    return load_c(SOURCE, DECLARED)


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    seen: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: seen.append(args.exc_value))
    yield seen
    seen.clear()


class Plus:
    """A callable that can be watched."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __call__(self, x: int) -> int:
        return x + self.number


def test_a_closure_for_one_call(c: farcall.Library) -> None:
    """It goes with the call, and takes the callable with it."""
    plus = Plus(1)
    gone = weakref.ref(plus)
    assert c.both(plus, lambda x: -x, 5) == 1
    del plus
    assert gone() is None
    c.store(lambda x: x)
    with pytest.raises(ClosureError, match=r"<callback <lambda> of type int \(int\) at 0x\w+> was called after"):
        c.call(5)


def test_close(c: farcall.Library) -> None:
    plus = Plus(1)
    gone = weakref.ref(plus)
    closure = farcall.Closure(plus, INT, on_error=-5)
    c.store(closure)
    assert c.call(6) == 7
    assert not closure.closed
    closure.close()
    closure.close()
    assert closure.closed
    del plus
    assert gone() is None
    for use in (lambda: closure.address, lambda: closure(1), lambda: closure.__enter__(), lambda: closure.capsule):
        with pytest.raises(ClosureError, match="is closed"):
            use()
    with pytest.raises(ClosureError, match="is closed"):
        c.store(closure)


def test_drop(c: farcall.Library) -> None:
    plus = Plus(1)
    gone = weakref.ref(plus)
    closure = farcall.Closure(plus, INT)
    c.store(closure)
    del plus, closure
    assert gone() is None
    with pytest.raises(ClosureError, match="<callback Plus of type int"):
        c.call(5)


def test_keep(c: farcall.Library) -> None:
    """A closure tied to another object goes with it."""
    owner, plus = Plus(0), Plus(1)
    gone = weakref.ref(plus)
    c.store(farcall.Closure(plus, INT).keep(owner))
    del plus
    gc.collect()
    assert c.call(5) == 6
    del owner
    assert gone() is None
    with pytest.raises(ClosureError):
        c.call(5)
    with pytest.raises(TypeError, match="weak reference"):
        farcall.Closure(Plus(1), INT).keep(5)


def test_closing_from_inside(c: farcall.Library) -> None:
    """What is under way goes on; the callable is let go when it has returned."""
    plus = Plus(1)
    gone = weakref.ref(plus)

    def callback(x: int, plus: Plus = plus) -> int:
        closure.close()
        assert closure.closed
        return plus(x)

    closure = farcall.Closure(callback, INT)
    del plus
    assert closure(5) == 6
    callback = None  # type: ignore[assignment]
    assert gone() is None
    with pytest.raises(ClosureError):
        closure(5)


def test_closing_from_the_depth(c: farcall.Library) -> None:
    """Closed in the middle of five calls inside one another: the last one out puts it away."""

    def callback(x: int) -> int:
        if x == 0:
            closure.close()
            return 0
        return call(x - 1) + 1

    closure = farcall.Closure(callback, INT)
    call = farcall.function(closure.address, INT)
    gone = weakref.ref(callback)
    assert call(5) == 5
    del callback
    assert gone() is None
    with pytest.raises(ClosureError):
        call(5)


def test_closing_while_another_thread_is_inside(c: farcall.Library) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def callback(x: int) -> int:
        inside.set()
        assert go_on.wait(30)
        return x + 1

    closure = farcall.Closure(callback, INT)
    call, results = farcall.function(closure.address, INT), []
    thread = threading.Thread(target=lambda: results.append(call(5)))
    thread.start()
    assert inside.wait(30)
    closure.close()
    with pytest.raises(ClosureError):  # no new call begins
        call(6)
    go_on.set()
    thread.join()
    assert results == [6]


def test_closing_while_another_thread_is_at_the_door(c: farcall.Library) -> None:
    """A thread in C is on its way to the callback: it finds it closed."""
    errors: list[BaseException] = []

    def use(closure: farcall.Closure) -> None:
        try:
            c.slowly(closure, 1)
        except ClosureError as error:
            errors.append(error)

    for _ in range(5):
        closure = farcall.Closure(lambda x: x, INT)
        thread = threading.Thread(target=use, args=(closure,))
        thread.start()
        closure.close()
        thread.join()
    assert errors


def test_closed_closures(c: farcall.Library, unraisable: list[Any]) -> None:
    """They tell which closure it was and give its error value, as long as the object is kept and until the quarantine is
    full."""
    import ctypes

    def others(count: int) -> None:
        for _ in range(count):
            farcall.Closure(lambda x: x, INT)

    gc.collect()  # closures of other tests, which would go meanwhile
    others(2 * QUARANTINE)  # what they have closed, and what that has kept
    closure = farcall.Closure(lambda x: x, INT, on_error=-5)
    closure.__call__(1)
    closure.__dict__.clear()  # the caller that it made
    address = closure.address
    prototype = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
    call = prototype(address)
    assert call(3) == 3
    closure.close()
    for _ in range(3):
        assert call(3) == -5
    assert [type(error) for error in unraisable] == [ClosureError] * 3
    assert str(unraisable[0]) == f"<callback <lambda> of type int (int) at {address:#x}> was called after it was closed"
    others(2 * QUARANTINE)
    assert call(3) == -5
    del closure
    others(QUARANTINE - 1)
    assert call(3) == -5
    assert len(unraisable) == 5
    assert len({error.args for error in unraisable}) == 1
    seen = [farcall.Closure(lambda x: x, INT) for _ in range(QUARANTINE + 1)]
    assert address not in {closure.address for closure in seen}
    seen.pop()  # now the oldest makes room
    call(3)
    assert str(unraisable[5]) == f"a closure at {address:#x} was called after it was closed"
    assert farcall.Closure(lambda x: x, INT).address == address


def test_cells_keep_nothing_of_the_closure_before(c: farcall.Library) -> None:
    """Thunk and cells serve closures of other types with the same body: classes, error value and results are theirs."""
    c.cdef("struct one { int x; }; struct two { int y; };")
    kinds = [c.types[f"const char *(*)(struct {tag} *)"] for tag in ("one", "two")]
    for turn in range(2 * QUARANTINE + 20):
        kind, name = kinds[turn % 2], "xy"[turn % 2]
        value = c.types["struct " + ("one", "two")[turn % 2]](turn)
        result = str(turn) * 3
        fails = farcall.Closure(lambda p: 1 // 0, kind, on_error=b"bad")
        with pytest.raises(ZeroDivisionError):
            fails(value)
        gives = farcall.Closure(lambda p: result + str(getattr(p, name)), kind)  # noqa: B023
        assert gives(value) == result + str(turn)


WAITING = """
#include <pthread.h>
#include <unistd.h>
static pthread_t thread;
static volatile int entered, result;
static int (*call)(int);
static void *run(void *nothing) { entered = 1; result = call(5); return 0; }
void begin(int (*f)(int)) { call = f; entered = 0; result = 77; pthread_create(&thread, 0, run, 0); }
void until_it_waits(void) { while (!entered) usleep(100); usleep(50000); }
int end(void) { pthread_join(thread, 0); return result; }
"""


@with_gil
def test_a_thread_that_waits_for_the_gil_does_not_enter_the_next_closure(load_c: Load) -> None:
    """The closure is closed while it waits, and thunk and cells serve another one by the time that it goes on: C gets
    zero."""
    declared = "void begin(int (*f)(int)); void until_it_waits(void);"
    holding, releasing = load_c(WAITING, declared, gil="hold"), load_c(WAITING, "int end(void);")
    ran: list[int] = []
    closures = [farcall.Closure(ran.append, "int (int)")]
    address = closures[0].address
    interval = sys.getswitchinterval()
    sys.setswitchinterval(100)  # this thread keeps the GIL
    try:
        holding.begin(closures[0])
        holding.until_it_waits()
        closures.clear()
        for _ in range(QUARANTINE):
            farcall.Closure(ran.append, "int (int)")
        closures += [farcall.Closure(ran.append, "int (int)") for _ in range(QUARANTINE)]
        assert address in {closure.address for closure in closures}
    finally:
        sys.setswitchinterval(interval)
    assert releasing.end() == 0
    assert not ran


def test_structs_from_closed_closures(load_c: Load, unraisable: list[Any]) -> None:
    import ctypes

    class Vector(ctypes.Structure):
        _fields_ = (("x", ctypes.c_double), ("y", ctypes.c_double), ("z", ctypes.c_double))

    types = load_c("typedef struct { double x, y, z; } vector;", "typedef struct { double x, y, z; } vector;").types
    closure = farcall.Closure(lambda: None, types["vector (*)(void)"], on_error=(1.0, 2.0, 3.0))
    call = ctypes.CFUNCTYPE(Vector)(closure.address)
    closure.close()
    got = call()
    assert (got.x, got.y, got.z) == (1.0, 2.0, 3.0)
    assert len(unraisable) == 1


def test_cycles_are_collected(c: farcall.Library) -> None:
    """Through the callable: a function that refers to its closure, a method of an object that holds it."""

    class Holder:
        def __init__(self) -> None:
            self.closure = farcall.Closure(self.method, INT)

        def method(self, x: int) -> int:
            return x + (self.closure is not None)

    holder = Holder()
    gone = weakref.ref(holder)
    c.store(holder.closure)
    assert c.call(4) == 5
    gc.collect()
    assert c.call(4) == 5
    del holder
    gc.collect()
    assert gone() is None
    with pytest.raises(ClosureError, match="callback method of type"):
        c.call(4)


def test_collected_while_inside(c: farcall.Library) -> None:
    """A cycle that becomes garbage while C is in it."""

    def make() -> tuple[int, weakref.ref[Any]]:
        def callback(x: int) -> int:
            assert callback is not None
            box.clear()
            gc.collect()
            return x + 1

        box = [farcall.Closure(callback, INT)]
        return box[0].address, weakref.ref(callback)

    address, gone = make()
    # the closure is garbage only when nobody is inside: keep it through the call by the address alone
    gc.disable()
    try:
        assert farcall.function(address, INT)(5) == 6
    finally:
        gc.enable()
    gc.collect()
    assert gone() is None


def test_a_once_closure_lets_go(c: farcall.Library) -> None:
    plus = Plus(1)
    gone = weakref.ref(plus)
    once = farcall.ClosureOnce(plus, INT)
    del plus
    assert gone() is not None
    c.store(once)
    assert c.call(5) == 6
    assert gone() is None
    with pytest.raises(ClosureError, match=r"Plus\(\) ran already"):
        c.call(5)


def test_a_once_closure_runs_once_on_many_threads(c: farcall.Library) -> None:
    for _ in range(20):
        ran: list[int] = []
        once = farcall.ClosureOnce(ran.append, "void (int)")
        call, refused = farcall.function(once.address, "void (int)"), []

        def use() -> None:
            try:
                call(1)  # noqa: B023
            except ClosureError:
                refused.append(1)  # noqa: B023

        threads = [threading.Thread(target=use) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(ran) == 1
        assert len(refused) == 5


def test_memory_is_used_again() -> None:
    """Many closures, one after the other: no more code memory than the quarantine takes."""
    for _ in range(QUARANTINE + 10):
        farcall.Closure(abs, INT)
    before = default_memory().statistics()
    for _ in range(3000):
        farcall.Closure(abs, INT)
    after = default_memory().statistics()
    assert after.in_use <= before.in_use
    assert after.regions <= before.regions + (not executable_memory().reuse)  # the full one, and the next


@classes_go
def test_libraries_with_structs_of_their_own_leave_nothing(load_c: Load) -> None:
    """Closures over classes that are gone: the code is shared by all of a shape, and the classes go with the closure."""

    def once(number: int) -> Any:
        library = load_c(SOURCE)
        library.cdef(f"typedef struct s{number} {{ int a; double b; }} q;")
        kind = library.types["int (*)(q, q *)"]
        with farcall.Closure(lambda by_value, pointer: by_value.a + pointer.a, kind) as closure:
            assert closure(library.types.q(number, 2), library.types.q(1, 2)) == number + 1
        with farcall.Closure(lambda n: (n, 2.5), library.types["q (*)(int)"]) as closure:
            assert closure(number) == library.types.q(number, 2.5)
        return weakref.ref(library.types.q)

    def settle() -> None:
        """Have the quarantine full of closures that keep no results."""
        for _ in range(2 * QUARANTINE):
            farcall.Closure(lambda x: x, INT).close()
        gc.collect()

    once(0)
    settle()
    slots = executable_memory().statistics().slots
    gone = [once(number) for number in range(1, 41)]
    settle()
    assert executable_memory().statistics().slots < slots + 20
    assert not any(ref() for ref in gone)


def test_spare_instances_go_with_the_closure() -> None:
    kind = farcall.type_of("int (*)(int *)")
    seen: list[Any] = []
    with farcall.Closure(lambda pointer: pointer[0], kind) as closure:
        value = farcall.int_(5)
        for _ in range(3):
            assert closure(value) == 5
        with farcall.Closure(lambda pointer: seen.append(pointer) or 1, kind) as keeping:
            assert keeping(value) == closure(value) - 4 == 1
    assert seen[0][0] == 5
