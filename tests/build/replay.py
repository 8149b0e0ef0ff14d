"""Calls of a built module's plain functions, played from a list: what C received and Python got is compared with it.

Nothing of farcall is here, so that this runs as a program on any Python, for any CPU:

    python3 replay.py DIRECTORY NAME

imports the extension module NAME in a directory and plays the list that NAME.calls there is of. It writes what differs, a
line each, and `N played` at the end.

A list is pickled: the path of the library, which `tests.oracle.callee_source` is the source of, and rows of the function, a
`Sent` for each argument, and the bytes of the result with what it is to Python (`result`).
"""

from __future__ import annotations

import ctypes
import pickle
import struct
import sys
from array import array
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Row", "play"]

BUFFER_SIZE = 8192  # as tests.oracle has it
FILLED = 0xA5
#: Formats of floating results, by what they are called here.
FLOATS = {"float": "=f", "double": "=d"}


#: An argument: where C stores it, and its bytes there, or None for the address of `value`, an object with memory.
Sent = tuple[int, "bytes | None", Any]
#: Function, arguments, bytes of the result, its kind: "void", "text", "float", "double", or "" for one that is `value`.
Row = tuple[str, "tuple[Sent, ...]", bytes, str, Any]


class Seen(NamedTuple):
    """The library's buffers: arguments as C received them, and what it returns."""

    arguments: Any
    result: Any


def play(module: Any, path: str, rows: list[Row]) -> list[str]:
    """What differs, a line each."""
    library = ctypes.CDLL(path)
    size = ctypes.c_ubyte * BUFFER_SIZE
    seen = Seen(*(memoryview(size.in_dll(library, name)).cast("B") for name in ("args_seen", "result_buffer")))
    return [line for row in rows for line in _differences(module, seen, row)]


def _differences(module: Any, seen: Seen, row: Row) -> list[str]:
    name, arguments, given, kind, value = row
    text = ctypes.create_string_buffer(value if isinstance(value, bytes) else b"")  # which C's pointer leads to
    if kind == "text":
        address = 0 if value is None else ctypes.addressof(text)
        given = address.to_bytes(ctypes.sizeof(ctypes.c_void_p), sys.byteorder)
    seen.arguments[:] = bytes([FILLED]) * BUFFER_SIZE
    seen.result[: len(given)] = given
    got = getattr(module, name)(*[sent for _, _, sent in arguments])
    found = []
    for number, (at, expected, sent) in enumerate(arguments):
        wanted = _address(sent) if expected is None else expected
        there = bytes(seen.arguments[at : at + len(wanted)])
        if there != wanted:
            found.append(f"{name}: argument {number}, {sent!r}: {wanted.hex()}, C has {there.hex()}")
    if not _same(kind, given, value, got):
        found.append(f"{name}: result {kind} {given.hex()} {value!r}, Python has {got!r}")
    return found


def _same(kind: str, given: bytes, value: Any, got: Any) -> bool:
    if kind in FLOATS:
        (number,) = struct.unpack(FLOATS[kind], given)
        return type(got) is float and struct.pack("=d", got) == struct.pack("=d", number)
    if kind == "text":
        value = None if value is None else value.decode("utf-8", "surrogateescape")
    return type(got) is type(value) and bool(got == value)


def _address(sent: Any) -> bytes:
    """Of an object's memory, as C has it."""
    if isinstance(sent, bytes):
        address = id(sent) + bytes.__basicsize__ - 1
    elif isinstance(sent, str):
        utf8 = ctypes.pythonapi.PyUnicode_AsUTF8
        utf8.restype, utf8.argtypes = ctypes.c_void_p, [ctypes.py_object]
        address = utf8(sent)
    elif isinstance(sent, array):
        address = sent.buffer_info()[0]
    else:
        address = ctypes.addressof(ctypes.c_char.from_buffer(sent))
    return address.to_bytes(ctypes.sizeof(ctypes.c_void_p), sys.byteorder)


def main(directory: str, name: str) -> None:
    sys.path.insert(0, directory)
    path, rows = pickle.loads(Path(directory, f"{name}.calls").read_bytes())
    for line in play(__import__(name), path, rows):
        print(line)
    print(len(rows), "played")


if __name__ == "__main__":
    main(*sys.argv[1:])
