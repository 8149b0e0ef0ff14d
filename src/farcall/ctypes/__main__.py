"""`python -m farcall.ctypes program.py ...`, or `-m module`: a program whose `ctypes` is farcall's."""

from __future__ import annotations

import runpy
import sys

import farcall.ctypes

USAGE = "usage: python -m farcall.ctypes (program.py | -m module) [argument ...]"


def main() -> None:
    """Run what the command line names."""
    if len(sys.argv) < 2 or (sys.argv[1] == "-m" and len(sys.argv) < 3):
        sys.exit(USAGE)
    farcall.ctypes.install()
    if sys.argv[1] == "-m":
        del sys.argv[:2]
        sys.path[0:0] = [""] if "" not in sys.path else []
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        return
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
