"""A fork waits for modules that other threads are importing: in a child nobody would ever finish them."""

from __future__ import annotations

import importlib
import threading
import time
from typing import Any

import pytest

from farcall import lock

BOOTSTRAP: Any = importlib._bootstrap  # type: ignore[attr-defined]


def hold(name: str, taken: threading.Event, seconds: float, ended: list[bool]) -> None:
    """Have the lock that import has for a module."""
    with BOOTSTRAP._ModuleLockManager(name):
        taken.set()
        time.sleep(seconds)
        ended.append(True)


@pytest.mark.parametrize("name", ["farcall.half", "decimal"])
def test_a_fork_waits_for_a_module_that_another_thread_imports(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 60.0)
    taken, ended = threading.Event(), list[bool]()
    thread = threading.Thread(target=hold, args=(name, taken, 0.05, ended))
    thread.start()
    taken.wait()
    lock.loaded_before_fork()
    assert ended == [True]
    thread.join()


def test_a_fork_waits_for_no_other_modules_and_not_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 60.0)
    taken, ended = threading.Event(), list[bool]()
    thread = threading.Thread(target=hold, args=("a_program_that_runs", taken, 0.2, ended))
    thread.start()
    taken.wait()
    lock.loaded_before_fork()
    assert ended == []
    thread.join()
    with BOOTSTRAP._ModuleLockManager("farcall.half"):
        lock.loaded_before_fork()
