"""Hostile Python objects: their lengths, bytes, numbers and classes lie, and their methods close, free and change things.

`makers(world)` make random ones. What they do in the middle of a conversion is `world.act()`.
"""

from __future__ import annotations

import ctypes
import decimal
import fractions
import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import farcall

__all__ = ["World", "makers"]

LONG = 5000  # what is read past a lie is found by the allocator's guards


class World:
    """What hostile methods can reach: a library, an arena, a list and a bytearray that are being read."""

    def __init__(self, path: str, declarations: str, rng: random.Random) -> None:
        self.path, self.declarations, self.rng = path, declarations, rng
        self.tier = rng.choice(("", "", "api"))
        self.list: list[Any] = []
        self.bytes = bytearray(b"12345678")
        self.lib: Any = None
        self.again: Callable[[], Any] = lambda: None
        self.renew()

    def renew(self) -> None:
        """Open what was closed."""
        if self.lib is None or self.lib.closed:
            self.lib = farcall.Library(self.path, tier=self.tier)
            self.lib.cdef(self.declarations)
            self.arena: Any = farcall.arena()
        if self.arena.closed:
            self.arena = farcall.arena()

    def act(self) -> None:
        """Do something that nobody expects in the middle of a conversion."""
        chance = self.rng.random()
        if chance < 0.35:
            return
        if chance < 0.39:
            self.lib.close()
        elif chance < 0.5:
            self.arena.close()
        elif chance < 0.7:
            del self.list[:]
        elif chance < 0.75:
            self.list.extend(range(LONG))
        elif chance < 0.8:
            try:
                self.bytes.extend(bytes(LONG))
                del self.bytes[8:]
            except BufferError:
                pass
        elif chance < 0.9:
            self.again()
        else:
            raise self.rng.choice((ValueError, TypeError, KeyError, OverflowError, AttributeError, StopIteration))("no")


def _number(world: World) -> Any:
    rng = world.rng
    return rng.choice((0, 1, -1, 5, 127, 255, 300, -(1 << 31), 1 << 31, 1 << 62, 1 << 64, -(1 << 127), 1 << 200))


