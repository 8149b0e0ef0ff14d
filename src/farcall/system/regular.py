"""Ordinary files: what has an end, and is there to be read now. A pipe, a device or a directory in its place is none."""

from __future__ import annotations

import errno
import os
import stat

__all__ = ["open_regular", "read_regular"]

#: Opening never waits, as it would for whoever is to write into a pipe; and programs that are started do not get it.
FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)

#: How many bytes are read at a time of what a file has beyond its size: those of the kernel's own say 0.
MORE = 1 << 20


def open_regular(path: str | os.PathLike[str]) -> int:
    """A descriptor for reading an ordinary file, to be closed. OSError for what is none."""
    descriptor = os.open(path, FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not an ordinary file", os.fspath(path))
    return descriptor


def read_regular(path: str | os.PathLike[str], most: int) -> bytes:
    """The bytes of an ordinary file. OSError for what is none, and for one of more than `most` bytes, however it grows."""
    with os.fdopen(open_regular(path), "rb") as file:
        # Room is made for all that is asked for, so no more is than there should be.
        data = file.read(min(os.fstat(file.fileno()).st_size, most) + 1)
        while len(data) <= most and (more := file.read(MORE)):
            data += more
    if len(data) > most:
        raise OSError(errno.EFBIG, f"more than {most} bytes", os.fspath(path))
    return data
