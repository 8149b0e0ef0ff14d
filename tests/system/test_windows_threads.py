"""On Windows: callbacks on threads that Windows made, which keep what is a thread's own until they end."""

from __future__ import annotations

import sys
import threading

import pytest

import farcall

pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="Windows makes the threads")

START = "DWORD (__stdcall *)(void *)"
DECLARED = """
HANDLE __stdcall CreateThread(
    void *security, SIZE_T stack, DWORD (__stdcall *start)(void *), void *given, DWORD flags, DWORD *number
);
DWORD __stdcall WaitForSingleObject(HANDLE thread, DWORD milliseconds);
BOOL __stdcall GetExitCodeThread(HANDLE thread, DWORD *code);
BOOL __stdcall CloseHandle(HANDLE thread);
void __stdcall SetLastError(DWORD number);
"""
FOREVER = 0xFFFFFFFF


@pytest.fixture
def kernel() -> farcall.Library:
    library = farcall.Library("kernel32", last_error=True)
    library.cdef(DECLARED)
    return library


def run(kernel: farcall.Library, start: farcall.Closure, given: int) -> int:
    """What a thread of Windows' returns that runs `start`."""
    code = kernel.new("DWORD")
    thread = kernel.CreateThread(None, 0, start, given, 0, None)
    assert thread
    kernel.WaitForSingleObject(thread, FOREVER)
    assert kernel.GetExitCodeThread(thread, code)
    assert kernel.CloseHandle(thread)
    return int(code.value)


def test_a_callback_on_a_thread_of_windows(kernel: farcall.Library) -> None:
    seen = []

    def start(given: object) -> int:
        seen.append((int(given), threading.get_ident()))  # type: ignore[call-overload]
        return len(seen)

    with farcall.Closure(start, kernel.types[START]) as closure:
        assert [run(kernel, closure, 16 * number) for number in range(1, 21)] == list(range(1, 21))
    assert [given for given, _ in seen] == [16 * number for number in range(1, 21)]
    assert threading.get_ident() not in {thread for _, thread in seen}


def test_the_last_error_is_a_thread_s_own_and_goes_with_it(kernel: farcall.Library) -> None:
    """Each has a cell, which is freed when the thread ends, by a function that the system calls."""

    def start(given: object) -> int:
        kernel.SetLastError(int(given))  # type: ignore[call-overload]
        return int(farcall.last_error())

    kernel.SetLastError(5)
    with farcall.Closure(start, kernel.types[START]) as closure:
        assert [run(kernel, closure, number) for number in range(1, 30)] == list(range(1, 30))


def test_python_s_own_threads(kernel: farcall.Library) -> None:
    found = []

    def work(number: int) -> None:
        kernel.SetLastError(number)
        found.append((number, farcall.last_error()))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [(number, number) for number in range(1, 20)]
