"""Numbers and characters that are cdata: what `ffi.cast` makes of them, and `long double`."""

from __future__ import annotations

from typing import Any

from .cdata import CData, cdata_type
from .types import CType

__all__ = ["Number", "enumerator"]


class Number(CData):
    """A number, character or enumerator with its C type. It compares and hashes as the value that reading it gives."""

    __slots__ = ("__weakref__", "_ct_", "_v")
    _ct_: CType  # type: ignore[misc]
    _v: Any

    def __init__(self, type: CType, value: Any) -> None:
        self._ct_, self._v = type, value

    def __init_subclass__(cls) -> None:
        raise TypeError("type '_cffi_backend._CDataBase' is not an acceptable base type")

    def __repr__(self) -> str:
        kind = self._ct_
        if kind.kind == "enum":
            name = kind._elements.get(self._v)
            shown = str(self._v) if name is None else f"{self._v}: {name}"
        elif kind._how == "longdouble":
            shown = _scientific(self._v)
        else:
            shown = repr(self._v)
        return f"<cdata '{kind.cname}' {shown}>"

    def __bool__(self) -> bool:
        how = self._ct_._how
        if how in ("char", "wide"):
            return bool(int(self))
        return bool(float(self._v) if how == "longdouble" else self._v)

    def __int__(self) -> int:
        how = self._ct_._how
        if how == "complex":
            raise TypeError(f"int() not supported on cdata '{self._ct_.cname}'")
        return ord(self._v) if isinstance(self._v, (bytes, str)) else int(self._v)

    def __index__(self) -> int:
        if self._ct_._how not in ("signed", "unsigned", "bool"):
            raise TypeError(f"an integer is required, not cdata '{self._ct_.cname}'")
        return int(self._v)

    def __float__(self) -> float:
        if self._ct_._how not in ("float", "longdouble"):
            raise TypeError(f"float() not supported on cdata '{self._ct_.cname}'")
        return float(self._v)

    def __complex__(self) -> complex:
        if self._ct_._how != "complex":
            raise TypeError(f"complex() not supported on cdata '{self._ct_.cname}'")
        return complex(self._v)

    def __eq__(self, other: object) -> Any:
        return _compare(self, other, "__eq__")

    def __ne__(self, other: object) -> Any:
        return _compare(self, other, "__ne__")

    def __lt__(self, other: Any) -> Any:
        return _compare(self, other, "__lt__")

    def __le__(self, other: Any) -> Any:
        return _compare(self, other, "__le__")

    def __gt__(self, other: Any) -> Any:
        return _compare(self, other, "__gt__")

    def __ge__(self, other: Any) -> Any:
        return _compare(self, other, "__ge__")

    def __hash__(self) -> int:
        if self._ct_._how == "longdouble":
            return object.__hash__(self)
        return hash(self._v)


Number.__module__, Number.__name__, Number.__qualname__ = "_cffi_backend", "_CDataBase", "_CDataBase"


def _compare(one: Number, other: Any, how: str) -> Any:
    kind = cdata_type(other)
    if kind is not None and kind.kind not in ("primitive", "enum"):
        return NotImplemented
    for number in (one, other):
        if number.__class__ is Number and number._ct_._how == "longdouble":  # refused by cffi too, in these words
            raise NotImplementedError(f"cannot use <cdata '{number._ct_.cname}'> in a comparison")
    return getattr(one._v, how)(other._v if other.__class__ is Number else other)


def enumerator(number: Number) -> str:
    """The name of an enumerator, or its number."""
    return str(number._ct_._elements.get(number._v, number._v))


def _scientific(value: Any) -> str:
    """A long double as C's "%LE" shows it."""
    return f"{float(value):.6E}"
