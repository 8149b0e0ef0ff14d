"""Values on the tier that uses the C API alone: the same tests, in a process that has no other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
FILES = (
    *(f"cpython/value/test_{name}.py" for name in (
        "values", "pointers", "records", "wrong_field", "fuzz_records", "const", "flexible", "text", "numpy_scalars", "copies",
            "byte_orders", "function_pointers",
    )),
    "cpython/callable/test_inline_cache.py", "high/test_memory.py", "high/test_exchange.py",
)  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_values_by_the_api(name: str) -> None:
    environment = {**os.environ, "FARCALL_TIER": "api", "FARCALL_FUZZ_COUNT": "1000"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(TESTS / name)]
    done = subprocess.run(command, env=environment, cwd=TESTS.parent, capture_output=True, text=True, check=False)
    if done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED:
        pytest.skip(f"{name} was skipped")
    assert done.returncode == 0, done.stdout[-4000:]
