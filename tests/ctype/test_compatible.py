"""Which types are the same to C."""

from __future__ import annotations

import pytest

from farcall.cdecl import Scope, parse_declarations, parse_type
from farcall.ctype import (
    ILP32,
    LLP64,
    LP64,
    Array,
    CType,
    DataModel,
    Field,
    Function,
    Parameter,
    Pointer,
    Record,
    assignable,
    callable_as,
    compatible,
    names,
    same_members,
    same_scalars,
)
from farcall.ctype.compatible import forget


def of(text: str, model: DataModel = LP64, declared: str = "") -> CType:
    scope = Scope(model)
    if declared:
        parse_declarations(declared, scope)
    return parse_type(text, scope)


ENUMS = "enum e { A, B = 5 }; enum f { C };"
RECORDS = "struct s { int a; double b; }; struct t { int a; double b; }; union u { int a; double b; };"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("int", "signed int", True),
        ("unsigned", "uint32_t", True),
        ("int", "unsigned", False),
        ("long", "int64_t", True),
        ("long", "long long", True),
        ("char", "signed char", False),
        ("char", "unsigned char", False),
        ("signed char", "int8_t", True),
        ("_Bool", "unsigned char", False),
        ("float", "double", False),
        ("double", "long double", False),
        ("double _Complex", "double _Complex", True),
        ("double _Complex", "float _Complex", False),
        ("void *", "char *", False),
        ("const int", "int", False),
        ("const int *", "int *", False),
        ("const int *", "const int32_t *", True),
        ("int *const", "int *", False),
        ("int[3]", "int[3]", True),
        ("int[3]", "int[4]", False),
        ("int (*)[3]", "int (*)[]", True),
        ("int (*)(int a)", "int (*)(int b)", True),
        ("int (*)(int)", "int (*)(const int)", True),
        ("int (*)(int *)", "int (*)(const int *)", False),
        ("int (*)(int)", "long (*)(int)", False),
        ("int (*)(int)", "int (*)(int, int)", False),
        ("int (*)(int, ...)", "int (*)(int)", False),
        ("void (*)(void)", "int (*)(int)", False),
        ("enum e", "unsigned", True),
        ("enum e", "int", False),
        ("enum e", "enum f", False),
        ("enum e *", "unsigned *", True),
        ("struct s", "struct t", False),
        ("struct s", "union u", False),
        ("struct s *", "struct s *", True),
    ],
)
def test_two_types(one: str, other: str, same: bool) -> None:
    declared = ENUMS + RECORDS
    first, second = of(one, declared=declared), of(other, declared=declared)
    for _ in range(2):  # asked, and remembered
        assert compatible(first, second, LP64) is same
        assert compatible(second, first, LP64) is same


def test_the_model_decides() -> None:
    assert compatible(names.long, names.int_, ILP32)
    assert compatible(names.long, names.int_, LLP64)
    assert not compatible(names.long, names.int_, LP64)
    assert not compatible(names.long, names.int_, LP64)


def test_a_function_without_a_prototype() -> None:
    old = Function(names.int_, (), prototyped=False)

    def told(*types: CType, variadic: bool = False) -> Function:
        return Function(names.int_, tuple(Parameter("", type) for type in types), variadic)

    assert compatible(old, told(), LP64)
    assert compatible(told(names.int_, names.double), old, LP64)
    for kind in (names.char, names.short, names.float_, names.bool_):
        assert not compatible(old, told(kind), LP64)
    assert not compatible(old, told(names.int_, variadic=True), LP64)
    assert not compatible(old, Function(names.double, ()), LP64)


def test_members_by_other_words() -> None:
    one = Record("struct", "s", [Field("a", names.uint32), Field("b", names.long)])
    assert compatible(one, Record("struct", "s", [Field("a", names.uint), Field("b", names.longlong)]), LP64)
    assert not compatible(one, Record("struct", "s", [Field("a", names.int_), Field("b", names.long)]), LP64)
    assert not compatible(one, Record("struct", "s", [Field("x", names.uint), Field("b", names.long)]), LP64)
    assert not compatible(one, Record("struct", "s", [Field("a", names.uint)]), LP64)
    assert not compatible(one, Record("struct", "s", [Field("a", names.uint), Field("b", names.long)], pack=2), LP64)
    assert not compatible(one, Record("struct", "s", [Field("a", names.uint, 5), Field("b", names.long)]), LP64)


def test_members_of_a_union_in_any_order() -> None:
    one = Record("union", "u", [Field("a", names.int_), Field("b", names.double)])
    other = Record("union", "u", [Field("b", names.double), Field("a", names.int_)])
    assert compatible(one, other, LP64)
    turned = Record("struct", "u", other.fields)
    assert not compatible(Record("struct", "u", one.fields), turned, LP64)


