"""farcall.ctypes beside ctypes, in one process: calls, what is passed, members, making values, memory, callbacks.

`python -m bench.ctypes_face` prints the rows; a name, or a part of one, picks some. Each alternative gives the right answer before
it is timed.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

from bench.caller import Call
from bench.clock import Time, side_by_side

__all__ = ["ROWS", "Row", "measured", "names_of"]


class Row(NamedTuple):
    """What is timed, and what it gives; None where that is not compared."""

    name: str
    expression: str
    result: Any = None


ROWS = (
    Row("call, int(int)", "f_abs(-3)", 3),
    Row("call, int(int), GIL held", "held(-3)", 3),
    Row("call without argtypes", "plain(-3)", 3),
    Row("call, size_t(const char *)", 'strlen(b"hello")', 5),
    Row("call with byref", "frexp(12.0, byref(number))", 0.75),
    Row("call with a from_param of one's own", "own(-3)", 3),
    Row("byref", "byref(number)"),
    Row("member read", "pair.a", 1),
    Row("member set", "setattr(pair, 'b', 2)"),
    Row("member that is text", "text.s", b"abc"),
    Row("value", "number.value"),
    Row("item", "array[3]", 3),
    Row("slice of ten", "array[:]", list(range(10))),
    Row("list of ten", "list(array)", list(range(10))),
    Row("len", "len(array)", 10),
    Row("array's class", "c_int * 10"),
    Row("struct()", "Pair()"),
    Row("struct(1, 2)", "Pair(1, 2)"),
    Row("array()", "Ten()"),
    Row("array(1, 2, 3)", "Ten(1, 2, 3)"),
    Row("c_int(5)", "c_int(5)"),
    Row("pointer", "pointer(number)"),
    Row("contents", "there.contents"),
    Row("cast", "cast(buffer, IntPointer)"),
    Row("call with py_object", "is_number(5)", 1),
    Row("string_at", "string_at(buffer)", b"hello"),
    Row("create_string_buffer", 'create_string_buffer(b"hello")'),
    Row("buffer's value", "buffer.value", b"hello"),
    Row("from_buffer_copy", 'Pair.from_buffer_copy(b"12345678")'),
    Row("qsort of ten, reversed", "sort()"),
)


def names_of(c: Any) -> dict[str, Any]:
    """What the rows speak of, of one of the two packages."""
    libc, libm = c.CDLL(None), c.CDLL("libm.so.6")
    pair = type("Pair", (c.Structure,), {"_fields_": [("a", c.c_int), ("b", c.c_int)]})
    text = type("Text", (c.Structure,), {"_fields_": [("s", c.c_char_p)]})
    ten, pointer = c.c_int * 10, c.POINTER(c.c_int)

    class Own:
        @classmethod
        def from_param(cls, value: Any) -> Any:
            return c.c_int(value)

    def told(function: Any, result: Any, *parameters: Any) -> Any:
        function.argtypes, function.restype = parameters, result
        return function

    compare = c.CFUNCTYPE(c.c_int, pointer, pointer)(lambda a, b: a[0] - b[0])
    qsort = told(libc["qsort"], None, c.c_void_p, c.c_size_t, c.c_size_t, type(compare))

    def sort() -> None:
        qsort(ten(9, 8, 7, 6, 5, 4, 3, 2, 1, 0), 10, 4, compare)

    number = c.c_int(7)
    return {
        "f_abs": told(libc["abs"], c.c_int, c.c_int),
        "held": told(c.PyDLL(None)["abs"], c.c_int, c.c_int),
        "plain": libc["abs"],
        "own": told(libc["abs"], c.c_int, Own),
        "is_number": told(c.pythonapi["PyNumber_Check"], c.c_int, c.py_object),
        "strlen": told(libc["strlen"], c.c_size_t, c.c_char_p),
        "frexp": told(libm["frexp"], c.c_double, c.c_double, pointer),
        **{name: getattr(c, name) for name in ("byref", "pointer", "cast", "string_at", "create_string_buffer", "c_int")},
        "number": number, "pair": pair(1, 2), "text": text(b"abc"), "array": ten(*range(10)), "there": c.pointer(number),
        "buffer": c.create_string_buffer(b"hello"), "Pair": pair, "Ten": ten, "IntPointer": pointer, "sort": sort,
    }  # fmt: skip


def measured(rows: tuple[Row, ...], rounds: int, milliseconds: float) -> dict[str, dict[str, Time]]:
    """Times by row and package."""
    import ctypes

    import farcall.ctypes

    names = {"ctypes": names_of(ctypes), "farcall": names_of(farcall.ctypes)}
    calls = {row.name: {key: Call(row.expression, found) for key, found in names.items()} for row in rows}
    for row in rows:
        for key, call in calls[row.name].items():
            for _ in range(3):  # the third is of generated code
                found = call()
            if row.result is not None and found != row.result:
                sys.exit(f"{key}: {row.name} gives {found!r}, not {row.result!r}")
    return side_by_side(calls, rounds, milliseconds)


def main() -> None:
    rows = tuple(row for row in ROWS if not sys.argv[1:] or any(part in row.name for part in sys.argv[1:]))
    if not rows:
        sys.exit("no such row; there are: " + "; ".join(row.name for row in ROWS))
    print(f"{'nanoseconds, the best round':38}{'ctypes':>10}{'farcall':>10}{'ctypes/f':>10}")
    for name, by in measured(rows, 15, 1.0).items():
        one, other = by["ctypes"].best, by["farcall"].best
        print(f"{name:38}{one:10.0f}{other:10.0f}{one / other:10.2f}")


if __name__ == "__main__":
    main()
