"""Random C signatures as `ctype` values. A case depends on its seed and its number only."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, replace

from farcall.convention import Signature, promote
from farcall.ctype import (
    Array,
    Complex,
    CType,
    DataModel,
    Enum,
    Field,
    Float,
    Function,
    Integer,
    Parameter,
    Pointer,
    Qualified,
    Record,
    Vector,
    layout,
    sizeof,
)
from farcall.ctype import names as c

from .quirk import X86_64, Quirks
from .scalar import MODEL

__all__ = ["BASE", "EXTRA", "Case", "random_cases"]


INTEGERS = (
    c.bool_, c.char, c.schar, c.uchar, c.short, c.ushort, c.int_, c.uint, c.long, c.ulong, c.longlong,
    c.ulonglong, c.int8, c.uint8, c.int16, c.uint16, c.int32, c.uint32, c.int64, c.uint64, c.size_t,
    c.ssize_t, c.ptrdiff_t, c.intptr, c.uintptr, c.wchar,
)  # fmt: skip
FLOATS = (c.float_, c.double)
POINTERS = (
    Pointer(c.void),
    Pointer(c.int_),
    Pointer(Qualified(c.char, frozenset({"const"}))),
    Pointer(Pointer(c.double)),
    Pointer(Function(c.int_, (Parameter("", c.double), Parameter("", Pointer(c.void))))),
)

#: What every random signature is made of.
BASE = frozenset({"integer", "float", "pointer", "enum", "struct", "union", "array"})
#: What can be added. "empty": structs without members; "aligned", "packed": explicit and capped alignment.
EXTRA = frozenset(
    {
        "long double", "complex", "int128", "float16", "float128", "vector", "wide vector",
        "packed", "aligned", "empty", "bit-field",
    }
)  # fmt: skip

VECTOR_LANES = (c.float_, c.double, c.char, c.short, c.int_, c.long)
#: Size limits of records in bytes; the sizes around one and two eightbytes are where the rules are.
RECORD_SIZES = (4, 8, 8, 12, 16, 16, 16, 16, 24, 32, 48, 64)
ARGUMENTS_LIMIT = 24


@dataclass(frozen=True)
class Case:
    """A C function to make: its name and signature. `signature.parameters` holds the variadic tail too."""

    name: str
    signature: Signature
    model: DataModel = MODEL

    @property
    def offsets(self) -> tuple[int, ...]:
        """Where argument i lies in `args_in` and `args_seen`; the result lies at 0 of `result_buffer`."""
        at, offsets = 0, []
        for type in self.signature.parameters:
            offsets.append(at)
            at += -(-sizeof(type, self.model) // 16) * 16
        return tuple(offsets)

    def __str__(self) -> str:
        return f"{self.name}: {self.signature}"


def random_cases(
    seed: int | str,
    count: int,
    extra: Collection[str] = (),
    first: int = 0,
    convention: str | None = None,
    model: DataModel = MODEL,
    quirks: Quirks = X86_64,
) -> list[Case]:
    """Cases number `first` to `first + count` of `seed`, named f<number>; their tags carry the number too.

    `convention` is the same for all: an attribute of gcc's such as "ms_abi", None for the target's own.
    `quirks` says which types its compiler is no oracle for.
    """
    unknown = set(extra) - EXTRA
    if unknown:
        raise ValueError(f"no such kinds: {sorted(unknown)}")
    kinds = BASE | frozenset(extra)
    numbers = range(first, first + count)
    makers = (_Maker(random.Random(f"{seed} {n}"), f"{n}", kinds, model, quirks) for n in numbers)
    return [
        Case(f"f{n}", replace(maker.signature(), convention=convention), model)
        for n, maker in zip(numbers, makers, strict=True)
    ]


class _Maker:
    """Makes the types of one signature; their tags and members are numbered in order of making."""

    def __init__(self, rng: random.Random, tag: str, kinds: frozenset[str], model: DataModel, quirks: Quirks) -> None:
        self.rng, self.tag, self.kinds, self.model, self.quirks = rng, tag, kinds, model, quirks
        self.made = 0
        self.records: list[Record] = []

    def signature(self) -> Signature:
        rng = self.rng
        count = rng.choice((rng.randint(0, 4), rng.randint(0, 10), rng.randint(0, ARGUMENTS_LIMIT)))
        parameters = [self.parameter() for _ in range(count)]
        fixed = None
        if parameters and rng.random() < 0.2:
            fixed = len(parameters)
            tail = rng.randint(0, min(10, ARGUMENTS_LIMIT - fixed))
            parameters += [promote(self.unnamed(), self.model) for _ in range(tail)]
        result = c.void if rng.random() < 0.1 else self.value()
        return Signature(result, tuple(parameters), fixed)

    def parameter(self) -> CType:
        type = self.value()
        return Qualified(type, frozenset({"const"})) if self.rng.random() < 0.05 else type

    def unnamed(self) -> CType:
        """A type for the variadic tail."""
        while True:
            type = self.parameter()
            if not self.quirks.breaks_va_arg(type):
                return type

    def value(self) -> CType:
        """A type that can be passed: a scalar, a new record or, for repeated use, one made before."""
        roll = self.rng.random()
        if roll < 0.6:
            return self.scalar()
        made = [record for record in self.records if not self.quirks.misreads_bit_fields(record)]
        if roll < 0.7 and made:
            return self.rng.choice(made)
        record = self.record(self.rng.choice(RECORD_SIZES))
        return self.value() if self.quirks.misreads_bit_fields(record) else record

    def scalar(self) -> CType:
        rng = self.rng
        choices = ["integer"] * 5 + ["float"] * 4 + ["pointer", "enum"]
        choices += [kind for kind in sorted(self.kinds) if kind in SCALARS]
        kind = rng.choice(choices)
        if kind == "integer":
            return rng.choice(INTEGERS)
        if kind == "float":
            return rng.choice(FLOATS)
        if kind == "pointer":
            return rng.choice((*POINTERS, *map(Pointer, self.records)))
        if kind == "enum":
            return self.enum()
        if kind == "complex":
            parts = [c.float_, c.double] + [c.longdouble] * ("long double" in self.kinds)
            return Complex(rng.choice(parts))
        if kind == "vector":
            return self.vector(rng.choice((8, 16)))
        if kind == "wide vector":
            return self.vector(rng.choice((32, 64)))
        return rng.choice([type for type in SCALARS[kind] if type.name not in self.model.lacks])

    def vector(self, size: int) -> Vector:
        lane = self.rng.choice(VECTOR_LANES)
        count = size // sizeof(lane, self.model)
        return Vector(lane, count, f"v{count}_{lane.name}")

    def enum(self) -> Enum:
        """As gcc types it: unsigned int, int if there is a negative constant."""
        tag = self.next("e")
        negative = self.rng.random() < 0.5
        constants = ((f"{tag}_a", -5 if negative else 5), (f"{tag}_b", 70000))
        return Enum(tag, c.int_ if negative else c.uint, constants)

    def record(self, room: int, depth: int = 0, *, anonymous: bool = False) -> Record:
        """A struct or union of at most `room` bytes, or of one member if even that is larger."""
        rng = self.rng
        kind = "union" if rng.random() < 0.2 else "struct"
        style = rng.random()
        tag = None if anonymous or style < 0.1 else self.next("s")
        name = self.next("t") if tag is None and not anonymous else None
        pack = align = 0
        packed = "packed" in self.kinds and rng.random() < 0.1  # the attribute: all members are
        if "packed" in self.kinds and not anonymous and not packed and rng.random() < 0.1:
            pack = rng.choice((1, 1, 2, 4, 8))
        if "aligned" in self.kinds and not anonymous and rng.random() < 0.15:
            align = rng.choice((4, 8, 16, 16, 32, 64))
        fields: list[Field] = []
        wanted = 0 if "empty" in self.kinds and rng.random() < 0.1 else rng.choice((1, 2, 2, 3, 3, 4, 5, 8, 16))
        while len(fields) < wanted:
            member = self.field(room, depth, plain=pack > 0)
            if packed and (member.name or member.bits is not None):  # an anonymous one would be packed inside
                member = replace(member, packed=True)
            longer = [*fields, member]
            size = layout(Record(kind, None, longer, pack=pack, align=align), self.model).size
            if size > room and (fields or size > 64):
                break
            fields = longer
        # A struct must have a member with a name (C11 6.7.2.1p8); gcc passes nothing for some that have none.
        if wanted and all(field.name is None and field.bits is not None for field in fields):
            fields = [Field(self.next("m"), c.char)]
        record = Record(kind, tag, fields, name=name, pack=pack, align=align)
        if not anonymous:
            self.records.append(record)
        return record

    def field(self, room: int, depth: int, *, plain: bool) -> Field:
        """A member; a `plain` one has a name and no attributes, which `#pragma pack` would change."""
        rng = self.rng
        if "bit-field" in self.kinds and rng.random() < 0.3:
            return self.bit_field()
        roll = rng.random()
        if plain:
            element = self.scalar() if roll < 0.8 or depth >= 3 else self.record(room // 2, depth + 1)
            if rng.random() < 0.2 and not self.quirks.misaligns_elements(element):
                element = Array(element, rng.randint(1, 4))
            return Field(self.next("m"), element)
        align = rng.choice((8, 16)) if "aligned" in self.kinds and rng.random() < 0.05 else 0
        packed = "packed" in self.kinds and rng.random() < 0.05
        if roll < 0.04 and depth < 3:
            return Field(None, self.record(room // 2, depth + 1, anonymous=True))
        if roll < 0.16 and depth < 3:
            return Field(self.next("m"), self.record(room // 2, depth + 1), align=align, packed=packed)
        if roll < 0.30:
            element = self.scalar() if rng.random() < 0.8 or depth >= 3 else self.record(room // 4, depth + 1)
            array = Array(element, 1 if self.quirks.misaligns_elements(element) else rng.randint(1, 4))
            if rng.random() < 0.1 and not self.quirks.misaligns_elements(array):
                array = Array(array, 2)
            return Field(self.next("m"), array, align=align, packed=packed)
        return Field(self.next("m"), self.scalar(), align=align, packed=packed)

    def bit_field(self) -> Field:
        rng = self.rng
        type = rng.choice([integer for integer in INTEGERS if integer.rank != "bool" or rng.random() < 0.5])
        limit = 1 if type.rank == "bool" else 8 * sizeof(type, self.model)
        if rng.random() < 0.15:
            return Field(None, type, rng.randint(0, limit))
        return Field(self.next("m"), type, rng.randint(1, limit))

    def next(self, letter: str) -> str:
        self.made += 1
        return f"{letter}{self.tag}_{self.made}"


#: The scalar kinds that must be asked for.
SCALARS: dict[str, tuple[Integer | Float, ...]] = {
    "long double": (c.longdouble,),
    "complex": (),
    "int128": (c.int128, c.uint128),
    "float16": (c.float16, c.fp16),
    "float128": (c.float128,),
    "vector": (),
    "wide vector": (),
}
