"""Types and call interfaces at the middle door."""

from __future__ import annotations

import copy
import ctypes
import pickle
import sys
import threading
from typing import Any

import pytest

import farcall
from farcall import low
from farcall.convention.libffi_port import port
from farcall.cpython.facts.host import host_target
from farcall.errors import DeclarationError, NullPointerError, UnsupportedTargetError, UnsupportedTypeError
from farcall.middle import DEFAULT_ABI, Builder, Cif, CodePtr, Type

WORD = ctypes.sizeof(ctypes.c_void_p)
#: A convention by its name: the target's own.
NAMED = host_target().convention
PORT = port(host_target())
libc = farcall.Library("libc.so.6")
libm = farcall.Library("libm.so.6")


# Types


@pytest.mark.parametrize(
    ("name", "ctype"),
    [
        ("u8", ctypes.c_uint8), ("i8", ctypes.c_int8), ("u16", ctypes.c_uint16), ("i16", ctypes.c_int16),
        ("u32", ctypes.c_uint32), ("i32", ctypes.c_int32), ("u64", ctypes.c_uint64), ("i64", ctypes.c_int64),
        ("usize", ctypes.c_size_t), ("isize", ctypes.c_ssize_t), ("f32", ctypes.c_float), ("f64", ctypes.c_double),
        ("longdouble", ctypes.c_longdouble), ("pointer", ctypes.c_void_p), ("c_char", ctypes.c_char),
        ("c_short", ctypes.c_short), ("c_int", ctypes.c_int), ("c_long", ctypes.c_long),
        ("c_ulonglong", ctypes.c_ulonglong),
    ],
)  # fmt: skip
def test_the_scalars_are_as_large_as_those_of_ctypes(name: str, ctype: Any) -> None:
    type = getattr(Type, name)

    assert (type.size, type.alignment) == (ctypes.sizeof(ctype), ctypes.alignment(ctype))
    assert type() is type
    assert Type.of(type.ctype) == type
    assert copy.copy(type) == type == pickle.loads(pickle.dumps(type))


def test_kinds() -> None:
    kinds = [Type.void, Type.i32, Type.f32, Type.c64, Type.pointer, Type.array(Type.i8, 3), Type.structure([Type.i8])]

    assert [type.kind for type in kinds] == [
        "void", "integer", "float", "complex", "pointer", "array", "structure",
    ]  # fmt: skip
    assert [type.size for type in kinds] == [0, 4, 4, 16, WORD, 3, 1]


def test_structures_are_equal_if_they_are_built_alike() -> None:
    one, other = Type.structure([Type.u16, Type.u64]), Type.structure([Type.u16, Type.u64])

    assert one == other
    assert hash(one) == hash(other)
    assert one != Type.structure([Type.u64, Type.u16])
    assert one != Type.structure([("a", Type.u16), ("b", Type.u64)])
    assert one.elements == (Type.u16, Type.u64)
    assert Type.u8.elements == ()
    assert pickle.loads(pickle.dumps(one)) == one


def test_offsets_are_those_of_ctypes() -> None:
    class Theirs(ctypes.Structure):
        _fields_ = (("a", ctypes.c_char * 3), ("b", ctypes.c_double), ("c", ctypes.c_int16), ("d", ctypes.c_void_p))

    ours = Type.structure([Type.array(Type.c_char, 3), Type.f64, Type.i16, Type.pointer])

    assert ours.struct_offsets() == tuple(getattr(Theirs, name).offset for name in "abcd")
    assert ours.struct_offsets(NAMED) == ours.struct_offsets()
    assert (ours.size, ours.alignment) == (ctypes.sizeof(Theirs), ctypes.alignment(Theirs))
    assert Type.of(Theirs).struct_offsets() == ours.struct_offsets()
    with pytest.raises(UnsupportedTargetError, match="no calling convention 'nowhere'"):
        ours.struct_offsets("nowhere")


def test_a_type_is_made_of_what_stands_for_one() -> None:
    assert Type.of(Type.u8) is Type.u8
    assert Type.of(farcall.int32) == Type.i32
    assert Type.of("unsigned long") == Type.c_ulong
    assert Type.of(float) == Type.f64
    assert Type.of(ctypes.c_int) == Type.c_int
    assert str(Type.pointer_to(Type.f32)) == "float *"
    assert farcall.sizeof(Type.pointer) == WORD
    assert farcall.array(Type.u16, 2)([1, 2])[1] == 2
    for wrong in (int, 3, list, len):
        with pytest.raises(TypeError, match=r"Type\.of\(\)"):
            Type.of(wrong)
    with pytest.raises(DeclarationError):
        Type.of("unsinged long")


def test_wrong_structures() -> None:
    with pytest.raises(ValueError, match="at least one field"):
        Type.structure([])
    with pytest.raises(TypeError, match="cannot be void"):
        Type.structure([Type.u8, Type.void])
    with pytest.raises(TypeError, match="is not a structure"):
        Type.u8.struct_offsets()
    with pytest.raises(AttributeError, match="cannot be changed"):
        Type.u8.ctype = None  # type: ignore[assignment,misc]


