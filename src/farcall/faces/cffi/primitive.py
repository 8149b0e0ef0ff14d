"""cffi's primitive types, void and enumerations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from ...ctype import Complex, Enum, Float, Integer, Qualified, alignof, is_signed, names, sizeof
from ...ctype import CType as C
from .types import MODEL, CType, shared

__all__ = ["new_enum_type", "new_primitive_type", "new_void_type"]


def _width(bits: int, rank: str = "") -> dict[str, tuple[str, bool]]:
    """`intN_t` and its kin."""
    return {f"{u}int{kind}{bits}_t": (rank or str(bits), not u) for u in ("", "u") for kind in ("", "_least")}


#: Integers by name: their rank and whether they are signed. Those that a system's headers choose are in `TYPEDEFS`.
INTEGERS = {
    "short": ("short", True), "int": ("int", True), "long": ("long", True), "long long": ("long long", True),
    "signed char": ("char", True), "unsigned char": ("char", False), "unsigned short": ("short", False),
    "unsigned int": ("int", False), "unsigned long": ("long", False), "unsigned long long": ("long long", False),
    **_width(8), **_width(16), **_width(32), **_width(64), "int_fast8_t": ("8", True), "uint_fast8_t": ("8", False),
    **{f"{u}int_fast{n}_t": ("pointer", not u) for n in (16, 32) for u in ("", "u")},
    "int_fast64_t": ("64", True), "uint_fast64_t": ("64", False), "intptr_t": ("pointer", True),
    "uintptr_t": ("pointer", False), "intmax_t": ("64", True), "uintmax_t": ("64", False), "ptrdiff_t": ("pointer", True),
    "size_t": ("pointer", False), "ssize_t": ("pointer", True),
}  # fmt: skip
FLOATS = {"float": names.float_, "double": names.double, "long double": names.longdouble}
COMPLEXES = {"_cffi_float_complex_t": Complex(names.float_), "_cffi_double_complex_t": Complex(names.double)}
WIDE = {
    "wchar_t": names.wchar,
    "char16_t": Integer("char16_t", "16", False),
    "char32_t": Integer("char32_t", "32", False),
}
#: The codes of the module struct for numbers of so many bytes.
SIGNED, UNSIGNED = {1: "b", 2: "h", 4: "i", 8: "q"}, {1: "B", 2: "H", 4: "I", 8: "Q"}

_enumerations = count()


def new_void_type() -> CType:
    """The type `void`."""
    return shared(("void",), lambda: CType("void", "void", "void", 4, -1, -1, names.void))


def new_primitive_type(name: str) -> CType:
    """A primitive type by the name that cffi has for it. Raises KeyError for another name."""
    return shared((name,), lambda: _primitive(name))


def _primitive(name: str) -> CType:
    if name in INTEGERS:
        rank, signed = INTEGERS[name]
        return _number(name, "signed" if signed else "unsigned", Integer(name, rank, signed))
    if name == "_Bool":
        return _number(name, "bool", names.bool_)
    if name == "char":
        return _number(name, "char", names.char)
    if name in WIDE:
        return _number(name, "wide", WIDE[name])
    if name in FLOATS:
        return _number(name, "longdouble" if name == "long double" else "float", FLOATS[name])
    if name in COMPLEXES:
        return _number(name, "complex", COMPLEXES[name])
    raise KeyError(name)


def _number(name: str, how: str, type: C) -> CType:
    size = sizeof(type, MODEL)
    made = CType("primitive", how, name, len(name), size, alignof(type, MODEL), type)
    made._limits = 0, 0
    if isinstance(type, Integer):
        signed = is_signed(type, MODEL) and how == "signed"
        most = 1 if how == "bool" else (1 << (8 * size - signed)) - 1
        made._limits = (-most - 1 if signed else 0, most)
        made._format = "=" + (SIGNED if signed else UNSIGNED)[size]
    elif isinstance(type, Float) and how == "float":
        made._format = "=f" if size == 4 else "=d"
    elif isinstance(type, Complex):
        made._format = "=ff" if size == 8 else "=dd"
    return made


def new_enum_type(name: str, enumerators: Sequence[str], values: Sequence[int], base: CType) -> CType:
    """An enumeration. Raises ValueError for another number of values than names, TypeError for a base that is no integer."""
    if len(enumerators) != len(values):
        raise ValueError("tuple args must have the same size")
    if base._how not in ("signed", "unsigned"):
        raise TypeError("expected a primitive signed or unsigned base type")
    underlying: Any = base._type
    constants = tuple(zip(enumerators, map(int, values), strict=True))
    apart = frozenset({f"cffi enumeration {next(_enumerations)}"})  # two may have the same name in two FFI instances
    type = Qualified(Enum(None, underlying, constants, name), apart)
    made = CType("enum", base._how, name, len(name), base._size, base._align, type)
    made._limits, made._format = base._limits, base._format
    made._elements = {}
    made._relements = dict(constants)
    for enumerator, value in constants:
        if not made._limits[0] <= value <= made._limits[1]:
            raise OverflowError(f"enum '{name}' declaration for '{enumerator}' does not fit the '{base.cname}' type")
        made._elements.setdefault(value, enumerator)
    return made
