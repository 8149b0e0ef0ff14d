"""What each thread has of farcall's own: as far from the thread's pointer in all threads, and nobody else's."""

from __future__ import annotations

import platform
import sys
import threading

import pytest

from farcall import seed
from farcall.cpython.facts.host import WORD, host_target
from farcall.seed import images, thread
from farcall.seed.entry import BOOTSTRAP
from farcall.seed.native import THREAD
from farcall.seed.native import thread as made_for
from tests.seed.test_bootstrap import USE, run

ERRNO = host_target().errno
PLACES = thread.thread_places(ERRNO)
KNOWN = pytest.mark.skipif(PLACES is None, reason="functions are asked here")
ASKS = "from farcall.cpython.link.linker import linker\nprint(linker().surroundings.thread)\n"
#: What each thread is to have of the library: what it has written, or nothing yet.
NOTHING, WRITTEN = bytes(THREAD), b"farcall!"


@pytest.mark.skipif(
    sys.platform != "linux" or platform.libc_ver()[0] != "glibc" or BOOTSTRAP.kind != "image",
    reason="no such room here",
)
@pytest.mark.skipif(sys.platform != "linux" or not made_for(host_target().cpu), reason="no such library for this CPU")
def test_they_are_known_with_glibc() -> None:
    assert PLACES is not None
    assert 0 not in PLACES


@KNOWN
def test_all_threads_have_them_at_the_same_distance_and_each_has_its_own() -> None:
    assert PLACES is not None
    own, errno = PLACES
    pointer = seed.word_function(seed.library_symbol(thread._library(), "pointer"), 0)
    location = seed.word_function(seed.symbol(ERRNO), 0)
    seen: list[tuple[int, bool, bytes, bytes]] = []

    def look() -> None:
        before = seed.read(pointer() + own, THREAD)
        seed.write(pointer() + own, WRITTEN)
        right = (pointer() + errno) % (1 << 8 * WORD) == location()
        seen.append((pointer(), right, before, seed.read(pointer() + own, THREAD)))
        barrier.wait()  # all at the same time

    barrier = threading.Barrier(5)
    threads = [threading.Thread(target=look) for _ in range(4)]
    for one in threads:
        one.start()
    barrier.wait()
    for one in threads:
        one.join()
    assert len({at for at, *_ in seen}) == 4
    assert {tuple(row) for _, *row in seen} == {(True, NOTHING, WRITTEN)}


@KNOWN
def test_threads_that_ran_before_have_them_too() -> None:
    code = """
import threading
go, done = threading.Event(), []
def wait():
    go.wait()
    import farcall
    close = farcall.Library("libc.so.6").function("int close(int)", errno=True)
    done.append((close(-1), farcall.errno()))
threads = [threading.Thread(target=wait) for _ in range(3)]
for one in threads: one.start()
go.set()
for one in threads: one.join()
print(done)
"""
    assert run(code) == str([(-1, 9)] * 3)


@KNOWN
def test_the_library_is_loaded_once() -> None:
    assert thread._library() == thread._library() != 0
    assert thread.thread_places(ERRNO) == PLACES
    with open("/proc/self/maps") as maps:
        assert len({line.split()[4] for line in maps if "farcall-thread" in line}) == 1


@KNOWN
@pytest.mark.parametrize("name", ["getpid", "no_such_function"])
def test_what_is_said_to_be_errno_is_looked_at(name: str) -> None:
    assert thread.thread_places(name) is None


def test_where_the_library_cannot_be_loaded_functions_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread, "SONAME", "/proc/self/farcall/another")
    for data in (b"\x7fELF", b"", None):
        monkeypatch.setattr(images, "thread_of", lambda *_, data=data: data)
        assert thread.thread_places(ERRNO) is None


def test_where_ctypes_is_the_way_into_native_code_functions_are_asked() -> None:
    assert run(USE + ASKS, FARCALL_SEED="ctypes") == "None"
