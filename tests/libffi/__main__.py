"""Obtain, compile, run, report. Exit status 1 if a program fails, 2 if there is nothing to run."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Callable
from fnmatch import fnmatchcase
from multiprocessing.pool import Pool, ThreadPool
from pathlib import Path

from tests.libffi.compiler import Bench, CompileError, bench
from tests.libffi.debian import CACHE, PackageError, cached_source
from tests.libffi.ending import Ending, complaint
from tests.libffi.header import configured
from tests.libffi.machine import MACHINES, Machine, machine
from tests.libffi.program import Variant, programs, variants
from tests.libffi.report import Result, counts, table
from tests.libffi.table import LIBRARIES, fill
from tests.libffi.table import table as table_of

WORDS = {"real": "the libffi that is installed", "farcall": "farcall"}
ABIS = list(dict.fromkeys(abi for one in MACHINES for abi in one.abis))
# found here by the pool's processes, which are forked from this one
_bench: Bench
_run: Callable[[Path], Ending]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.libffi",
        description="libffi's own test programs: against libffi itself, to prove the runner, then against farcall",
    )
    header = "where ffi.h is (default: made from --source, or the system's)"
    libraries = "what the programs call (default: both in turn; with --source farcall)"
    add = parser.add_argument
    add("--source", type=Path, metavar="DIR", help="libffi's source (default: Debian's package, fetched once)")
    add("--include", type=Path, action="append", metavar="DIR", help=header)
    add("--library", choices=LIBRARIES, action="append", help=libraries)
    add("--abi", choices=[*ABIS, "all"], default="all", help="the calling convention (default: all of this CPU)")
    add("--opt", default="O0,O2", metavar="O0,O2", help="the programs' optimizations (default: O0,O2)")
    add("--only", metavar="PATTERN", help="only programs so named: 'libffi.call/va_*', or a part of the name")
    add("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="programs at a time")
    add("--list", action="store_true", help="print the variants and run none")
    return parser.parse_args()


def wanted(name: str, pattern: str | None) -> bool:
    return pattern is None or pattern in name or fnmatchcase(name, pattern)


def attempt(variant: Variant) -> Result:
    """Compile one variant and run it."""
    expected = variant.program.directives
    reason = expected.skipped or _bench.lacks.get(variant.program.folder, "")
    if reason:
        return Result(variant, "skipped", reason)
    try:
        program = _bench.compile(variant)
    except CompileError as error:
        return Result(variant, "failed", f"does not compile: {error}")
    if not expected.run:
        return Result(variant, "passed")
    wrong = complaint(_run(program), expected.output)
    if expected.fails:
        return Result(variant, "skipped", "libffi expects it to fail") if wrong else Result(variant, "passed")
    return Result(variant, "failed" if wrong else "passed", wrong)


def main() -> int:
    chosen = options()
    for tool in ("gcc", "g++"):
        if not shutil.which(tool):
            print(f"needs {tool} (Debian, Ubuntu: apt-get install gcc g++)")
            return 2
    try:
        host = machine()
        source = (chosen.source or cached_source()).resolve()
        includes = chosen.include or ([configured(source, CACHE / "include", host)] if chosen.source else [])
        # a program or two asks for libffi's inner header as well
        includes = [*(path.resolve() for path in includes), source / "include"]
    except (PackageError, OSError, LookupError) as error:
        print(error)
        return 2
    abis = [abi for abi in host.abis if chosen.abi in (abi, "all")]
    found = list(variants(programs(source, host.triplet), chosen.opt.split(","), abis, host))
    found = [variant for variant in found if wanted(variant.program.name, chosen.only)]
    if not found:
        print(f"no such program under {source}")
        return 2
    if chosen.list:
        print("\n".join(variant.name for variant in found))
        return 0
    failed = False
    for library in chosen.library or (["farcall"] if chosen.source else ["real", "farcall"]):
        begun = time.monotonic()
        results = run(found, library, includes, chosen.jobs, host)
        print(f"{source.name} against {WORDS[library]}, {time.monotonic() - begun:.0f} s\n{table(results)}")
        print(counts(results), flush=True)
        failed |= any(result.outcome == "failed" for result in results)
    return failed


def run(found: list[Variant], library: str, includes: list[Path], jobs: int, host: Machine) -> list[Result]:
    global _bench, _run
    directory = CACHE / "programs" / host.triplet
    _bench = bench(directory, includes, static_trampolines=library == "real" and host.static_trampolines)
    pool: Pool
    if hasattr(os, "fork"):
        from tests.libffi import process

        fill(_bench.standin, table_of(library))
        _run = process.run
        pool = multiprocessing.get_context("fork").Pool(jobs)
    else:
        from tests.libffi.lasting import Processes

        _run = Processes(_bench.standin, library, directory).run
        pool = ThreadPool(jobs)
    results = []
    with pool:
        for result in pool.imap(attempt, found):
            results.append(result)
            if result.outcome == "failed":
                print(f"FAILED {result.variant.name}: {result.reason}", flush=True)
    return results


if __name__ == "__main__":
    sys.exit(main())
