"""Odd Python values: each a name and a maker, since some can be used once only."""

from __future__ import annotations

import array
import decimal
import fractions
from collections.abc import Callable
from typing import Any

__all__ = ["ODD", "Index", "Real", "arrays"]

#: NumPy's.
SCALARS = (
    "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64",
    "bool_", "complex128",
)  # fmt: skip


class Index:
    """An object whose `__index__` does what it is told."""

    def __init__(self, result: Any) -> None:
        self.result = result

    def __index__(self) -> Any:
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


class Real:
    """An object whose `__float__` does what it is told."""

    def __init__(self, result: Any) -> None:
        self.result = result

    def __float__(self) -> Any:
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


class Int(int):
    """A subclass, whose `__index__` C does not ask."""


class Lying(int):
    """A subclass with an `__index__` of its own: CPython takes the int itself."""

    def __index__(self) -> int:
        return 99


class Float(float):
    pass


class Str(str):
    pass


class Bytes(bytes):
    pass


class Unrepresentable:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")

    __str__ = __repr__


def released() -> memoryview:
    view = memoryview(bytearray(8))
    view.release()
    return view


#: The edges of every integer type, and one beyond.
EDGES = sorted(
    {
        edge + step
        for bits in (1, 7, 8, 15, 16, 31, 32, 63, 64)
        for edge in (1 << bits, -(1 << bits))
        for step in (-1, 0, 1)
    }
    | {0, 1, -1, 65, (1 << 30) - 1, 1 << 30, 1 - (1 << 30), -(1 << 30), 1 << 60}
    | {10**30, -(10**30), 1 << 400, -(1 << 400)}
)
FLOATS = (
    0.0, -0.0, 1.5, -2.25, float("nan"), float("inf"), float("-inf"), 5e-324, 1e-46, 1e39, -1e39,
    3.4028234663852886e38, 3.4028235677973362e38, 3.4028235677973366e38, -3.4028235677973366e38,
    1.7976931348623157e308,
)  # fmt: skip

ODD: dict[str, Callable[[], Any]] = {
    **{f"int {n:#x}" if abs(n) > 1000 else f"int {n}": lambda n=n: n for n in EDGES},
    **{f"float {x!r}": lambda x=x: x for x in FLOATS},
    "None": lambda: None,
    "True": lambda: True,
    "False": lambda: False,
    "Ellipsis": lambda: ...,
    "NotImplemented": lambda: NotImplemented,
    "object()": object,
    "a type": lambda: int,
    "complex": lambda: 1 + 2j,
    "Fraction": lambda: fractions.Fraction(5, 2),
    "huge Fraction": lambda: fractions.Fraction(10**400),
    "Decimal": lambda: decimal.Decimal("2.5"),
    "sNaN Decimal": lambda: decimal.Decimal("sNaN"),
    "int subclass": lambda: Int(7),
    "large int subclass": lambda: Int(1 << 40),
    "lying int subclass": lambda: Lying(7),
    "float subclass": lambda: Float(2.5),
    "empty str": str,
    "str": lambda: "a",
    "longer str": lambda: "hello, world",
    "str with NUL": lambda: "a\0b",
    "str that is a NUL": lambda: "\0",
    "Latin-1 str": lambda: "h\xe9",
    "UCS-2 str": lambda: "\u65e5\u672c",
    "UCS-4 str": lambda: "\U0001f40d",
    "UCS-2 str with NUL": lambda: "\u65e5\0",
    "lone surrogate for a byte": lambda: "a\udcff",
    "lone surrogate for no byte": lambda: "a\ud800",
    "surrogate and NUL": lambda: "\udcff\0",
    "str subclass": lambda: Str("sub"),
    "number in a str": lambda: "5",
    "empty bytes": bytes,
    "one byte": lambda: b"\xff",
    "bytes": lambda: b"abc",
    "bytes with NUL": lambda: b"a\0b",
    "bytes subclass": lambda: Bytes(b"sub"),
    "one byte subclass": lambda: Bytes(b"s"),
    "empty bytearray": bytearray,
    "bytearray": lambda: bytearray(b"\1" * 16),
    "one bytearray": lambda: bytearray(b"x"),
    "memoryview": lambda: memoryview(bytearray(16)),
    "read-only memoryview": lambda: memoryview(bytes(16)),
    "strided memoryview": lambda: memoryview(bytearray(16))[::2],
    "reversed memoryview": lambda: memoryview(bytearray(16))[::-1],
    "memoryview of ints": lambda: memoryview(bytearray(16)).cast("i"),
    "read-only memoryview of ints": lambda: memoryview(bytes(16)).cast("i"),
    "strided memoryview of ints": lambda: memoryview(bytearray(16)).cast("i")[::2],
    "memoryview of doubles": lambda: memoryview(bytearray(16)).cast("d"),
    "read-only memoryview of doubles": lambda: memoryview(bytes(16)).cast("d"),
    "memoryview of floats": lambda: memoryview(bytearray(16)).cast("f"),
    "memoryview of longs": lambda: memoryview(bytearray(16)).cast("@l"),
    "memoryview of chars": lambda: memoryview(bytearray(16)).cast("c"),
    "two-dimensional memoryview": lambda: memoryview(bytearray(16)).cast("i", (2, 2)),
    "released memoryview": released,
    "array of ints": lambda: array.array("i", [1, 2]),
    "array of doubles": lambda: array.array("d", [1, 2]),
    "array of floats": lambda: array.array("f", [1, 2]),
    "array of longs": lambda: array.array("l", [1, 2]),
    "empty array": lambda: array.array("d"),
    "list": list,
    "list of ints": lambda: [1, 2],
    "list that fits": lambda: [1],
    "list of str": lambda: ["a"],
    "long list": lambda: [1, 2, 3],
    "list of a huge int": lambda: [1 << 40],
    "tuple": lambda: (1, 2.5),
    "dict": lambda: {"x": 1, "y": 2.5},
    "dict of the union": lambda: {"real": 1.5},
    "dict of another": lambda: {"z": 1},
    "dict with other keys": lambda: {1: 1},
    "dict with a wrong value": lambda: {"x": None},
    "set": lambda: {1},
    "range": lambda: range(3),
    "iterator": lambda: iter([1]),
    "__index__": lambda: Index(5),
    "negative __index__": lambda: Index(-5),
    "huge __index__": lambda: Index(1 << 400),
    "__index__ of True": lambda: Index(True),
    "__index__ of an int subclass": lambda: Index(Int(3)),
    "__index__ of str": lambda: Index("5"),
    "__index__ of float": lambda: Index(5.0),
    "__index__ of None": lambda: Index(None),
    "__index__ raises ValueError": lambda: Index(ValueError("no index")),
    "__index__ raises TypeError": lambda: Index(TypeError("no index")),
    "__index__ raises OverflowError": lambda: Index(OverflowError("no index")),
    "__index__ raises UnicodeError": lambda: Index(UnicodeDecodeError("utf-8", b"x", 0, 1, "no index")),
    "__index__ raises ZeroDivisionError": lambda: Index(ZeroDivisionError("no index")),
    "__index__ raises StopIteration": lambda: Index(StopIteration()),
    "__float__": lambda: Real(2.5),
    "large __float__": lambda: Real(1e300),
    "__float__ of a subclass": lambda: Real(2.5),
    "__float__ of int": lambda: Real(2),
    "__float__ of None": lambda: Real(None),
    "__float__ raises ValueError": lambda: Real(ValueError("no float")),
    "__float__ raises TypeError": lambda: Real(TypeError("no float")),
    "__float__ raises OverflowError": lambda: Real(OverflowError("no float")),
    "__float__ raises ZeroDivisionError": lambda: Real(ZeroDivisionError("no float")),
    "no repr": Unrepresentable,
}


