"""Programs in turn in one process, and the next process when one has ended with a program: for Windows, where nothing forks and
a start takes a second.

    python -m tests.libffi.lasting STANDIN LIBRARY OUTPUT

reads paths of programs from its input and answers each with the status that it ended with; what they print, by the C runtime of
MinGW's, goes to OUTPUT.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
from pathlib import Path

from tests.libffi.ending import SECONDS, UNLOADABLE, Ending
from tests.libffi.table import fill, table

__all__ = ["Processes"]

#: What programs of MinGW's have for C, which is not Python's; and of its open(): write only, create, empty, binary.
RUNTIME, FLAGS, MODE = "msvcrt.dll", 0x8301, 0o600
#: SetErrorMode: a crash ends the process, and no window asks about it.
NO_WINDOWS = 0x8003


class Processes:
    """One for each thread that runs programs; their outputs go to files in `directory`."""

    def __init__(self, standin: Path, library: str, directory: Path) -> None:
        self._words, self._directory = (str(standin), library), directory
        self._own = threading.local()

    def run(self, program: Path, seconds: int = SECONDS) -> Ending:
        """Call the `main` of a library in this thread's process, which is ended after `seconds`."""
        output = self._directory / f"output-{threading.get_ident()}"
        process = self._started(output)
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, end)
        timer.start()
        process.stdin.write(f"{program}\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        timer.cancel()
        if not answer:
            del self._own.process
        status = int(answer) if answer else process.wait()
        return Ending(None if late.is_set() else status, output.read_text(encoding="latin-1"))

    def _started(self, output: Path) -> subprocess.Popen[str]:
        if not hasattr(self._own, "process"):
            pipe = subprocess.PIPE
            command = [sys.executable, "-m", "tests.libffi.lasting", *self._words, str(output)]
            self._own.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
            self._own.process.stdout.readline()  # a start on a busy machine is no program's fault
        process: subprocess.Popen[str] = self._own.process
        return process


def serve(standin: Path, library: str, output: str) -> None:
    """Answer until there is no more to read."""
    answers = os.fdopen(os.dup(1), "w")  # the runtime's streams are Python's own handles, and are closed for others
    kernel, runtime = ctypes.CDLL("kernel32.dll"), ctypes.CDLL(RUNTIME)
    kernel.SetErrorMode(NO_WINDOWS)
    opened = runtime._open(output.encode(), FLAGS, MODE)
    for stream in (1, 2):
        runtime._dup2(opened, stream)
    fill(standin, table(library))
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        runtime._chsize(opened, 0)
        runtime._lseek(opened, 0, 0)
        status = _status(line.rstrip())
        runtime.fflush(None)
        print(status, file=answers, flush=True)


def _status(program: str) -> int:
    try:
        run = ctypes.CDLL(program).run_program
    except OSError:
        return UNLOADABLE
    return int(run())


if __name__ == "__main__":
    serve(Path(sys.argv[1]), *sys.argv[2:])
