"""Integer constant expressions (C11 6.6), with C's types, conversions and wrapping, under a data model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ctype import Array, CType, Enum, Integer, Record, alignof, is_signed, layout, sizeof, unqualified
from ..errors import IncompleteTypeError, UnsupportedTypeError
from .literal import INTEGER, Value, character, number, real

if TYPE_CHECKING:
    from .builder import Builder
    from .syntax import Node

__all__ = ["converted", "evaluate"]

ARITHMETIC = frozenset(["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"])
COMPARISONS = {
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b, "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip


def evaluate(builder: Builder, node: Node, *, live: bool = True) -> Value:
    """The value of an integer constant expression. Raises DeclarationError, pointing at what is none.

    Where the expression is not `live` only the type of the value counts, as in the other branch of `?:` and
    under sizeof: there a division by zero is none.
    """
    kind = type(node).__name__
    if kind == "Constant":
        return _literal(builder, node)
    if kind == "ID":
        known = builder.constant_named(node)
        if known is None:
            builder.fail(node, f"{node.name!r} is not a known constant")
        return _sized(known)
    if kind == "UnaryOp":
        return _unary(builder, node, live)
    if kind == "BinaryOp":
        return _binary(builder, node, live)
    if kind == "TernaryOp":
        condition = evaluate(builder, node.cond, live=live).value
        one = _promoted(evaluate(builder, node.iftrue, live=live and bool(condition)))
        other = _promoted(evaluate(builder, node.iffalse, live=live and not condition))
        return (one if condition else other).as_type(*_common(one, other))
    if kind == "Cast":
        return _as_type(builder, node.expr, builder.type_name(node.to_type), live)
    if kind == "FuncCall" and type(node.name).__name__ == "ID" and node.name.name == "offsetof":
        return _size(builder, _offset(builder, node))
    return builder.fail(node, "this is not an integer constant expression")


def _literal(builder: Builder, node: Node) -> Value:
    text: str = node.value
    try:
        read = character if text.endswith("'") else number
        found = read(text, builder.model)
    except ValueError as error:
        builder.fail(node, str(error))
    if found is None:
        builder.fail(node, f"{text} is not an integer constant")
    return found


def _sized(value: int) -> Value:
    """A named constant: an int where that holds it, else the narrowest wider type."""
    for bits in (32, 64, 128):
        if -(1 << (bits - 1)) <= value < 1 << (bits - 1):
            return Value(value, bits, True)
        if 0 <= value < 1 << bits:
            return Value(value, bits, False)
    raise AssertionError(value)


def _size(builder: Builder, value: int) -> Value:
    return Value(value, builder.model.pointer * 8, False)


def _promoted(value: Value) -> Value:
    """C11 6.3.1.1 p2: what is narrower than int becomes int."""
    return Value(value.value, 32, True) if value.bits < 32 else value


def _common(one: Value, other: Value) -> tuple[int, bool]:
    """(bits, signed) of the usual arithmetic conversions (C11 6.3.1.8)."""
    if one.bits != other.bits:
        wide = max(one, other, key=lambda value: value.bits)
        return wide.bits, wide.signed
    return one.bits, one.signed and other.signed


def _unary(builder: Builder, node: Node, live: bool) -> Value:
    if node.op in ("sizeof", "_Alignof"):
        return _size(builder, _measure(builder, node))
    if node.op not in ("+", "-", "~", "!"):
        builder.fail(node, f"{node.op!r} does not belong in a constant expression")
    operand = _promoted(evaluate(builder, node.expr, live=live))
    if node.op == "!":
        return Value(int(not operand.value), 32, True)
    value = {"+": operand.value, "-": -operand.value, "~": ~operand.value}[node.op]
    return Value(value, operand.bits, operand.signed).as_type(operand.bits, operand.signed)


def _binary(builder: Builder, node: Node, live: bool) -> Value:
    op = node.op
    left = _promoted(evaluate(builder, node.left, live=live))
    if op in ("&&", "||"):
        decided = bool(left.value) == (op == "||")
        right = evaluate(builder, node.right, live=live and not decided)
        return Value(int(op == "||" if decided else right.value != 0), 32, True)
    right = _promoted(evaluate(builder, node.right, live=live))
    if op in ("<<", ">>"):
        return _shifted(builder, node, left, right.value, live)
    bits, signed = _common(left, right)
    a, b = left.as_type(bits, signed).value, right.as_type(bits, signed).value
    if op in COMPARISONS:
        return Value(int(COMPARISONS[op](a, b)), 32, True)
    if op not in ARITHMETIC:
        builder.fail(node, f"{op!r} does not belong in a constant expression")
    if op in ("/", "%"):
        if b == 0 and live:
            builder.fail(node, "division by zero in a constant expression")
        b = b or 1
        quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)  # C truncates toward zero
        value = quotient if op == "/" else a - quotient * b
    else:
        value = {"+": a + b, "-": a - b, "*": a * b, "&": a & b, "|": a | b, "^": a ^ b}[op]
    return Value(value, bits, signed).as_type(bits, signed)


def _shifted(builder: Builder, node: Node, left: Value, by: int, live: bool) -> Value:
    """A shift has the type of its left side alone (C11 6.5.7 p3)."""
    if not 0 <= by < left.bits:
        if live:
            builder.fail(node, f"a shift by {by} of a value of {left.bits} bits")
        return left
    value = left.value << by if node.op == "<<" else left.value >> by
    return Value(value, left.bits, left.signed).as_type(left.bits, left.signed)


def converted(builder: Builder, node: Node, type: CType) -> int:
    """The value of an expression as the integer type holds it."""
    return _as_type(builder, node, type, True).value


def _as_type(builder: Builder, node: Node, type_: CType, live: bool) -> Value:
    target = unqualified(type_)
    if isinstance(target, Enum):
        target = target.underlying
    if not isinstance(target, Integer):
        builder.fail(node, f"a conversion to {target} is no integer constant")
    fraction = _fraction(builder, node)
    value = evaluate(builder, node, live=live) if fraction is None else Value(int(fraction), 128, True)
    if target.rank == "bool":
        return Value(int(bool(value.value if fraction is None else fraction)), 8, False)
    return value.as_type(sizeof(target, builder.model) * 8, is_signed(target, builder.model))


def _fraction(builder: Builder, node: Node) -> float | None:
    """A floating literal, which may only stand in a cast (C11 6.6 p6); None for any other node."""
    text = node.value if type(node).__name__ == "Constant" else ""
    fraction = real(text) if not INTEGER.fullmatch(text) else None
    if fraction is not None and not abs(fraction) < 2.0**127:
        builder.fail(node, f"{text} is too large for any integer type")
    return fraction


def _measure(builder: Builder, node: Node) -> int:
    """sizeof and _Alignof, of a type or a variable."""
    operand = node.expr
    typedef_align = 0
    if type(operand).__name__ == "Typename":
        type_, typedef_align = builder.aligned_type_name(operand)
    elif type(operand).__name__ == "ID" and (variable := builder.draft.variable(operand.name)) is not None:
        type_ = variable
    else:
        return evaluate(builder, operand, live=False).bits // 8
    try:
        if node.op == "_Alignof":
            return typedef_align or alignof(type_, builder.model)
        return sizeof(type_, builder.model)
    except (IncompleteTypeError, UnsupportedTypeError) as error:
        builder.fail(node, f"{node.op} of {type_}: {error}")


def _offset(builder: Builder, node: Node) -> int:
    """offsetof(type, member): member names, `.` and `[...]` from the inside out."""
    arguments = node.args.exprs if node.args is not None else []
    if len(arguments) != 2 or type(arguments[0]).__name__ != "Typename":
        builder.fail(node, "offsetof takes a type and a member")
    type_: CType = builder.type_name(arguments[0])
    return _member(builder, arguments[1], type_)[0]


def _member(builder: Builder, node: Node, outer: CType) -> tuple[int, CType]:
    kind = type(node).__name__
    if kind == "ID":
        return _field(builder, node, outer, node.name)
    if kind == "StructRef" and node.type == ".":
        at, inner = _member(builder, node.name, outer)
        offset, found = _field(builder, node, inner, node.field.name)
        return at + offset, found
    if kind == "ArrayRef":
        at, inner = _member(builder, node.name, outer)
        if not isinstance(inner, Array):
            builder.fail(node, f"{inner} is not an array")
        return at + evaluate(builder, node.subscript).value * sizeof(inner.element, builder.model), inner.element
    return builder.fail(node, "this is not a member")


def _field(builder: Builder, node: Node, outer: CType, name: str) -> tuple[int, CType]:
    record = unqualified(outer)
    if not isinstance(record, Record) or record.fields is None:
        builder.fail(node, f"{outer} has no members")
    found = _search(builder, record, name)
    if found is None:
        builder.fail(node, f"{outer} has no member {name!r}")
    return found


def _search(builder: Builder, record: Record, name: str) -> tuple[int, CType] | None:
    """The member, also inside members without a name (C11 6.7.2.1 p13)."""
    for member in layout(record, builder.model).members:
        if member.field.name == name:
            return member.offset, member.field.type
        inner = unqualified(member.field.type)
        if member.field.name is None and isinstance(inner, Record):
            found = _search(builder, inner, name)
            if found is not None:
                return member.offset + found[0], found[1]
    return None
