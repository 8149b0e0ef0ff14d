"""Blocks of declarations: what they add to a scope, and that a wrong one adds nothing."""

from __future__ import annotations

from copy import copy

import pytest

from farcall.cdecl import Scope, parse_declarations
from farcall.convention import target
from farcall.ctype import (
    ILP32_I386,
    LLP64,
    LP64,
    Array,
    Enum,
    Field,
    Function,
    Integer,
    Parameter,
    Pointer,
    Qualified,
    Record,
    Vector,
    declare,
    layout,
    names,
    sizeof,
)
from farcall.errors import DeclarationError, UnsupportedTypeError

HEADER = """
/* A header of
   two lines */
#pragma once
# 1 "somewhere.h" 1
#define MOST 4
#define TWICE (MOST * 2)        // needs MOST
typedef struct { int quot; int rem; } div_t;
div_t div(int numerator, int denominator);

struct node;
typedef struct node *link;
struct node { link next; int values[TWICE]; };

enum colour { RED, GREEN = MOST, BLUE, };
union number { int i; float f; struct { short low, high; }; };
typedef int (*callback)(void *context, enum colour);
static const unsigned char LIMIT = 0x1ff;
extern const char *const names[MOST], *title;
int on_event(callback, union number *), (*hook)(div_t);
_Static_assert(sizeof(struct node) == 40, "the layout changed");
"""


def test_a_header_is_read() -> None:
    scope = Scope()
    found = parse_declarations(HEADER, scope)
    assert sorted(found.typedefs) == ["callback", "div_t", "link"]
    assert sorted(found.tags) == [("enum", "colour"), ("struct", "node"), ("union", "number")]
    assert found.constants == {"MOST": 4, "TWICE": 8, "RED": 0, "GREEN": 4, "BLUE": 5, "LIMIT": 0xFF}
    assert sorted(found.functions) == ["div", "on_event"]
    assert sorted(found.variables) == ["hook", "names", "title"]

    node = scope.tags["struct", "node"]
    assert isinstance(node, Record)
    assert node.fields == (Field("next", Pointer(node)), Field("values", Array(names.int_, 8)))
    assert str(scope.functions["div"].result) == "div_t"
    assert scope.tags["enum", "colour"] == Enum("colour", names.uint, (("RED", 0), ("GREEN", 4), ("BLUE", 5)))
    const_char = Qualified(names.char, frozenset(["const"]))
    const_pointer = Qualified(Pointer(const_char), frozenset(["const"]))
    assert scope.variables["names"] == Array(const_pointer, 4)
    assert scope.variables["title"] == Pointer(const_char)


def test_known_names_serve_later_texts() -> None:
    scope = Scope()
    parse_declarations("typedef long number; enum { N = 3 }; struct s { number x[N]; };", scope)
    found = parse_declarations("#define M (N + 1)\nnumber f(struct s, int a[M]); extern struct s v[M];", scope)
    assert found.functions["f"].result == names.long
    assert found.variables["v"] == Array(scope.tags["struct", "s"], 4)


def test_the_same_declaration_may_come_again() -> None:
    scope = Scope()
    parse_declarations(HEADER, scope)
    before = scope.tags["struct", "node"]
    parse_declarations(HEADER.replace("div_t div(int numerator, int denominator)", "div_t div(int, int)"), scope)
    assert scope.tags["struct", "node"] is before


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("typedef int t;", "typedef long t;"),
        ("typedef int t;", "int t;"),
        ("int f(int);", "int f(long);"),
        ("int f(int);", "int f(int, ...);"),
        ("int f(int);", "extern int f;"),
        ("int f(int);", "__attribute__((ms_abi)) int f(int);"),
        ("extern int v;", "extern unsigned v;"),
        ("extern int v[3];", "extern int v[4];"),
        ("struct s { int x; };", "struct s { int y; };"),
        ("struct s { int x; };", "struct s { int x, y; };"),
        ("struct s { int x; };", "#pragma pack(1)\nstruct s { int x; };"),
        ("struct s { int x; };", "union s { int x; };"),
        ("struct s;", "enum s { A };"),
        ("enum e { A };", "enum e { A, B };"),
        ("enum e { A };", "enum f { A = 1 };"),
        ("enum e { A };", "int A;"),
        ("enum e { A };", "struct e;"),
        ("#define N 3", "#define N 4"),
        ("#define N 3", "static const int N = 4;"),
        ("#define f 3", "int f(void);"),
        ("typedef struct { int a; } s;", "typedef struct { int b; } s;"),
    ],
)
def test_a_contradiction_is_refused_and_changes_nothing(first: str, second: str) -> None:
    scope = Scope()
    parse_declarations(first, scope)
    before = snapshot(scope)
    with pytest.raises(DeclarationError) as caught:
        parse_declarations("int innocent(void);\n" + second, scope)
    assert caught.value.line >= 2
    assert snapshot(scope) == before


