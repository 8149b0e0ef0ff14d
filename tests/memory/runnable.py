"""Code that runs on this CPU, memory for it, and what the kernel's own maps say of both."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import textwrap
from struct import pack

from farcall.cpython.facts.host import host_target
from farcall.cpython.link.executable import executable_memory
from farcall.memory import CodeMemory

GRANULE = 64


def x86(number: int) -> bytes:
    return pack("<BIB", 0xB8, number, 0xC3)  # mov eax, number; ret


def aarch64(number: int) -> bytes:
    low, high = number & 0xFFFF, number >> 16
    return pack("<3I", 0x52800000 | low << 5, 0x72A00000 | high << 5, 0xD65F03C0)  # mov w0; movk w0, lsl #16; ret


def arm(number: int) -> bytes:
    low, high = ((half & 0xF000) << 4 | half & 0xFFF for half in (number & 0xFFFF, number >> 16))
    return pack("<3I", 0xE3000000 | low, 0xE3400000 | high, 0xE12FFF1E)  # movw r0; movt r0; bx lr


def riscv64(number: int) -> bytes:
    low, high = number & 0xFFF, number + 0x800 >> 12
    return pack("<3I", 0x537 | high << 12, 0x5051B | low << 20, 0x8067)  # lui a0; addiw a0, a0; ret


def loongarch64(number: int) -> bytes:
    low, high = number & 0xFFF, number >> 12
    return pack("<3I", 0x14000004 | high << 5, 0x03800084 | low << 10, 0x4C000020)  # lu12i.w $a0; ori; jirl $zero, $ra


def s390x(number: int) -> bytes:
    return pack(">HIH", 0xC021, number, 0x07FE)  # lgfi %r2; br %r14


def ppc64le(number: int) -> bytes:
    low, high = number & 0xFFFF, number >> 16
    return pack("<3I", 0x3C600000 | high, 0x60630000 | low, 0x4E800020)  # lis 3; ori 3, 3; blr


def mips(number: int) -> bytes:
    low, high = number & 0xFFFF, number >> 16
    return pack("=4I", 0x3C020000 | high, 0x34420000 | low, 0x03E00008, 0)  # lui $2; ori $2, $2; jr $31; nop


#: Code for this CPU that returns a number.
answer = {
    "x86_64": x86, "i386": x86, "aarch64": aarch64, "arm": arm, "riscv64": riscv64, "ppc64le": ppc64le, "s390x": s390x,
    "mipsel": mips, "mips64el": mips, "mips": mips, "mips64": mips, "loongarch64": loongarch64,
}[host_target().cpu]  # fmt: skip
ANSWER = answer(42)


def fit_memory(**sizes: int) -> CodeMemory:
    """Memory fit for this CPU, as the process's own is."""
    own = executable_memory()
    memory = CodeMemory(own.trap, own.on_commit, **sizes)
    memory.reuse = own.reuse
    return memory


def call(slot) -> int:
    return ctypes.CFUNCTYPE(ctypes.c_int)(slot.address)()


def maps() -> list[tuple[int, str, str]]:
    """(start, permissions, name) of every mapping of this process."""
    with open("/proc/self/maps", encoding="utf-8") as file:
        fields = [line.split(None, 5) for line in file]
    return [(int(row[0].split("-")[0], 16), row[1], row[5].strip() if len(row) > 5 else "") for row in fields]


def writable_and_executable() -> list[tuple[int, str, str]]:
    """The mappings that are both, but for the stack, which is on some CPUs."""
    return [row for row in maps() if "w" in row[1] and "x" in row[1] and row[2] != "[stack]"]


def assert_no_page_is_writable_and_executable(others: int = 0) -> None:
    """None of the memory room's, that is: libffi's, of tests that use ctypes callbacks, has no file; `others` were there before."""
    both = writable_and_executable()
    assert [row for row in both if "memfd:farcall" in row[2]] == []
    assert len(both) <= others


#: What the children's texts call by name.
IMPORTS = """import ctypes, errno, gc, mmap, os, threading
import pytest
from farcall import seed
from farcall.cpython.link.executable import executable_memory
from farcall.errors import MemoryPolicyError
from farcall.memory import CodeMemory
"""


def in_child(body: str) -> None:
    """Runs test code in an interpreter of its own, which must end well."""
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}\n{IMPORTS}from tests.memory.runnable import *\n"
        + textwrap.dedent(body)
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
