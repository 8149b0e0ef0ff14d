"""What ordinary C passes for a pointer, beside the peers: values, other pointers, int, None, closures and functions.

    python -m bench.pointers [--quick]

The row to hold is that of a pointer object of the declared type: values and other pointers may take 1.2 times as long;
closures and functions, whose code lies two steps further, 1.5 times. None may be slower than a peer.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bench import build
from bench.caller import Call
from bench.clock import Time, side_by_side

__all__ = ["measure_pointers", "pointer_table"]

KEYS = ("farcall", "ext", "ctypes", "cffi")


class Row(NamedTuple):
    """`expression` is of `names` that each peer has; `beside` is the row that it is measured by, and may take `most`
    times as long as."""

    name: str
    expression: str
    result: object
    beside: str
    most: float = 1.2


POINTER, ANY, CODE = "const T *: pointer object", "void *: pointer object", "function: pointer object"
ROWS = (
    Row(POINTER, "seconds(stamp_pointer)", 7, POINTER),
    Row("const T *: own struct", "seconds(stamp)", 7, POINTER),
    Row("const int *: own array", "first(array)", 7, POINTER),
    Row("const int *: own scalar", "first(number)", 7, POINTER),
    Row("const int *: void * object", "first(anything)", 7, POINTER),
    Row(ANY, "is_null(anything)", 0, ANY),
    Row("void *: T * object", "is_null(stamp_pointer)", 0, ANY),
    Row("void *: own struct", "is_null(stamp)", 0, ANY),
    Row("void *: int", "is_null(place)", 0, ANY),
    Row("void *: None", "is_null(none)", 1, ANY),
    Row(CODE, "has_code(code)", 1, CODE),
    Row("function: Closure", "has_code(closure)", 1, CODE, 1.5),
    Row("function: bound function", "has_code(twice)", 1, CODE, 1.5),
)


class Peer(NamedTuple):
    """`spelled` are the expressions of values that the peer does not take as they are."""

    names: dict[str, Any]
    spelled: dict[str, str] = {}  # noqa: RUF012

    def call(self, row: Row) -> Call | None:
        """None where the peer has nothing of the kind."""
        expression = self.spelled.get(row.name, row.expression)
        function, _, argument = row.expression.rstrip(")").partition("(")
        if function not in self.names or (argument not in self.names and row.name not in self.spelled):
            return None
        return Call(expression, {name: value for name, value in self.names.items() if name in expression})


def declarations() -> str:
    lines = (build.PEER / "pointers.h").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))


def by_farcall(library: Path) -> Peer:
    import farcall

    lib: Any = farcall.Library(str(library), gil="hold")
    lib.cdef(declarations())
    stamp, number = lib.types.stamp(7, 0), farcall.int_(7)
    anything = farcall.cast("void *", farcall.addressof(number))
    closure = farcall.Closure(lambda x: x, "int (*)(int)")
    return Peer(
        {
            "seconds": lib.seconds, "first": lib.first, "is_null": lib.is_null, "has_code": lib.has_code,
            "stamp": stamp, "stamp_pointer": farcall.addressof(stamp), "array": farcall.array(farcall.int_, 4)([7] * 4),
            "number": number, "anything": anything, "place": int(anything), "none": None,
            "code": farcall.cast("int (*)(int)", closure.address), "closure": closure, "twice": lib.twice,
        }
    )  # fmt: skip


def by_hand(directory: Path) -> Peer:
    output = build.shared_object(
        build.PEER / "pointers_extension.c",
        directory / "peer_pointers.so",
        f"-I{sysconfig.get_path('include')}",
        f"-L{directory}",
        "-lpointers",
        f"-Wl,-rpath,{directory}",
    )
    spec = importlib.util.spec_from_file_location("peer_pointers", output)
    assert spec is not None
    assert spec.loader is not None
    peer: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(peer)
    memory = dict.fromkeys(("stamp", "stamp_pointer", "array", "number", "anything"), peer.memory)
    code = dict.fromkeys(("code", "closure", "twice"), peer.code)
    functions = {name: getattr(peer, name) for name in ("seconds", "first", "is_null", "has_code")}
    return Peer({**functions, **memory, **code, "place": id(peer), "none": None})


def by_ctypes(library: Path) -> Peer:
    import ctypes as c

    class Stamp(c.Structure):
        _fields_ = (("seconds", c.c_int64), ("nanoseconds", c.c_int64))

    dll, prototype = c.PyDLL(str(library)), c.CFUNCTYPE(c.c_int, c.c_int)
    dll.seconds.restype, dll.seconds.argtypes = c.c_int64, [c.POINTER(Stamp)]
    dll.first.argtypes = [c.POINTER(c.c_int)]
    dll.is_null.argtypes, dll.has_code.argtypes = [c.c_void_p], [prototype]
    stamp, number, closure = Stamp(7, 0), c.c_int(7), prototype(lambda x: x)
    return Peer(
        {
            "seconds": dll.seconds, "first": dll.first, "is_null": dll.is_null, "has_code": dll.has_code,
            "stamp": stamp, "stamp_pointer": c.pointer(stamp), "array": (c.c_int * 4)(7), "number": number,
            "anything": c.c_void_p(c.addressof(number)), "place": c.addressof(number), "none": None, "byref": c.byref,
            "code": prototype(c.cast(dll.twice, c.c_void_p).value), "closure": closure,
        },
        {"const int *: void * object": "first(number)", "void *: own struct": "is_null(byref(stamp))"},
    )  # fmt: skip


def by_cffi(directory: Path) -> Peer:
    import cffi

    maker = cffi.FFI()
    maker.cdef(declarations())
    maker.set_source(
        "_peer_pointers",
        '#include "pointers.h"',
        include_dirs=[str(build.PEER)],
        libraries=["pointers"],
        library_dirs=[str(directory)],
        runtime_library_dirs=[str(directory)],
    )
    maker.compile(tmpdir=str(directory))
    sys.path.insert(0, str(directory))
    try:
        module = importlib.import_module("_peer_pointers")
    finally:
        sys.path.remove(str(directory))
    ffi, lib = module.ffi, module.lib
    stamp, number = ffi.new("stamp *", {"seconds": 7}), ffi.new("int *", 7)
    anything, closure = ffi.cast("void *", number), ffi.callback("int (*)(int)", lambda x: x)
    return Peer(
        {
            "seconds": lib.seconds, "first": lib.first, "is_null": lib.is_null, "has_code": lib.has_code,
            "stamp": stamp, "stamp_pointer": stamp, "array": ffi.new("int[4]", [7] * 4), "number": number,
            "anything": anything, "place": int(ffi.cast("uintptr_t", anything)), "none": ffi.NULL, "cast": ffi.cast,
            "kind": ffi.typeof("void *"), "code": ffi.addressof(lib, "twice"), "closure": closure, "twice": lib.twice,
        },
        {"void *: int": "is_null(cast(kind, place))"},
    )  # fmt: skip


def measure_pointers(directory: Path, quick: bool) -> dict[str, dict[str, Time]]:
    """Nanoseconds of each row by peer."""
    library = build.shared_object(build.PEER / "pointers.c", directory / "libpointers.so")
    makers: dict[str, Callable[[], Peer]] = {
        "farcall": lambda: by_farcall(library),
        "ext": lambda: by_hand(directory),
        "ctypes": lambda: by_ctypes(library),
        "cffi": lambda: by_cffi(directory),
    }
    peers = {key: make() for key, make in makers.items()}
    calls: dict[str, dict[str, Call]] = {row.name: {} for row in ROWS}
    for row in ROWS:
        for key, peer in peers.items():
            call = peer.call(row)
            if call is None:
                continue
            if call() != row.result:
                sys.exit(f"{key}: {row.name} gives {call()!r}, not {row.result!r}")
            calls[row.name][key] = call
    rounds, milliseconds = (9, 1.0) if quick else (31, 4.0)
    return side_by_side(calls, rounds, milliseconds)


def pointer_table(times: dict[str, dict[str, Time]]) -> str:
    """The numbers as text, with what was asked of each row."""
    head = "".join(f"{key:>9}" for key in KEYS)
    lines = [f"{'arguments that are pointers, ns':<34}{head}{'f/ext':>8}{'f/object':>9}{'peers/f':>9}"]
    for row in ROWS:
        by = times[row.name]
        over = by["farcall"].best / by["ext"].best
        held = by["farcall"].best / times[row.beside]["farcall"].best
        ahead = min(by[key].best for key in ("ctypes", "cffi") if key in by) / by["farcall"].best
        cells = "".join(f"{by[key].best:>9.1f}" if key in by else f"{'n/a':>9}" for key in KEYS)
        met = held <= row.most and ahead >= 1
        verdict = "" if met else f"   MISSED (at most {row.most:g} of a pointer object, at least 1)"
        lines.append(f"{row.name:<34}{cells}{over:>8.2f}{held:>9.2f}{ahead:>9.1f}{verdict}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.pointers", description="what stands for a pointer in a call")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    chosen = parser.parse_args()
    if lack := build.missing():
        sys.exit(lack)
    with tempfile.TemporaryDirectory(prefix="farcall-bench-") as name:
        print(pointer_table(measure_pointers(Path(name), chosen.quick)))


if __name__ == "__main__":
    main()
