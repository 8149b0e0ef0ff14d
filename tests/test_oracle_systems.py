"""Calls and closures by the rules of another system, against gcc with its switches for them: the tests of the host's own
rules, in a process that takes those of that system for the host's (FARCALL_ORACLE_AS, see `oracle.here`)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import oracle

#: And the target whose programs can be called so. FreeBSD's: small records in registers, a stack aligned to 4. MinGW's: what
#: Microsoft's compiler has otherwise, gcc is no oracle for.
SYSTEMS = {"i386-freebsd": "i386-linux", "i386-windows-gnu": "i386-windows-msvc"}
FILES = ("test_oracle_calls.py", "test_oracle_closures.py", "test_oracle_every_type.py")
HERE = Path(__file__).parent


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("name", FILES)
def test_by_the_rules_of(system: str, name: str) -> None:
    if oracle.HERE.target.name != SYSTEMS[system]:
        pytest.skip(f"rules for programs of {SYSTEMS[system]}")
    environment = {**os.environ, "FARCALL_ORACLE_AS": system}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HERE / name)]
    done = subprocess.run(command, env=environment, cwd=HERE.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert " passed" in done.stdout, done.stdout
