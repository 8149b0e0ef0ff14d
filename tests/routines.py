"""Every routine there is, for a target and an interpreter, each named by what it is; the same on every host."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial

from farcall.convention import Signature, Target, promote
from farcall.convention import target as target_of
from farcall.cpython.facts.interpreter import ROWS, ROWS_32
from farcall.ctype import Array, CType, Field, Pointer, Qualified, Record, Vector, names, sizeof
from farcall.ctype.python_object import TAG
from farcall.errors import UnsupportedTypeError
from farcall.lower import Code, lower
from farcall.stub import (
    SWAP,
    Interpreter,
    Policy,
    Routine,
    Surroundings,
    ThreadPlaces,
    answer,
    call,
    carrier,
    cast_data,
    closed,
    closure,
    closure_cells,
    closure_object,
    construct,
    construct_array,
    converting,
    crossing,
    data_call,
    data_copy,
    data_copying,
    data_cut,
    data_fronts,
    data_invoke,
    data_items,
    data_iteration,
    data_object,
    data_owning,
    data_shown,
    data_slots,
    data_text,
    data_view,
    entrance,
    field,
    first_call,
    forward,
    front,
    function_object,
    gil_state,
    handler,
    item,
    keep,
    kept_thread,
    listing,
    method,
    part,
    pointer_slots,
    scalar,
    stored_pointer,
    support,
    text_at,
    variable,
    writer,
)
from farcall.stub import getbuffer as buffers
from farcall.stub import value as stubs
from farcall.stub.carrier import BoolKind, CharKind, FloatKind, InstanceKind, IntKind, ObjectKind, VoidKind, stored
from farcall.stub.ffi import Cell, call_body, closure_body, invoke_plan, shapes, through_cif
from farcall.stub.function_object import Guard
from farcall.stub.prepare import prepare_known
from farcall.stub.same_items import KINDS
from farcall.stub.unbox import KNOWN, support_name
from farcall.stub.written import Written

__all__ = [
    "GOLDEN", "GOLDEN_TARGETS", "LINUX", "LOWERED", "MIXED", "NEWER", "PAIR", "SCALARS", "TEXT", "TIERS", "TURNED", "block",
    "every", "fitting", "interpreters", "lowered", "record", "stub", "types_of",
]  # fmt: skip


def record(tag: str, *members: CType, align: int = 0) -> Record:
    """A struct of these members."""
    return Record("struct", tag, tuple(Field(f"f{i}", member) for i, member in enumerate(members)), align=align)


def block(size: int) -> Record:
    """A struct of so many bytes."""
    return record(f"block{size}", Array(names.uchar, size))


LINUX = target_of("x86_64-linux")
#: The targets whose CPUs have a lowering, on the systems that are not all alike to stubs.
LOWERED = tuple(
    map(
        target_of,
        (
            "x86_64-linux",
            "i386-linux",
            "aarch64-linux",
            "riscv64-linux",
            "loongarch64-linux",
            "s390x-linux",
            "ppc64le-linux",
            "arm-linux",
            "mipsel-linux",
            "mips64el-linux",
        ),
    )
)

#: Of the same CPUs in the other byte order, to which stubs are the same.
TURNED = tuple(map(target_of, ("mips-linux", "mips64-linux")))

TEXT = Pointer(Qualified(names.char, frozenset({"const"})))
SCALARS = (
    names.bool_, names.char, names.schar, names.uchar, names.short, names.ushort, names.int_, names.uint,
    names.long, names.ulong, names.longlong, names.ulonglong, names.wchar, names.size_t, names.float_, names.double,
)  # fmt: skip
SWAPPED = (names.short, names.uint, names.ulonglong, names.float_, names.double)
#: What every object of Python's begins with.
OBJECTS = Record("struct", TAG)
POINTERS = (TEXT, Pointer(names.void), Pointer(names.double), Pointer(Qualified(names.double, frozenset({"const"}))))
OBJECT, LENT_OBJECT = (Pointer(t) for t in (OBJECTS, Qualified(OBJECTS, frozenset({"const"}))))
PAIR = record("pair", names.double, names.double)
MIXED = record("mixed", names.float_, names.int_, names.double)
BIG = record("big", names.double, names.longlong, names.char)
OVERALIGNED = record("overaligned", names.int_, align=64)
BLOCKS = (
    PAIR, MIXED, BIG, OVERALIGNED, block(3), block(7), block(12), block(16), block(40), names.longdouble,
    names.complex_float, names.complex_longdouble, names.int128, names.float16, Vector(names.float_, 4),
    Vector(names.float_, 8),
)  # fmt: skip
#: How numbers cross that faces have generated code for.
NUMBERS = (
    *(IntKind(size, signed) for size in (1, 2, 4, 8) for signed in (True, False)), FloatKind(4), FloatKind(8), BoolKind(),
    CharKind(True),
)  # fmt: skip
#: Numbers that are wider than C's own, as carriers call them.
WIDE = ("complex:4", "complex:8", "int:s", "int:u", "long:x87", "long:binary128")
#: Support routines beside those that read an object of a carrier's kind.
OTHERS = (
    "refuse", "convert", "convert:convert_object", "count", "outside", "failed", "recycle_closure", "closed_closure",
    "raise_pending", "unwrap", "text",
    "text:bytes",
    "construct", "get_item", "get_member", "set_item", "set_member", "set_subscript", "errno_cell", "errno_location", "recheck",
    "make",
    "adopt", "keep_grow", "keep_put", "keep_slot", "lasts", "remember",
)  # fmt: skip


def interpreters(pointer: int) -> tuple[Interpreter, ...]:
    """Each layout of objects that there is for pointers of this width, and the tier without layouts; with the header of
    usual builds, whatever this interpreter's own is. In one of two without `own_state` the current state was found."""
    layouts = ROWS if pointer == 8 else ROWS_32
    found = layouts | {(3, 11): replace(layouts[3, 11], runtime_state=72 * pointer)}
    rows = [replace(row, header=2 * pointer) for row in dict.fromkeys(found.values())]
    return (*rows, replace(rows[-1], name="api", fast=False, none_immortal=False))


