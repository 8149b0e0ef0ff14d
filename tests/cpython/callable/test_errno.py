"""errno: kept by calls where asked, one for each thread, and left to C around callbacks."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable

import pytest

import farcall
from farcall.cpython.callable.function import bind, describe
from tests.conftest import Load

TIERS = ("fast", "api")
SOURCE = r"""
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
typedef struct { double x, y, z; } big;
int fail(int with) { errno = with; return -1; }
int leave(void) { return 0; }
int entry(void) { return errno; }
int around(int before, int (*f)(void)) { errno = before; f(); return errno; }
int around_big(int before, big (*f)(void)) { errno = before; f(); return errno; }
int result_around(int before, int (*f)(void)) { errno = before; return f(); }
double around_double(int before, double (*f)(double)) { errno = before; double r = f(1.5); return r + errno; }
struct work { int (*f)(void); int seen; };
static void *body(void *p) { struct work *w = p; w->seen = around(ERANGE, w->f); return 0; }
int on_thread(int (*f)(void)) {
    struct work w = {f, 0}; pthread_t t; pthread_create(&t, 0, body, &w); pthread_join(t, 0); return w.seen;
}
"""
DECLARED = """
typedef struct { double x, y, z; } big;
int fail(int); int leave(void); int entry(void);
int around(int before, int (*f)(void)); int around_big(int before, big (*f)(void));
int result_around(int before, int (*f)(void));
double around_double(int before, double (*f)(double)); int on_thread(int (*f)(void));
"""


@pytest.fixture(params=TIERS)
def tier(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=("hold", "release"))
def library(request: pytest.FixtureRequest, tier: str, load_c: Load) -> farcall.Library:
    return load_c(SOURCE, DECLARED, gil=request.param, tier=tier)


def spoil() -> None:
    """Have Python's own work set errno."""
    with pytest.raises(FileNotFoundError):
        os.stat("/no such file")


def test_errno_of_a_call(tier: str, load_c: Load) -> None:
    library = load_c(SOURCE, "int fail(int); int leave(void); int entry(void);", errno=True, tier=tier)
    assert library.fail(errno.EEXIST) == -1
    assert farcall.errno() == errno.EEXIST
    with pytest.raises(FileNotFoundError):
        os.stat("/no such file")  # Python's own calls do not change it
    assert farcall.errno() == errno.EEXIST
    assert library.entry() == 0  # as C programs that care set it before a call
    library.leave()
    assert farcall.errno() == 0


@pytest.mark.parametrize("gil", ["hold", "release"])
def test_a_call_that_swaps_begins_with_what_the_last_left(tier: str, gil: str, load_c: Load) -> None:
    library = load_c(SOURCE, DECLARED, errno=True, tier=tier)
    of = describe(library.entry)
    entry = bind("entry", of.function, of.address, gil=gil, errno="swap", library=library, tier=tier)
    library.fail(errno.EEXIST)
    spoil()
    assert entry() == errno.EEXIST == farcall.errno()
    farcall.errno(errno.EDOM)
    assert entry() == errno.EDOM == farcall.errno()
    assert library.entry() == 0  # as without it
    library.fail(errno.EPERM)
    met = []
    assert library.around(errno.ERANGE, lambda: met.append(entry()) or 0) == errno.ERANGE  # type: ignore[func-returns-value]
    assert met == [errno.ERANGE]
    assert farcall.errno() == errno.ERANGE


def test_a_new_thread_begins_with_no_error(load_c: Load) -> None:
    of = describe(load_c(SOURCE, DECLARED).entry)
    entry, seen = bind("entry", of.function, of.address, errno="swap"), []
    thread = threading.Thread(target=lambda: seen.append(entry()))
    thread.start()
    thread.join()
    assert seen == [0]


def test_errno_is_kept_only_where_asked(tier: str, load_c: Load) -> None:
    library = load_c(SOURCE, tier=tier)
    keeping, careless = library.function("int fail(int)", errno=True), library.function("int fail(int)")
    keeping(errno.EPERM)
    careless(errno.EDOM)
    assert farcall.errno() == errno.EPERM


