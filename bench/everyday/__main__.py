"""Measures all groups, or what is named, and prints each one's table."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench import build
from bench.everyday.groups import GROUPS
from bench.everyday.measure import measured
from bench.everyday.table import everyday_table, page_table


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.everyday", description="what programs do all day, beside peers"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="only this group, or rows with this in their name")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--page", action="store_true", help="tables in Markdown, as docs/speed.md has them")
    chosen = parser.parse_args()
    if lack := build.missing():
        sys.exit(lack)
    with tempfile.TemporaryDirectory(prefix="farcall-bench-") as name:
        for group in GROUPS:
            times = measured(group, Path(name), chosen.quick, chosen.names)
            if times:
                made = page_table(group.rows, times) if chosen.page else everyday_table(group.name, group.rows, times)
                print(made + "\n", flush=True)


if __name__ == "__main__":
    main()
