"""farcall's libffi interface beside libffi itself, both used from loops in C: calls, call plans, closures with a
handler in C, preparing a known signature."""

from __future__ import annotations

import ctypes as c
import ctypes.util
import random
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from bench import build
from bench.clock import Time, no_garbage_collection

__all__ = ["KINDS", "libffi"]

KINDS = ("ffi_call", "call plan", "closure", "ffi_prep_cif")
#: Without it gcc stores the two doubles of a struct and reads them back as a vector, a stall longer than the call.
OPTIONS = ("-fno-tree-vectorize",)
SIZEOF_CIF, SIZEOF_CLOSURE, DEFAULT_ABI, STRUCT = 32, 56, 2, 13
TURNS = {"ffi_call": 20000, "call plan": 20000, "closure": 20000, "ffi_prep_cif": 20000}


class Pair(c.Structure):
    _fields_ = (("x", c.c_double), ("y", c.c_double))


class Type(c.Structure):
    """ffi_type."""

    _fields_ = (
        ("size", c.c_size_t), ("alignment", c.c_ushort), ("type", c.c_ushort), ("elements", c.c_void_p),
    )  # fmt: skip


class Row(NamedTuple):
    """A function of peer/libffi.c: libffi's names of its types, values for the call, and what must come back."""

    name: str
    function: str
    result: str
    parameters: tuple[str, ...]
    values: tuple[Any, ...]
    expected: Any


MIXED: tuple[tuple[str, Any], ...] = (
    ("sint32", c.c_int32(1)),
    ("double", c.c_double(2.5)),
    ("float", c.c_float(0.5)),
    ("sint64", c.c_int64(4)),
    ("sint16", c.c_int16(-5)),
    ("pointer", c.c_void_p(6)),
    ("double", c.c_double(7)),
    ("uint8", c.c_uint8(200)),
    ("float", c.c_float(9)),
    ("sint64", c.c_int64(10)),
    ("double", c.c_double(11.5)),
    ("sint32", c.c_int32(-12)),
)
ROWS = (
    Row("double(double, double)", "product", "double", ("double",) * 2, (c.c_double(1.5), c.c_double(4)), 6.0),
    Row("int64(8 x int64)", "eight", "sint64", ("sint64",) * 8, tuple(c.c_int64(i) for i in range(8)), 28),
    Row("pair(pair)", "swapped", "pair", ("pair",), (Pair(1.5, -2.5),), (-2.5, 1.5)),
    Row("double(12 mixed)", "twelve", "double", tuple(name for name, _ in MIXED), tuple(v for _, v in MIXED), 229.5),
)
RESULTS: dict[str, Any] = {"double": c.c_double, "sint64": c.c_int64, "pair": Pair}


class Library(NamedTuple):
    """Whose interface it is: the addresses of functions and type objects by libffi's names."""

    functions: dict[str, int]
    types: dict[str, int]


def by_farcall() -> Library:
    from farcall import raw

    return Library(raw.exports(), {name: getattr(raw, f"ffi_type_{name}") for name in TYPES})


def by_libffi() -> Library | None:
    name = ctypes.util.find_library("ffi")
    if name is None:
        return None
    library = c.CDLL(name)
    functions = {
        name: c.cast(getattr(library, name), c.c_void_p).value or 0 for name in FUNCTIONS if hasattr(library, name)
    }
    types = {name: c.addressof(c.c_char.in_dll(library, f"ffi_type_{name}")) for name in TYPES}
    return Library(functions, types)


TYPES = sorted({name for row in ROWS for name in (row.result, *row.parameters) if name != "pair"})
FUNCTIONS = (
    "ffi_call", "ffi_prep_cif", "ffi_closure_alloc", "ffi_prep_closure_loc", "ffi_call_plan_alloc",
    "ffi_call_plan_invoke",
)  # fmt: skip

Timed = Callable[[int], float]


