"""The command line: `farcall call`, `farcall inspect`, `farcall explore`, `farcall build`, `farcall wheels`,
`farcall stubs`, `farcall doctor`.

Each command is a module with `parser()` and `run(options)`, imported when it is asked for. The exit status is 0,
1 for an error (one line on stderr), 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

__all__ = ["main", "version"]

#: The commands and what they do, for the help.
COMMANDS = {
    "call": "call a C function and print its result",
    "inspect": "show a call's argument locations, the ABI rules behind them, and the generated code",
    "explore": "show the same on a page in the browser, as one types C",
    "build": "write an extension module of C functions, for any target and Python",
    "wheels": "make a project's wheels with such modules, for several targets and Pythons",
    "stubs": "write a type stub for a header, or for a module that declares C",
    "doctor": "report what farcall finds on this machine, and test that it works",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line (default: the process's own). Gives the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        if words and words[0] in COMMANDS:
            return _run(words[0], words[1:])
        _top().parse_args(words)  # help, version, or what is wrong
        _top().print_help(sys.stderr)
        return 2
    except SystemExit as ended:  # argparse has said what there is to say
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BrokenPipeError:  # who read our output has gone
        sys.stdout = None  # and nothing more is flushed to it
        return 1


def version() -> str:
    """farcall's own version. The package itself has it, which is loaded before any room is, and imported by none."""
    return str(sys.modules["farcall"].__version__)


def _run(command: str, words: list[str]) -> int:
    from importlib import import_module

    from ..errors import FarcallError

    module = import_module(f"{__name__}.{command}")
    try:
        options = module.parser().parse_args(module.arranged(words))
        status: int = module.run(options)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        raise
    except (FarcallError, TypeError, ValueError, OverflowError, OSError) as error:
        from .fault import one_line

        print(f"farcall: {one_line(error)}", file=sys.stderr)
        return 1


def _top() -> argparse.ArgumentParser:
    commands = "\n".join(f"  {name:9} {what}" for name, what in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="farcall",
        description="Call any C function from Python, in generated machine code.",
        epilog=f"commands:\n{commands}\n\n`farcall COMMAND --help` tells more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"farcall {version()}")
    parser.add_argument("command", nargs="?", choices=list(COMMANDS), help="what to do")
    return parser
