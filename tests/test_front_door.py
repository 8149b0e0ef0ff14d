"""`import farcall` where it cannot be used: one sentence says why."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

import farcall
from farcall.cpython.facts.lacking import lacking


@pytest.mark.parametrize(
    ("name", "version", "told"),
    [
        ("cpython", (3, 9, 18), "farcall runs on CPython 3.10 and newer, and this is cpython 3.9"),
        ("pypy", (3, 11, 2), "farcall runs on CPython 3.10 and newer, and this is pypy 3.11"),
        ("graalpy", (3, 11, 7), "farcall runs on CPython 3.10 and newer, and this is graalpy 3.11"),
        ("cpython", (3, 10, 0), ""),
        ("cpython", (3, 15, 0), ""),
    ],
)
def test_other_pythons(name: str, version: tuple[int, ...], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "implementation", SimpleNamespace(name=name))
    monkeypatch.setattr(sys, "version_info", version)
    assert farcall._refusal() == told


@pytest.mark.parametrize(
    ("version", "flags", "lacks"),
    [
        ((3, 15), "", 0),
        ((3, 13), "", 0),
        ((3, 12), "", 1),
        ((3, 11), "", 2),
        ((3, 10), "", 3),
        ((3, 14), "d", 1),
        ((3, 13), "td", 2),
        ((4, 0), "", 1),
    ],
)
def test_what_a_python_lacks(version: tuple[int, int], flags: str, lacks: int) -> None:
    assert len(lacking(version, flags)) == lacks