def libffi(directory: Path, rounds: int) -> dict[str, dict[str, dict[str, Time]]]:
    """Times by kind, row and library ("farcall", "libffi")."""
    made = build.shared_object(build.PEER / "libffi.c", directory / "peer_libffi.so", *OPTIONS)
    peer = c.CDLL(str(made))
    jobs: list[tuple[str, str, str, Timed]] = []
    keep: list[object] = []
    for name, library in (("farcall", by_farcall()), ("libffi", by_libffi())):
        if library is not None:
            for row in ROWS:
                jobs += [(kind, row.name, name, timed) for kind, timed in _timed(peer, library, row, name, keep)]
    taken: dict[tuple[str, str, str], list[float]] = {job[:3]: [] for job in jobs}
    order = random.Random(0)
    with no_garbage_collection():
        for _ in range(rounds):
            for kind, row, name, timed in order.sample(jobs, len(jobs)):
                timed(TURNS[kind] // 10)  # warm again
                taken[kind, row, name].append(timed(TURNS[kind]) / TURNS[kind])
    result: dict[str, dict[str, dict[str, Time]]] = {}
    for (kind, row, name), times in taken.items():
        result.setdefault(kind, {}).setdefault(row, {})[name] = Time(min(times), median(times))
    return result


def _timed(peer: c.CDLL, library: Library, row: Row, name: str, keep: list[object]) -> list[tuple[str, Timed]]:
    """The loops of a row for one library, each checked to give what it should."""
    types, abi = _types(library, row, keep), DEFAULT_ABI
    cif, count = c.create_string_buffer(SIZEOF_CIF), len(row.parameters)
    parameters = (c.c_void_p * count)(*types[1:])
    prepare = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int, c.c_uint, c.c_void_p, c.c_void_p)(
        library.functions["ffi_prep_cif"]
    )
    if prepare(c.addressof(cif), abi, count, types[0], c.addressof(parameters)):
        raise SystemExit(f"{name}: {row.name} cannot be prepared")
    result = RESULTS[row.result]()
    values = (c.c_void_p * count)(*(c.addressof(value) for value in row.values))
    target = c.cast(getattr(peer, row.function), c.c_void_p)
    keep += [cif, parameters, result, values]

    def calls(function: str, handle: int) -> Timed:
        loop = peer.time_calls
        loop.restype = c.c_double
        address = c.c_void_p(library.functions[function])

        def timed(turns: int) -> float:
            return float(loop(address, c.c_void_p(handle), target, c.byref(result), values, c.c_long(turns)))

        timed(1)
        given = (result.x, result.y) if isinstance(result, Pair) else result.value
        if given != row.expected:
            raise SystemExit(f"{name}: {row.name} gives {given}, not {row.expected}")
        return timed

    def preparing(turns: int) -> float:
        loop = peer.time_preparing
        loop.restype = c.c_double
        address = c.c_void_p(library.functions["ffi_prep_cif"])
        return float(loop(address, cif, abi, c.c_uint(count), c.c_void_p(types[0]), parameters, c.c_long(turns)))

    found: list[tuple[str, Timed]] = [("ffi_call", calls("ffi_call", c.addressof(cif)))]
    if "ffi_call_plan_alloc" in library.functions:
        plan = c.CFUNCTYPE(c.c_void_p, c.c_void_p)(library.functions["ffi_call_plan_alloc"])(c.addressof(cif))
        found.append(("call plan", calls("ffi_call_plan_invoke", plan)))
    found.append(("closure", _closure(peer, library, row, name, cif)))
    found.append(("ffi_prep_cif", preparing))
    return found


def _closure(peer: c.CDLL, library: Library, row: Row, name: str, cif: Any) -> Timed:
    code = c.c_void_p()
    allocate = c.CFUNCTYPE(c.c_void_p, c.c_size_t, c.c_void_p)(library.functions["ffi_closure_alloc"])
    prepare = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_void_p, c.c_void_p, c.c_void_p)(
        library.functions["ffi_prep_closure_loc"]
    )
    closure = allocate(SIZEOF_CLOSURE, c.addressof(code))
    handler = c.cast(getattr(peer, f"handle_{row.function}"), c.c_void_p)
    if prepare(closure, c.addressof(cif), handler, None, code):
        raise SystemExit(f"{name}: no closure of {row.name}")
    loop, total = getattr(peer, f"time_{row.function}"), c.c_double.in_dll(peer, "sum")
    loop.restype = c.c_double

    def timed(turns: int, address: Any = code) -> float:
        return float(loop(address, c.c_long(turns)))

    timed(100, c.cast(getattr(peer, row.function), c.c_void_p))
    expected = total.value
    timed(100)
    if total.value != expected:
        raise SystemExit(f"{name}: a closure of {row.name} adds up to {total.value}, not {expected}")
    return timed


def _types(library: Library, row: Row, keep: list[object]) -> list[int]:
    """The type objects of a row's result and parameters."""
    elements = (c.c_void_p * 3)(library.types["double"], library.types["double"], None)
    pair = Type(0, 0, STRUCT, c.addressof(elements))
    keep += [elements, pair]
    known = library.types | {"pair": c.addressof(pair)}
    return [known[name] for name in (row.result, *row.parameters)]
