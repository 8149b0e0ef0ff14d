"""`farcall build`: an extension module of C functions, for any target and Python."""

from __future__ import annotations

import argparse
from pathlib import Path

__all__ = ["arranged", "parser", "run"]


def arranged(words: list[str]) -> list[str]:
    """The words as they are."""
    return words


#: The end of the help.
EXAMPLES = """\
  farcall build zlib_fast.h --library libz.so.1
  farcall build zlib_fast.h --library libz.so.1 --name fast --python 3.13
"""


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = argparse.ArgumentParser(
        prog="farcall build",
        description="Write an extension module of the functions that a file of C declarations declares: for this machine\n"
        "and Python, or for others. Numbers, text, pointers to numbers and void need no farcall where the module\n"
        "is imported; for other functions the module imports it when they are first used.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("declarations", metavar="FILE.h", help="C declarations, as cdef() takes them")
    made.add_argument(
        "-o", "--output", metavar="FILE", help="the module's file (default: its name, with Python's suffix)"
    )
    made.add_argument(
        "--name", help="the module's name (default: the output's, or the declarations' without its ending)"
    )
    made.add_argument(
        "--library", required=True, metavar="NAME", help="the library's file name, as the target's linker finds it"
    )
    made.add_argument(
        "--target",
        metavar="NAME",
        help="one of those that farcall inspect --help lists, on Linux (default: this machine)",
    )
    made.add_argument(
        "--python", metavar="X.Y[t]", help="the Python that imports it, 3.13t without a GIL (default: this one)"
    )
    made.add_argument(
        "--errno", action="append", default=[], metavar="FUNCTION", help="keep errno of its calls, for farcall.errno()"
    )
    made.add_argument(
        "--out", action="append", default=[], metavar="FUNCTION=PARAMETER[,...]",
        help="parameters through which it writes results: calls leave them out, and return what was written",
    )  # fmt: skip
    made.add_argument("--no-stub", action="store_true", help="write no type stub (NAME.pyi) beside the module")
    made.add_argument("--gil", choices=("release", "hold"), default="release", help="during calls (default: release)")
    return made


def run(options: argparse.Namespace) -> int:
    """Write it, and say what is in it."""
    from ..build import build_module, suffix, version_of

    target = options.target or _here()
    version = version_of(options.python, "--python")
    given = Path(options.output).name if options.output else Path(options.declarations).name
    name = options.name or given.partition(".")[0]
    text = Path(options.declarations).read_text(encoding="utf-8")
    out = dict(map(_written, options.out))
    built = build_module(name, text, options.library, target, version, gil=options.gil, errno=options.errno, out=out)
    output = Path(options.output or f"{name}{suffix(target, version)}")
    output.write_bytes(built.data)
    if not options.no_stub:
        from .built_stub import stub_of

        output.with_name(f"{name}.pyi").write_text(stub_of(name, text, target, out), encoding="utf-8")
    print(f"{output}: {len(built.data)} bytes, for CPython {version} on {target}")
    print(f"alone: {', '.join(built.plain) or 'nothing'}")
    if built.imported:
        print(f"with farcall: {', '.join(built.imported)}")
    return 0


def _here() -> str:
    from ..cpython.facts.host import host_target

    return host_target().name


def _written(text: str) -> tuple[str, list[str]]:
    function, equals, parameters = text.partition("=")
    if not (function and equals and parameters):
        raise ValueError(f"--out takes FUNCTION=PARAMETER[,...], not {text!r}")
    return function, parameters.split(",")
