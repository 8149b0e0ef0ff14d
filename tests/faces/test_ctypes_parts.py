"""What generated code makes and reads of C data, beside the real ctypes: calls of classes, members, items, slices, pointers,
arguments that are converted."""

from __future__ import annotations

import ctypes as real
import itertools
from typing import Any

import pytest

import farcall.ctypes as face

ROUNDS = 4  # the first ones are Python's
ENDS, STEPS = (None, 0, 1, -1, 3, 9, -9), (None, 1, 2, -1, -3)


def outcome(call: Any, *given: Any, **named: Any) -> Any:
    """What a call gives, or the exception that it raises."""
    try:
        return call(*given, **named)
    except Exception as error:
        return type(error).__name__, str(error)


def both(check: Any) -> None:
    """The same comes out of both packages."""
    expected, found = check(real), check(face)
    assert found == expected


@pytest.mark.parametrize("name", ["c_int", "c_char", "c_double", "c_bool", "c_ubyte", "c_wchar", "c_longlong"])
@pytest.mark.parametrize("length", [0, 1, 5])
def test_slices(name: str, length: int) -> None:
    def check(c: Any) -> list[Any]:
        array = (getattr(c, name) * length)()
        if name == "c_wchar":
            array.value = "abcde"[:length]
        else:
            data = bytes(range(65, 65 + c.sizeof(array)))
            c.memmove(array, data, len(data))
        cuts = [array[start:stop:step] for start, stop, step in itertools.product(ENDS, ENDS, STEPS)]
        bad: tuple[Any, ...] = (slice(None, None, 0), "x", 1.5, slice("a", 1), 5, -6)
        return [repr(cut) for cut in cuts] + [outcome(array.__getitem__, index)[0] for index in bad]

    both(check)


def test_members_of_every_kind() -> None:
    def check(c: Any) -> list[Any]:
        class Inner(c.Structure):
            _fields_ = (("a", c.c_int), ("b", c.c_int))

        class Outer(c.Structure):
            pass

        Outer._fields_ = (
            ("inner", Inner), ("text", c.c_char_p), ("place", c.c_void_p), ("name", c.c_char * 8), ("next", c.POINTER(Outer)),
            ("several", Inner * 3), ("wide", c.c_wchar * 4), ("none", c.c_char * 0), ("last", c.c_char_p),
        )  # fmt: skip
        found: list[Any] = []
        for _ in range(ROUNDS):
            whole = Outer()
            found += [whole.text, whole.place, whole.name, outcome(lambda whole=whole: whole.next.contents)]
            whole.inner.a, whole.text, whole.place, whole.name, whole.wide = (
                4,
                b"hello",
                (1 << 50) + 1,
                b"ab\0cd",
                "xyz",
            )
            whole.last = b"last"
            found += [
                whole.inner.a,
                whole.text,
                whole.place,
                whole.name,
                whole.wide,
                whole.last,
                [whole._objects.get(key) for key in "18"],
            ]
            whole.next = c.pointer(whole)
            found += [whole.next.contents.text, whole.next[0].last, bool(whole.next)]
            whole.several[1].b = 9
            found += [[one.b for one in whole.several], whole.several[-1].b, c.sizeof(whole.several[1])]
            part = whole.several[2]
            found += [part._b_base_ is not None, whole.inner.b, c.sizeof(part)]
            for member, value in (
                ("text", 5.0),
                ("text", "x"),
                ("place", "x"),
                ("name", b"123456789"),
                ("name", 1),
                ("inner", 1),
            ):
                found.append(outcome(setattr, whole, member, value)[0])
            for member in ("text", "name", "inner", "place"):
                found.append(outcome(delattr, whole, member))
            whole.text, whole.place, whole.name = None, None, b"12345678"
            found += [whole.text, whole.place, whole.name]
            whole.place = -1
            found += [whole.place, bytes(whole)[c.sizeof(Inner) :][:8]]
        return found

    both(check)


