"""zlib's checksums, as functions of C."""

from .fast import adler32, crc32

__all__ = ["adler32", "crc32"]
