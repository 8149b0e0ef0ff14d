"""One program in a process of its own: forked from this one, where the stand-in is loaded and filled already."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import resource
import signal
import tempfile
from pathlib import Path

from tests.libffi.ending import SECONDS, UNLOADABLE, Ending

__all__ = ["run"]


def run(program: Path, seconds: int = SECONDS) -> Ending:
    """Call the `main` of a shared object in a child, which the alarm ends after `seconds`."""
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if not child:
            _become(program, output.fileno(), seconds)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        code = os.waitstatus_to_exitcode(status)
        return Ending(None if code == -signal.SIGALRM else code, output.read().decode("latin-1"))


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
