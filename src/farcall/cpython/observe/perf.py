"""Names for profilers, in perf's two formats.

    /tmp/perf-PID.map     a line "START SIZE name" for each piece of code, in hexadecimal (jit-interface.txt)
    jit-PID.dump          a record for each piece, with its bytes (jitdump-specification.txt)

Both formats are described in tools/perf/Documentation of the Linux source. The map is what most profilers read. perf
itself reads that only for anonymous memory, and ours is a file's (a memfd, see `memory`): for perf there is the
dump, in a directory of its own below /tmp, which `perf inject --jit` reads and writes to. The files stay when the
process has gone, as profilers look then.
"""

from __future__ import annotations

import mmap
import os
import time
from _thread import allocate_lock, get_native_id
from struct import pack

from ... import seed
from ...lower.cpu_facts import hardware
from ...system import running
from ..link import code_map

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import IO

__all__ = ["perf_map"]

MAP, DUMP = "/tmp/perf-{}.map", "jit-{}.dump"
MAGIC, VERSION, HEADER = 0x4A695444, 1, 40
CODE_LOAD, LOAD_HEADER = 0, 56


class _Writer:
    """Both files of one process."""

    def __init__(self) -> None:
        from tempfile import mkdtemp  # loads some ten modules

        self._new_directory = mkdtemp
        self._lock = allocate_lock()
        self._map: IO[bytes] | None = None
        self._dump: IO[bytes] | None = None
        self._mapped: mmap.mmap | None = None
        self._count = 0

    def came(self, address: int, name: str, layout: code_map.Layout) -> None:
        """Freed code stays listed: a line for what comes to lie at its place follows."""
        text = f"farcall:{name}".encode(errors="replace")
        code = seed.read(address, layout.size)
        with self._lock:
            if self._map is None or self._dump is None:
                self._open(hardware(layout.cpu).elf)
                assert self._map is not None
                assert self._dump is not None
            self._map.write(b"%x %x %s\n" % (address, layout.size, text))
            head = pack("=IIQ", CODE_LOAD, LOAD_HEADER + len(text) + 1 + len(code), _now())
            place = pack("=IIQQQQ", os.getpid(), get_native_id(), address, address, len(code), self._count)
            self._dump.write(head + place + text + b"\0" + code)
            self._count += 1

    def left(self, address: int) -> None:
        """What is gone has been."""

    def _open(self, machine: int) -> None:
        """perf learns of the dump by seeing it mapped as executable, which is all the mapping is for."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW  # anyone may put links in /tmp
        self._map = os.fdopen(os.open(MAP.format(os.getpid()), flags, 0o600), "wb", buffering=0)
        path = os.path.join(self._new_directory(prefix="farcall-", dir="/tmp"), DUMP.format(os.getpid()))
        self._dump = open(path, "w+b", buffering=0)  # noqa: SIM115
        self._dump.write(pack("=IIIIIIQQ", MAGIC, VERSION, HEADER, machine, 0, os.getpid(), _now(), 0))
        protection = mmap.PROT_READ | mmap.PROT_EXEC
        self._mapped = mmap.mmap(self._dump.fileno(), HEADER, flags=mmap.MAP_PRIVATE, prot=protection)

    def close(self) -> None:
        for file in (self._map, self._dump, self._mapped):
            if file is not None:
                file.close()


def _now() -> int:
    """The time in nanoseconds of the clock that `perf record -k mono` uses."""
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


_writer: list[_Writer] = []


def perf_map(on: bool = True) -> None:
    """Write the names of generated code for profilers, to /tmp/perf-PID.map and a dump: what there is, and what comes.

    `FARCALL_PERF=1` in the environment does it from the start. `perf_map(False)` stops it. A child process after a
    fork writes files of its own. OSError if they cannot be written.

        farcall.perf_map()  # then, outside: perf record, perf report
    """
    if on and not _writer:
        _writer.append(_Writer())
        code_map.watch(_writer[0])
    elif not on and _writer:
        writer = _writer.pop()
        code_map.unwatch(writer)
        writer.close()


def _after_fork_in_child() -> None:
    if _writer:
        code_map.unwatch(_writer.pop())
        perf_map()


running().at_fork(after_in_child=_after_fork_in_child)
