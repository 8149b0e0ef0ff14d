"""Values on the tier that uses the C API alone: the same tests, in a process that has no other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = (
    "test_values.py", "test_inline_cache.py", "test_pointers.py", "test_records.py", "test_memory.py", "test_wrong_field.py",
    "test_fuzz_records.py", "test_const.py", "test_flexible.py", "test_text.py", "test_numpy_scalars.py", "test_copies.py",
)  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_values_by_the_api(name: str) -> None:
    environment = {**os.environ, "FARCALL_TIER": "api", "FARCALL_FUZZ_COUNT": "1000"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HERE / name)]
    done = subprocess.run(command, env=environment, cwd=HERE.parent.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
