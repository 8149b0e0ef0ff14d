"""Routines to lower: stubs of all kinds, each named by what it is; the same on every host."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial

from farcall.convention import Signature, Target, place, promote
from farcall.convention import target as target_of
from farcall.cpython.facts.interpreter import ROWS, ROWS_32
from farcall.ctype import Array, CType, Field, Pointer, Qualified, Record, names, sizeof
from farcall.lower import Code, lower
from farcall.stub import (
    Call,
    Callback,
    Interpreter,
    Routine,
    Surroundings,
    call,
    carrier,
    closed,
    closure,
    construct,
    field,
    forward,
    handler,
    item,
    support,
)
from farcall.stub import value as stubs

__all__ = [
    "CSTRING", "GOLDEN", "GOLDEN_TARGETS", "LINUX", "TIERS", "block", "everything", "fitting", "lowered", "record", "stub",
]  # fmt: skip

LINUX = target_of("x86_64-linux")
PLAIN = 16  # bytes of an object's header, whatever this interpreter's own are
OLDER, NEWER = (replace(ROWS[version], header=PLAIN) for version in ((3, 11), (3, 12)))
API_ONLY = replace(NEWER, name="api", fast=False)
TIERS = (OLDER, NEWER, API_ONLY)
OLDER_32, NEWER_32 = (replace(ROWS_32[version], header=PLAIN // 2) for version in ((3, 11), (3, 12)))
TIERS_32 = (OLDER_32, NEWER_32, replace(NEWER_32, name="api", fast=False))

CSTRING = Pointer(Qualified(names.char, frozenset({"const"})))
SUPPORT = (
    "whole:s4", "whole:u8", "whole:s8", "whole:b1", "real:4", "real:8", "character:s1", "character:u1",
    "pointer:8,floating,const", "pointer:1,const,text", "pointer:-1", "pointer:0",
    "pointer:0,const", "pointer:4,const", "pointer:12", "block", "text", "refuse",
    "convert", "count", "outside",
    "failed", "retire", "tombstone", "unpark", "unwrap",
    "construct", "get_item", "get_member", "set_item", "set_member", "set_subscript",
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


def fitting(interpreter: Interpreter, target: Target) -> Interpreter:
    """The facts among TIERS for the width of a target's pointers."""
    return interpreter if target.model.pointer == 8 else TIERS_32[TIERS.index(interpreter)]


def stub(
    result: CType,
    *parameters: CType,
    fixed: int | None = None,
    gil: bool = False,
    errno: bool = False,
    interpreter: Interpreter = NEWER,
    target: Target = LINUX,
) -> Routine:
    """The body of a builtin that calls a function; `gil` releases it."""
    env = Surroundings(target, fitting(interpreter, target))
    plan = Call(
        tuple(carrier(p, target.model) for p in parameters),
        carrier(result, target.model),
        place(Signature(result, parameters, fixed), target),
        gil,
        errno,
    )
    return call(plan, env)


@cache
def lowered(routine: Routine, target: Target = LINUX) -> Code:
    return lower(routine, target)


#: The stubs whose listings are kept, by the names of their files; `target=` makes one of another target's.
GOLDEN = {
    "void": partial(stub, names.void),
    "double_of_double": partial(stub, names.double, names.double),
    "int_of_two_ints": partial(stub, names.int_, names.int_, names.int_),
    "size_t_of_text": partial(stub, names.size_t, CSTRING),
    "pair_of_pair": partial(stub, PAIR, PAIR),
    "twelve_mixed_with_stack": partial(
        stub, names.int64, names.int8, names.double, names.uint16, names.float_, CSTRING, names.int64, MIXED,
        names.bool_, names.int_, names.uint64, block(40), names.int_,
    ),
    "variadic": partial(stub, names.int_, CSTRING, names.int_, names.double, fixed=1),
    "gil_released_and_errno": partial(stub, names.int_, names.int_, gil=True, errno=True),
    "double_of_double_by_the_api": partial(stub, names.double, names.double, interpreter=API_ONLY),
}  # fmt: skip
#: The targets for which they are, by the names of their directories.
GOLDEN_TARGETS = {on.cpu: on for on in map(target_of, ("x86_64-linux", "i386-linux", "aarch64-linux", "riscv64-linux"))}


