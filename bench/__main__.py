"""Builds the peers, checks that each gives the right answer, times them side by side, prints the tables."""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import build
from bench.binding import in_own_process
from bench.callback import callbacks
from bench.callback_table import callback_tables
from bench.caller import Caller, callers, callers_beside_ctypes
from bench.clock import Time, side_by_side
from bench.everyday.groups import GROUPS
from bench.everyday.measure import measured
from bench.everyday.table import everyday_table
from bench.libffi import libffi
from bench.libffi_table import libffi_table
from bench.row import ROWS, Row, doubles
from bench.startup import startup
from bench.table import binding_table, call_table, startup_line
from bench.values import measure_values, value_table


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="calls of farcall beside its peers")
    parser.add_argument("rows", nargs="*", metavar="ROW", help="only rows with this in their name")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--ctypes-only", action="store_true", help="calls beside ctypes, which need gcc and nothing else")
    only.add_argument("--calls-only", action="store_true", help="leave out callbacks, libffi, binding, memory, import")
    only.add_argument("--callbacks-only", action="store_true", help="leave out all but callbacks")
    only.add_argument("--libffi-only", action="store_true", help="leave out all but the libffi interface in C's hands")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there as well")
    return parser.parse_args()


def check(key: str, caller: Caller, row: Row) -> None:
    """Leaves if the peer does not give what the row says: its time would mean nothing."""
    result: Any = caller.call(row)()
    if isinstance(row.result, tuple):
        result = (result.x, result.y)
    if result != row.result:
        sys.exit(f"{key}: {row.name} gives {result!r}, not {row.result!r}")


def measure(peers: dict[str, Caller], rows: list[Row], quick: bool) -> dict[str, dict[str, Time]]:
    rounds, milliseconds = (15, 1.0) if quick else (31, 4.0)
    for row in rows:
        for key, caller in peers.items():
            check(key, caller, row)
    calls = {row.name: {key: caller.call(row) for key, caller in peers.items()} for row in rows}
    return side_by_side(calls, rounds, milliseconds)


def main() -> None:
    chosen = options()
    chosen.calls_only |= chosen.ctypes_only
    rows = [row for row in ROWS if not chosen.rows or any(part in row.name for part in chosen.rows)]
    if chosen.ctypes_only:
        rows = [row for row in rows if doubles not in row.arguments.values()]
    if not rows:
        sys.exit("no such row; there are: " + "; ".join(row.name for row in ROWS))
    if lack := build.missing(headers=not chosen.ctypes_only):
        sys.exit(lack)
    machine = (
        f"CPython {platform.python_version()}, {platform.system()} {platform.machine()}, gcc {build.gcc_version()}"
    )
    numbers: dict[str, Any] = {"machine": machine}

    print(f"{machine}; nanoseconds a call, best round, loop included; x/f: times as long as farcall")
    with tempfile.TemporaryDirectory(prefix="farcall-bench-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        if not chosen.callbacks_only and not chosen.libffi_only:
            peers = callers_beside_ctypes(directory) if chosen.ctypes_only else callers(directory)
            times = measure(peers, rows, chosen.quick)
            numbers["calls"] = {row: {key: t._asdict() for key, t in by.items()} for row, by in times.items()}
            for policy in ("hold", "release"):
                print("\n" + call_table(times, policy), flush=True)
        if not chosen.calls_only and not chosen.libffi_only:
            called = callbacks(directory, 31 if chosen.quick else 101)
            numbers["callbacks"] = {
                policy: {row: {key: t._asdict() for key, t in by.items()} for row, by in found.items()}
                for policy, found in called.items()
            }
            print("\n" + callback_tables(called), flush=True)
        if not chosen.calls_only and not chosen.callbacks_only:
            used = libffi(directory, 15 if chosen.quick else 51)
            numbers["libffi"] = {
                kind: {row: {key: t._asdict() for key, t in by.items()} for row, by in found.items()}
                for kind, found in used.items()
            }
            print("\n" + libffi_table(used), flush=True)
        if not (chosen.calls_only or chosen.callbacks_only or chosen.libffi_only):
            values = measure_values(directory, chosen.quick)
            numbers["values"] = {row: {key: t._asdict() for key, t in by.items()} for row, by in values.items()}
            print("\n" + value_table(values), flush=True)
            numbers["everyday"] = {}
            for group in GROUPS:
                found = measured(group, directory, chosen.quick)
                numbers["everyday"] |= {row: {key: t._asdict() for key, t in by.items()} for row, by in found.items()}
                print("\n" + everyday_table(group.name, group.rows, found), flush=True)
            numbers["binding"] = in_own_process(directory)
            print("\n" + binding_table(numbers["binding"]), flush=True)
            start = startup(15)
            numbers["import"] = start._asdict()
            print("\n" + startup_line(start))
    if chosen.json:
        chosen.json.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