def arrays() -> dict[str, Callable[[], Any]]:
    """NumPy's scalars and arrays; none where there is no NumPy."""
    try:
        import numpy as np
    except ImportError:
        return {}
    found: dict[str, Callable[[], Any]] = {f"numpy {name}": lambda name=name: getattr(np, name)(3) for name in SCALARS}
    found |= {
        "numpy int64 edge": lambda: np.int64(-(1 << 63)),
        "numpy uint64 edge": lambda: np.uint64((1 << 64) - 1),
        "numpy float32 nan": lambda: np.float32("nan"),
        "numpy float64 large": lambda: np.float64(1e300),
        "numpy str_": lambda: np.str_("np"),
        "numpy bytes_": lambda: np.bytes_(b"np"),
        "numpy int 0-d": lambda: np.array(7),
        "numpy float 0-d": lambda: np.array(7.5),
        "numpy read-only": lambda: read_only(np.zeros(4, "i4")),
        "numpy strided": lambda: np.zeros(8, "i4")[::2],
        "numpy reversed": lambda: np.zeros(8, "f8")[::-1],
        "numpy Fortran": lambda: np.zeros((2, 3), "f8", order="F"),
        "numpy C": lambda: np.zeros((2, 3), "f8"),
        "numpy transposed": lambda: np.zeros((2, 3), "i4").T,
        "numpy object": lambda: np.array([None, None]),
        "numpy structured": lambda: np.zeros(2, "i4,f8"),
        "numpy aligned structured": lambda: np.zeros(2, np.dtype("i4,f8", align=True)),
        "numpy empty": lambda: np.zeros(0, "f8"),
        "numpy str array": lambda: np.array(["ab", "cd"]),
        "numpy datetime": lambda: np.zeros(2, "M8[s]"),
    }
    codes = "i1 u1 i2 u2 i4 u4 i8 u8 f2 f4 f8 c8 c16 ?"
    for code in codes.split():
        found[f"numpy array {code}"] = lambda code=code: np.zeros(4, code)
    for code in [">i4", ">f8", ">f4", ">u8", ">i2"]:
        found[f"numpy array {code}"] = lambda code=code: np.zeros(4, code)

    def read_only(made: Any) -> Any:
        made.flags.writeable = False
        return made

    return found
