"""Runs farcall's tests on another CPU: on that CPU's CPython, by an emulator, with C compiled for it.

    python3 .ci/cpu CPU|all [--short] [--jobs N] [--libffi] [--emulated] [-- ARGUMENT...]

Unpacks what it needs from Debian's packages into .cpus/CPU, once. The arguments are pytest's, or with --libffi those of
`python -m tests.libffi`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Variables that say something of this machine's Python, or of the make that runs this.
FOREIGN = ("PYTHON", "VIRTUAL_ENV", "MAKE", "MFLAGS")
sys.path.append(str(ROOT / ".ci"))

from debian_root import PackageError  # noqa: E402
from home import make_home  # noqa: E402
from table import CPUS, MOVING, SHORT, SHORT_COUNT, WITHOUT, Cpu  # noqa: E402


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 .ci/cpu",
        description="farcall's tests on another CPU; after -- arguments for pytest, or with --libffi for tests.libffi",
    )
    add = parser.add_argument
    add("cpu", choices=[*CPUS, "all"])
    add("--short", action="store_true", help="the quick part of the tests that still runs all code for the CPU")
    add("--jobs", type=int, default=1, help="how many processes (1)")
    add("--libffi", action="store_true", help="libffi's own test programs instead")
    add("--emulated", action="store_true", help="by the emulator also where this machine runs the CPU's code itself")
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    return parser.parse_args(words[:end], argparse.Namespace(arguments=words[end + 1 :]))


def lacking(cpu: Cpu, emulated: bool) -> list[str]:
    """The programs that are needed and not here."""
    needed = [f"{cpu.tools}gcc", f"{cpu.tools}g++", f"{cpu.tools}objdump", "apt-get", "dpkg-deb"]
    if emulated or not cpu.native:
        needed.append(cpu.emulator)
    return [program for program in needed if not shutil.which(program)]


def command(python: Path, chosen: argparse.Namespace) -> list[str]:
    if chosen.libffi:
        return [str(python), "-m", "tests.libffi", "--jobs", str(chosen.jobs), *chosen.arguments]
    words = [str(python), "-m", "pytest", "-p", "no:cacheprovider", *chosen.arguments]
    if chosen.jobs > 1:
        words += ["-n", str(chosen.jobs)]
    return [*words, *SHORT] if chosen.short else words


def run(cpu: Cpu, chosen: argparse.Namespace) -> int:
    missing = lacking(cpu, chosen.emulated)
    if missing:
        print(f"tests for {cpu.name} need {', '.join(missing)}", file=sys.stderr)
        return 1
    try:
        home = make_home(cpu, emulated=chosen.emulated)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    environment = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    environment |= {
        "PATH": f"{home / 'bin'}{os.pathsep}{environment['PATH']}",
        "FARCALL_TESTS_WITHOUT": ",".join(WITHOUT),
    }
    if chosen.short:
        environment.setdefault("FARCALL_ORACLE_COUNT", str(SHORT_COUNT))
    return subprocess.run(command(home / "bin" / "python3", chosen), cwd=ROOT, env=environment).returncode


def main() -> int:
    chosen = options()
    codes = {}
    for cpu in CPUS.values() if chosen.cpu == "all" else [CPUS[chosen.cpu]]:
        if chosen.cpu == "all" and cpu.suite in MOVING:
            print(f"--- {cpu.name} left out: its Python is {cpu.suite}'s, which changes; make test-cpu CPU={cpu.name}")
            continue
        print(f"--- {cpu.name}", flush=True)
        codes[cpu.name] = run(cpu, chosen)
    if len(codes) > 1:
        print("\nCPU         result")
        for name, code in codes.items():
            print(f"{name:<11} {'FAILED' if code else 'passed'}")
    return max(codes.values())


if __name__ == "__main__":
    sys.exit(main())
