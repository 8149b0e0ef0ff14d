"""The words of C declarations, by what they do there: data for the outline."""

from __future__ import annotations

__all__ = [
    "ALIASES",
    "DROPPED",
    "DROPPED_CALLS",
    "EXTENDED_FLOATS",
    "QUALIFIERS",
    "SPECIFIERS",
    "STORAGE",
    "TAGGED",
    "UNSUPPORTED",
]

#: Other spellings of C's own words (GCC manual, "Alternate Keywords"; C23 6.4.1; Windows headers).
ALIASES = {
    "__const": "const", "__const__": "const",
    "__volatile": "volatile", "__volatile__": "volatile",
    "__restrict": "restrict", "__restrict__": "restrict",
    "__signed": "signed", "__signed__": "signed",
    "__complex": "_Complex", "__complex__": "_Complex",
    "__alignof": "_Alignof", "__alignof__": "_Alignof", "alignof": "_Alignof",
    "alignas": "_Alignas", "static_assert": "_Static_assert",
    "_Float32": "float", "_Float64": "double", "_Float32x": "double", "_Float128": "__float128",
    "__builtin_offsetof": "offsetof",
    "__int8": "char", "__int16": "short", "__int32": "int", "__int64": "long long",
    "_Float64x": "long double",
}  # fmt: skip

#: Words that change neither types nor calls.
DROPPED = frozenset(
    [
        "__extension__",
        "inline",
        "__inline",
        "__inline__",
        "__forceinline",
        "_Noreturn",
        "__thread",
        "_Thread_local",
        "thread_local",
        "__unaligned",
        "__w64",
        "__ptr64",
        "_Nullable",
        "_Nonnull",
        "_Null_unspecified",
    ]
)

#: Words that are dropped with the parentheses behind them.
DROPPED_CALLS = frozenset(["asm", "__asm", "__asm__"])

QUALIFIERS = frozenset(["const", "volatile", "restrict", "_Atomic"])
STORAGE = frozenset(["typedef", "extern", "static", "auto", "register"])
TAGGED = frozenset(["struct", "union", "enum"])

#: Floating types that pycparser does not know; it is told that they are typedefs.
EXTENDED_FLOATS = frozenset(["_Float16", "__bf16", "__float128", "__fp16"])

#: Keywords that name a type or part of one.
SPECIFIERS = EXTENDED_FLOATS | {
    "void", "char", "short", "int", "long", "long long", "long double", "float", "double", "signed",
    "unsigned", "_Bool", "_Complex", "__int128",
}  # fmt: skip

#: Words of C and its dialects for what is not modelled here.
UNSUPPORTED = frozenset(
    [
        "_BitInt",
        "_Decimal32",
        "_Decimal64",
        "_Decimal128",
        "_Imaginary",
        "__auto_type",
        "typeof",
        "__typeof",
        "__typeof__",
        "typeof_unqual",
        "_Generic",
        "_Accum",
        "_Fract",
        "_Sat",
        "__vector",
        "__pixel",
        "__seg_fs",
        "__seg_gs",
        "__ibm128",
    ]
)
