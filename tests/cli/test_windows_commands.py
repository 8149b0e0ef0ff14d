"""The command line on Windows: its libraries, its paths, and whether all is well there."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from farcall.cli.selftest import CHECKS
from farcall.system import running
from tests.cli.command import outside, within
from tests.conftest import Compile

Capture = pytest.CaptureFixture[str]

pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="about Windows' own libraries and paths")


def test_all_is_well(capsys: Capture) -> None:
    ended = within(capsys, "doctor")
    assert (ended.status, ended.err) == (0, "")
    assert len([line for line in ended.out.splitlines() if line.startswith("ok ")]) == len(CHECKS)
    assert "cache        not used: files have no owners here" in ended.out


def test_functions_of_the_system_s(capsys: Capture) -> None:
    assert within(capsys, "call", "kernel32", "int __stdcall lstrlenW(LPCWSTR text)", "héllo") == (0, "5\n", "")
    assert within(capsys, "call", "-", "int abs(int)", "-16") == (0, "16\n", "")
    assert within(capsys, "call", "m", "double pow(double, double)", "2", "10") == (0, "1024.0\n", "")
    ended = within(capsys, "call", "kernel32", "int lstrlenX(LPCWSTR text)", "x")
    assert (ended.status, ended.out) == (1, "")
    assert "similar names: lstrlen" in ended.err


def test_paths_and_text_of_any_alphabet(capsys: Capture, compile_c: Compile, tmp_path: Path) -> None:
    """Which come as arguments of a program, too."""
    folder = tmp_path / "Bücher und Ελληνικά 書"
    folder.mkdir()
    library = shutil.copy(compile_c("unsigned twice(unsigned x) { return 2 * x; }", "twice"), folder / "twice.dll")
    words = ["call", str(library), "unsigned twice(unsigned x)", "21"]
    assert within(capsys, *words) == (0, "42\n", "")
    assert outside(*words) == (0, "42\n", "")


def test_placements_are_windows_s(capsys: Capture) -> None:
    ended = within(capsys, "inspect", "long double f(double, long, ...)")
    assert ended.status == 0
    assert "\non x86_64-windows-msvc, convention win64\n" in ended.out
    assert "result: long double, 8 bytes" in ended.out


def test_what_is_kept_lies_with_the_user_s_local_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert running().cache_directory() == Path(os.environ["LOCALAPPDATA"])
    monkeypatch.setenv("LOCALAPPDATA", "relative")
    assert running().cache_directory() is None
