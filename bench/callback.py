"""Callbacks: C calls a pointer in a loop of its own, and each peer makes the pointer its own way.

The loop, and the Python function that is called, are the same for all peers. The times are for a turn of the loop:
C calls the pointer, Python runs, the result is back in C.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter_ns
from types import ModuleType
from typing import Any, NamedTuple

from bench import build
from bench.clock import Time, no_garbage_collection

__all__ = ["POLICIES", "SIGNATURES", "callbacks"]

TURNS = 200  # of C's loop in one go
#: Whether C calls with the GIL released.
POLICIES = {"hold": False, "release": True}


class Signature(NamedTuple):
    """A kind of callback, as peer/callback.c numbers them; `total` is what the loop's results add up to."""

    kind: int
    text: str
    python: Callable[..., Any]
    total: float
    handled: float


def same(x: int) -> int:
    return x


def ordered(a: Any, b: Any) -> int:
    return 1


def product(x: float, y: float) -> float:
    return x * y


def notified(p: Any) -> None:
    return None


def first(p: Any) -> float:
    return p.x


NUMBERS = sum(range(TURNS))
SIGNATURES = (
    Signature(0, "int(int)", same, NUMBERS, NUMBERS + TURNS),
    Signature(1, "int(const void *, const void *)", ordered, TURNS, TURNS),
    Signature(2, "double(double, double)", product, 1.5 * NUMBERS, 1.5 * NUMBERS),
    Signature(3, "void(void *)", notified, 0, 0),
    Signature(4, "double(point)", first, 1.5 * TURNS, 1.5 * TURNS),
)
POINT = "typedef struct { double x, y; } point;"
#: C's names of the functions that cffi's API mode defines.
NAMES = ("same", "ordered", "product", "notified", "first")


def callbacks(directory: Path, rounds: int) -> dict[str, dict[str, dict[str, Time]]]:
    """Times by policy ("hold", "release", and "C" for handlers), signature and peer."""
    driver = extension(directory)
    found = {policy: {s.text: pointers(driver, directory, s) for s in SIGNATURES} for policy in POLICIES}
    found["C"] = {s.text: handlers(driver, s) for s in SIGNATURES}
    jobs = []
    for policy, rows in found.items():
        released = POLICIES.get(policy, False)
        for signature in SIGNATURES:
            for peer, (address, keep) in rows[signature.text].items():
                total = driver.run(signature.kind, address, TURNS, released)
                expected = signature.handled if policy == "C" else signature.total
                if total != expected:
                    raise SystemExit(f"{peer}: {signature.text} adds up to {total}, not {expected}")
                jobs.append((policy, signature, peer, address, released, keep))
    taken: dict[tuple[str, str, str], list[float]] = {(p, s.text, peer): [] for p, s, peer, *_ in jobs}
    order, run = random.Random(0), driver.run
    with no_garbage_collection():
        for _ in range(rounds):
            for policy, signature, peer, address, released, _keep in order.sample(jobs, len(jobs)):
                turns = TURNS * (20 if policy == "C" else 1)
                run(signature.kind, address, TURNS, released)  # warm again
                start = perf_counter_ns()
                for _ in range(5):
                    run(signature.kind, address, turns, released)
                taken[policy, signature.text, peer].append((perf_counter_ns() - start) / (5 * turns))
    result: dict[str, dict[str, dict[str, Time]]] = {}
    for (policy, text, peer), times in taken.items():
        result.setdefault(policy, {}).setdefault(text, {})[peer] = Time(min(times), median(times))
    return result


def extension(directory: Path) -> ModuleType:
    """The driver and the peers in C; with libffi where it can be built against."""
    import importlib.util
    import subprocess
    import sysconfig

    output, options = directory / "peer_callback.so", [f"-I{sysconfig.get_path('include')}"]
    probe = "#include <ffi.h>\nint main(void) { return 0; }"
    gcc = shutil.which("gcc") or "gcc"
    known = subprocess.run([gcc, "-E", "-xc", "-"], input=probe, capture_output=True, text=True, check=False)
    if known.returncode == 0:
        options += ["-DWITH_LIBFFI", "-lffi"]
    build.shared_object(build.PEER / "callback.c", output, *options)
    spec = importlib.util.spec_from_file_location("peer_callback", output)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pointers(driver: ModuleType, directory: Path, signature: Signature) -> dict[str, tuple[int, object]]:
    """The address that each peer makes of the Python function, and what keeps it."""
    return {
        "farcall": by_farcall(signature),
        "C ext": (driver.hand(signature.kind, signature.python), None),
        "ctypes": by_ctypes(signature),
        "cffi callback": by_cffi(signature),
        "cffi extern": by_cffi_extern(directory, signature),
    }


def handlers(driver: ModuleType, signature: Signature) -> dict[str, tuple[int, object]]:
    """The address of a closure with a handler in C."""
    from farcall.cpython.callable.handler import Handler

    handler = Handler(farcall_type(signature).__ctype__.target, driver.handler(signature.kind))
    found: dict[str, tuple[int, object]] = {"farcall": (handler.address, handler)}
    if hasattr(driver, "libffi"):
        found["libffi"] = (driver.libffi(signature.kind), None)
    return found


def farcall_type(signature: Signature) -> Any:
    import farcall

    library = farcall.Library(None)
    library.cdef(POINT)
    return library.types[signature.text.replace("(", " (*)(", 1)]


def by_farcall(signature: Signature) -> tuple[int, object]:
    import farcall

    closure = farcall.Closure(signature.python, farcall_type(signature))
    return closure.address, closure


def by_ctypes(signature: Signature) -> tuple[int, object]:
    import ctypes as c

    class Point(c.Structure):
        _fields_ = (("x", c.c_double), ("y", c.c_double))

    made = c.CFUNCTYPE(
        *(
            (c.c_int, c.c_int),
            (c.c_int, c.c_void_p, c.c_void_p),
            (c.c_double, c.c_double, c.c_double),
            (None, c.c_void_p),
            (c.c_double, Point),
        )[signature.kind]
    )(signature.python)
    address = c.cast(made, c.c_void_p).value
    assert address is not None
    return address, made


def by_cffi(signature: Signature) -> tuple[int, object]:
    import cffi

    ffi = cffi.FFI()
    ffi.cdef(POINT)
    made = ffi.callback(signature.text, signature.python)
    return int(ffi.cast("uintptr_t", made)), (ffi, made)


_modules: dict[Path, Any] = {}


def by_cffi_extern(directory: Path, signature: Signature) -> tuple[int, object]:
    import importlib
    import sys

    import cffi

    if directory not in _modules:
        maker = cffi.FFI()
        declared = [s.text.replace("(", f" {name}(", 1) for s, name in zip(SIGNATURES, NAMES, strict=True)]
        maker.cdef(POINT + "".join(f'extern "Python" {text};' for text in declared))
        maker.set_source("_peer_cffi_callback", POINT)
        maker.compile(tmpdir=str(directory))
        sys.path.insert(0, str(directory))
        try:
            _modules[directory] = importlib.import_module("_peer_cffi_callback")
        finally:
            sys.path.remove(str(directory))
    module, name = _modules[directory], NAMES[signature.kind]
    module.ffi.def_extern(name)(signature.python)
    return int(module.ffi.cast("uintptr_t", module.ffi.addressof(module.lib, name))), module