def makers(world: World) -> dict[str, list[Callable[[], Any]]]:
    """Makers of hostile objects, by what they come near to; "any" has all."""
    rng = world.rng

    class Int(int):
        """An int that says it is another in every way there is."""

        def __index__(self) -> Any:
            return 99

        def to_bytes(self, *_: Any, **__: Any) -> bytes:  # type: ignore[override]
            return b"x" * LONG

        def _lie(self, *_: Any) -> Any:
            return True

        __lt__ = __le__ = __gt__ = __ge__ = _lie

        def _other(self, *_: Any) -> Any:
            return Int(1 << 40)

        __add__ = __radd__ = __mul__ = __rmul__ = __and__ = __rand__ = __lshift__ = __rlshift__ = _other
        __neg__ = __abs__ = __int__ = _other

    class Float(float):
        def __float__(self) -> Any:
            return Float(1e300)

        def as_integer_ratio(self) -> Any:
            return Int(1 << 300), Int(3)

        def __eq__(self, other: object) -> Any:
            return True

        __hash__ = float.__hash__

    class Index:
        def __index__(self) -> Any:
            world.act()
            return rng.choice((_number(world), Int(3), "no", None))

    class Real:
        def __float__(self) -> Any:
            world.act()
            return rng.choice((1.5, Float(2.5), 1e300, "no"))

    class Imaginary:
        def __complex__(self) -> Any:
            world.act()
            return rng.choice((1j, 1e300 + 1j, "no"))

    class Bytes(bytes):
        def __len__(self) -> int:
            return rng.choice((0, 1, 4, LONG))

        def __getitem__(self, index: Any) -> Any:
            return b"y" * LONG

        def __iter__(self) -> Iterator[int]:
            return itertools.repeat(7)

        def __bytes__(self) -> bytes:
            return b"z" * LONG

        def partition(self, *_: Any) -> Any:  # type: ignore[override]
            return (self, self, self)

    class Array(bytearray):
        def __len__(self) -> int:
            return rng.choice((0, 1, 4, LONG))

        def __getitem__(self, index: Any) -> Any:
            return bytearray(b"y" * LONG)

        def __iter__(self) -> Iterator[int]:
            return itertools.repeat(7)

        def __bytes__(self) -> bytes:
            return b"z" * LONG

        def __buffer__(self, flags: int) -> memoryview:
            world.act()
            return memoryview(bytes(3))

    class Text(str):
        def encode(self, *_: Any, **__: Any) -> bytes:
            return b"w" * LONG

        def __len__(self) -> int:
            return rng.choice((0, LONG))

        def strip(self, *_: Any) -> Any:  # type: ignore[override]
            return 5

    class List(list[Any]):
        def __len__(self) -> int:
            return rng.choice((0, 1, 2, 4, LONG))

        def __iter__(self) -> Iterator[Any]:
            return rng.choice((itertools.repeat(1), iter(()), iter([1, 2, 3])))

        def __getitem__(self, index: Any) -> Any:
            return 1

    class Series(Sequence[Any]):
        def __len__(self) -> int:
            world.act()
            return rng.choice((0, 1, 2, 4, LONG, 1 << 60))

        def __getitem__(self, index: Any) -> Any:
            world.act()
            return 1

    class Dict(dict[str, Any]):
        def keys(self) -> Any:
            return (f"k{n}" for n in itertools.count())

        def __getitem__(self, key: Any) -> Any:
            return 1

    class Map(Mapping[str, Any]):
        def __len__(self) -> int:
            return 1 << 60

        def __iter__(self) -> Iterator[str]:
            world.act()
            return rng.choice((iter(("x", "y")), (f"k{n}" for n in itertools.count()), iter((1, 2))))  # type: ignore[arg-type]

        def __getitem__(self, key: Any) -> Any:
            world.act()
            return 1

    class Endless:
        def __iter__(self) -> Iterator[int]:
            for n in itertools.count():
                world.act()
                yield n % 100

    class Liar:
        """An object that says it is of a class that it is not."""

        def __init__(self, cls: Any) -> None:
            self.cls = cls

        @property
        def __class__(self) -> Any:
            return self.cls

        @__class__.setter
        def __class__(self, value: Any) -> None:  # pragma: no cover
            pass

        def __len__(self) -> int:
            return LONG

        def __iter__(self) -> Iterator[int]:
            return itertools.repeat(1)

        def __int__(self) -> int:
            return 0x41

    class Buffer:
        def __buffer__(self, flags: int) -> memoryview:
            world.act()
            return memoryview(bytearray(rng.choice((0, 1, 3, 8, 64))))

    class Callable_:
        def __call__(self, *_: Any) -> Any:
            world.act()
            return 1

    class Base(ctypes.Structure):
        _fields_ = (("x", ctypes.c_int), ("y", ctypes.c_int))

    class Derived(Base):
        _fields_ = (("pad", ctypes.c_char * LONG),)

    class Short(ctypes.c_int * 2):  # type: ignore[misc]
        pass

    Short._length_ = LONG

    def resized() -> Any:
        made = Base(1, 2)
        ctypes.resize(made, LONG)
        return made

    def changing() -> Any:
        world.list[:] = [Index(), 1, Index(), 3]
        return world.list

    def generator() -> Any:
        world.list[:] = [1, 2, 3, 4]
        return (world.act() or item for item in world.list)  # type: ignore[func-returns-value]

    def released() -> Any:
        made = memoryview(bytearray(8))
        made.release()
        return made

    def of_the_arena() -> Any:
        kind = rng.choice(("struct point", "int[4]", "struct mixed", "int"))
        return world.arena.new(world.lib.types[kind]) if not world.arena.closed else None

    def pointer_into_the_arena() -> Any:
        made = of_the_arena()
        return None if made is None else farcall.addressof(made)

    def derived() -> Any:
        native = world.lib.types[rng.choice(("struct point", "struct tiny", "int[2]", "int *"))]

        class Own(native):  # type: ignore[misc, valid-type]
            def __len__(self) -> int:
                return LONG

            def __int__(self) -> int:
                return Int(5)

            def __index__(self) -> int:
                return Int(5)

            def __iter__(self) -> Iterator[int]:
                return itertools.repeat(1)

            @property
            def __class__(self) -> Any:
                return world.lib.types["struct mixed"]

            @__class__.setter
            def __class__(self, value: Any) -> None:  # pragma: no cover
                pass

        return Own()

    def value() -> Any:
        kind = rng.choice(
            ("struct point", "struct tiny", "struct mixed", "union either", "int[4]", "point[2]", "char[4]", "int", "double",
             "char", "long double", "__int128", "double _Complex", "int *", "struct point *", "vec", "int (*)(int)")
        )  # fmt: skip
        return world.lib.types[kind]()

    def liar() -> Any:
        types = world.lib.types
        return Liar(
            rng.choice(
                (types["struct point"], types["int *"], types["int[4]"], types["int"], types["__int128"], type(types.vec()),
                 int, float, str, bytes, bytearray, list, dict, Mapping, Sequence, type(len), farcall.Closure,
                 ctypes.Structure, ctypes.c_int)
            )
        )  # fmt: skip

    class Part(fractions.Fraction):
        @property
        def numerator(self) -> Any:
            return Int(1 << 300)

        @property
        def denominator(self) -> Any:
            return rng.choice((Int(3), "no", 0))

    class Amount(decimal.Decimal):
        def as_tuple(self) -> Any:
            return 5

        def is_finite(self) -> Any:
            return rng.choice((True, False))

    def small() -> Any:
        return rng.choice((0, 1, 5, Int(5), True))

    def functions() -> Any:
        return rng.choice(
            (world.lib.take_int, farcall.Closure(lambda x: x, "int (int)"), lambda x: Index(), Callable_(), None,
             farcall.Closure(lambda: None, "void (void)"), len)
        )  # fmt: skip

    def one(kind: str) -> Any:
        return world.lib.types[kind]()

    def pair() -> Any:
        return [rng.choice((Index, Index, small))() for _ in range(2)]

    def lasting(kind: str) -> Any:
        return world.arena.new(world.lib.types[kind]) if not world.arena.closed else one(kind)

    numbers = [Index, Index, Index, small, lambda: Int(5), lambda: _number(world)]
    reals = [Real, Real, Index, lambda: Float(1.5), lambda: 2.5, small]
    texts = [
        lambda: Text("ab"), lambda: Text("q" * LONG), lambda: Bytes(b"ab"), lambda: Bytes(b"q" * LONG), lambda: Array(b"ab"),
        lambda: "text", lambda: b"abcd", lambda: "\udc80\ud800", lambda: None, Buffer, lambda: world.bytes,
    ]  # fmt: skip
    rows = [
        changing, generator, Endless, Series, lambda: List([1, 2]), lambda: [Index(), Index()], pair, lambda: Array(b"ab"),
        lambda: Bytes(b"q" * LONG), lambda: Short(1, 2), lambda: memoryview(bytearray(16)).cast("i"), released, itertools.count,
        lambda: range(10**9), lambda: itertools.repeat(Index(), 3),
    ]  # fmt: skip
    pointers = [
        lambda: lasting("int[4]"), lambda: farcall.addressof(lasting("int[4]")).cast(world.lib.types["int *"]),
        lambda: one("int *"), lambda: one("int[4]"), lambda: world.bytes, Buffer, lambda: ctypes.pointer(ctypes.c_int(3)),
        lambda: Short(1, 2), lambda: memoryview(bytearray(16)).cast("i"), lambda: None, derived, lambda: lasting("int"),
    ]  # fmt: skip
    points = [
        lambda: one("struct point"), lambda: lasting("struct point"), lambda: {"x": Index(), "y": Index()}, pair, Map, Series,
        lambda: Dict(x=1), lambda: List([1, 2]), lambda: Base(1, 2), lambda: Derived(1), resized, liar, derived,
    ]  # fmt: skip
    everything = [
        Imaginary, resized, liar, liar, derived, derived, value, of_the_arena, pointer_into_the_arena, lambda: Array(b"q" * LONG),
        lambda: Text("a\0b"), lambda: {"x": Index(), "y": 2}, lambda: [[1, Index()], Index()], lambda: memoryview(bytes(16))[::2],
        lambda: 1j, object, lambda: Part(1, 3), lambda: Amount("1.5"), *numbers, *reals, *texts, *rows, *pointers, *points,
    ]  # fmt: skip
    return {
        "int": numbers,
        "real": reals,
        "long real": [
            *reals,
            lambda: Part(1, 3),
            lambda: Amount("1.5"),
            lambda: Text("1.5"),
            lambda: one("long double"),
        ],
        "complex": [*reals, Imaginary, Imaginary, lambda: 1j],
        "wide": [*numbers, lambda: one("__int128")],
        "char": [Index, Index, small, lambda: Bytes(b"a"), lambda: b"a", lambda: Array(b"a"), lambda: Text("a")],
        "text": texts,
        "chars": [*texts, *rows],
        "ints": rows,
        "int *": pointers,
        "void *": [*pointers, *texts, functions],
        "point": points,
        "point *": [*points[:2], lambda: farcall.addressof(lasting("struct point")), *points[8:], lambda: None],
        "points": [lambda: [point() for point in rng.choices(points, k=2)], changing, Endless, Series],
        "mixed": [
            lambda: one("struct mixed"),
            lambda: lasting("struct mixed"),
            lambda: {"i8": Index(), "d": Real()},
            liar,
            Map,
        ],
        "either": [lambda: one("union either"), lambda: (Index(),), lambda: {"i": Index()}, Map, Series],
        "vec": [lambda: one("vec"), lambda: [Real(), Real()], Endless, Series, lambda: List([1, 2])],
        "function": [functions],
        "any": everything,
    }
