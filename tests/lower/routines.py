"""Routines to lower: stubs of all kinds, each named by what it is; the same on every host."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from inspect import signature

from farcall.convention import Signature, place, promote, target
from farcall.cpython.facts import ROWS
from farcall.ctype import LP64, Array, CType, Field, Pointer, Qualified, Record, names
from farcall.lower import Code, lower
from farcall.recipe import (
    Call,
    Callback,
    Interpreter,
    Routine,
    Surroundings,
    call,
    carrier,
    closed,
    closure,
    forward,
    handler,
    support,
)
from farcall.recipe import value as recipes

__all__ = ["CSTRING", "GOLDEN", "LINUX", "TIERS", "block", "everything", "lowered", "record", "stub"]

LINUX = target("x86_64-linux")
PLAIN = 16  # bytes of an object's header, whatever this interpreter's own are
OLDER, NEWER = (replace(ROWS[version], header=PLAIN) for version in ((3, 11), (3, 12)))
API_ONLY = replace(NEWER, name="api", fast=False)
TIERS = (OLDER, NEWER, API_ONLY)

CSTRING = Pointer(Qualified(names.char, frozenset({"const"})))
SUPPORT = (
    "whole:s4", "whole:u8", "whole:s8", "whole:b1", "real:4", "real:8", "character:s1", "character:u1",
    "pointer:8,floating,const", "pointer:1,const,text", "pointer:-1", "pointer:0", "block", "text", "refuse",
    "convert", "count", "outside",
    "failed", "retire", "tombstone", "unpark", "unwrap",
)  # fmt: skip


def record(tag: str, *members: CType) -> Record:
    """A struct of these members."""
    return Record("struct", tag, tuple(Field(f"f{i}", member) for i, member in enumerate(members)))


def block(size: int) -> Record:
    """A struct of so many bytes."""
    return record(f"block{size}", Array(names.uchar, size))


PAIR = record("pair", names.double, names.double)
MIXED = record("mixed", names.float_, names.int_, names.double)
SCALARS = (
    names.double, names.float_, names.int_, names.int8, names.uint16, names.int64, names.uint64, names.char,
    names.bool_,
)  # fmt: skip
TYPES = (*SCALARS, CSTRING, Pointer(names.void), PAIR, MIXED, block(3), block(7), block(12), block(16), block(40))


def stub(
    result: CType,
    *parameters: CType,
    fixed: int | None = None,
    gil: bool = False,
    errno: bool = False,
    interpreter: Interpreter = NEWER,
) -> Routine:
    """The body of a builtin that calls a function; `gil` releases it."""
    env = Surroundings(LINUX, interpreter)
    plan = Call(
        tuple(carrier(p, LP64) for p in parameters),
        carrier(result, LP64),
        place(Signature(result, parameters, fixed), LINUX),
        gil,
        errno,
    )
    return call(plan, env)


@cache
def lowered(routine: Routine) -> Code:
    return lower(routine, LINUX)


#: The stubs whose listings are kept, by the names of their files.
GOLDEN = {
    "void": lambda: stub(names.void),
    "double_of_double": lambda: stub(names.double, names.double),
    "int_of_two_ints": lambda: stub(names.int_, names.int_, names.int_),
    "size_t_of_text": lambda: stub(names.size_t, CSTRING),
    "pair_of_pair": lambda: stub(PAIR, PAIR),
    "twelve_mixed_with_stack": lambda: stub(
        names.int64, names.int8, names.double, names.uint16, names.float_, CSTRING, names.int64, MIXED,
        names.bool_, names.int_, names.uint64, block(40), names.int_,
    ),
    "variadic": lambda: stub(names.int_, CSTRING, names.int_, names.double, fixed=1),
    "gil_released_and_errno": lambda: stub(names.int_, names.int_, gil=True, errno=True),
    "double_of_double_by_the_api": lambda: stub(names.double, names.double, interpreter=API_ONLY),
}  # fmt: skip


def everything(interpreter: Interpreter) -> Iterator[tuple[str, Routine]]:
    """Stubs of every type in every position and policy, support routines, and the slots of values."""
    env = Surroundings(LINUX, interpreter)
    for gil in (False, True):
        for errno in (False, True):
            make = partial(stub, gil=gil, errno=errno, interpreter=interpreter)
            where = f"gil={gil}, errno={errno}"
            yield f"void (), {where}", make(names.void)
            for t in TYPES:
                crowd = (*[names.int_] * 7, *[names.double] * 9, t, t, t)
                yield f"{t} ({t}), {where}", make(t, t)
                yield f"void ({t}, {t}), {where}", make(names.void, t, t)
                yield f"{t} (many, {t}, {t}, {t}), {where}", make(t, *crowd)
                tail = promote(t, LP64)
                yield f"int (text, ..., {t}), {where}", make(names.int_, CSTRING, tail, fixed=1)
    for name in SUPPORT:
        yield f"support {name}", support(name, env)
    for name in recipes.__all__:
        recipe = getattr(recipes, name)
        if len(signature(recipe).parameters) == 1:
            yield f"value {name}", recipe(env)
        else:
            for t in SCALARS:
                yield f"value {name} of {t}", recipe(carrier(t, LP64), env)
    signatures = [Signature(names.void, ())]
    signatures += [Signature(t, (t, *[names.int_] * 7, *[names.double] * 9, t)) for t in TYPES]
    for one in signatures:
        kinds = tuple(carrier(parameter, LP64) for parameter in one.parameters)
        plan = Callback(kinds, carrier(one.result, LP64), place(one, LINUX))
        yield f"closure {one}", closure(plan, env)
        yield f"handler {one}", handler(plan, env)
    yield "forward", forward(env)
    yield "closed", closed(env)
