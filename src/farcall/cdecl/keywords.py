"""The words of C declarations, by what they do there: data for the parser."""

from __future__ import annotations

__all__ = [
    "ALIASES",
    "ASM",
    "ATTRIBUTES",
    "CONVENTIONS",
    "DROPPED",
    "KEYWORDS",
    "QUALIFIERS",
    "SPECIFIERS",
    "STORAGE",
    "TAGGED",
    "TYPEOF",
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

QUALIFIERS = frozenset(["const", "volatile", "restrict", "_Atomic"])
STORAGE = frozenset(["typedef", "extern", "static", "auto", "register"])
TAGGED = frozenset(["struct", "union", "enum"])
TYPEOF = frozenset(["typeof", "__typeof", "__typeof__", "typeof_unqual", "__typeof_unqual", "__typeof_unqual__"])

#: Words that are dropped with the parentheses behind them, or give a declared name another one in the library.
ASM = frozenset(["asm", "__asm", "__asm__"])

#: Keywords that name a type or part of one.
SPECIFIERS = frozenset(
    [
        "void", "char", "short", "int", "long", "long long", "long double", "float", "double", "signed",
        "unsigned", "_Bool", "_Complex", "__int128", "_Float16", "__bf16", "__float128", "__fp16",
    ]
)  # fmt: skip

#: Microsoft's and Borland's calling-convention keywords and the attributes they stand for.
CONVENTIONS = {
    f"{underscores}{name}": name
    for underscores in ("_", "__")
    for name in ("cdecl", "stdcall", "fastcall", "thiscall", "vectorcall", "pascal")
}

#: What an attribute may start with, beside `[[`.
ATTRIBUTES = frozenset(["__attribute__", "__attribute", "__declspec", *CONVENTIONS])

#: Words of C and its dialects for what is not modelled here.
UNSUPPORTED = frozenset(
    [
        "_BitInt",
        "_Decimal32",
        "_Decimal64",
        "_Decimal128",
        "_Imaginary",
        "__auto_type",
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


def _keywords() -> dict[str, tuple[str, str]]:
    kinds = {
        "type": SPECIFIERS, "qualifier": QUALIFIERS, "storage": STORAGE, "tagged": TAGGED, "typeof": TYPEOF, "asm": ASM,
        "dropped": DROPPED, "attribute": ATTRIBUTES, "unsupported": UNSUPPORTED, "align": ["_Alignas"],
        "constexpr": ["constexpr"],
    }  # fmt: skip
    found = {word: (kind, word) for kind, words in kinds.items() for word in words}
    for word, meant in ALIASES.items():
        if meant in found:
            found[word] = found[meant]
    return found


#: What may stand among the specifiers of a declaration: its kind, and the word that it is another spelling of.
KEYWORDS = _keywords()
