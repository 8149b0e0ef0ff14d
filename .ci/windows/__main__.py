"""Runs farcall's tests on Windows' CPython by wine, with MinGW's gcc for the C side.

    python3 .ci/windows [--python VERSION] [--bits 32] [--short] [--libffi] [--seconds N] [-- ARGUMENT...]

Makes what it needs in ~/.cache/farcall-tests/windows, once. The arguments are pytest's, or with --libffi those of
`python -m tests.libffi`; without any that name tests, those of `TESTS` in the table run. Where a program that it needs is
missing, it says which and ends well: nothing was tested.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from interpreter import KINDS, VERSIONS, make_python
from session import Session, windows_path
from table import BY_BITS, LEFT_OUT, NOT_RUN, SHORT, SHORT_COUNT, TESTS, WITHOUT

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 .ci/windows",
        description="farcall's tests on Windows' CPython by wine; after -- arguments for pytest",
    )
    add = parser.add_argument
    add("--python", choices=VERSIONS, default="3.11", help="the version (3.11)")
    add("--bits", type=int, choices=tuple(KINDS), default=64, help="the width of its addresses (64)")
    add("--short", action="store_true", help="the part that the whole check runs")
    add("--libffi", action="store_true", help="libffi's own test programs instead")
    add("--seconds", type=int, default=3600, help="after so long all is ended (3600)")
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    return parser.parse_args(words[:end], argparse.Namespace(arguments=words[end + 1 :]))


def main() -> int:
    chosen = options()
    missing = [program for program in KINDS[chosen.bits].needed if not shutil.which(program)]
    if missing:
        print(f"nothing tested on Windows: needs {', '.join(missing)}")
        return 0
    home = make_python(chosen.python, chosen.bits)
    if chosen.libffi:
        from tests.libffi.debian import cached_source

        given = ["--source", windows_path(cached_source()), *chosen.arguments]
        with Session(home, chosen.bits, ROOT) as session:
            return session.python(["-m", "tests.libffi", *given], {}, chosen.seconds)
    if any((ROOT / word.partition("::")[0]).exists() for word in chosen.arguments):
        tests: tuple[str, ...] = ()
    else:
        more, without = BY_BITS[chosen.bits]
        tests = tuple(test for test in (*(SHORT if chosen.short else TESTS), *more) if test not in without)
        if not chosen.short:
            print(
                "not run on Windows:",
                *(f"  {path}: {why}" for path, why in (NOT_RUN | without | LEFT_OUT).items()),
                sep="\n",
                flush=True,
            )
    told = {"FARCALL_TESTS_WITHOUT": ",".join(WITHOUT)}
    if chosen.short:
        told["FARCALL_ORACLE_COUNT"] = str(SHORT_COUNT)
    words = ["-m", "pytest", "-p", "no:cacheprovider", "-q", "-m", "not slow", *chosen.arguments, *tests]
    words += [f"--deselect={test}" for test in LEFT_OUT]
    with Session(home, chosen.bits, ROOT) as session:
        return session.python(words, told, chosen.seconds)


if __name__ == "__main__":
    sys.exit(main())
