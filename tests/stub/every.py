"""Every stub there is, for a target and an interpreter, with the types that are passed in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from farcall.convention import Signature, Target, place, promote
from farcall.cpython.facts.interpreter import ROWS, ROWS_32
from farcall.ctype import Array, CType, Field, Pointer, Qualified, Record, Vector, names, sizeof
from farcall.errors import UnsupportedTypeError
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
from farcall.stub.carrier import InstanceKind, VoidKind
from farcall.stub.ffi import Body, Cell, call_body, closure_body, invoke_plan, shapes, through_cif
from farcall.stub.unbox import support_name

__all__ = ["every", "interpreters", "types_of"]

TEXT = Pointer(Qualified(names.char, frozenset({"const"})))
NUMBERS = (
    names.bool_, names.char, names.schar, names.uchar, names.short, names.ushort, names.int_, names.uint,
    names.long, names.ulong, names.longlong, names.ulonglong, names.wchar, names.size_t, names.float_, names.double,
)  # fmt: skip
POINTERS = (TEXT, Pointer(names.void), Pointer(names.double), Pointer(Qualified(names.double, frozenset({"const"}))))
BIG = Record("struct", "big", (Field("a", names.double), Field("b", names.longlong), Field("c", names.char)))
ODD = Record("struct", "odd", (Field("a", Array(names.uchar, 7)),))
BLOCKS = (
    BIG, ODD, names.longdouble, names.complex_float, names.complex_longdouble, names.int128, names.float16,
    Vector(names.float_, 4),
)  # fmt: skip
OTHERS = (
    "refuse", "convert", "count", "outside", "failed", "retire", "tombstone", "unpark", "unwrap", "text", "construct",
    "get_item", "get_member", "set_item", "set_member", "set_subscript", "errno_cell", "errno_location",
)  # fmt: skip


def interpreters(pointer: int) -> tuple[Interpreter, ...]:
    """Each layout of objects that there is for pointers of this width, and the tier without layouts."""
    rows = dict.fromkeys((ROWS if pointer == 8 else ROWS_32).values())
    newest = list(rows)[-1]
    return (*rows, replace(newest, name="api", fast=False, none_immortal=False))


def types_of(target: Target) -> tuple[CType, ...]:
    """The types that can be passed on the target."""
    found = []
    for ctype in (*NUMBERS, *POINTERS, *BLOCKS):
        try:
            carrier(ctype, target.model)
        except UnsupportedTypeError:
            continue
        found.append(ctype)
    return tuple(found)


def every(target: Target, interpreter: Interpreter) -> Iterator[tuple[str, Routine]]:
    env = Surroundings(target, interpreter)
    yield from _calls(env)
    yield from _support(env)
    for name in stubs.__all__:
        yield f"value {name}", getattr(stubs, name)(env)
    yield from _fields(env)
    yield from _items(env)
    yield from _constructors(env)
    yield from _closures(env)
    yield from _ffi(env)
    yield "forward", forward(env)
    yield "closed", closed(env)


def _calls(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    target, model = env.target, env.target.model
    for gil in (False, True):
        for errno in (False, True):

            def make(gil: bool, errno: bool, result: CType, *parameters: CType, fixed: int | None = None) -> Routine:
                kinds = tuple(carrier(p, model) for p in parameters)
                placement = place(Signature(result, parameters, fixed), target)
                return call(Call(kinds, carrier(result, model), placement, gil, errno), env)

            made = partial(make, gil, errno)
            yield f"call void () {gil} {errno}", made(names.void)
            for t in types_of(target):
                yield f"call {t} ({t}) {gil} {errno}", made(t, t)
                yield f"call void ({t}, int, {t}) {gil} {errno}", made(names.void, t, names.int_, t)
                yield f"call {t} (text, ..., {t}) {gil} {errno}", made(t, TEXT, promote(t, model), fixed=1)


def _support(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    kinds = [carrier(t, env.target.model) for t in types_of(env.target)]
    words = {support_name(kind): None for kind in kinds if not isinstance(kind, VoidKind)}
    for name in (*words, *OTHERS):
        yield f"support {name}", support(name, env)


def _fields(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    model = env.target.model
    bits = [
        field.Bits(size, shift, width, signed, unit, unit == 1)
        for size, shift, width, unit in (
            (1, 0, 1, 1), (1, 3, 5, 4), (2, 7, 9, 4), (4, 0, 32, 4), (4, 0, 31, 4), (4, 1, 30, 8), (4, 0, 32, 8),
            (5, 3, 33, 8), (8, 0, 64, 8), (8, 1, 63, 8), (5, 7, 32, 4),
        )
        for signed in (False, True)
    ]  # fmt: skip
    for through in (False, True):
        for t in (*NUMBERS, TEXT):
            yield f"getter {t} {through}", field.getter(carrier(t, model), through, env)
        for t in NUMBERS:
            yield f"setter {t} {through}", field.setter(carrier(t, model), through, env)
        for one in bits:
            yield f"bits_getter {one} {through}", field.bits_getter(one, through, env)
            yield f"bits_setter {one} {through}", field.bits_setter(one, through, env)
        for name in ("view_getter", "pointer_getter", "pointer_setter", "block_setter"):
            yield f"{name} {through}", getattr(field, name)(through, env)
    for name in ("ask_getter", "ask_setter"):
        yield name, getattr(field, name)(env)


def _items(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    model = env.target.model
    for through in (False, True):
        kinds = [item.Items(kind, 24, None, through) for kind in ("pointer", "view", "ask")]
        kinds.append(item.Items("text", model.pointer, carrier(TEXT, model), through))
        kinds += [item.Items("number", sizeof(t, model), carrier(t, model), through) for t in NUMBERS]
        for items in kinds:
            for name in ("subscript", "ass_subscript", *(() if through else ("item", "ass_item"))):
                yield f"{name} of {items}", getattr(item, name)(items, env)
    for name in ("length", "not_null"):
        yield name, getattr(item, name)(env)


def _constructors(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    if env.interpreter.fast:
        members = [construct.Member(carrier(t, env.target.model), 8 * i) for i, t in enumerate(NUMBERS)]
        for some in ((), members[:1], [*members, construct.Member(None, 8 * len(members))]):
            yield f"constructor of {len(some)}", construct.constructor(tuple(some), 8 * len(some) + 7, env)


def _closures(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    model = env.target.model
    for result in (names.void, *types_of(env.target)):
        signature = Signature(result, () if result == names.void else (result, names.int_, TEXT, result))
        kinds = tuple(carrier(p, model) for p in signature.parameters)
        plan = Callback(kinds, carrier(result, model), place(signature, env.target))
        yield f"closure {signature}", closure(plan, env)
        yield f"handler {signature}", handler(plan, env)


def _ffi(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    model, pointer = env.target.model, env.target.model.pointer
    for table in ("cifs", "raw_cifs"):
        yield f"through {table}", through_cif(env, table)
    yield "invoke_plan", invoke_plan(env)
    for result in (names.void, *types_of(env.target)):
        signature = Signature(result, () if result == names.void else (result, names.char, names.longlong))
        kinds = tuple(carrier(p, model) for p in signature.parameters)
        placement = place(signature, env.target)
        cells, end = [], 0
        for kind in kinds:
            cells.append(Cell(end, isinstance(kind, InstanceKind)))
            end += -(-max(kind.size, pointer) // pointer) * pointer
        for some in (None, tuple(cells)):
            yield f"ffi_call {signature} {some}", call_body(Body(kinds, carrier(result, model), placement), env, some)
            for native in (False, True):
                for shape in shapes(pointer, native):
                    plan = Callback(kinds, carrier(result, model), placement)
                    yield f"ffi_closure {signature} {some} {shape}", closure_body(plan, env, shape, some)
