"""The typedefs of C's headers by system, as data: those that are not what Linux has on most of its machines.

A row is a typedef's name, its rank and its sign (see `Integer`); of two rows of a name the later holds. Sources:
<stdint.h>, <sys/types.h>, <time.h>, <wchar.h> and <sys/socket.h> of each system, as compilers for it read them.
"""

from __future__ import annotations

__all__ = ["FREEBSD", "FREEBSD_32", "GENERIC", "MACOS", "MINGW", "OPENBSD", "OPENBSD_32", "WIDE", "WINDOWS", "Typedef"]

Typedef = tuple[str, str, bool]


def _fast(*bits: int, rank: str = "") -> tuple[Typedef, ...]:
    """`int_fastN_t` and its unsigned twin for each N, of a rank, or of N bits."""
    return tuple((f"{u}int_fast{n}_t", rank or str(n), not u) for n in bits for u in ("", "u"))


#: Linux on machines that took its system calls from the generic list (bits/typesizes.h).
GENERIC: tuple[Typedef, ...] = (("blksize_t", "int", True),)
#: Linux where system calls have 64 bits and long has 32.
WIDE: tuple[Typedef, ...] = (
    *((name, "64", True) for name in ("time_t", "clock_t", "suseconds_t", "off_t", "blksize_t", "blkcnt_t")),
    ("ino_t", "64", False),
)

MACOS: tuple[Typedef, ...] = (
    ("mode_t", "16", False), ("sa_family_t", "8", False), ("dev_t", "32", True), ("clock_t", "long", False),
    ("suseconds_t", "32", True), ("blksize_t", "32", True), ("wint_t", "int", True), *_fast(16, 32),
)  # fmt: skip

_BSD: tuple[Typedef, ...] = (("sa_family_t", "8", False), ("wint_t", "int", True), *_fast(8, 16, 32, rank="32"))
_LONG_FILES: tuple[Typedef, ...] = (("off_t", "64", True), ("blkcnt_t", "64", True), ("ino_t", "64", False))
FREEBSD: tuple[Typedef, ...] = (
    *_BSD, ("id_t", "64", True), ("key_t", "long", True), ("mode_t", "16", False), ("clock_t", "32", True),
    ("blksize_t", "32", True),
)  # fmt: skip
FREEBSD_32: tuple[Typedef, ...] = (*FREEBSD, *_LONG_FILES, ("clock_t", "long", False))
OPENBSD: tuple[Typedef, ...] = (*_BSD, ("key_t", "long", True), ("dev_t", "32", True), ("blksize_t", "32", True))
OPENBSD_32: tuple[Typedef, ...] = (*OPENBSD, *_LONG_FILES, ("time_t", "64", True), ("clock_t", "64", True))

#: By Microsoft's compiler; POSIX's names, which it does not have, as MinGW has them.
WINDOWS: tuple[Typedef, ...] = (
    ("time_t", "64", True), ("ino_t", "16", False), ("dev_t", "int", False), ("mode_t", "16", False),
    ("pid_t", "pointer", True), ("wint_t", "short", False), *_fast(16, 32, rank="32"),
)  # fmt: skip
MINGW: tuple[Typedef, ...] = (*WINDOWS, *_fast(16))