def test_classes_are_called() -> None:
    def check(c: Any) -> list[Any]:
        class Pair(c.Structure):
            _fields_ = (("a", c.c_int), ("b", c.c_double))

        class More(Pair):
            _fields_ = (("c", c.c_char_p),)

        class Own(Pair):
            def __init__(self, a: int) -> None:
                super().__init__(a, 2 * a)

        class Set(c.c_int):
            pass

        class Text(c.c_char_p):  # as libclang's bindings have it
            def __init__(self, text: str) -> None:
                super().__init__(text.encode())

            @property
            def value(self) -> Any:
                return super().value.decode()

        numbers, found = c.c_int * 3, []
        for _ in range(ROUNDS):
            found.append(Text("text").value)
            for cls, given, named in (
                (Pair, (), {}), (Pair, (1,), {}), (Pair, (1, 2.5), {}), (Pair, (1, 2, 3), {}), (Pair, (1,), {"b": 4}),
                (Own, (7,), {}), (Pair, (1,), {"a": 4}), (Pair, ("x",), {}), (Pair, (), {"z": 4}),
                (More, (1, 2, b"x"), {}), (More, (1,), {"c": b"y"}), (More, (1, 2, b"x", 4), {}), (More, (1, 2, 3.5), {}),
            ):  # fmt: skip
                made = outcome(cls, *given, **named)
                found.append(made if isinstance(made, tuple) else [getattr(made, name[0]) for name in Pair._fields_])
            for given in ((), (1,), (1, 2, 3), (1, 2, 3, 4), ("x",)):
                made = outcome(numbers, *given)
                found.append(made if isinstance(made, tuple) else list(made))
            for cls in (c.c_int, Set, c.c_double, c.c_void_p, c.c_bool, c.c_char):
                for given in ((), (5,), (b"x",), (1, 2), (None,)):
                    made = outcome(cls, *given)
                    found.append(made[0] if isinstance(made, tuple) else made.value)
        Pair.__init__ = lambda self: setattr(self, "a", 77)  # type: ignore[method-assign, assignment]
        found += [Pair().a, More().a, outcome(Pair, 1)[0]]
        return found

    both(check)


def test_pointers_are_set() -> None:
    def check(c: Any) -> list[Any]:
        class Pair(c.Structure):
            _fields_ = (("a", c.c_int), ("next", c.c_void_p))

        found: list[Any] = []
        for _ in range(ROUNDS):
            for cls in (c.c_int, Pair, c.c_int * 2, c.c_char_p):
                target = cls()
                there = c.pointer(target)
                found += [
                    sorted(there._objects),
                    there._objects["1"] is target,
                    c.addressof(there.contents) == c.addressof(target),
                ]
                other = cls()
                there.contents = other
                found += [
                    there._objects["1"] is other,
                    bool(there),
                    outcome(setattr, there, "contents", 5),
                    type(there).__name__,
                ]
                found += [
                    outcome(delattr, there, "contents"),
                    outcome(type(there), target, 1),
                    outcome(type(there), None),
                ]
                found += [outcome(lambda cls=cls: c.POINTER(cls)().contents), outcome(c.pointer, 5)[0]]
            items = (Pair * 3)(Pair(1), Pair(2), Pair(3))
            there = c.cast(items, c.POINTER(Pair))
            found += [there[index].a for index in range(3)] + [
                [one.a for one in items],
                items[-1].a,
            ]
        return found

    both(check)


def test_arguments_are_converted() -> None:
    def check(c: Any) -> list[Any]:
        seen: list[Any] = []

        class Own:
            @classmethod
            def from_param(cls, value: Any) -> Any:
                seen.append(value)
                if value == "bad":
                    raise ValueError("no " + value)
                return {"int": 7, "none": None}.get(value) if isinstance(value, str) else c.c_int(value)

        def told(function: Any, result: Any, *parameters: Any) -> Any:
            function.argtypes, function.restype = parameters, result
            return function

        found, size = [], told(c.CDLL(None)["abs"], c.c_int, Own)
        for value in (-3, -3, -3, "bad", "int", "int", -4, "none", -5, -6):
            found.append(outcome(size, value))
        found += [outcome(size), seen]
        power, two = told(c.CDLL("libm.so.6")["pow"], c.c_double, c.c_double, c.c_double), c.c_double(2)
        for given in (
            (2.0, 3.0),
            (2.0, c.c_double(3)),
            (two, c.c_double(3)),
            (two, 3),
            (2, 3.0),
            (two, "x"),
            (c.c_float(2), 3.0),
        ) * 3:
            found.append(outcome(power, *given))
        plain = c.CDLL("libm.so.6")["pow"]
        plain.restype = c.c_double
        found += [outcome(plain, two, c.c_double(5)) for _ in range(ROUNDS)] + [outcome(plain, 2.0, 3.0)]
        labs = c.CDLL(None)["labs"]
        labs.restype = c.c_long
        for value in (c.c_long(-(1 << 30)), c.c_long(-(1 << 30)), -5, c.c_int(-3), c.c_short(-3), c.c_long(-7)):
            found.append(outcome(labs, value))
        return found

    both(check)


