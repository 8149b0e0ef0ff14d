"""What a `#define` stands for, where that is a constant: an integer, a floating number, a string, an address."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..ctype import Enum, Float, Integer, Pointer, is_signed, sizeof, unqualified
from .constant import COMPARISONS, evaluate
from .literal import INTEGER, Value, real, string
from .scope import Address, Constant
from .token import Token

if TYPE_CHECKING:
    from .builder import Builder
    from .syntax import Node

__all__ = ["text_of", "value_of"]

#: What GCC's functions for numbers without a literal give.
BUILTINS = {
    "__builtin_huge_val": math.inf, "__builtin_huge_valf": math.inf, "__builtin_huge_vall": math.inf,
    "__builtin_inf": math.inf, "__builtin_inff": math.inf, "__builtin_infl": math.inf,
    "__builtin_nan": math.nan, "__builtin_nanf": math.nan, "__builtin_nanl": math.nan,
}  # fmt: skip


class Real(NamedTuple):
    """A floating number, and whether its type is `float`, so that results are rounded to that."""

    value: float
    single: bool


def text_of(body: Sequence[Token]) -> str | None:
    """The text of string literals, perhaps in parentheses; None for anything else."""
    while len(body) > 2 and body[0].text == "(" and body[-1].text == ")":
        body = body[1:-1]
    if not body or any(token.kind != "string" for token in body):
        return None
    return string([token.text for token in body])


def value_of(builder: Builder, node: Node) -> Constant:
    """The value of a constant expression: an integer, a floating number, or a pointer made of an integer.

    Floating arithmetic is done in `float` or `double`, as C does where all is one of these; a `long double` becomes
    the nearest `double`. Raises DeclarationError for what is not constant, or too large for a `double`.
    """
    if type(node).__name__ == "Cast":
        target = unqualified(builder.type_name(node.to_type))
        if isinstance(target, Pointer):
            inner = value_of(builder, node.expr)
            if isinstance(inner, Address):
                inner = inner.value
            if not isinstance(inner, int):
                builder.fail(node, f"{inner!r} is no address")
            return Address(target, inner % (1 << 8 * builder.model.pointer))
    if type(node).__name__ == "ID":
        known = builder.known(node.name)
        if known is not None:
            return known
    return _arithmetic(builder, node).value


def _arithmetic(builder: Builder, node: Node) -> Real | Value:
    """As C computes it; what has no floating number in it is an integer constant expression."""
    kind = type(node).__name__
    if kind == "Constant":
        return _literal(builder, node)
    if kind == "ID":
        known = builder.known(node.name)
        return Real(known, False) if isinstance(known, float) else evaluate(builder, node)
    if kind == "UnaryOp" and node.op in ("+", "-", "!"):
        operand = _arithmetic(builder, node.expr)
        if isinstance(operand, Real):
            if node.op == "!":
                return Value(int(not operand.value), 32, True)
            return operand if node.op == "+" else operand._replace(value=-operand.value)
    elif kind == "BinaryOp" and node.op not in ("&&", "||", "<<", ">>", "&", "|", "^", "%"):
        left, right = _arithmetic(builder, node.left), _arithmetic(builder, node.right)
        if isinstance(left, Real) or isinstance(right, Real):
            return _binary(node.op, _real(left), _real(right))
    elif kind == "TernaryOp":
        chosen = node.iftrue if _arithmetic(builder, node.cond).value else node.iffalse
        return _arithmetic(builder, chosen)
    elif kind == "Cast":
        return _cast(builder, node)
    elif kind == "FuncCall" and getattr(node.name, "name", "") in BUILTINS:
        return Real(BUILTINS[node.name.name], node.name.name.endswith("f"))
    return evaluate(builder, node)


def _literal(builder: Builder, node: Node) -> Real | Value:
    text: str = node.value
    value = None if INTEGER.fullmatch(text) else real(text)
    if value is None:
        return evaluate(builder, node)
    if math.isinf(value):
        builder.fail(node, f"{text} is too large for a double")
    single = text[-1] in "fF"
    return Real(_rounded(value) if single else value, single)


def _real(value: Real | Value) -> Real:
    """An integer among floating numbers takes their type (C11 6.3.1.8)."""
    return value if isinstance(value, Real) else Real(float(value.value), True)


def _binary(op: str, left: Real, right: Real) -> Real | Value:
    single = left.single and right.single
    a, b = (_rounded(side.value) if single else side.value for side in (left, right))
    if op in COMPARISONS:
        return Value(int(COMPARISONS[op](a, b)), 32, True)
    if op == "/" and b == 0:  # IEEE 754, 7.3
        value = math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)
    else:
        value = {"+": a + b, "-": a - b, "*": a * b}[op] if op != "/" else a / b
    return Real(_rounded(value) if single else value, single)


def _cast(builder: Builder, node: Node) -> Real | Value:
    target = unqualified(builder.type_name(node.to_type))
    if isinstance(target, Enum):
        target = target.underlying
    if not isinstance(target, (Integer, Float)):
        return evaluate(builder, node)
    inner = _arithmetic(builder, node.expr)
    if isinstance(target, Float):
        single = target.format == "binary32"
        value = float(inner.value)
        return Real(_rounded(value) if single else value, single)
    if not isinstance(inner, Real):
        return evaluate(builder, node)
    if target.rank == "bool":
        return Value(int(bool(inner.value)), 8, False)
    if not abs(inner.value) < 2.0**127:
        builder.fail(node, f"{inner.value} is too large for any integer type")
    whole = Value(int(inner.value), 128, True)
    return whole.as_type(sizeof(target, builder.model) * 8, is_signed(target, builder.model))


def _rounded(value: float) -> float:
    """The nearest `float`."""
    try:
        nearest: float = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)
    return nearest
