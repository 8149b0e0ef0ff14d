"""What `import farcall` adds to the start of the interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

import farcall

__all__ = ["Startup", "startup"]


class Startup(NamedTuple):
    """Milliseconds, medians: the bare interpreter, the same with the import, and the difference."""

    bare: float
    imported: float
    difference: float


def start(program: str, environment: dict[str, str]) -> float:
    begin = perf_counter()
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    return (perf_counter() - begin) * 1e3


def startup(rounds: int) -> Startup:
    """Both programs in turn, `rounds` times each, after one unmeasured time that writes the .pyc files."""
    assert farcall.__file__ is not None
    environment = {**os.environ, "PYTHONPATH": str(Path(farcall.__file__).parent.parent)}
    start("import farcall", environment)
    bare, imported = [], []
    for _ in range(rounds):
        bare.append(start("pass", environment))
        imported.append(start("import farcall", environment))
    return Startup(median(bare), median(imported), median(imported) - median(bare))
