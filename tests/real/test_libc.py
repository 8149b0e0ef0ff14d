"""The C library calling back: sorting, searching, walking a directory tree, timers and threads."""

from __future__ import annotations

import os
import random
import threading
import time
from pathlib import Path

import pytest

import farcall


@pytest.fixture(scope="module")
def libc() -> farcall.Library:
    library = farcall.Library(None, errno=True)
    library.cdef("""
        void qsort(void *base, size_t count, size_t size, int (*compare)(const int *, const int *));
        const int *bsearch(const int *key, const void *base, size_t count, size_t size,
                           int (*compare)(const int *, const int *));
        struct timespec { long tv_sec; long tv_nsec; };
        struct stat { char before[sizeof(long) == 8 ? 48 : 44]; long st_size; };
        struct FTW { int base; int level; };
        int nftw(const char *path, int (*visit)(const char *, const struct stat *, int, struct FTW *), int fds, int flags);
        int pthread_create(unsigned long *thread, const void *attributes, void *(*run)(void *), void *argument);
        int pthread_join(unsigned long thread, void **result);
        union sigval { int sival_int; void *sival_ptr; };
        struct sigevent { union sigval value; int signo; int notify;
                          void (*function)(union sigval); void *attributes; char pad[32]; };
        struct itimerspec { struct timespec it_interval, it_value; };
        int timer_create(int clock, struct sigevent *event, void **timer);
        int timer_settime(void *timer, int flags, const struct itimerspec *value, struct itimerspec *old);
        int timer_delete(void *timer);
    """)
    return library


def test_qsort(libc: farcall.Library) -> None:
    numbers = [random.Random(1).randrange(-(1 << 31), 1 << 31) for _ in range(1000)]
    array = farcall.array(farcall.int_, len(numbers))(numbers)
    libc.qsort(array, len(numbers), 4, lambda a, b: (a[0] > b[0]) - (a[0] < b[0]))
    assert list(array) == sorted(numbers)
    libc.qsort(array, len(numbers), 4, lambda a, b: (a[0] < b[0]) - (a[0] > b[0]))
    assert list(array) == sorted(numbers, reverse=True)


def test_qsort_that_fails(libc: farcall.Library) -> None:
    array = farcall.array(farcall.int_, 100)(range(100))

    def compare(a: object, b: object) -> int:
        raise LookupError("cannot compare")

    with pytest.raises(LookupError, match="cannot compare"):
        libc.qsort(array, 100, 4, compare)
    assert sorted(array) == list(range(100))  # every comparison said "equal"


def test_bsearch(libc: farcall.Library) -> None:
    array = farcall.array(farcall.int_, 50)(range(0, 500, 10))
    seen = []

    def compare(key: object, item: object) -> int:
        seen.append(item[0])  # type: ignore[index]
        return key[0] - item[0]  # type: ignore[index]

    found = libc.bsearch(farcall.int_(370), array, 50, 4, compare)
    assert found[0] == 370
    assert int(found) == int(farcall.addressof(array)) + 37 * 4
    assert 1 <= len(seen) <= 6
    assert not libc.bsearch(farcall.int_(371), array, 50, 4, compare)


def test_nftw(libc: farcall.Library, tmp_path: Path) -> None:
    """The sizes and levels of a tree, as Python sees them; a visit that stops it; one that raises."""
    for number in range(5):
        directory = tmp_path / f"dir{number}" / "deep"
        directory.mkdir(parents=True)
        (directory / "file").write_bytes(bytes(100 * number))
    seen: dict[str, tuple[int, int]] = {}

    def visit(path: str, stat: object, kind: int, ftw: object) -> int:
        seen[path] = (stat[0].st_size, ftw[0].level)  # type: ignore[index]
        return 0

    assert libc.nftw(str(tmp_path), visit, 10, 0) == 0
    expected = {str(p): (p.stat().st_size, len(p.relative_to(tmp_path).parts)) for p in tmp_path.rglob("*")}
    expected[str(tmp_path)] = (tmp_path.stat().st_size, 0)
    assert seen == expected
    assert libc.nftw(str(tmp_path), lambda *args: 7, 10, 0) == 7

    def fails(path: str, *rest: object) -> int:
        return os.stat(path + "/not there").st_mode

    with pytest.raises(OSError, match="not there"):
        libc.nftw(str(tmp_path), fails, 10, 0)


def test_nftw_sets_errno(libc: farcall.Library, tmp_path: Path) -> None:
    """errno is the C function's, whatever Python did in between."""
    assert libc.nftw(str(tmp_path / "nowhere"), lambda *args: 0, 10, 0) == -1
    assert farcall.errno() == 2


def test_pthread_create(libc: farcall.Library) -> None:
    """A thread of C's own, with an argument and a result."""
    idents = []

    def run(argument: object) -> object:
        idents.append(threading.get_ident())
        return farcall.pointer(None)(int(argument) * 2)  # type: ignore[call-overload]

    with farcall.Closure(run, "void *(void *)") as body:
        threads = [farcall.ulong(0) for _ in range(8)]
        for number, thread in enumerate(threads):
            assert libc.pthread_create(thread, None, body, 100 + number) == 0
        for number, thread in enumerate(threads):
            result = farcall.pointer(None)()
            assert libc.pthread_join(thread.value, farcall.addressof(result)) == 0
            assert int(result) == 2 * (100 + number)
    assert len(idents) == 8
    assert threading.get_ident() not in idents


def test_posix_timer(libc: farcall.Library) -> None:
    """SIGEV_THREAD: each expiry runs the function on a thread that the C library makes for it."""
    ticks: list[tuple[int, int]] = []
    enough = threading.Event()

    def tick(value: object) -> None:
        ticks.append((value.sival_int, threading.get_ident()))  # type: ignore[attr-defined]
        if len(ticks) == 5:
            enough.set()

    thread_notify = 2  # SIGEV_THREAD
    with farcall.Closure(tick, libc.types["void (*)(union sigval)"]) as function:
        event = libc.types.sigevent(notify=thread_notify, function=function)
        event.value.sival_int = 1234
        timer = farcall.pointer(None)()
        assert libc.timer_create(1, farcall.addressof(event), farcall.addressof(timer)) == 0
        every = libc.types.itimerspec()
        every.it_value.tv_nsec = every.it_interval.tv_nsec = 5_000_000
        assert libc.timer_settime(timer, 0, farcall.addressof(every), None) == 0
        assert enough.wait(30)
        assert libc.timer_delete(timer) == 0
        time.sleep(0.05)  # those already on their way
    assert {value for value, _ in ticks} == {1234}
    assert all(ident != threading.get_ident() for _, ident in ticks)