def in_memory(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    """Descriptors of fields, slots of items, constructors."""
    model = env.target.model
    bits = (field.Bits(1, 0, 1, False, 1, True), field.Bits(5, 3, 33, True, 8), field.Bits(8, 0, 64, False, 8))
    for through in (False, True):
        for t in (*SCALARS, CSTRING):
            yield f"getter of {t}, {through}", field.getter(carrier(t, model), through, env)
        for t in SCALARS:
            yield f"setter of {t}, {through}", field.setter(carrier(t, model), through, env)
        for one in bits:
            yield f"getter of {one}, {through}", field.bits_getter(one, through, env)
            yield f"setter of {one}, {through}", field.bits_setter(one, through, env)
        for name in ("view_getter", "pointer_getter", "pointer_setter", "block_setter"):
            yield f"{name}, {through}", getattr(field, name)(through, env)
        for kind in ("pointer", "view", "ask"):
            yield from slots(item.Items(kind, 24, None, through), env)
        yield from slots(item.Items("text", 8, carrier(CSTRING, model), through), env)
        for t in SCALARS:
            yield from slots(item.Items("number", sizeof(t, model), carrier(t, model), through), env)
    for name in ("ask_getter", "ask_setter"):
        yield name, getattr(field, name)(env)
    for name in ("length", "not_null"):
        yield name, getattr(item, name)(env)
    if env.interpreter.fast:
        members = tuple(construct.Member(carrier(t, model), 8 * index) for index, t in enumerate(SCALARS))
        for some in ((), members[:1], (*members, construct.Member(None, 80))):
            yield f"constructor of {len(some)}", construct.constructor(some, 8 * len(some) + 5, env)


def slots(items: item.Items, env: Surroundings) -> Iterator[tuple[str, Routine]]:
    """The slots of one kind of items."""
    for name in ("subscript", "ass_subscript", *(() if items.through else ("item", "ass_item"))):
        yield f"{name} of {items}", getattr(item, name)(items, env)


def everything(interpreter: Interpreter, target: Target = LINUX) -> Iterator[tuple[str, Routine]]:
    """Stubs of every type in every position and policy, support routines, and the slots of values."""
    env = Surroundings(target, fitting(interpreter, target))
    for gil in (False, True):
        for errno in (False, True):
            make = partial(stub, gil=gil, errno=errno, interpreter=interpreter, target=target)
            where = f"gil={gil}, errno={errno}"
            yield f"void (), {where}", make(names.void)
            for t in TYPES:
                crowd = (*[names.int_] * 7, *[names.double] * 9, t, t, t)
                yield f"{t} ({t}), {where}", make(t, t)
                yield f"void ({t}, {t}), {where}", make(names.void, t, t)
                yield f"{t} (many, {t}, {t}, {t}), {where}", make(t, *crowd)
                tail = promote(t, target.model)
                yield f"int (text, ..., {t}), {where}", make(names.int_, CSTRING, tail, fixed=1)
    for name in SUPPORT:
        yield f"support {name}", support(name, env)
    for name in stubs.__all__:
        yield f"value {name}", getattr(stubs, name)(env)
    yield from in_memory(env)
    signatures = [Signature(names.void, ())]
    signatures += [Signature(t, (t, *[names.int_] * 7, *[names.double] * 9, t)) for t in TYPES]
    for one in signatures:
        kinds = tuple(carrier(parameter, target.model) for parameter in one.parameters)
        plan = Callback(kinds, carrier(one.result, target.model), place(one, target))
        yield f"closure {one}", closure(plan, env)
        yield f"handler {one}", handler(plan, env)
    yield "forward", forward(env)
    yield "closed", closed(env)