def _tiers(pointer: int) -> tuple[Interpreter, ...]:
    """A layout from before None was immortal and integers were tagged, one from after, and none."""
    rows = ROWS if pointer == 8 else ROWS_32
    older, newer = (replace(rows[version], header=2 * pointer) for version in ((3, 11), (3, 12)))
    older = replace(older, runtime_state=72 * pointer)
    return older, newer, replace(newer, name="api", fast=False)


TIERS, TIERS_32 = _tiers(8), _tiers(4)
NEWER = TIERS[1]


def fitting(interpreter: Interpreter, target: Target) -> Interpreter:
    """The facts among TIERS for the width of a target's pointers."""
    return interpreter if target.model.pointer == 8 else TIERS_32[TIERS.index(interpreter)]


def types_of(target: Target) -> tuple[CType, ...]:
    """The types that can be passed on the target."""
    found = []
    for ctype in (*SCALARS, *POINTERS, OBJECT, *BLOCKS):
        try:
            crossing(Signature(ctype, (ctype,)), target)
        except UnsupportedTypeError:
            continue
        found.append(ctype)
    return tuple(found)


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
    if interpreter in TIERS:
        interpreter = fitting(interpreter, target)
    plan = crossing(Signature(result, parameters, fixed), target)
    return call(plan, Policy(gil, errno), surroundings(target, interpreter))


def surroundings(target: Target, interpreter: Interpreter) -> Surroundings:
    """Where the current state was found, it is known where each thread has what is its own as well, if its system has that."""
    known = interpreter.runtime_state and not target.last_error
    return Surroundings(target, interpreter, ThreadPlaces(-152, -128) if known else None)


@cache
def lowered(routine: Routine, target: Target = LINUX) -> Code:
    return lower(routine, target, listed=True)


#: The stubs whose listings are kept, by the names of their files; `target=` makes one of another target's.
GOLDEN = {
    "void": partial(stub, names.void),
    "double_of_double": partial(stub, names.double, names.double),
    "int_of_two_ints": partial(stub, names.int_, names.int_, names.int_),
    "size_t_of_text": partial(stub, names.size_t, TEXT),
    "pair_of_pair": partial(stub, PAIR, PAIR),
    "twelve_mixed_with_stack": partial(
        stub, names.int64, names.int8, names.double, names.uint16, names.float_, TEXT, names.int64, MIXED,
        names.bool_, names.int_, names.uint64, block(40), names.int_,
    ),
    "variadic": partial(stub, names.int_, TEXT, names.int_, names.double, fixed=1),
    "gil_released_and_errno": partial(stub, names.int_, names.int_, gil=True, errno=True),
    "gil_released_and_errno_of_the_thread": partial(stub, names.int_, names.int_, gil=True, errno=True, interpreter=TIERS[0]),
    "double_of_double_by_the_api": partial(stub, names.double, names.double, interpreter=TIERS[2]),
}  # fmt: skip
#: The targets for which they are, by the names of their directories.
GOLDEN_TARGETS = {on.cpu: on for on in (*LOWERED, *TURNED)}


