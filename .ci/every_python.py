"""Runs `make test` on every CPython 3.10 or newer on this machine, each in an environment of its own.

    python3 .ci/every_python.py [--jobs N] [--once PATTERN]... [--done PYTHON] [--between ARGUMENTS] [-- PYTEST ARGUMENT...]

Looks at `python3.N` in every directory of PATH and at the versions of pyenv; a version of `pythons.py` that is not
there is fetched, and one that cannot be is named, which under CI is a failure. With FARCALL_FETCH_PYTHONS=0 none is
fetched. One of each minor version and build (the plain, debug and free-threaded builds of 3.13 are three) is taken,
the newest. Files that match a --once run on the last of them only: bytes compared with compilers and assemblers
come out the same on all. With --done, a Python on which `make test` has run, that one and those files are left out.
With --between, the Pythons that are neither the oldest nor the newest of the rest have these arguments for pytest instead.
Prints the output of a run that fails, what was skipped in one that passes, and a table at the end. Exit code 1 if any
run failed.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from pythons import VERSIONS, PackageError, make_python

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 10)
CI = os.environ.get("CI") == "true"
NAME = re.compile(r"python3\.\d+t?d?")
CLOSING = re.compile(r"(passed|failed|skipped|errors?|no tests ran) in [\d.]+s")
PROBE = (
    "import ensurepip, sys, venv; "
    "print(sys.implementation.name, '%d.%d.%d' % sys.version_info[:3], sys.abiflags or '-', sys.executable)"
)


class Interpreter(NamedTuple):
    version: tuple[int, ...]
    flags: str
    path: str

    @property
    def name(self) -> str:
        return ".".join(map(str, self.version)) + self.flags


class Run(NamedTuple):
    interpreter: Interpreter
    code: int
    output: list[str]

    @property
    def closing(self) -> str:
        """How pytest ended: '12 passed, 1 skipped in 0.50s'; where it did not get there, the last line."""
        said = [line.strip("= ") for line in self.output if CLOSING.search(line)]
        return said[-1] if said else "".join(self.output[-1:])


def candidates() -> Iterator[Path]:
    for directory in map(Path, os.get_exec_path()):
        if directory.is_dir():
            yield from (path for path in directory.iterdir() if NAME.fullmatch(path.name))
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from pyenv.glob("versions/*/bin/python")
    yield Path(sys.executable)


def probe(path: Path) -> Interpreter | None:
    """The interpreter at `path`; None if it does not run, is too old or cannot make environments."""
    try:
        done = subprocess.run([path, "-c", PROBE], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    implementation, version, flags, executable = done.stdout.strip().split(" ", 3)
    numbers = tuple(map(int, version.split(".")))
    if implementation != "cpython" or numbers < OLDEST:
        return None
    return Interpreter(numbers, flags.strip("-"), executable)


def interpreters() -> tuple[list[Interpreter], list[str]]:
    """Those that are here or can be fetched, and why others cannot."""
    newest: dict[tuple[tuple[int, ...], str], Interpreter] = {}
    missing = []
    for found in filter(None, map(probe, dict.fromkeys(candidates()))):
        build = found.version[:2], found.flags
        if build not in newest or newest[build].version < found.version:
            newest[build] = found
    for version in () if os.environ.get("FARCALL_FETCH_PYTHONS") == "0" else VERSIONS:
        build = tuple(map(int, version.split("."))), ""
        if build in newest:
            continue
        try:
            program = make_python(version)
        except PackageError as error:
            missing.append(f"CPython {version} is not here: {error}")
            continue
        if made := probe(program):
            newest[build] = made
        else:
            missing.append(f"{program} does not run")
    return sorted(newest.values()), missing


def run(interpreter: Interpreter, arguments: list[str], without: list[str]) -> Run:
    # The flags of the make above are not this one's: its job server is out of reach from here.
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    command = [
        *shlex.split(os.environ.get("MAKE", "make")),
        "--no-print-directory",
        "test",
        f"PYTHON={interpreter.path}",
        f"VENV=.venvs/{interpreter.name}",
        f"ARGS={shlex.join(['-p', 'no:cacheprovider', *(f'--ignore-glob={one}' for one in without), *arguments])}",
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return Run(interpreter, done.returncode, done.stdout.rstrip().splitlines())


def main() -> int:
    parser = argparse.ArgumentParser(description="make test on every Python 3.10 or newer found here")
    parser.add_argument("--jobs", type=int, default=1, help="how many to run at a time (1)")
    parser.add_argument("--once", action="append", default=[], metavar="PATTERN", help="files for one Python only")
    parser.add_argument("--done", metavar="PYTHON", help="has passed, --once files included")
    parser.add_argument("--between", type=shlex.split, help="for pytest, but on the oldest and the newest Python")
    parser.add_argument("arguments", nargs="*", help="for pytest, after --")
    options = parser.parse_args()

    done_before = probe(Path(shutil.which(options.done) or options.done)) if options.done else None
    if options.done and not done_before:
        parser.error(f"--done: {options.done} is no CPython of these")
    found, missing = interpreters()
    if not found:
        print("no CPython 3.10 or newer that can make virtual environments was found", file=sys.stderr)
        return 1
    found = [one for one in found if not done_before or (one.version, one.flags) != done_before[:2]]
    print("found:", ", ".join(interpreter.name for interpreter in found) or "no other", flush=True)
    print("".join(f"{line}\n" for line in missing), end="", flush=True)
    whole = None if done_before else found[-1]
    between = found[1:-1] if options.between else []

    def run_one(one: Interpreter) -> Run:
        arguments = options.between if one in between else options.arguments
        return run(one, arguments, [] if one == whole else options.once)

    runs = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for done in pool.map(run_one, found):
            print(f"\n--- {done.interpreter.name} ({done.interpreter.path})")
            shown = done.output if done.code else [s for s in done.output if s.startswith("SKIPPED")]
            print("\n".join(shown if done.code else [*shown, done.closing]), flush=True)
            runs.append(done)

    print("\nPython      result  pytest")
    for done in runs:
        print(f"{done.interpreter.name:<11} {'FAILED' if done.code else 'passed'}  {done.closing}")
    print("".join(f"{line}\n" for line in missing), end="")
    return 1 if any(done.code for done in runs) or (missing and CI) else 0


if __name__ == "__main__":
    sys.exit(main())
