"""A fork waits for modules that other threads are importing: in a child nobody would ever finish them."""

from __future__ import annotations

import sys
import threading
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from farcall import lock


def test_a_fork_waits_for_a_module_that_is_being_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 60.0)
    module, spec = ModuleType("farcall.half"), ModuleSpec("farcall.half", None)
    module.__spec__ = spec
    spec._initializing = True  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "farcall.half", module)

    def finish() -> None:
        spec._initializing = False  # type: ignore[attr-defined]

    timer = threading.Timer(0.05, finish)
    timer.start()
    lock.loaded_before_fork()
    assert spec._initializing is False  # type: ignore[attr-defined]
    timer.join()


def test_a_fork_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that forks may be the one that imports."""
    monkeypatch.setattr(lock, "PATIENCE", 0.01)
    module, spec = ModuleType("farcall.half"), ModuleSpec("farcall.half", None)
    module.__spec__ = spec
    spec._initializing = True  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "farcall.half", module)
    lock.loaded_before_fork()