def every(target: Target, interpreter: Interpreter) -> Iterator[tuple[str, Routine]]:
    """Stubs of every type in every position and policy, support routines, slots of values, libffi's bodies. An
    interpreter among TIERS stands for that of the target's width."""
    if interpreter in TIERS:
        interpreter = fitting(interpreter, target)
    env = surroundings(target, interpreter)
    yield from _calls(env)
    yield from _of_known_classes(env)
    yield from _of_python(env)
    yield from _written(env)
    yield from _support(env)
    yield from _slots(env)
    yield from _fields(env)
    yield from _items(env)
    yield from _data(env)
    yield from _constructors(env)
    yield from _writers(env)
    yield from _closures(env)
    yield from _ffi(env)
    yield "forward", forward(env)
    yield "closed", closed(env)
    yield "entrance, one", entrance(env, True)
    yield "entrance, several", entrance(env, False)
    yield "first call, one", first_call(env, True)
    yield "first call, several", first_call(env, False)
    yield from _closure_objects(env)


def _closure_objects(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    for room in (closure_cells, closure_object):
        for name in room.__all__:
            if name.startswith("closure_"):
                yield f"closure's {name}", getattr(room, name)(env)
    for name in ("thread_ended", "threads_pending"):
        yield name, getattr(kept_thread, name)(env)
    for key in (False, True):
        yield f"interpreter_gone, {key}", gil_state.interpreter_gone(key, env)
    for name in ("keep_thread", "free_threads", *(["make_closure", "store_closure"] if env.interpreter.fast else [])):
        yield f"support {name}", support(name, env)


def _crowd(t: CType) -> tuple[CType, ...]:
    """So many parameters that registers are used up before those of type `t`."""
    return (*[names.int_] * 7, *[names.double] * 9, t, t, t)


def _calls(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    for gil in (False, True):
        for errno in (False, True):
            make = partial(stub, gil=gil, errno=errno, interpreter=env.interpreter, target=env.target)
            where = f"gil={gil}, errno={errno}"
            yield f"void (), {where}", make(names.void)
            for t in types_of(env.target):
                yield f"{t} ({t}), {where}", make(t, t)
                yield f"void ({t}, int, {t}), {where}", make(names.void, t, names.int_, t)
                tail = promote(t, env.target.model)
                yield f"{t} (text, ..., {t}), {where}", make(t, TEXT, tail, fixed=1)
                if gil == errno:
                    yield f"{t} (many, {t}, {t}, {t}), {where}", make(t, *_crowd(t))


def _of_known_classes(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    """Stubs of tails whose classes were compared."""
    types = {
        "int": names.int_,
        "bool": names.int_,
        "float": names.double,
        "bytes": TEXT,
        "str": TEXT,
        "NoneType": POINTERS[1],
    }
    assert list(types) == list(KNOWN)
    every_class = [*types.items()]
    for result in (names.int_, TEXT, PAIR):
        for some in (*[[one] for one in every_class], every_class, [*every_class, *every_class]):
            for fixed in (0, 1):
                signature = Signature(result, (*[names.int_] * fixed, *[t for _, t in some]), fixed or None)
                known = tuple([(number, name) for number, (name, _) in enumerate(some, fixed)])
                what = f"{result} (fixed {fixed}, {', '.join([name for name, _ in some])})"
                yield what, call(crossing(signature, env.target), Policy(), env, known=known)


def _of_python(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    """Stubs of functions of Python's own, which may leave an exception set, lend references and take them over."""
    for t in (
        names.void,
        names.int_,
        names.double,
        names.longlong,
        TEXT,
        Pointer(names.int_),
        PAIR,
        OBJECT,
        LENT_OBJECT,
    ):
        for parameters in ((), (OBJECT,), (OBJECT, names.double, OBJECT)):
            taken = (len(parameters) - 1,) if parameters else ()
            plan, policy = crossing(Signature(t, parameters), env.target), Policy(raise_set=True, taken_over=taken)
            yield f"{t} {[*map(str, parameters)]} of Python", call(plan, policy, env)
        out = [Written(n, carrier(one, env.target.model)) for n, one in enumerate((OBJECT, LENT_OBJECT))]
        both = crossing(Signature(t, (Pointer(OBJECT), Pointer(LENT_OBJECT), OBJECT)), env.target)
        yield f"{t} (written objects) of Python", call(both, Policy(errno=True, raise_set=True), env, tuple(out))
    yield from _bodies(env, Signature(LENT_OBJECT, (LENT_OBJECT,)))


def _written(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    """Stubs of functions that write results through pointers: of every type, alone, and of several beside arguments."""
    model, raw = env.target.model, Policy(raw_text=True)
    for swapped in (Policy(True, SWAP), Policy(False, SWAP), Policy(True, SWAP, c_library="other")):
        yield f"int (text) {swapped}", call(crossing(Signature(names.int_, (TEXT,)), env.target), swapped, env)
    yield "text as bytes (text)", call(crossing(Signature(TEXT, (TEXT,)), env.target), raw, env)
    for t in (*types_of(env.target), Array(names.int_, 3), Pointer(Pointer(names.int_))):
        one = Written(0, stored(t, model))
        alone = crossing(Signature(names.void, (Pointer(t),)), env.target)
        yield f"void (written {t})", call(alone, Policy(), env, (one,))
        given = crossing(Signature(_returned(t), (Pointer(t), TEXT, Pointer(t), names.int_)), env.target)
        yield (
            f"{t} (written {t}, text, written {t}, int)",
            call(given, Policy(True, True), env, (Written(2, one.kind), one)),
        )


def _returned(t: CType) -> CType:
    """What a function can return of a type."""
    return names.double if isinstance(t, Array) else t


def _support(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    kinds = [carrier(t, env.target.model) for t in types_of(env.target)]
    words = {support_name(kind): None for kind in kinds if not isinstance(kind, VoidKind)}
    numbers = [support_name(carrier(t, env.target.model)) for t in SCALARS]
    words |= {f"plain:{name}": None for name in (*numbers, *WIDE)}
    words |= {f"{way}:{name}": None for way in ("number", "unwrap") for name in WIDE if "long" not in name}
    pointers = ("-1", "0", "0,const", "4,const", "12,any", "16,complex")
    for name in (*words, *(f"pointer:{which}" for which in pointers), *OTHERS):
        yield f"support {name}", support(name, env)


def _slots(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    for room in (stubs, buffers, pointer_slots, front, method, variable):
        for name in room.__all__:
            if name.islower():
                yield f"value {name}", getattr(room, name)(env)
    yield "scalar", scalar.scalar(env)
    for t in SCALARS:
        yield f"scalar maker of {t}", scalar.scalar_maker(carrier(t, env.target.model), env)


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
        for t in (*SCALARS, TEXT, OBJECT):
            yield f"getter of {t}, {through}", field.getter(carrier(t, model), through, env)
        for t in (names.int_, names.uchar, names.longlong, names.ulonglong):
            yield f"getter of a member in {t}, {through}", field.member_getter(carrier(t, model), through, env)
        for t in SCALARS:
            yield f"setter of {t}, {through}", field.setter(carrier(t, model), through, env)
        for t in SWAPPED:
            yield f"getter of a swapped {t}, {through}", field.swapped_getter(carrier(t, model), through, env)
            yield f"setter of a swapped {t}, {through}", field.swapped_setter(carrier(t, model), through, env)
        for one in bits + [one._replace(swapped=True) for one in bits]:
            yield f"getter of {one}, {through}", field.bits_getter(one, through, env)
            yield f"setter of {one}, {through}", field.bits_setter(one, through, env)
            if not one.truth:
                yield (
                    f"getter of a member, {one}, {through}",
                    field.bits_getter(one._replace(member=True), through, env),
                )
        for name in ("view_getter", "pointer_getter", "pointer_setter", "block_setter"):
            yield f"{name}, {through}", getattr(field, name)(through, env)
    for name in ("ask_getter", "ask_setter"):
        yield name, getattr(field, name)(env)


def _items(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    model = env.target.model
    for through in (False, True):
        kinds = [item.Items(kind, 24, None, through) for kind in ("pointer", "view", "ask")]
        kinds.append(item.Items("text", model.pointer, carrier(TEXT, model), through))
        kinds.append(item.Items("object", model.pointer, carrier(OBJECT, model), through))
        kinds += [item.Items("number", sizeof(t, model), carrier(t, model), through) for t in SCALARS]
        kinds += [item.Items("swapped", sizeof(t, model), carrier(t, model), through) for t in SWAPPED]
        kinds.append(item.Items("member", 4, carrier(names.uint, model), through))
        kinds.append(item.Items("wide", 16, carrier(names.complex_double, model), through))
        for items in kinds:
            for name in ("subscript", "ass_subscript", *(() if through else ("item", "ass_item"))):
                yield f"{name} of {items}", getattr(item, name)(items, env)
    for name in ("length", "not_null"):
        yield name, getattr(item, name)(env)
    if env.interpreter.fast:
        for where in ("", ":through"):
            yield f"support get_slice{where}", support(f"get_slice{where}", env)
        for kind in ("", *KINDS):
            for where in ("array", "through"):
                yield f"support set_slice:{where},{kind}", support(f"set_slice:{where},{kind}", env)
            yield f"array of {kind}", construct_array.array_constructor(kind, env)


def _data(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    """Slots of the faces' objects: items that are numbers and parts, members, comparison, bytes."""
    yield "data_compare", data_slots.data_compare(env)
    yield "data_count", data_slots.data_count(env)
    yield "data_length", data_slots.data_length(env)
    yield "repeated", data_view.repeated(env)
    yield "data_buffer", data_slots.data_buffer(env)
    yield "data_new", data_object.data_new(env)
    by_number, by_pointer = carrier(names.int_, env.target.model), carrier(Pointer(names.void), env.target.model)
    plain = (
        Guard(by_number),
        Guard(by_pointer, True, True, 2),
        Guard(FloatKind(8)),
        Guard(by_pointer, referred=1),
        Guard(ObjectKind(env.target.model.pointer)),
    )
    opened = (
        Guard(by_number, boxed="too"),
        Guard(FloatKind(8), boxed="only", converted=True),
        Guard(by_pointer, converted=True),
    )
    for post in ("", "result", "checked"):
        for guards in (plain, plain[:1]):
            yield f"guarded {len(guards)} {post}", function_object.guarded(guards, 56, post, env)
        for guards in (opened, opened[:1], opened[1:2]):
            yield f"converting {len(guards)} {post}", converting.converting(guards, 56, post, env)
    for gives in (VoidKind(), IntKind(1, False), IntKind(2, True), IntKind(8, True), FloatKind(8), None):
        yield f"answer {gives}", answer.answer(("raw", "pointer", "address", "text", "made"), gives, env)
    yield "answer none", answer.answer((), None, env)
    for size in (0, 16, 17):
        yield f"data_call {size}", data_call.data_call(size, env)
    yield "data_copy", data_copy.data_copy(env)
    yield "text_at", text_at.text_at(env)
    yield "cast_data", cast_data.cast_data(env)
    yield "data_init", data_object.data_init(env)
    yield "data_part", data_object.data_part(env)
    for kind in NUMBERS:
        yield f"member_get {kind}", data_object.member_get(kind, env)
        yield f"member_set {kind}", data_object.member_set(kind, env)
    for yes in (False, True):
        yield f"address_get {yes}", data_text.address_get(yes, env)
        yield f"address_set {yes}", data_text.address_set(yes, env)
        yield f"view_get {yes}", data_view.view_get(yes, env)
    for extent in ("value", "raw", "member"):
        yield f"characters_get {extent}", data_text.characters_get(extent, env)
        yield f"characters_set {extent}", data_text.characters_set(extent, env)
    yield "point_set", data_view.point_set(env)
    yield "refer_to", data_view.refer_to(env)
    yield "view_set", data_view.view_set(env)
    for name in ("data_cast", "data_make", "data_recall", "data_string"):
        yield name, getattr(data_fronts, name)(env)
    for reach in ("pointer", "bounded", "counted"):
        yield f"data_cut {reach}", data_cut.data_cut(12, reach, env)
    yield "data_move", data_copying.data_move(env)
    yield "data_unpack", data_copying.data_unpack(env)
    for name in ("data_bytes", "data_slice"):
        yield name, getattr(data_shown, name)(env)
    yield "data_invoke", data_invoke.data_invoke(env)
    for name in ("data_collect", "data_finalize", "data_over"):
        yield name, getattr(data_owning, name)(env)
    if not env.interpreter.fast:
        return
    for kind in NUMBERS:
        yield f"data_next {kind}", data_iteration.data_next(kind, env)
    for part_kind in ("pointer", "address", "view"):
        yield f"part_next {part_kind}", data_iteration.part_next(part_kind, 12, env)
    for reach in ("bounded", "counted"):
        yield f"data_iterate {reach}", data_iteration.data_iterate(12, reach, env)
    yield "view_item", data_view.view_item(12, env)
    for reach in ("inside", "pointer", "bounded", "counted"):
        yield f"view_subscript {reach}", data_view.view_subscript(12, reach, env)
        for kind in NUMBERS:
            yield f"data_subscript {kind} {reach}", data_items.data_subscript(kind, reach, env)
            yield f"data_store {kind} {reach}", data_items.data_store(kind, reach, env)
        for part_kind in ("pointer", "address", "view", "owned"):
            yield f"part_subscript {part_kind} {reach}", part.part_subscript(part_kind, 12, reach, env)
        for part_kind in ("pointer", "anything"):
            yield f"part_store {part_kind} {reach}", part.part_store(part_kind, 8, reach, env)
    yield "part_move add", part.part_move("add", env)
    yield "part_move sub", part.part_move("sub", env)
    yield "tried_setter", part.tried_setter(env)
    for part_kind in ("pointer", "address", "view"):
        for through in (True, False):
            yield f"part_getter {part_kind} {through}", part.part_getter(part_kind, through, env)
            yield f"part_setter {part_kind} {through}", part.part_setter(part_kind, through, env)
    for through in (True, False):
        yield f"part_setter anything {through}", part.part_setter("anything", through, env)


def _constructors(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    if env.interpreter.fast:
        members = [construct.Member(carrier(t, env.target.model), 8 * i) for i, t in enumerate(SCALARS)]
        for some in ((), members[:1], [*members, construct.Member(None, 8 * len(members))]):
            for left in (5, 7):
                yield f"constructor of {len(some)}", construct.constructor(tuple(some), 8 * len(some) + left, env)


def _writers(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    for name in ("fill", "write_array", "write_nothing", "write_record"):
        yield name, getattr(writer, name)(env)
    for text in (False, True):
        yield f"write_characters, {text}", writer.write_characters(text, env)
    for name in ("entry_at", "held", "keep_dealloc", "put"):
        yield name, getattr(keep, name)(env)
    for text, void, code in ((False, False, False), (True, False, False), (False, True, False), (False, False, True)):
        yield f"write_pointer {text} {void} {code}", stored_pointer.write_pointer(text, void, code, env)
    yield "listed", listing.listed(env)
    for t in SCALARS:
        yield f"number_at of {t}", listing.number_at(carrier(t, env.target.model), env)
    for number in WIDE:
        yield f"write_wide {number}", writer.write_wide(number, env)
    for t in SCALARS:
        yield f"writer of {t}", writer.write_number(carrier(t, env.target.model), env)
    for t in SWAPPED:
        yield f"writer of a swapped {t}", writer.write_swapped(carrier(t, env.target.model), env)


def _closures(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    yield from _bodies(env, Signature(names.void, ()))
    for t in types_of(env.target):
        yield from _bodies(env, Signature(t, (t, names.int_, TEXT, t)))
        yield from _bodies(env, Signature(t, (t, *_crowd(t))))
    plan = crossing(Signature(names.int_, (names.int_, TEXT, names.uint)), env.target)
    yield "closure of enumerations", closure(plan._replace(members=(0, 2)), env)


def _bodies(env: Surroundings, signature: Signature) -> Iterator[tuple[str, Routine]]:
    plan = crossing(signature, env.target)
    yield f"closure {signature}", closure(plan, env)
    yield f"handler {signature}", handler(plan, env)


def _ffi(env: Surroundings) -> Iterator[tuple[str, Routine]]:
    pointer = env.target.model.pointer
    for table in ("cifs", "raw_cifs"):
        yield f"through {table}", through_cif(env, table)
    yield "invoke_plan", invoke_plan(env)
    for extra, fixed in ((0, None), (2, 0), (6, None)):
        yield f"ffi_prep_cif, {extra}", prepare_known(env, extra, fixed)
    for result in (names.void, *types_of(env.target)):
        signature = Signature(result, () if result == names.void else (result, names.char, names.longlong))
        plan = crossing(signature, env.target)
        cells, end = [], 0
        for kind in plan.parameters:
            cells.append(Cell(end, isinstance(kind, InstanceKind)))
            end += -(-max(kind.size, pointer) // pointer) * pointer
        for some in (None, tuple(cells)):
            yield f"ffi_call {signature} {some}", call_body(plan, env, some)
            for shape in dict.fromkeys([*shapes(pointer, False), *shapes(pointer, True)]):
                yield f"ffi_closure {signature} {some} {shape}", closure_body(plan, env, shape, some)
