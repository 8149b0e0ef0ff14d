"""Names of a library: functions bound, variables read, what is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from bench.everyday.group import Built, Group, Names
from bench.everyday.many import milliseconds
from bench.everyday.row import BEST, Goal, Row, within

__all__ = ["GROUP"]

#: Microseconds, for goals.
US = 1000.0

ROWS = (
    Row("read a variable", "lib.counter", "integer.in_dll(lib, 'counter').value", "lib.counter", result=7),
    Row(
        "a name that is not there", "hasattr(lib, 'nonesuch')", "hasattr(lib, 'nonesuch')", "hasattr(lib, 'nonesuch')",
        result=False, goals=(within(10 * US),),
    ),
    Row(
        "bind a known signature, text", "lib.function('int increase(int)')", "kind(('increase', lib))", None,
        then="it(1)", result=2, goals=(within(8 * US),),
    ),
    Row(
        "bind a known signature, declared", "bind('increase')", None, "bind('increase')",
        then="it(1)", result=2, goals=(within(8 * US),),
    ),
    Row("bind and call for the first time", "bind('increase')(1)", None, "bind('increase')(1)", result=2),
    Row("1,000 functions declared and bound", "many()", None, "many()", unit="ms", goals=(BEST, Goal(600, "ms"))),
    Row("raw.ffi_call", "ffi_call(cif, fn, rvalue, avalue)", None, None, goals=(within(400),)),
)  # fmt: skip


def by_farcall(built: Built) -> Names:
    import farcall

    lib: Any = farcall.Library(str(built.library), gil="hold")
    lib.cdef(built.declarations)
    many = partial(milliseconds, "farcall", built.library)
    return {"lib": lib, "bind": _anew(lib), "many": many, **_prepared(lib.address("increase"))}


def _prepared(fn: int) -> Names:
    """What `raw.ffi_call` takes for a call of `increase`; the memory is kept by the last of these."""
    import farcall
    from farcall import raw

    words = farcall.array(farcall.uintptr, 1)
    cif, types, given, rvalue = raw.ffi_cif(), words([raw.ffi_type_sint32]), farcall.int_(1), words()
    avalue = words([int(farcall.addressof(given))])
    at = {name: int(farcall.addressof(value)) for name, value in (("cif", cif), ("rvalue", rvalue), ("avalue", avalue))}
    status = raw.ffi_prep_cif(at["cif"], raw.FFI_DEFAULT_ABI, 1, raw.ffi_type_sint32, int(farcall.addressof(types)))
    assert status == raw.FFI_OK
    return {**at, "fn": fn, "ffi_call": raw.ffi_call, "kept": (cif, types, given, rvalue, avalue)}


def by_ctypes(built: Built) -> Names:
    import ctypes as c

    return {"lib": c.PyDLL(str(built.library)), "integer": c.c_int, "kind": c.PYFUNCTYPE(c.c_int, c.c_int)}


def by_cffi(built: Built) -> Names:
    import cffi

    abi = cffi.FFI()
    abi.cdef(built.declarations)
    many = partial(milliseconds, "cffi", built.library)
    return {"lib": built.cffi().lib, "bind": _anew(abi.dlopen(str(built.library))), "many": many}


def _anew(lib: Any) -> Callable[[str], Any]:
    """Binds a function of a library again, whether or not it is bound."""

    def bind(name: str) -> Any:
        lib.__dict__.pop(name, None)
        return getattr(lib, name)

    return bind


GROUP = Group("binding", ROWS, {"farcall": by_farcall, "ctypes": by_ctypes, "cffi": by_cffi})