def snapshot(scope: Scope) -> list[object]:
    kinds = (scope.typedefs, scope.tags, scope.constants, scope.functions, scope.variables, scope.alignments)
    fields = [(key, tag.fields) for key, tag in scope.tags.items() if isinstance(tag, Record)]
    return [*map(copy, kinds), copy(scope.predefined), fields]


def test_a_struct_completed_in_a_text_that_fails_is_incomplete_again() -> None:
    scope = Scope()
    parse_declarations("struct s; struct s *make(void);", scope)
    with pytest.raises(DeclarationError):
        parse_declarations("struct s { int a; }; int n[sizeof(struct s)]; oops", scope)
    record = scope.tags["struct", "s"]
    assert isinstance(record, Record)
    assert record.fields is None
    parse_declarations("struct s { double a, b; }; int n[sizeof(struct s)];", scope)
    assert scope.variables["n"] == Array(names.int_, 16)


def test_an_array_without_length_is_completed() -> None:
    scope = Scope()
    parse_declarations("extern int a[]; extern int b[3];", scope)
    parse_declarations("extern int a[5]; extern int b[];", scope)
    assert scope.variables == {"a": Array(names.int_, 5), "b": Array(names.int_, 3)}


def test_a_standard_typedef_may_be_defined_otherwise_once() -> None:
    scope = Scope()
    parse_declarations("typedef unsigned long size_t; typedef int bool;", scope)
    assert scope.typedefs["size_t"] == names.size_t  # the same type: the standard name stays
    assert scope.typedefs["bool"] == names.int_
    with pytest.raises(DeclarationError, match="already declared"):
        parse_declarations("typedef char bool;", scope)


def test_standard_typedefs_follow_the_model() -> None:
    def widths(scope: Scope, *asked: str) -> list[int]:
        return [sizeof(scope.typedefs[name], scope.model) for name in asked]

    asked = ("size_t", "time_t", "off_t", "wchar_t", "int_fast16_t", "intmax_t", "pid_t", "__m256")
    assert widths(Scope(LP64), *asked) == [8, 8, 8, 4, 8, 8, 4, 32]
    assert widths(Scope(LLP64), *asked) == [8, 8, 4, 2, 4, 8, 8, 32]
    assert widths(Scope(ILP32_I386), *asked) == [4, 4, 4, 4, 4, 8, 4, 32]


def test_a_tag_alone_is_a_member_to_microsoft() -> None:
    """And to MinGW's gcc; elsewhere it declares nothing in the body of a struct, but the tag."""
    text = "struct pair { int a, b; }; struct whole { struct pair; struct inner { char c; }; struct later; int d; };"
    for model, members, size in ((LP64, ["d"], 4), (LLP64, [None, None, "d"], 16)):
        scope = Scope(model)
        parse_declarations(text, scope)
        whole = scope.tags["struct", "whole"]
        assert isinstance(whole, Record)
        assert [field.name for field in whole.fields or ()] == members
        assert sizeof(whole, model) == size
    with pytest.raises(DeclarationError, match="two members are named 'a'"):
        parse_declarations("struct twice { int a; struct pair; };", scope)


def test_scopes_share_no_opaque_records() -> None:
    one, two = Scope(), Scope()
    parse_declarations("struct _IO_FILE { int x; };", one)
    assert one.typedefs["FILE"] is one.tags["struct", "_IO_FILE"]
    record = two.typedefs["FILE"]
    assert isinstance(record, Record)
    assert record.fields is None


def test_a_function_may_be_declared_by_a_typedef() -> None:
    found = parse_declarations("typedef int operation(int, int); operation add, sub; operation *table[2];", Scope())
    operation = Function(names.int_, (Parameter("", names.int_), Parameter("", names.int_)))
    assert found.functions == {"add": operation, "sub": operation}
    assert found.variables == {"table": Array(Pointer(operation), 2)}


def test_enums_get_gccs_types() -> None:
    tags = parse_declarations(
        "enum a { A }; enum b { B = -1 }; enum c { C = 1LL << 40 }; enum d { D = -1, D2 = 1U << 31 };"
        "enum __attribute__((packed)) e { E = 200 }; enum f { F = -200 } __attribute__((packed));"
        "enum g { G = ~0ULL };",
        Scope(),
    ).tags
    found = [tags["enum", tag].underlying for tag in "abcdefg"]  # type: ignore[attr-defined]
    assert found == [
        names.uint, names.int_, names.ulong, names.long, names.uchar, names.short, names.ulong,
    ]  # fmt: skip