def test_copies_of_buffers() -> None:
    def check(c: Any) -> list[Any]:
        class Pair(c.Structure):
            _fields_ = (("a", c.c_int), ("b", c.c_int))

        found: list[Any] = []
        for data in (
            b"",
            b"1234",
            b"12345678",
            b"1234567890",
            bytearray(b"12345678ab"),
            memoryview(b"12345678ab")[::2],
        ):
            for offset in (0, 1, 2, 3, -1, True, "x"):
                for cls in (Pair, c.c_int, c.c_char * 3, c.c_int * 0):
                    made = outcome(cls.from_buffer_copy, data, offset)
                    found.append(made[0] if isinstance(made, tuple) else bytes(made))
        return found

    both(check)


def test_bytes_at_an_address() -> None:
    def check(c: Any) -> list[Any]:
        text, found = c.create_string_buffer(b"hello\0more"), []
        for _ in range(ROUNDS):
            for given in (
                (text,), (text, 8), (c.addressof(text), 3), (b"bytes",), (c.c_char_p(b"x"),), (c.cast(text, c.c_void_p), 0),
                (c.byref(text),), (text, -2), (c.pointer(c.c_char(b"q")), 1),
            ):  # fmt: skip
                found.append(outcome(c.string_at, *given))
            found += [outcome(c.string_at, 1.5)[0], outcome(c.string_at, text, 1.5)[0]]
        return found

    both(check)


@pytest.mark.parametrize("name", ["c_void_p", "c_char_p", "c_wchar_p"])
def test_classes_derived_from_addresses_take_what_these_take(name: str) -> None:
    def check(c: Any) -> list[Any]:
        derived = type("Derived", (getattr(c, name),), {})
        back = c.CFUNCTYPE(c.c_int)(lambda: 3)
        number, chars = c.c_int(5), c.create_string_buffer(b"x")
        given = (
            back,
            number,
            c.byref(number),
            c.pointer(number),
            chars,
            (c.c_int * 2)(),
            None,
            b"bytes",
            "text",
            derived(),
        )
        same = [type(outcome(derived.from_param, one)).__name__ for one in (*given, 7, 1.5)]
        call = c.CDLL(None)["abs"]
        call.argtypes, call.restype = [derived], c.c_size_t
        return [same, [outcome(call, 7) for _ in range(ROUNDS)], [outcome(call, 1.5)[0] for _ in range(ROUNDS)]]

    both(check)


def test_copies_of_bytes_by_generated_code() -> None:
    def check(c: Any) -> list[Any]:
        Pair: Any = type("Pair", (c.Structure,), {"_fields_": [("a", c.c_int), ("b", c.c_int)]})
        data = bytes(range(12))
        given = (
            (data,), (data[:8],), (data[:7],), (b"",), (data, 4), (data, 5), (data, -1), (bytearray(data),),
            (memoryview(data)[::2],),
            (), (data, 0, 0), (data, 0, 0, 0), ("text",), (None,), (data, "x"),
        )  # fmt: skip
        found = []
        for one in given * ROUNDS:
            made = outcome(Pair.from_buffer_copy, *one)
            found.append((made.a, made.b, made._objects, made._b_base_) if isinstance(made, Pair) else made[0])
        empty = type("Empty", (c.Structure,), {"_fields_": []})
        derived = type("Derived", (Pair,), {"__init__": lambda self: 1 / 0})
        return [
            *found,
            type(empty.from_buffer_copy(b"")).__name__,
            derived.from_buffer_copy(data).a,
            c.c_int.from_buffer_copy(data).value,
        ]

    both(check)