@pytest.mark.parametrize("gil", ["hold", "release"])
def test_errno_of_each_thread(tier: str, load_c: Load, gil: str) -> None:
    fail = load_c(SOURCE, tier=tier, gil=gil, errno=True).function("int fail(int)")
    fail(7)
    barrier, seen = threading.Barrier(4), {}

    def run(number: int) -> None:
        with pytest.raises(RuntimeError, match="errno=True"):
            farcall.errno()
        for _ in range(200):
            barrier.wait()
            fail(number)
            barrier.wait()
            seen.setdefault(number, set()).add(farcall.errno())

    threads = [threading.Thread(target=run, args=(n,)) for n in range(101, 105)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {n: {n} for n in range(101, 105)}
    assert farcall.errno() == 7


def test_errno_of_a_libc_call(tier: str) -> None:
    libc = farcall.Library("libc.so.6", tier=tier, errno=True)
    libc.cdef("int close(int fd); int open(const char *path, int flags, ...);")
    assert (libc.function("close")(-1), farcall.errno()) == (-1, errno.EBADF)
    assert (libc.open("/no such file", 0), farcall.errno()) == (-1, errno.ENOENT)


# Callbacks


def on_thread(library: farcall.Library) -> Callable[..., int]:
    """The function that waits for its callback on a thread of C's, which needs the GIL."""
    return library.function("on_thread", gil="release")


def test_a_callback_leaves_errno_to_c(library: farcall.Library) -> None:
    assert library.around(errno.ERANGE, lambda: spoil() or 0) == errno.ERANGE
    assert library.around(0, lambda: spoil() or 0) == 0
    assert library.around_big(errno.EDOM, lambda: spoil() or (1, 2, 3)) == errno.EDOM
    assert library.around_double(errno.EIO, lambda x: spoil() or x) == 1.5 + errno.EIO
    assert on_thread(library)(lambda: spoil() or 0) == errno.ERANGE


def test_a_callback_that_raises_leaves_errno_to_c(library: farcall.Library) -> None:
    seen = []

    def around() -> int:
        def fail() -> int:
            spoil()
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            seen.append(library.around(errno.ERANGE, fail))
        return 0

    keeping = library.function("int around(int before, int (*f)(void))", errno=True)
    assert keeping(errno.EDOM, around) == errno.EDOM
    assert farcall.errno() == errno.EDOM
    with pytest.raises(ZeroDivisionError):
        keeping(errno.EBADF, lambda: spoil() or 1 // 0)
    assert farcall.errno() == errno.EBADF
    assert not seen


def test_a_closed_closure_leaves_errno_to_c(library: farcall.Library) -> None:
    closure = farcall.Closure(lambda: 0, "int (*)(void)", on_error=7)
    address = closure.address
    closure.close()
    around = library.function("int around(int before, int (*f)(void))", errno=True)
    pointer = farcall.cast("int (*)(void)", address)
    with pytest.raises(farcall.ClosureError):
        around(errno.ERANGE, pointer)
    assert farcall.errno() == errno.ERANGE


def test_errno_in_a_callback_is_that_of_c(library: farcall.Library) -> None:
    assert library.result_around(errno.EPERM, farcall.errno) == errno.EPERM
    assert library.result_around(errno.EPERM, lambda: spoil() or farcall.errno()) == errno.EPERM
    assert library.result_around(0, farcall.errno) == 0
    assert library.result_around(-5, farcall.errno) == -5


def test_a_callback_sets_errno_for_c(library: farcall.Library) -> None:
    def fail() -> int:
        farcall.errno(errno.EAGAIN)
        spoil()
        return -1

    assert library.around(0, fail) == errno.EAGAIN
    assert on_thread(library)(fail) == errno.EAGAIN


def test_a_call_that_keeps_errno_sets_it_for_c(library: farcall.Library) -> None:
    keeping, careless = library.function("int fail(int)", errno=True), library.function("int fail(int)", errno=False)
    assert library.around(errno.ERANGE, lambda: keeping(errno.EDOM)) == errno.EDOM
    assert library.around(errno.ERANGE, lambda: careless(errno.EDOM)) == errno.ERANGE


def test_errno_by_hand(library: farcall.Library) -> None:
    """By C's own function that tells where it is: in a callback, where C's is kept."""
    process = farcall.Library(None, gil="hold")
    where = process.function("int *__errno_location(void)")

    def fail() -> int:
        where()[0] = errno.EIO
        spoil()
        return -1

    assert library.around(errno.ERANGE, fail) == errno.EIO
    assert library.result_around(errno.ERANGE, lambda: where()[0]) == errno.ERANGE
    where()[0] = errno.EXDEV  # and elsewhere the real one
    assert library.function("int entry(void)", errno=False, gil="hold")() == errno.EXDEV


def test_callbacks_in_callbacks(library: farcall.Library) -> None:
    def outer() -> int:
        assert farcall.errno() == errno.ERANGE
        assert library.around(errno.EDOM, inner) == errno.EDOM
        assert farcall.errno() == errno.ERANGE
        return 0

    def inner() -> int:
        assert farcall.errno() == errno.EDOM
        spoil()
        return 0

    library.function("int fail(int)", errno=True)(errno.EXDEV)
    assert library.around(errno.ERANGE, outer) == errno.ERANGE
    assert farcall.errno() == errno.EXDEV


def in_new_thread(run: Callable[[], object]) -> None:
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            run()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    thread.join()
    assert not failures


def test_nothing_kept_is_an_error(library: farcall.Library) -> None:
    def run() -> None:
        for call in (lambda: None, lambda: library.fail(5), lambda: library.around(errno.EDOM, lambda: 0)):
            call()
            with pytest.raises(RuntimeError, match="errno=True"):
                farcall.errno()
        farcall.errno(6)
        assert farcall.errno() == 6

    in_new_thread(run)


def test_setting_errno() -> None:
    for value in (0, 1, -1, (1 << 31) - 1, -(1 << 31), True):
        assert farcall.errno(value) is None
        assert farcall.errno() == value
    for value in (1 << 31, -(1 << 31) - 1, 1 << 80, 10**5000):
        with pytest.raises(OverflowError, match="errno"):
            farcall.errno(value)
    for wrong in ("5", 5.0, None):
        with pytest.raises(TypeError, match="errno"):
            farcall.errno(wrong)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="errno"):
        farcall.errno(1, 2)  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        farcall.errno(value=1)  # type: ignore[call-overload]
    assert farcall.errno() == 1
