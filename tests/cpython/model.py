"""What C should receive for a Python value, said without farcall: with `struct`, ctypes and Python's own rules.

`KINDS` are C types, each with its rule; `outcome(kind, value)` is the bytes that C receives, or the exception.
The C that shows what was received is in `SOURCE`: `seen` holds the bytes of each argument, 16 apart.
"""

from __future__ import annotations

import ctypes
import math
import operator
import platform
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = [
    "CHAR_SIGNED", "DEFINITIONS", "KINDS", "LONG", "SLOT", "SOURCE_HEAD", "WCHAR_SIGNED", "WORD", "Kind", "Point", "Raises",
    "outcome",
]  # fmt: skip

SLOT = 16
#: As ctypes has them.
WORD, LONG = ctypes.sizeof(ctypes.c_void_p), ctypes.sizeof(ctypes.c_long)
#: As each CPU's psABI has plain char and wchar_t: unsigned on Arm, the former also on RISC-V.
MACHINE = platform.machine()
CHAR_SIGNED, WCHAR_SIGNED = (
    MACHINE not in ("aarch64", "armv7l", "ppc64le", "riscv64", "s390x"),
    MACHINE not in ("aarch64", "armv7l"),
)
DEFINITIONS = """
struct point { int x; double y; };
union number { int whole; float real; unsigned char raw[8]; };
struct other { int x; double y; };
struct opaque;
enum color { RED, GREEN = 5, BLUE };
enum signed_color { NEGATIVE = -1, POSITIVE };
"""
SOURCE_HEAD = f"""
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <wchar.h>
{DEFINITIONS}
unsigned char seen[{SLOT} * 32], text[256];
"""


class Point(ctypes.Structure):
    """`struct point`, as ctypes lays it out."""

    _fields_ = (("x", ctypes.c_int), ("y", ctypes.c_double))


@dataclass(frozen=True)
class Kind:
    """A C type and the rule for it. `size` in bytes; for pointers `item` is the target's (0: void, -1: none)."""

    name: str
    c: str
    rule: str
    size: int = 8
    signed: bool = False
    item: int = -1
    const: bool = False
    floating: bool = False
    text: bool = False
    target: str = ""


@dataclass(frozen=True)
class Raises:
    """That a value is refused, and how; `named` is False where the value's own exception passes unchanged."""

    error: type[BaseException]
    named: bool = True


def _whole(name: str, c: str, size: int, signed: bool) -> Kind:
    return Kind(name, c, "whole", size, signed)


def _pointer(name: str, c: str, item: int, target: str, **more: bool) -> Kind:
    return Kind(name, c, "pointer", WORD, item=item, target=target, **more)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("bool", "_Bool", "bool", 1),
        Kind("char", "char", "char", 1, CHAR_SIGNED),
        _whole("schar", "signed char", 1, True),
        _whole("uchar", "unsigned char", 1, False),
        _whole("short", "short", 2, True),
        _whole("ushort", "unsigned short", 2, False),
        _whole("int", "int", 4, True),
        _whole("uint", "unsigned int", 4, False),
        _whole("long", "long", LONG, True),
        _whole("ulong", "unsigned long", LONG, False),
        _whole("longlong", "long long", 8, True),
        _whole("ulonglong", "unsigned long long", 8, False),
        _whole("int8", "int8_t", 1, True),
        _whole("uint16", "uint16_t", 2, False),
        _whole("int64", "int64_t", 8, True),
        _whole("size", "size_t", WORD, False),
        _whole("ssize", "ssize_t", WORD, True),
        _whole("wchar", "wchar_t", 4, WCHAR_SIGNED),
        _whole("color", "enum color", 4, False),
        _whole("signed_color", "enum signed_color", 4, True),
        Kind("float", "float", "real", 4),
        Kind("double", "double", "real", 8),
        _pointer("void_p", "void *", 0, "void"),
        _pointer("const_void_p", "const void *", 0, "void", const=True),
        _pointer("char_p", "char *", 1, "char"),
        _pointer("string", "const char *", 1, "char", const=True, text=True),
        _pointer("uchar_p", "unsigned char *", 1, "uchar"),
        _pointer("const_uchar_p", "const unsigned char *", 1, "uchar", const=True),
        _pointer("int_p", "int *", 4, "int"),
        _pointer("const_int_p", "const int *", 4, "int", const=True),
        _pointer("float_p", "float *", 4, "float", floating=True),
        _pointer("double_p", "double *", 8, "double", floating=True),
        _pointer("const_double_p", "const double *", 8, "double", const=True, floating=True),
        _pointer("long_p", "long *", LONG, "long"),
        _pointer("point_p", "struct point *", ctypes.sizeof(Point), "point"),
        _pointer("opaque_p", "struct opaque *", -1, "opaque"),
        _pointer("strings", "const char **", WORD, "string"),
        _pointer("function", "int (*)(int)", -1, "function"),
        Kind("point", "struct point", "record", ctypes.sizeof(Point)),
        Kind("number", "union number", "record", 8),
    )
}