# Cifs


def test_what_a_cif_says() -> None:
    cif = Cif([Type.u8, farcall.double], Type.i64, abi=NAMED)

    assert (cif.args, cif.result, cif.nargs) == ((Type.u8, Type.f64), Type.i64, 2)
    assert (cif.abi, cif.fixed_args, DEFAULT_ABI) == (NAMED, None, None)
    assert cif.placement != Cif([Type.u8, Type.f64], Type.i64).placement
    assert repr(Cif([Type.c_int], Type.f64)) == "<Cif double (int)>"


def test_cifs_are_values() -> None:
    one = Cif([Type.u8, Type.structure([Type.u8])], Type.f64)
    other = Cif([Type.u8, Type.structure([Type.u8])], Type.f64)
    variadic = Cif([Type.u8, Type.structure([Type.u8])], Type.f64, fixed_args=1)

    assert one == other
    assert len({one, other, variadic}) == 2
    assert pickle.loads(pickle.dumps(one)) == one == copy.deepcopy(one)
    assert Builder().args([Type.u8, Type.structure([Type.u8])]).res(Type.f64).into_cif() == one
    assert Builder().arg(Type.u8).arg(Type.structure([Type.u8])).res(Type.f64).variadic(1).into_cif() == variadic
    assert Builder().abi(NAMED).into_cif() == Cif([], abi=NAMED) != Cif([])


