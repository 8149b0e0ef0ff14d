"""`farcall doctor`: all is well here; and what it says where something is not."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import farcall
from farcall.cli import selftest
from farcall.cli.selftest import CHECKS, Check
from tests.cli.command import outside, within

Capture = pytest.CaptureFixture[str]
InChild = Callable[[str], dict[str, Check]]


def test_all_is_well_here(capsys: Capture) -> None:
    ended = within(capsys, "doctor")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(f"farcall      {farcall.__version__}\n")
    lines = [line for line in ended.out.splitlines() if line.startswith("ok ")]
    assert len(lines) == len(CHECKS)
    assert "FAILED" not in ended.out


def test_the_same_as_data(capsys: Capture) -> None:
    found = json.loads(within(capsys, "doctor", "--json").out)
    assert found["ok"] is True
    assert [check["name"] for check in found["checks"]] == list(CHECKS)
    assert set(found["packages"]) == {"numpy"}
    assert found["libraries"] > 0
    assert found["tier"] in ("fast", "api")
    assert found["bootstrap"] == (os.environ.get("FARCALL_SEED") or "image")
    assert bool(found["lacks"]) == (sys.version_info < (3, 13) or bool(getattr(sys, "abiflags", "")))


def test_a_tier_that_is_asked_for_is_told_with_the_reason() -> None:
    found = json.loads(outside("doctor", "--json", FARCALL_TIER="api").out)
    assert (found["tier"], found["tier_because"], found["ok"]) == ("api", "FARCALL_TIER asks for it", True)


def test_the_bootstrap_is_told_with_the_reason() -> None:
    found = json.loads(outside("doctor", "--json", FARCALL_SEED="ctypes").out)
    assert (found["bootstrap"], found["bootstrap_because"], found["ok"]) == ("ctypes", "FARCALL_SEED asks for it", True)
    ended = outside("doctor", FARCALL_SEED="cffi")
    assert (ended.status, ended.err) == (1, "farcall: FARCALL_SEED is 'cffi'; it can be 'image' or 'ctypes'\n")


def test_what_is_wrong_is_told_with_status_1() -> None:
    ended = outside("doctor", FARCALL_TIER="quick")
    assert ended.status == 1
    assert "tier         none: FARCALL_TIER: tier must be one of fast, api, not 'quick'" in ended.out
    assert "FAILED  call into libm" in ended.out
    assert ended.err.startswith("farcall: ")
    assert "not 'quick'" in ended.err
    assert ended.err.count("\n") == 1


def test_the_first_failure_is_the_reason(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = [Check("memory", True, "fine"), Check("errno", False, "lost"), Check("variadic", False, "too")]
    monkeypatch.setattr(selftest, "checks_in_child", lambda: checks)
    ended = within(capsys, "doctor")
    assert (ended.status, ended.err) == (1, "farcall: errno: lost\n")
    assert json.loads(within(capsys, "doctor", "--json").out)["ok"] is False


@pytest.fixture
def in_child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> InChild:
    """`in_child(patch)`: the checks, run by an interpreter that has run `patch` first."""

    def run(patch: str) -> dict[str, Check]:
        script = tmp_path / "patched.py"
        script.write_text(f"from farcall.cli import selftest as s\n{patch}\ns.main()\n")
        interpreter = tmp_path / "python"
        interpreter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}"\n')
        interpreter.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(interpreter))
        return {check.name: check for check in selftest.checks_in_child()}

    return run


def test_a_check_that_ends_the_process_is_found_out(in_child: InChild) -> None:
    patch = 'import os, signal\ns.CHECKS["variadic"] = lambda: os.kill(os.getpid(), signal.SIGSEGV)'
    found = in_child(patch)
    assert found["struct by value"].ok
    assert found["variadic"] == Check("variadic", False, "the process was ended by SIGSEGV")
    assert found["errno"] == Check("errno", False, "not reached")


def test_a_check_that_gives_another_result_is_found_out(in_child: InChild) -> None:
    patch = 's.CHECKS["errno"] = lambda: s.expect(3, 4, "one and two")'
    found = in_child(patch)
    assert found["errno"] == Check("errno", False, "AssertionError: one and two gave 3, not 4")
    assert found["both tiers"].ok


def test_a_check_that_does_not_end_is_found_out(in_child: InChild, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "PATIENCE", 3)
    found = in_child('import time\ns.CHECKS["memory"] = lambda: time.sleep(60)')
    assert found["memory"] == Check("memory", False, "did not end within 3 seconds")


def test_an_interpreter_that_does_not_start_is_found_out(in_child: InChild) -> None:
    found = in_child('raise SystemExit("no way")')
    assert len(found) == len(CHECKS)
    assert found["memory"] == Check("memory", False, "the process ended with status 1: no way")
