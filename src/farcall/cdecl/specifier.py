"""C's own type names: which type a set of specifiers is (C11 6.7.2 p2, and GNU's additions)."""

from __future__ import annotations

from ..ctype import Complex, CType, names
from .standard import EXTENDED

__all__ = ["basic"]

SIGNED = {
    "char": names.schar,
    "short": names.short,
    "": names.int_,
    "long": names.long,
    "long long": names.longlong,
}
UNSIGNED = {
    "char": names.uchar, "short": names.ushort, "": names.uint, "long": names.ulong,
    "long long": names.ulonglong,
}  # fmt: skip


def _key(text: str) -> tuple[str, ...]:
    return tuple(sorted(text.split()))


def _table() -> dict[tuple[str, ...], CType]:
    table: dict[tuple[str, ...], CType] = {
        _key("void"): names.void,
        _key("_Bool"): names.bool_,
        _key("char"): names.char,
        _key("__int128"): names.int128,
        _key("signed __int128"): names.int128,
        _key("unsigned __int128"): names.uint128,
        _key("_Complex"): names.complex_double,  # GNU: a lone _Complex is of doubles
    }
    for part in (names.float_, names.double, names.longdouble):
        table[_key(part.name)] = part
        table[_key(f"{part.name} _Complex")] = Complex(part)
    for part in EXTENDED.values():
        table[_key(part.name)] = part
        table[_key(f"{part.name} _Complex")] = Complex(part)
    for width in SIGNED:
        for int_ in ("", "int") if width != "char" else ("",):
            if width or int_:
                table.setdefault(_key(f"{width} {int_}"), SIGNED[width])
            table[_key(f"signed {width} {int_}")] = SIGNED[width]
            table[_key(f"unsigned {width} {int_}")] = UNSIGNED[width]
    return table


BASIC = _table()


def basic(specifiers: list[str]) -> CType | None:
    """The type that the specifiers name together, in any order; None where they name none."""
    return BASIC.get(tuple(sorted(specifiers)))
