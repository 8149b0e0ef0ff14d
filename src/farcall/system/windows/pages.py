"""Pages of memory: executable ones as two views of one section, so that what is written through one runs in the other.

No page is ever writable and executable, and no protection is ever changed. The section may be mapped both ways, no view is.
"""

from __future__ import annotations

import mmap
import struct
import sys

from ... import seed
from .functions import BOOL, failure, function
from .refusal import MAKING, MAPPING_CODE, MAPPING_DATA, judged

__all__ = ["BEHIND", "CodePages", "code_pages", "page_size", "private_pages", "writable_code"]

# <memoryapi.h>, <winnt.h>
PAGE_EXECUTE_READWRITE, SEC_COMMIT = 0x40, 0x08000000
FILE_MAP_WRITE, FILE_MAP_READ, FILE_MAP_EXECUTE = 0x2, 0x4, 0x20
#: Bytes behind the pages, of the same section, for what undoes the frames of the code (`frame_tables`): some thousand forms.
BEHIND = 1 << 16
#: INVALID_HANDLE_VALUE: the section is backed by the paging file.
PAGING_FILE = (1 << 8 * struct.calcsize("P")) - 1
#: PAGE_EXECUTE_READWRITE and PAGE_EXECUTE_WRITECOPY; MEM_COMMIT.
WRITABLE_CODE, COMMITTED = 0x40 | 0x80, 0x1000
#: MEMORY_BASIC_INFORMATION: BaseAddress, AllocationBase, AllocationProtect, (PartitionId,) RegionSize, State, Protect, Type.
REGION = struct.Struct("PPIP3I" if struct.calcsize("P") == 4 else "PPQP3I4x")


class CodePages:
    """A section's two views."""

    __slots__ = ("_unmap", "_write", "address", "size", "writable")

    def __init__(self, size: int) -> None:
        self.size = -(-size // mmap.PAGESIZE) * mmap.PAGESIZE
        self._write = seed.write
        self._unmap = function("UnmapViewOfFile", 1)  # when Python ends, nothing can be imported any more
        high, low = divmod(self.size + BEHIND, 1 << 32)
        section = function("CreateFileMappingW", 6)(PAGING_FILE, 0, PAGE_EXECUTE_READWRITE | SEC_COMMIT, high, low, 0)
        if not section:
            raise judged(MAKING, failure())
        try:
            self.writable = self._view(section, FILE_MAP_WRITE | FILE_MAP_READ, MAPPING_DATA)
            try:
                self.address = self._view(section, FILE_MAP_READ | FILE_MAP_EXECUTE, MAPPING_CODE)
            except OSError:
                self._unmap(self.writable)
                raise
        finally:
            function("CloseHandle", 1)(section)  # the views keep it

    def _view(self, section: int, access: int, act: str) -> int:
        address = function("MapViewOfFile", 5)(section, access, 0, 0, self.size + BEHIND)
        if not address:
            raise judged(act, failure())
        return address

    def put(self, offset: int, data: bytes) -> None:
        self._write(self.writable + offset, data)

    def unmap(self) -> None:
        self._unmap(self.writable)
        self._unmap(self.address)


def code_pages(size: int, library: bytes = b"") -> CodePages:
    """Executable memory of at least so many bytes, in no library's place. MemoryPolicyError where a policy forbids it."""
    return CodePages(size)


def page_size() -> int:
    """What the CPU's pages have here; memory is given out in larger pieces."""
    return mmap.PAGESIZE


def private_pages(size: int) -> mmap.mmap:
    """Zeroed memory of this process alone."""
    return mmap.mmap(-1, size)


def writable_code() -> list[str]:
    """The spans of this process's memory that can be both written and run (VirtualQuery)."""
    query, address = function("VirtualQuery", 3), 0
    found: list[str] = []
    while True:
        room = bytearray(REGION.size)
        if not query(address, seed.address_of(room), len(room)):
            return found
        start, _, _, size, state, protection, _ = REGION.unpack(room)
        if state == COMMITTED and protection & WRITABLE_CODE & BOOL:
            found.append(f"{start:x}-{start + size:x}")
        address = start + size
        if address > sys.maxsize * 2:
            return found
