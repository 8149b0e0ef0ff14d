"""One program in a process of its own: forked from this one, where the stand-in is loaded and filled already."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import re
import resource
import signal
import tempfile
from pathlib import Path
from typing import NamedTuple

__all__ = ["Ending", "complaint", "run"]

SECONDS = 60
#: How a child says that it could not even begin.
UNLOADABLE = 99


class Ending(NamedTuple):
    """How a program ended: its wait status, and what it printed."""

    status: int
    output: str


def run(program: Path, seconds: int = SECONDS) -> Ending:
    """Call the `main` of a shared object in a child, which the alarm ends after `seconds`."""
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if not child:
            _become(program, output.fileno(), seconds)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        return Ending(status, output.read().decode("latin-1"))


def _become(program: Path, output: int, seconds: int) -> None:
    """Never returns: `main` calls exit, or its result is handed to it, so that C's buffers are written."""
    try:
        faulthandler.disable()  # a crash is the program's, and its status says enough
        os.dup2(output, 1)
        os.dup2(output, 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for number in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.alarm(seconds)
        main = ctypes.CDLL(str(program), os.RTLD_NOW).main
        ctypes.CDLL(None).exit(main())
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(UNLOADABLE)


def complaint(ending: Ending, pattern: str) -> str:
    """What is wrong with an ending, given the regular expression for the output; empty if nothing is."""
    code = os.waitstatus_to_exitcode(ending.status)
    said = f"; it printed {ending.output[-400:]!r}" if ending.output else ""
    if code == -signal.SIGALRM:
        return f"did not end in {SECONDS} s{said}"
    if code < 0:
        return f"{signal.Signals(-code).name}{said}"
    if code:
        return f"exit status {code}{said}"
    if not re.search(pattern.replace("\n", "\r?\n"), ending.output):
        return f"printed {ending.output!r}, not {pattern!r}"
    return ""