def test_attributes_reach_layouts() -> None:
    scope = Scope()
    parse_declarations(
        """
        struct __attribute__((packed)) a { char c; int i; };
        struct b { char c; int i; } __attribute__((__packed__, aligned(8)));
        struct c { char c; int i __attribute__((packed)); int j __attribute__((aligned(16))); };
        struct d { char c; _Alignas(double) char e; _Alignas(32) int f; };
        typedef int aligned_int __attribute__((aligned(16)));
        typedef int loose_int __attribute__((aligned(1)));
        struct e { char c; aligned_int i; loose_int j; char d; loose_int k; aligned_int *p; };
        #pragma pack(push, 2)
        struct f { char c; int i; };
        #pragma pack(push, 1)
        struct g { char c; int i; };
        #pragma pack(pop)
        struct h { char c; int i; };
        #pragma pack(pop)
        struct i { char c; int i; };
        struct __attribute__((ms_struct)) j { char c : 4; int i : 4; };
        struct k { char c : 4; int i : 4; };
        struct [[gnu::packed]] l { char c; int i; };
        struct __declspec(align(32)) m { char c; };
        struct n { int x; } __attribute__((aligned));
        struct o { char c; _Alignas(16) int x __attribute__((aligned(8))); };
        """,
        scope,
    )
    found = {}
    for (_, tag), record in scope.tags.items():
        if len(tag) == 1:
            assert isinstance(record, Record)
            placed = layout(record, LP64)
            found[tag] = (placed.size, placed.align, [m.offset for m in placed.members])
    assert found == {
        "a": (5, 1, [0, 1]),
        "b": (8, 8, [0, 1]),
        "c": (32, 16, [0, 1, 16]),
        "d": (64, 32, [0, 8, 32]),
        "e": (48, 16, [0, 16, 20, 24, 25, 32]),
        "f": (6, 2, [0, 2]),
        "g": (5, 1, [0, 1]),
        "h": (6, 2, [0, 2]),
        "i": (8, 4, [0, 4]),
        "j": (8, 4, [0, 4]),
        "k": (4, 4, [0, 0]),
        "l": (5, 1, [0, 1]),
        "m": (32, 32, [0]),
        "n": (16, 16, [0]),
        "o": (32, 16, [0, 16]),
    }


CONVENTIONS = [
    ("__attribute__((ms_abi)) int f(int);", "ms_abi"),
    ("int __attribute__((ms_abi)) f(int);", "ms_abi"),
    ("int f(int) __attribute__((__ms_abi__, nothrow));", "ms_abi"),
    ("[[gnu::sysv_abi]] int f(int);", "sysv_abi"),
    ("int __stdcall f(int);", None),  # of 32-bit x86 only, like gcc
    ("int __vectorcall f(int);", "vectorcall"),
    ("int f(int) __attribute__((nonnull(1), format(printf, 1, 2), visibility(\"hidden\"), new_one(x, (y))));", None),
    ("int f(int) __asm__(\"other\" \"name\") __attribute__((pure));", None),
    ("__declspec(dllimport) int f(int);", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "convention"), CONVENTIONS, ids=[c[0] for c in CONVENTIONS])
def test_conventions_are_read_and_harmless_attributes_skipped(text: str, convention: str | None) -> None:
    assert parse_declarations(text, Scope()).functions["f"].convention == convention


@pytest.mark.parametrize("name", ["stdcall", "fastcall", "thiscall", "cdecl", "pascal"])
def test_conventions_of_32_bits_are_read_there(name: str) -> None:
    scope = Scope(ILP32_I386)
    parse_declarations(f"int f(int) __attribute__(({name})); int __{name} g(int);", scope)
    assert [f.convention for f in scope.functions.values()] == [name, name]
    parse_declarations("int r(int) __attribute__((regparm(1 + 2)));", scope)
    assert scope.functions["r"].convention == "regparm(3)"


def test_arms_conventions_are_named_in_quotes() -> None:
    scope = Scope(target("arm-linux").model)
    parse_declarations('double f(double) __attribute__((pcs("aapcs")));', scope)
    function = scope.functions["f"]
    assert function.convention == 'pcs("aapcs")'
    assert declare(function, "f") == 'double __attribute__((pcs("aapcs"))) f(double)'
    for wrong in ("pcs", "pcs()", "pcs(3)"):
        with pytest.raises(DeclarationError, match="pcs needs a name in quotes"):
            parse_declarations(f"int g(int) __attribute__(({wrong}));", scope)


def test_cdecl_is_no_other_function_than_one_without_a_convention() -> None:
    parse_declarations("int f(int); int __cdecl f(int); int f(int);", Scope(ILP32_I386))
    with pytest.raises(DeclarationError, match="f"):
        parse_declarations("int f(int); int __stdcall f(int);", Scope(ILP32_I386))