def outcome(kind: Kind, value: Any) -> bytes | Raises:
    """The bytes that C has to receive for a Python value, or the exception. For farcall's own values, which this
    does not know, see the tables of the tests."""
    if kind.rule == "real":
        return _real(kind, value)
    if kind.rule == "pointer":
        return _address(kind, value)
    if kind.rule == "record":
        return _record(kind, value)
    if kind.rule == "char" and isinstance(value, bytes):
        return value if len(value) == 1 else Raises(TypeError)
    low, high = (0, 1) if kind.rule == "bool" else limits(kind)
    if kind.rule == "bool" and _is_numpy(value) and value.dtype.kind == "b":
        return bytes([bool(value)])  # which is no index
    if not hasattr(type(value), "__index__"):
        return Raises(TypeError)
    try:
        number = operator.index(value)
    except Exception as error:
        return refused(error)
    return (
        number.to_bytes(kind.size, sys.byteorder, signed=kind.signed)
        if low <= number <= high
        else Raises(OverflowError)
    )


def limits(kind: Kind) -> tuple[int, int]:
    bits = 8 * kind.size
    return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if kind.signed else (0, (1 << bits) - 1)


def refused(error: BaseException) -> Raises:
    """An exception of the value itself: about the value it gets the parameter's name, others pass as they are."""
    for plain in (OverflowError, ValueError, TypeError, BufferError):
        if isinstance(error, plain):
            return Raises(plain)
    return Raises(type(error), named=False)


def _real(kind: Kind, value: Any) -> bytes | Raises:
    if not (hasattr(type(value), "__float__") or hasattr(type(value), "__index__")):
        return Raises(TypeError)
    if _is_numpy(value) and value.dtype.kind == "c":
        return Raises(TypeError)  # its imaginary part would be lost
    try:
        number = ctypes.c_double(value).value
    except Exception as error:
        return refused(error)
    if kind.size == 8:
        return struct.pack("=d", number)
    narrow = ctypes.c_float(number)
    if math.isinf(narrow.value) and not math.isinf(number):
        return Raises(OverflowError)
    return bytes(narrow)


def _address(kind: Kind, value: Any) -> bytes | Raises:
    if value is None:
        return bytes(WORD)
    if isinstance(value, str):
        if kind.text:
            return _text(value)
        return Raises(TypeError) if not _has_buffer(value) else _borrowed(kind, value)
    if kind.target == "function" and callable(value):
        raise AssertionError("a callable becomes a callback: another test's business")
    if isinstance(value, int):
        if isinstance(value, bool) or kind.item != 0:
            return Raises(TypeError)
        return value.to_bytes(WORD, sys.byteorder) if 0 <= value < 1 << 8 * WORD else Raises(OverflowError)
    if kind.item == 0 and _is_numpy(value) and value.dtype.kind in "iu":
        if value.itemsize != WORD:
            return Raises(TypeError)
        return int(value).to_bytes(WORD, sys.byteorder) if value >= 0 else Raises(OverflowError)
    return _borrowed(kind, value)


