"""`farcall.draw`: pictures of whatever has a signature or a type."""

from __future__ import annotations

import pickle
from types import MethodType
from typing import Any
from xml.etree import ElementTree

import pytest

import farcall
from farcall.convention import place
from farcall.cpython.facts.host import host_target
from farcall.errors import DeclarationError, IncompleteTypeError, UnsupportedTargetError, UnsupportedTypeError

TARGETS = ("x86_64-linux", "aarch64-linux", "i386-windows-msvc", "s390x-linux")


def titles(picture: Any) -> list[tuple[str, str]]:
    return [(drawing.title, drawing.target) for drawing in picture.drawings]


@pytest.fixture(scope="module")
def libc() -> Any:
    return farcall.Library(None)


def test_text_of_a_prototype() -> None:
    picture = farcall.draw("int f(int n)", TARGETS)
    assert titles(picture) == [("int f(int n)", target) for target in TARGETS]
    assert [value.name for value in picture.drawings[0].values] == ["result", "n"]


def test_text_is_read_anew_for_each_target() -> None:
    picture = farcall.draw("void f(size_t n)", ("x86_64-linux", "i386-linux"))
    assert [drawing.values[1].size for drawing in picture.drawings] == [8, 4]


@pytest.mark.parametrize("text", ["int (int)", "int (*)(int)", "int (*name)(int)"])
def test_text_of_a_function_without_a_name(text: str) -> None:
    assert [value.size for value in farcall.draw(text).drawings[0].values] == [4, 4]


def test_text_of_a_type() -> None:
    picture = farcall.draw("struct { char c; long n; }", ("x86_64-linux", "i386-linux"))
    assert [drawing.facts for drawing in picture.drawings] == [("16 bytes, aligned to 8",), ("8 bytes, aligned to 4",)]


def test_a_bound_function_is_drawn_for_this_machine_and_for_others(libc: Any) -> None:
    bound = libc.function("int abs(int j)")
    assert titles(farcall.draw(bound)) == [("int abs(int j)", host_target().name)]
    assert titles(farcall.draw(bound, "aarch64-macos")) == [("int abs(int j)", "aarch64-macos")]


def test_a_variadic_one_with_the_types_of_a_call(libc: Any) -> None:
    bound = libc.function("int printf(const char *format, ...)")
    assert len(farcall.draw(bound).drawings[0].values) == 2
    assert [value.type for value in farcall.draw(bound, tail="float, char").drawings[0].values][2:] == ["double", "int"]


def test_placements_and_signatures(libc: Any) -> None:
    described = libc.function("int abs(int j)").__self__
    assert titles(farcall.draw(described.placement)) == [("int (int)", host_target().name)]
    assert titles(farcall.draw(described.placement, "s390x-linux")) == [("int (int)", "s390x-linux")]
    assert titles(farcall.draw(described.signature)) == [("int (int)", host_target().name)]


def test_python_functions_closures_and_function_pointers() -> None:
    def add(a: farcall.int_, b: farcall.double) -> farcall.double:  # type: ignore[valid-type]
        return b

    assert titles(farcall.draw(add))[0][0] == "double add(int a, double b)"
    with farcall.Closure(add) as closure:
        assert [value.type for value in farcall.draw(closure).drawings[0].values] == ["double", "int", "double"]
    assert [value.type for value in farcall.draw(farcall.type_of("double (*)(int)")).drawings[0].values] == [
        "double",
        "int",
    ]


def test_classes_and_values() -> None:
    record = farcall.type_of("struct { char c; double d; }")
    for thing in (record, record(), "struct { char c; double d; }"):
        assert [box.size for box in farcall.draw(thing, "x86_64-linux").drawings[0].boxes] == [16]
    assert farcall.draw(farcall.array(farcall.int_, 3)).drawings[0].facts == ("12 bytes, aligned to 4",)


def test_a_picture_shows_itself() -> None:
    picture = farcall.draw("int f(int n)", "x86_64-linux")
    assert str(picture) == picture.text() != ""
    assert picture._repr_svg_() == picture.svg()
    assert ElementTree.fromstring(picture.svg()).tag.endswith("svg")
    assert picture.data()["drawings"][0]["target"] == "x86_64-linux"
    assert repr(picture) == "<farcall picture of int f(int n) on x86_64-linux>"


def test_argument_locations_and_classes_show_themselves_in_notebooks() -> None:
    libc = farcall.Library("libc.so.6")
    libc.cdef("struct pair { int first; double second; }; int labs(long amount); struct hidden; union u { int i; };")
    found: Any = libc.labs.__self__.placement
    assert found._repr_svg_() == farcall.draw(libc.labs).svg()
    assert "amount" in found._repr_svg_()
    plain = place(found.signature, host_target())
    assert found == plain
    assert plain == found
    assert hash(found) == hash(plain)
    assert pickle.loads(pickle.dumps(found)) == plain
    assert found != place(farcall.Library().function("int abs(int)").__self__.signature, host_target())
    for cls in (libc.types.pair, libc.types.u):
        assert cls._repr_svg_() == farcall.draw(cls).svg()
        assert not hasattr(cls(), "_repr_svg_")
    assert farcall.Struct._repr_svg_() is None  # type: ignore[attr-defined]
    assert isinstance(libc.types.pair._repr_svg_, MethodType)  # what IPython calls of a class


@pytest.mark.parametrize(
    ("arguments", "words", "error", "text"),
    [
        (("int f(",), {}, DeclarationError, "int f("),
        (("struct { int",), {}, DeclarationError, "unexpected end"),
        ((5,), {}, TypeError, "draw(): 5 is not a C type"),
        ((int,), {}, TypeError, "does not say how wide"),
        (("int f(int)", "vax-vms"), {}, UnsupportedTargetError, "no target 'vax-vms'"),
        (("int f(int)", 3), {}, TypeError, "draw() parameter 'target' must be a target's name, or several, not int"),
        (("int f(int)", ["i386-linux", None]), {}, TypeError, "parameter 'target' must be"),
        (("int f(int)", []), {}, ValueError, "draw() parameter 'target' names no target"),
        (("int f(int)",), {"tail": "int"}, ValueError, "draw() parameter 'tail': int f(int) has no variadic part"),
        (("struct { int a; }",), {"tail": "int"}, ValueError, "draw() parameter 'tail' is for a function"),
        (("int f(int, ...)",), {"tail": "strukt"}, DeclarationError, "strukt"),
        (("int f(int, ...)",), {"tail": 3}, TypeError, "draw() parameter 'tail' must be C text, not int"),
        (("struct nothing",), {}, IncompleteTypeError, "struct nothing"),
        (("void",), {}, UnsupportedTypeError, "void has no size"),
        (("int f(struct nothing s)",), {}, DeclarationError, "struct nothing"),
        (("int f(__int128 n)", "i386-linux"), {}, UnsupportedTypeError, "__int128"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments: Any, words: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error) as refused:
        farcall.draw(*arguments, **words)
    assert text in str(refused.value)


def test_the_front_door_names_it() -> None:
    assert "draw" in farcall.__all__
    assert farcall.draw is farcall.high.draw
    assert callable(farcall.draw)
