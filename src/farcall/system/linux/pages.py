"""Pages of memory: executable ones as one memfd mapped twice, so that what is written through one view runs in the other.

No page is ever writable and executable, and no protection is ever changed, so this works where the system
forbids just that (PR_SET_MDWE, systemd's MemoryDenyWriteExecute=, SELinux execmem).
"""

from __future__ import annotations

import mmap
import os
import sys

from ... import seed
from .refusal import MAKING, MAPPING_CODE, MAPPING_DATA, REFUSALS, SIZING, refused

__all__ = ["CodePages", "code_pages", "frame_tables", "page_size", "private_pages", "writable_code"]

MFD_CLOEXEC = 1
# Linux 6.3: never executable as a file, which mapping does not need. vm.memfd_noexec=2 forbids MFD_EXEC.
MFD_NOEXEC_SEAL = 8

WRITABLE = mmap.PROT_READ | mmap.PROT_WRITE
EXECUTABLE = mmap.PROT_READ | mmap.PROT_EXEC
MAP_FIXED = 16
MAPS = "/proc/self/maps"


class CodePages:
    """A memfd's two views, the one that runs in a library's place if there is a `library`."""

    __slots__ = ("_close", "_code", "_data", "_drop", "_library", "address", "size")

    def __init__(self, size: int, library: bytes = b"") -> None:
        self.size = -(-size // mmap.PAGESIZE) * mmap.PAGESIZE
        descriptor = _memfd(self.size)
        try:
            self._data = _map(descriptor, self.size, WRITABLE, MAPPING_DATA)
            try:
                self._library, self.address = _in_library(descriptor, self.size, library) if library else (0, 0)
                self._code = None if self.address else _map(descriptor, self.size, EXECUTABLE, MAPPING_CODE)
            except OSError:
                self._data.close()
                raise
        finally:
            os.close(descriptor)
        self._drop, self._close = seed.drop, seed.close_library  # when Python ends, nothing can be imported any more
        if self._code is not None:
            self.address = seed.address_of(self._code)
            # The interpreter's end must not unmap code that a thread or an exit handler of C may still run.
            seed.hold(self._code)

    @property
    def writable(self) -> int:
        return seed.address_of(self._data)

    def put(self, offset: int, data: bytes) -> None:
        self._data[offset : offset + len(data)] = data

    def unmap(self) -> None:
        self._data.close()
        if self._code is None:
            self._close(self._library)  # and whatever lies in its place
        else:
            self._code.close()
            self._drop(self._code)


def code_pages(size: int, library: bytes = b"") -> CodePages:
    """Executable memory of at least so many bytes, in place of a library's. MemoryPolicyError where a policy forbids it."""
    return CodePages(size, library)


def frame_tables(pages: object) -> None:
    """None: unwinders are told of a whole region at once (`unwinder`)."""


def page_size() -> int:
    """What the kernel's pages have here."""
    return mmap.PAGESIZE


def private_pages(size: int) -> mmap.mmap:
    """Zeroed memory of this process alone."""
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def writable_code() -> list[str]:
    """The spans of this process's memory that can be both written and run (proc_pid_maps(5))."""
    with open(MAPS, encoding="utf-8", errors="replace") as maps:
        rows = [line.split() for line in maps]
    return [row[0] for row in rows if "wx" in row[1]]


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


def _in_library(descriptor: int, size: int, library: bytes) -> tuple[int, int]:
    """The memory mapped in place of a library's code: the library's handle, and the address. Zeros if it is not loaded."""
    from .libraries import load_room  # not imported where it is not needed

    try:
        handle, start = load_room(library)
    except OSError:
        return 0, 0
    address = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE
    map_fixed = seed.word_function(seed.symbol("mmap"), 6)
    if map_fixed(address, size, EXECUTABLE, mmap.MAP_SHARED | MAP_FIXED, descriptor, 0) != address:
        seed.close_library(handle)
        return 0, 0
    return handle, address


def _judged(act: str, error: OSError) -> OSError:
    """A refusal explained, a shortage as it is."""
    return refused(act, error) if error.errno in REFUSALS else error
