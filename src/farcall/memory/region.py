"""One memfd mapped twice: what is written through one view runs in the other.

No page is ever writable and executable, and no protection is ever changed, so this works where the system
forbids just that (PR_SET_MDWE, systemd's MemoryDenyWriteExecute=, SELinux execmem).
"""

from __future__ import annotations

import mmap
import os
import sys
from typing import Protocol

from farcall.memory.policy import MAKING, MAPPING_CODE, MAPPING_DATA, REFUSALS, SIZING, refused
from farcall.memory.spans import Spans, rounded

__all__ = ["Companion", "Region"]

MFD_CLOEXEC = 1
# Linux 6.3: never executable as a file, which mapping does not need. vm.memfd_noexec=2 forbids MFD_EXEC.
MFD_NOEXEC_SEAL = 8

WRITABLE = mmap.PROT_READ | mmap.PROT_WRITE
EXECUTABLE = mmap.PROT_READ | mmap.PROT_EXEC


class Companion(Protocol):
    """What someone keeps beside a region, and has to be told of changes. The memory's lock is held."""

    def cleared(self, offset: int, length: int) -> None:
        """No code lies in these bytes of the region any more."""

    def unmapped(self) -> None:
        """The region is about to go."""


class Region:
    """A piece of executable memory of `size` bytes whose first byte runs at `address`.

    `frozen` says that a fork has made its bytes common to two processes: none may be changed any more.
    `inherited` says that it was made before the fork by the other process, the parent.
    `companion` is told when code in it goes.
    """

    __slots__ = ("_code", "_data", "_drop", "address", "companion", "frozen", "inherited", "size", "slots", "spans")

    def __init__(self, size: int) -> None:
        self.size = rounded(size, mmap.PAGESIZE)
        self.spans = Spans(self.size)
        self.slots = 0
        self.frozen = False
        self.inherited = False
        self.companion: Companion | None = None
        descriptor = _memfd(self.size)
        try:
            self._data = _map(descriptor, self.size, WRITABLE, MAPPING_DATA)
            try:
                self._code = _map(descriptor, self.size, EXECUTABLE, MAPPING_CODE)
            except OSError:
                self._data.close()
                raise
        finally:
            os.close(descriptor)
        from farcall import seed  # it loads ctypes: not before there is code to run

        self._drop = seed.drop  # when Python ends, nothing can be imported any more
        self.address = seed.address_of(self._code)
        # The interpreter's end must not unmap code that a thread or an exit handler of C may still run.
        seed.hold(self._code)

    @property
    def writable(self) -> int:
        """Where the first byte can be written: the same memory, seen through the other mapping."""
        from farcall import seed

        return seed.address_of(self._data)

    def put(self, offset: int, data: bytes) -> None:
        """Writes through the writable view."""
        self._data[offset : offset + len(data)] = data

    def unmap(self) -> None:
        """Gives the memory of both views back to the system; nothing may run there any more."""
        if self.companion is not None:
            self.companion.unmapped()
        self._data.close()
        self._code.close()
        self._drop(self._code)


def _memfd(size: int) -> int:
    if not hasattr(os, "memfd_create"):
        raise refused(MAKING)
    try:
        try:
            descriptor = os.memfd_create("farcall", MFD_CLOEXEC | MFD_NOEXEC_SEAL)
        except OSError:
            descriptor = os.memfd_create("farcall", MFD_CLOEXEC)  # kernels that do not know the flag
    except OSError as error:
        raise _judged(MAKING, error) from error
    try:
        os.ftruncate(descriptor, size)
    except OSError as error:
        os.close(descriptor)
        raise _judged(SIZING, error) from error
    return descriptor


def _map(descriptor: int, size: int, protection: int, act: str) -> mmap.mmap:
    try:
        if sys.version_info >= (3, 13):
            # Without a descriptor of its own it cannot close one that a daemon has reused meanwhile.
            return mmap.mmap(descriptor, size, flags=mmap.MAP_SHARED, prot=protection, trackfd=False)
        return mmap.mmap(descriptor, size, flags=mmap.MAP_SHARED, prot=protection)
    except OSError as error:
        raise _judged(act, error) from error


def _judged(act: str, error: OSError) -> OSError:
    """A refusal explained, a shortage as it is."""
    return refused(act, error) if error.errno in REFUSALS else error