@pytest.mark.parametrize(
    ("wrong", "kind", "message"),
    [
        (lambda: Cif([Type.void]), TypeError, "argument 1 is void"),
        (lambda: Cif([Type.i32, None]), TypeError, "argument 2 is void"),
        (lambda: Cif([Type.i32, int]), TypeError, "argument 2: int does not say how wide"),
        (lambda: Cif([], int), TypeError, "the result: int does not say how wide"),
        (lambda: Cif([Type.i32], fixed_args=2), ValueError, "2 fixed arguments of 1"),
        (lambda: Cif([Type.i32], fixed_args=-1), ValueError, "-1 fixed arguments of 1"),
        (lambda: Cif([], abi="nowhere"), UnsupportedTargetError, "nowhere"),
        (lambda: Cif([Type.of("struct nothing")]), TypeError, "nothing"),
    ],
)
def test_wrong_cifs(wrong: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        wrong()


# Calls


def test_a_call_checks_its_arguments() -> None:
    cif = Cif([Type.c_int], Type.c_int)
    place = libc.address("abs")

    assert cif.call(place, [-3]) == 3
    for args, kind, message in [
        ([], TypeError, r"function\(\) takes exactly one argument \(0 given\)"),
        ([1, 2], TypeError, r"function\(\) takes exactly one argument \(2 given\)"),
        ([2**31], OverflowError, "out of range"),
        ([1.0], TypeError, "must be an int"),
    ]:
        with pytest.raises(kind, match=message):
            cif.call(place, args)
    with pytest.raises(NullPointerError):
        cif.call(0, [1])
    with pytest.raises(TypeError, match="is not a C function"):
        cif.call(len, [1])


def test_a_function_is_an_address_or_what_has_one() -> None:
    cif = Cif([Type.c_int], Type.c_int)
    place, foreign = libc.address("abs"), libc.function("int abs(int)")
    with farcall.Closure(abs, [Type.c_int], Type.c_int) as closure:
        for fun in (
            place, CodePtr(place), foreign, farcall.type_of("int (*)(int)")(foreign), ctypes.CDLL("libc.so.6").abs,
            closure, closure.code_ptr,
        ):  # fmt: skip
            assert cif.call(fun, [-5]) == 5
    assert cif.bind(place, gil="hold")(-6) == 6


@pytest.mark.parametrize(
    ("type", "value", "size"),
    [
        (Type.i8, -2, 1), (Type.u16, 65535, 2), (Type.f32, 1.5, 4), (Type.f64, -0.0, 8), (Type.c_char, b"x", 1),
        (Type.c64, 1 + 2j, 16), (Type.structure([Type.i64, Type.f64]), (1, 2.0), 16),
    ],
)  # fmt: skip
def test_a_result_into_memory_of_the_caller(type: Type, value: Any, size: int) -> None:
    cif = Cif([type], type)
    made = type.new(*value) if isinstance(value, tuple) else type.new(value)
    expected = ctypes.string_at(int(farcall.addressof(made)), size)
    with farcall.Closure(lambda x: x, [type], type) as same:
        room = bytearray(b"\x77" * (size + 1))
        cif.call_into(same, [value], room)
        assert room == expected + b"\x77"  # so many bytes and no more
        cif.call_return_into(same, [value], made)
        with pytest.raises(ValueError, match=f"needs {size} bytes, the buffer has {size - 1}"):
            cif.call_into(same, [value], bytearray(size - 1))


def test_a_result_that_is_a_string_is_the_pointer_of_c() -> None:
    cif = Cif([str, Type.c_int], "const char *")
    text = b"farcall"
    room = farcall.pointer(None)()
    cif.call_into(libc.address("strchr"), [text, ord("c")], room)

    assert cif.call(libc.address("strchr"), [text, ord("c")]) == "call"
    assert room.cast(farcall.pointer(farcall.char)).string() == "call"
    assert int(room) == int(farcall.type_of("const char *")(text)) + 3


def test_wrong_memory_for_a_result_is_found_before_the_call() -> None:
    called: list[int] = []
    cif = Cif([Type.u32], Type.u32)
    with farcall.Closure(lambda n: called.append(n) or n, [Type.u32], Type.u32) as closure:
        for wrong, kind in [
            (bytes(4), TypeError),
            (bytearray(3), ValueError),
            (memoryview(bytearray(16))[::2], ValueError),
            (7, TypeError),
        ]:
            with pytest.raises(kind):
                cif.call_into(closure, [1], wrong)
    assert called == []


def test_a_variadic_call() -> None:
    snprintf = libc.address("snprintf")
    cif = Cif.variadic([Type.pointer, Type.usize, str], [Type.f64, Type.c_int], Type.c_int)
    room = bytearray(16)

    assert cif.fixed_args == 3
    assert cif.call(snprintf, [room, 16, "%.2f:%d", 1.5, -3]) == 7
    assert room[:8] == b"1.50:-3\0"


@pytest.mark.skipif(host_target().cpu != "x86_64", reason="gcc has ms_abi for x86-64 only")
def test_another_convention(load_c: Any) -> None:
    library = load_c("""
        struct three { char c[3]; };
        __attribute__((ms_abi)) double mixed(int a, double b, struct three s, float d, long e) {
            return a + b + s.c[2] + d + e;
        }
    """)
    three = Type.structure([Type.array(Type.i8, 3)])
    cif = Cif([Type.c_int, Type.f64, three, Type.f32, Type.c_long], Type.f64, abi="ms_abi")

    assert cif.call(library.address("mixed"), [1, 0.5, ([1, 2, 3],), 2.25, 10]) == 16.75


def test_the_way_to_the_low_door(load_c: Any) -> None:
    library = load_c("""
        struct part { signed char c[3]; };
        struct all { struct part p; float f; long long n; };
        struct all next(struct all a, unsigned short n) { a.p.c[2] += n; a.f *= 2; a.n -= n; return a; }
    """)
    part = Type.structure([Type.array(Type.i8, 3)])
    all_ = Type.structure([part, Type.f32, Type.i64])
    cif = Cif([all_, Type.c_ushort], all_)
    given = all_.new(([1, 2, 3],), 1.5, 100)
    result = low.call(cif.address, library.address("next"), [given, farcall.ushort(7)])

    assert result == bytes(all_.new(([1, 2, 10],), 3.0, 93))
    assert cif.address == cif.address
    assert all_.address == all_.address
    for name in ("i8", "u32", "f64", "longdouble", "pointer", "void", *(["c64"] if PORT.complex else [])):
        libffis = {"i8": "sint8", "u32": "uint32", "f64": "double", "c64": "complex_double"}.get(name, name)
        assert getattr(Type, name).address == getattr(low.types, libffis)
    named = [(abi.convention, abi.number) for abi in PORT.abis if abi.convention]
    for abi, number in [(None, low.DEFAULT_ABI), (NAMED, low.DEFAULT_ABI), *named]:
        assert int.from_bytes(low.memory(Cif([Type.i32], abi=abi).address, 4), sys.byteorder) == number
    variadic = Cif([Type.pointer, Type.usize, str, Type.f64], Type.c_int, fixed_args=3)
    room, text = bytearray(8), bytearray(b"%.2f\0")
    arguments = [
        farcall.pointer(None)(room), farcall.size_t(8), farcall.pointer(None)(text), farcall.double(0.25),
    ]  # fmt: skip
    assert low.call(variadic.address, libc.address("snprintf"), arguments) == (4).to_bytes(4, sys.byteorder)
    assert room[:5] == b"0.25\0"


@pytest.mark.parametrize("text", ["union { int a; float b; }", "struct { int a : 3; }", "_Float16", "__m128"])
def test_what_libffi_has_no_type_for(text: str) -> None:
    with pytest.raises(UnsupportedTypeError, match="libffi has no type for"):
        Type.of(text).address  # noqa: B018


def test_a_layout_that_libffi_cannot_make() -> None:
    class Packed(ctypes.Structure):
        _pack_ = 1
        _fields_ = (("a", ctypes.c_char), ("b", ctypes.c_int))

    with pytest.raises(UnsupportedTypeError, match="cannot lay out"):
        Cif([Packed]).address  # noqa: B018


def test_one_cif_in_many_threads() -> None:
    cif = Cif([Type.f64, Type.f64], Type.f64)
    wrong: list[object] = []

    def work(fun: str, expected: float) -> None:
        place = libm.address(fun)
        for _ in range(2000):
            result = cif.call(place, [2.0, 3.0])
            if result != expected:
                wrong.append((fun, result))

    cases = [("pow", 8.0), ("fmax", 3.0), ("fmin", 2.0), ("fdim", 0.0)] * 2
    threads = [threading.Thread(target=work, args=case) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
