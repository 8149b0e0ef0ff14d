"""A run of wine from start to end, which leaves no process behind.

Whoever starts wine first starts its services too, and they keep the streams that they were given for as long as they live: so
they are started before anything is read from a pipe, and have none of it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import root32

__all__ = ["Session", "windows_path"]

#: What a crash starts is a debugger that nobody answers.
NO_DEBUGGER = (
    (r"HKCU\Software\Wine\WineDbg", "ShowCrashDialog", "REG_DWORD", "0"),
    (r"HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug", "Auto", "REG_SZ", "0"),
)
TO_START, TO_END = 300, 10  # seconds


class Session:
    """wine with a prefix of its own, for the programs of one directory."""

    def __init__(self, home: Path, bits: int, root: Path) -> None:
        self._home, self._prefix, self._bits, self._root = home, home / "prefix", bits, root
        self._environment = os.environ | {
            "WINEPREFIX": str(self._prefix),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
            "WINEPATH": windows_path(home),
        }
        self._before: list[str] = []
        if bits == 32:
            self._environment |= root32.INSIDE
            self._before = root32.entered(home, (home, root))

    def __enter__(self) -> Session:
        new = not self._prefix.exists()
        self._quietly(["wineserver", "-p"], TO_START)
        self._quietly(["wine", "wineboot", "-i"] if new else ["wine", "cmd", "/c", "exit"], TO_START)
        if new and self._bits == 32:
            root32.started(self._prefix)
        for key, value, kind, data in NO_DEBUGGER if new else ():
            self._quietly(["wine", "reg", "add", key, "/v", value, "/t", kind, "/d", data, "/f"], TO_START)
        return self

    def __exit__(self, *raised: object) -> None:
        self._quietly(["wineserver", "-k"], TO_END)

    def _quietly(self, command: list[str], seconds: int) -> None:
        null = subprocess.DEVNULL
        with contextlib.suppress(subprocess.TimeoutExpired):  # the last word has the run itself
            subprocess.run(
                [*self._before, *command],
                env=self._environment,
                stdin=null,
                stdout=null,
                stderr=null,
                timeout=seconds,
                start_new_session=True,
            )

    def python(self, words: list[str], told: dict[str, str], seconds: int) -> int:
        """Run python.exe in the root of the source, with that, and print what it prints. What it returns; 1 after so long."""
        environment = (
            self._environment
            | told
            | {
                "PYTHONPATH": ";".join(windows_path(path) for path in (self._root / "src", self._root)),
                "PYTHONPYCACHEPREFIX": windows_path(self._home / "pycache"),
                "PYTHONUTF8": "1",
            }
        )
        null, pipe = subprocess.DEVNULL, subprocess.PIPE
        command = [
            "timeout",
            "--kill-after=5",
            str(seconds),
            *self._before,
            "wine",
            str(self._home / "python.exe"),
            "-u",
            *words,
        ]
        process = subprocess.Popen(
            command, cwd=self._root, env=environment, stdin=null, stdout=pipe, stderr=subprocess.STDOUT, start_new_session=True
        )  # fmt: skip
        assert process.stdout is not None
        try:
            while piece := process.stdout.read1(4096):  # type: ignore[attr-defined]
                sys.stdout.buffer.write(piece.replace(b"\r\n", b"\n"))
                sys.stdout.buffer.flush()
            code = process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        if code == 124:
            print(f"ended after {seconds} seconds")
        return 1 if code < 0 else code


def windows_path(path: Path) -> str:
    """As wine has the host's files: on the drive Z."""
    return "Z:" + str(path.resolve()).replace("/", "\\")