def test_records_without_a_tag() -> None:
    fields = [Field("a", names.int_)]
    assert compatible(Record("struct", None, fields), Record("struct", None, fields), LP64)
    assert compatible(Record("struct", None, fields, name="x"), Record("struct", None, fields), LP64)
    assert not compatible(Record("struct", None, fields, name="x"), Record("struct", None, fields, name="y"), LP64)
    assert not compatible(Record("struct", "x", fields), Record("struct", None, fields), LP64)


def _list(value: CType) -> Record:
    node = Record("struct", "node")
    node.complete([Field("next", Pointer(node)), Field("value", value)])
    return node


def test_records_that_point_to_themselves() -> None:
    assert compatible(_list(names.int_), _list(names.int32), LP64)
    assert not compatible(_list(names.int_), _list(names.uint), LP64)


def test_an_incomplete_record_is_not_remembered() -> None:
    one, other = Record("struct", "s", [Field("a", names.int_)]), Record("struct", "s")
    holding = [Record("struct", "h", [Field("p", Pointer(record))]) for record in (one, other)]
    assert compatible(one, other, LP64)
    assert compatible(*holding, LP64)
    assert not compatible(one, Record("struct", "t"), LP64)
    other.complete([Field("b", names.double)])
    assert not compatible(one, other, LP64)
    assert not compatible(*holding, LP64)


def test_a_reopened_record_is_asked_anew_when_answers_are_forgotten() -> None:
    one = Record("struct", "s", [Field("a", names.int_)])
    other = Record("struct", "s", [Field("a", names.uint)])
    assert not compatible(one, other, LP64)
    other.reopen()
    forget()
    other.complete([Field("a", names.int_)])
    assert compatible(one, other, LP64)


def test_members_tags_aside() -> None:
    one = Record("struct", "s", [Field("a", names.uint32)])
    assert same_members(one, Record("struct", None, [Field("a", names.uint)]), LP64)
    assert not same_members(one, Record("union", None, [Field("a", names.uint)]), LP64)
    assert not same_members(one, Record("struct", None), LP64)


@pytest.mark.parametrize(
    ("given", "wanted", "passes"),
    [
        ("int *", "int *", True),
        ("int *", "const int *", True),
        ("const int *", "int *", False),
        ("int *", "void *", True),
        ("void *", "int *", True),
        ("const void *", "int *", False),
        ("int *", "unsigned *", False),
        ("char **", "const char **", True),
        ("const char **", "char **", False),
        ("void **", "int **", False),
        ("int **", "void *", True),
        ("const int (*)[3]", "int (*)[3]", False),
        ("int (*)[3]", "const int (*)[3]", True),
        ("int (*)(int)", "void (*)(void)", True),
        ("void (*)(void)", "int (*)(int)", False),
        ("int (*)(int)", "int (*)(long)", False),
        ("int (*)(int x)", "int (*)(int32_t)", True),
    ],
)
def test_a_pointer_for_another(given: str, wanted: str, passes: bool) -> None:
    one, other = of(given), of(wanted)
    assert isinstance(one, Pointer)
    assert isinstance(other, Pointer)
    assert assignable(one, other, LP64) is passes


@pytest.mark.parametrize(
    ("given", "wanted", "passes"),
    [
        ("int (*)(int *, int *)", "int (*)(const void *, const void *)", True),
        ("int *(*)(void *)", "void *(*)(char *)", True),
        ("int (*)(double *)", "int (*)(int *)", False),
        ("int (*)(int)", "int (*)(void *)", False),
        ("int (*)(int (*)(int))", "int (*)(void *)", False),
        ("double (*)(double)", "int (*)(const void *, const void *)", False),
        ("int (*)(void *, ...)", "int (*)(void *)", False),
    ],
)
def test_a_function_for_another(given: str, wanted: str, passes: bool) -> None:
    one, other = of(given), of(wanted)
    assert isinstance(one, Pointer)
    assert isinstance(other, Pointer)
    assert isinstance(one.target, Function)
    assert isinstance(other.target, Function)
    assert callable_as(one.target, other.target, LP64) is passes


def test_what_another_library_describes() -> None:
    pair = Record("struct", "Pair", [Field("x", names.int_), Field("y", names.int_)])
    assert same_scalars(pair, Array(names.uint, 2), LP64)
    assert same_scalars(pair, Record("struct", "other", pair.fields), LP64)
    assert not same_scalars(pair, names.long, LP64)
    assert not same_scalars(names.float_, names.int_, LP64)
    assert same_scalars(of("enum e", declared=ENUMS), names.int_, LP64)
    assert not same_scalars(Record("struct", "a"), Record("struct", "a"), LP64)
