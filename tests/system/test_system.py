"""What a system has to provide, tried on the one that runs; and what is said on one that farcall does not know."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from farcall import seed
from farcall.cpython.facts.host import host_target
from farcall.errors import UnsupportedTargetError
from farcall.lower import Code
from farcall.lower.image import Image, image_file
from farcall.system import SYSTEMS, running
from farcall.system.interface import System

NAMES = sorted(name for name in {*vars(System), *System.__annotations__} if not name.startswith("_"))
#: A program in which Python runs on a system that nobody knows.
ELSEWHERE = "import sys; sys.platform = 'plan9'\n"


@pytest.mark.parametrize("system", SYSTEMS.values())
def test_a_system_has_every_name_and_takes_what_each_is_to_take(system: str) -> None:
    module = import_module(f"farcall.system.{system}")
    assert sorted(module.__all__) == NAMES
    assert module.name == system
    for name in NAMES:
        wanted, found = getattr(System, name, None), getattr(module, name)
        if inspect.isfunction(wanted) and inspect.isfunction(found):
            assert list(inspect.signature(found).parameters) == list(inspect.signature(wanted).parameters)[1:], name
            assert found.__doc__, f"{name} says nothing of itself"
    with pytest.raises(AttributeError, match="no attribute 'kernel'"):
        module.kernel  # noqa: B018


def elsewhere(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", ELSEWHERE + code], capture_output=True, text=True, check=False)


def test_an_unknown_system_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "plan9")
    running.cache_clear()
    try:
        with pytest.raises(
            UnsupportedTargetError, match=r"cannot run on the system 'plan9' yet, only on: linux, windows"
        ):
            running()
    finally:
        running.cache_clear()


def test_on_an_unknown_system_a_library_says_so() -> None:
    done = elsewhere("import farcall; farcall.Library('m')")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "farcall.errors.UnsupportedTargetError: farcall cannot run on the system"
    )


def test_on_an_unknown_system_other_targets_are_placed_and_listed() -> None:
    call = "from farcall.cli import main; sys.exit(main(['inspect', '--target', 'x86_64-linux', 'int f(int)']))"
    done = elsewhere(call)
    assert done.returncode == 0, done.stderr
    assert "in edi" in done.stdout or "in rdi" in done.stdout
    assert "ret" in done.stdout


def test_on_an_unknown_system_the_doctor_tells_what_is_wrong() -> None:
    done = elsewhere("from farcall.cli import main; main(['doctor'])")  # its tests run in a child, on the real one
    assert "host         farcall cannot run on the system 'plan9' yet" in done.stdout


def test_the_host_s_target_is_the_system_s() -> None:
    assert host_target().system == running().name
    assert host_target().cpu == running().cpu()
    assert "\n" not in " ".join(running().description())


# Memory


def test_code_pages_are_one_memory_in_two_views() -> None:
    before = running().writable_code()  # of others: ctypes' own callbacks, for one
    pages = running().code_pages(1)
    assert pages.size == running().page_size()
    assert pages.address % running().page_size() == 0
    pages.put(8, b"farcall")
    assert seed.read(pages.address, 16) == bytes(8) + b"farcall\0"
    assert seed.read(pages.writable, 16) == bytes(8) + b"farcall\0"
    assert pages.writable != pages.address
    assert set(running().writable_code()) <= set(before)
    pages.unmap()


@pytest.mark.skipif(running().name != "linux", reason="its own libraries are ELF's")
def test_code_pages_lie_in_a_library_s_place() -> None:
    cpu, empty, system = host_target().cpu, bytes(1 << 18), running()
    room = Code(cpu, empty, len(empty), (), ())
    pages = system.code_pages(1 << 16, image_file(Image(cpu, {"room": room}, exports={"room": "room"})))
    assert system.symbol_origin(pages.address + 0x1234)[1] == "room"
    assert pages.size == 1 << 16
    pages.put(8, b"farcall")
    assert seed.read(pages.address, 16) == seed.read(pages.writable, 16) == bytes(8) + b"farcall\0"
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        assert any(line.startswith(f"{pages.address:08x}-{pages.address + pages.size:08x} r-xs") for line in maps)
    pages.unmap()
    assert system.symbol_origin(pages.address) == ("", "")


def test_code_pages_lie_elsewhere_if_there_is_no_such_library() -> None:
    pages = running().code_pages(1, b"no library")
    pages.put(0, b"farcall")
    assert seed.read(pages.address, 7) == b"farcall"
    pages.unmap()


def test_a_fork_copies_private_pages() -> None:
    pages = running().private_pages(3 * running().page_size())
    assert bytes(pages) == bytes(len(pages))
    pages[0] = 1
    child = os.fork()
    if not child:
        pages[0] = 2
        os._exit(0)
    os.waitpid(child, 0)
    assert pages[0] == 1


def test_a_fork_calls_whom_it_is_to_call() -> None:
    code = (
        "from farcall.system import running; import os\n"
        "seen = []\n"
        "running().at_fork(before=lambda: seen.append(1), after_in_parent=lambda: seen.append(2),"
        " after_in_child=lambda: seen.append(3))\n"
        "child = os.fork()\n"
        "if not child: print(seen, flush=True); os._exit(0)\n"
        "os.waitpid(child, 0); print(seen)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[1, 3]", "[1, 2]"]


# Threads


def test_a_thread_s_stack_is_as_large_as_it_was_made() -> None:
    found: list[tuple[int, int]] = []
    size = 1 << 20
    before = threading.stack_size(size)
    try:
        thread = threading.Thread(target=lambda: found.append(running().thread_stack()))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    low, high = found[0]
    assert size // 2 < high - low <= size  # its guard may be counted or not
    mine = running().thread_stack()
    assert mine[0] < mine[1] != high


# Libraries


def test_a_library_is_loaded_from_its_bytes() -> None:
    """In a process of its own, for it stays loaded."""
    code = """