def test_a_convention_belongs_to_the_function_it_stands_at() -> None:
    found = parse_declarations(
        """
        void a(int (__attribute__((ms_abi)) *inner)(int));
        int (__attribute__((ms_abi)) *b(void))(int);
        __attribute__((ms_abi)) int (*c(void))(int);
        int (*d)(int) __attribute__((ms_abi));
        typedef int (*__attribute__((ms_abi)) e)(int);
        int (__vectorcall *table[2])(int);
        """,
        Scope(),
    )
    inner = found.functions["a"].parameters[0].type
    assert isinstance(inner, Pointer)
    assert isinstance(inner.target, Function)
    assert (found.functions["a"].convention, inner.target.convention) == (None, "ms_abi")
    for name, outer, result in (("b", None, "ms_abi"), ("c", "ms_abi", None)):
        function = found.functions[name]
        assert isinstance(function.result, Pointer)
        assert isinstance(function.result.target, Function)
        assert (function.convention, function.result.target.convention) == (outer, result)
    one_parameter = (Parameter("", names.int_),)
    assert found.variables["d"] == Pointer(Function(names.int_, one_parameter, convention="ms_abi"))
    assert found.typedefs["e"] == Pointer(Function(names.int_, one_parameter, convention="ms_abi"))
    assert found.variables["table"] == Array(Pointer(Function(names.int_, one_parameter, convention="vectorcall")), 2)


def test_vectors_and_modes() -> None:
    found = parse_declarations(
        """
        #define BYTES 16
        typedef float v4 __attribute__((vector_size(BYTES)));
        typedef float __attribute__((vector_size(4 * sizeof(double)))) v8;
        v4 f(v4, v8 *, short __attribute__((vector_size(8))));
        typedef unsigned word __attribute__((mode(DI)));
        typedef float quad __attribute__((mode(TF)));
        """,
        Scope(),
    )
    v4, v8 = Vector(names.float_, 4, "v4"), Vector(names.float_, 8, "v8")
    assert found.typedefs == {"v4": v4, "v8": v8, "word": names.uint64, "quad": names.float128}
    assert [p.type for p in found.functions["f"].parameters] == [v4, Pointer(v8), Vector(names.short, 4)]


def test_vectors_that_compilers_have_built_in() -> None:
    """What <arm_neon.h> makes its types of."""
    found = parse_declarations(
        "typedef __Int8x8_t a; typedef __Float16x8_t b; typedef __Poly64x2_t c; typedef __Uint64x1_t d; __Poly8_t e;",
        Scope(),
    )
    shapes = {name: (type.lane, type.count) for name, type in found.typedefs.items() if isinstance(type, Vector)}
    assert shapes == {
        "a": (names.int8, 8),
        "b": (names.fp16, 8),
        "c": (Integer("__Poly64_t", "64", False), 2),
        "d": (names.uint64, 1),
    }
    assert found.variables["e"] == Integer("__Poly8_t", "8", False)


@pytest.mark.parametrize(
    "text",
    [
        "_BitInt(7) f(void);",
        "_Decimal64 f(void);",
        "__auto_type x;",
        "int _Complex f(void);",
        "float f __attribute__((ext_vector_type(4)));",
        "int x __attribute__((scalar_storage_order(\"big-endian\")));",
        "struct __attribute__((scalar_storage_order(\"big-endian\"))) s { long double x; };",
        "int f(int) __attribute__((preserve_most));",
        "double d __attribute__((mode(DI)));",
    ],
)  # fmt: skip
def test_what_is_not_modelled_is_named_with_its_place(text: str) -> None:
    with pytest.raises(UnsupportedTypeError, match=r"(?s)line 1, column \d+: .*\^"):
        parse_declarations(text, Scope())


def test_inline_functions_lose_their_bodies_and_static_ones_are_left_out() -> None:
    found = parse_declarations(
        """
        static __inline int hidden(struct s *x) { return x ? ({ int y; y = 1; }) : "}"[0]; }
        extern inline int shown(int x) { return x; }
        __attribute__((always_inline)) inline long also(void) { for (;;) {} }
        int last(void);
        """,
        Scope(),
    )
    assert list(found.functions) == ["shown", "also", "last"]


def test_a_transparent_union_is_passed_as_its_first_member() -> None:
    scope = Scope()
    parse_declarations(
        "typedef union { int *i; float *f; } either __attribute__((__transparent_union__)); int f(either);"
        "union __attribute__((transparent_union)) other { long l; double *d; }; extern union other v;",
        scope,
    )
    parse_declarations("int g(union other, either *); either h(void);", scope)
    parameters = [p.type for name in "fg" for p in scope.functions[name].parameters]
    assert parameters == [Pointer(names.int_), names.long, Pointer(scope.typedefs["either"])]
    assert scope.functions["h"].result is scope.typedefs["either"]
