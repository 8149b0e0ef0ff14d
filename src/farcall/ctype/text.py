"""C's types written as C: `declare(type, name)` is the inverse of parsing."""

from __future__ import annotations

from dataclasses import replace

from .types import (
    Array,
    Complex,
    CType,
    Enum,
    Function,
    Integer,
    Pointer,
    Qualified,
    Record,
    Vector,
    Void,
)
from .types import Float as _Float

__all__ = ["declare", "definition"]

#: Qualifiers in the order in which they are written.
QUALIFIER_ORDER = ("const", "volatile", "restrict", "_Atomic")


def declare(type: CType, name: str = "") -> str:
    """The declaration of `name` with `type`; without a name, the type itself (`int (*)(double)`)."""
    base, declarator = _unwind(type, name)
    return f"{base} {declarator}".rstrip() if declarator else base


def definition(record: Record) -> str:
    """A record with its members, on one line: `struct point { int x; int y; }`.

    C has no attribute for `#pragma pack`; it is shown in a comment.
    """
    words = [f"aligned({record.align})"] * (record.align > 0) + ["ms_struct"] * record.microsoft
    head = [record.kind, f"__attribute__(({', '.join(words)}))" if words else "", record.tag or ""]
    if record.fields is not None:
        head.append("{ " + "".join(f"{field}; " for field in record.fields) + "}")
        head.append(f"/* #pragma pack({record.pack}) */" if record.pack else "")
    return " ".join(word for word in head if word)


def _unwind(type: CType, inner: str) -> tuple[str, str]:
    """(base type, declarator): declarators are written from the inside out (C11 6.7.6)."""
    if isinstance(type, Qualified):
        words = " ".join(q for q in QUALIFIER_ORDER if q in type.qualifiers)
        if isinstance(type.type, Pointer):  # const after the star qualifies the pointer
            return _pointer(type.type.target, f"{words} {inner}".rstrip())
        base, declarator = _unwind(type.type, inner)
        return f"{words} {base}", declarator
    if isinstance(type, Pointer):
        return _pointer(type.target, inner)
    if isinstance(type, Array):
        return _unwind(type.element, f"{inner}[{'' if type.length is None else type.length}]")
    if isinstance(type, Function):
        parameters = ", ".join(str(p) for p in type.parameters) or ("void" if type.prototyped else "")
        if type.variadic:
            parameters = f"{parameters}, ..." if type.parameters else "..."
        convention = f"__attribute__(({type.convention})) " if type.convention else ""
        return _unwind(type.result, f"{convention}{inner}({parameters})")
    return _base(type), inner


def _pointer(target: CType, inner: str) -> tuple[str, str]:
    """`*inner` of a target, in parentheses where the target's own declarator follows the name. A function's
    convention goes into them: before them it would be that of the outermost function."""
    if isinstance(target, Function) and target.convention:
        inner = f"(__attribute__(({target.convention})) *{inner})"
        return _unwind(replace(target, convention=None), inner)
    return _unwind(target, f"(*{inner})" if isinstance(target, (Array, Function)) else f"*{inner}")


def _base(type: CType) -> str:
    if isinstance(type, Void):
        return "void"
    if isinstance(type, (Integer, _Float)):
        return type.name
    if isinstance(type, Complex):
        return f"{type.part.name} _Complex"
    if isinstance(type, Vector):
        size = f"{type.count} * sizeof({type.lane.name})"
        return type.name or f"{type.lane.name} __attribute__((vector_size({size})))"
    if isinstance(type, Enum):
        if type.tag:
            return f"enum {type.tag}"
        return type.name or "enum { " + ", ".join(f"{name} = {value}" for name, value in type.constants) + " }"
    if isinstance(type, Record):
        if type.tag:
            return f"{type.kind} {type.tag}"
        return type.name or definition(type)
    raise TypeError(f"not a C type: {type!r}")