from pathlib import Path
from farcall import seed
from farcall.system import running
system = running()
handle = system.open_library("libm.so.6", system.open_flags)
path = system.library_path(handle)
loaded = system.load_image(Path(path).read_bytes())
address = system.library_symbol(loaded, "abs_no_such"), system.library_symbol(loaded, "fabs")
assert address[0] == 0 != address[1]
assert system.symbol_origin(address[1])[0] not in ("", path)
system.close_library(handle)
try:
    system.load_image(b"no library")
except OSError as error:
    print("refused:", "file too short" in str(error) or "ELF" in str(error) or "Exec" in str(error))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("refused: True\n", "")


def test_what_a_file_says_of_its_symbols() -> None:
    system = running()
    handle = system.open_library("libc.so.6", system.open_flags)
    file = system.library_file(system.library_path(handle))
    system.close_library(handle)
    printf, environ, errno = (file.lookup(name) for name in ("printf", "environ", "errno"))
    assert printf is not None
    assert printf.is_function
    assert not printf.is_variable
    assert environ is not None
    assert environ.is_variable
    assert not environ.is_function
    assert errno is None or errno.is_thread_local
    assert {"printf", "environ"} <= {symbol.name for symbol in file.symbols()}
    assert system.library_file(system.program()) is not None
    with pytest.raises(ValueError, match="not an ELF file"):
        system.library_file(__file__)


# Users


@pytest.mark.parametrize(
    ("chosen", "home", "found"),
    [
        ("/tmp/caches", "/home/x", "/tmp/caches"),
        ("relative", "/home/x", "/home/x/.cache"),
        ("", "/home/x", "/home/x/.cache"),
        ("", "relative", None),
    ],
)
def test_where_a_user_s_caches_are(chosen: str, home: str, found: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", chosen)
    monkeypatch.setenv("HOME", home)
    assert running().cache_directory() == (Path(found) if found else None)


def test_values_of_threads() -> None:
    """Each thread has its own, and `free` gets it when the thread ends."""
    values = running().thread_values()
    get, put = seed.word_function(values.get, 1), seed.word_function(values.set, 2)
    allocate = seed.word_function(seed.symbol("malloc"), 1)
    mine = allocate(16)
    assert get(values.key) == 0
    put(values.key, mine)
    seen: list[int] = []

    def other() -> None:
        seen.append(get(values.key))
        theirs = allocate(16)
        put(values.key, theirs)
        seen.append(get(values.key) - theirs)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert seen == [0, 0]
    assert get(values.key) == running().thread_value(values.key) == mine
    assert running().thread_values().key != values.key


def test_the_end_of_a_thread_is_told() -> None:
    """By a C function that gets what the thread had."""
    import ctypes

    told: list[int] = []
    ended = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(told.append)
    values = running().thread_values(ctypes.cast(ended, ctypes.c_void_p).value or 0)
    put = seed.word_function(values.set, 2)
    thread = threading.Thread(target=lambda: put(values.key, 12345))
    thread.start()
    thread.join()
    # Python's join is over as soon as the thread has no more Python to run: the thread itself may end a little later.
    end = time.monotonic() + 30
    while not told and time.monotonic() < end:
        time.sleep(0.001)
    assert told == [12345]