def _is_numpy(value: object) -> bool:
    """Whether a value is a scalar of NumPy's."""
    return hasattr(type(value), "__array_interface__") and not hasattr(type(value), "__setitem__")


def _has_buffer(value: object) -> bool:
    try:
        memoryview(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True


def _borrowed(kind: Kind, value: Any) -> bytes | Raises:
    """The address of a buffer that suits."""
    if kind.item == 0 and getattr(getattr(value, "dtype", None), "kind", "") in ("M", "m"):
        value = value.view("u1")  # dates of NumPy's, which have no format
    try:
        view = memoryview(value)
    except TypeError:
        return Raises(TypeError)
    except (ValueError, BufferError) as error:
        return refused(error)
    if kind.item < 0 or (view.readonly and not kind.const):
        return Raises(TypeError)
    if not view.c_contiguous:
        return Raises(ValueError)
    if kind.item > 0 and isinstance(value, (bytes, bytearray)):
        if len(value) % kind.item:
            return Raises(ValueError)
    elif kind.item > 0:
        order, code = (view.format[0], view.format[1:]) if view.format[0] in "@=<>!" else ("@", view.format)
        floating = code[0] in "efdg"
        if (
            order in ">!"
            or code[0] == "O"
            or floating != kind.floating
            or (code[0] in "ZFDG" and kind.target != "point")  # two numbers may be a struct's
            or view.itemsize != kind.item
        ):
            return Raises(TypeError)
    return address_of(view).to_bytes(WORD, sys.byteorder)


def _text(value: str) -> bytes | Raises:
    """The bytes at the pointer, not the pointer: only the str knows where its UTF-8 is."""
    try:
        data = value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return Raises(ValueError)
    return Raises(ValueError) if b"\0" in data else data + b"\0"


def _record(kind: Kind, value: Any) -> bytes | Raises:
    if not isinstance(value, (Sequence, dict)) or isinstance(value, (str, bytes, bytearray, memoryview)):
        return Raises(TypeError)
    fields = {"point": ("x", "y"), "number": ("whole", "real", "raw")}[kind.name]
    if isinstance(value, dict):
        if not all(isinstance(name, str) for name in value) or not set(value) <= set(fields):
            return Raises(TypeError)
        given = value
    elif len(value) > len(fields):
        return Raises(TypeError)
    else:
        given = dict(zip(fields, value, strict=False))
    if kind.name == "number":
        if len(given) > 1:
            return Raises(TypeError)
        if "raw" in given:
            raise AssertionError("arrays in unions are tested elsewhere")
    whole, real, double = KINDS["int"], KINDS["float"], KINDS["double"]
    members = {"x": (whole, 0), "y": (double, Point.y.offset), "whole": (whole, 0), "real": (real, 0)}
    made = bytearray(kind.size)
    for name, item in given.items():
        member, at = members[name]
        part = outcome(member, item)
        if isinstance(part, Raises):
            return part
        made[at : at + member.size] = part
    return bytes(made)


class _Buffer(ctypes.Structure):
    """The head of CPython's Py_buffer, with room for the rest."""

    _fields_ = (("buf", ctypes.c_void_p), ("rest", ctypes.c_void_p * 15))


def address_of(view: memoryview) -> int:
    """Where a buffer's bytes lie."""
    found = _Buffer()
    pythonapi = ctypes.PyDLL(None)
    get, release = pythonapi["PyObject_GetBuffer"], pythonapi["PyBuffer_Release"]
    get.argtypes = (ctypes.py_object, ctypes.c_void_p, ctypes.c_int)
    release.argtypes, release.restype = (ctypes.c_void_p,), None
    get(view, ctypes.addressof(found), 0)
    release(ctypes.addressof(found))
    return found.buf or 0
