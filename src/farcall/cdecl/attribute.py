"""Attributes as records: GNU `__attribute__((...))`, C23 `[[...]]`, Microsoft `__declspec(...)`, `__stdcall`.

An attribute that changes how a value is laid out or a function is called is understood, or refused with
UnsupportedTypeError; every other one is skipped, known or not, since it cannot change a call.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import UnsupportedTypeError
from ..record import NamedTuple
from .keywords import CONVENTIONS
from .token import Token, fault

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["Attribute", "attributes", "matching"]

#: Attributes with a meaning here; what they do is written where they are applied.
UNDERSTOOD = frozenset(
    [
        "packed",
        "transparent_union",
        "aligned",
        "align",  # in __declspec
        "ms_struct",
        "gcc_struct",
        "scalar_storage_order",
        "vector_size",
        "mode",
        "ms_abi",
        "sysv_abi",
        "vectorcall",
        "stdcall",
        "fastcall",
        "thiscall",
        "cdecl",
        "pascal",
        "regparm",
        "pcs",
    ]
)

#: Attributes that change layout or calls in ways not modelled here (GCC and clang manuals, type, variable and
#: function attributes of all targets).
REFUSED = frozenset(
    [
        "ext_vector_type",
        "neon_vector_type",
        "neon_polyvector_type",
        "arm_sve_vector_bits",
        "riscv_rvv_vector_bits",
        "vector_mask",
        "address_space",
        "bitint",
        "altivec",
        "sseregparm",
        "aarch64_vector_pcs",
        "aarch64_sve_pcs",
        "swiftcall",
        "swiftasynccall",
        "preserve_most",
        "preserve_all",
        "preserve_none",
        "regcall",
        "intel_ocl_bicc",
        "riscv_vector_cc",
        "riscv_vls_cc",
        "m68k_rtd",
        "interrupt",
        "signal",
        "naked",
    ]
)

PAIRS = {"(": ")", "[": "]", "{": "}"}


class Attribute(NamedTuple):
    """One attribute: its name without underscores, its arguments' tokens, and where its name stands."""

    name: str
    arguments: tuple[Token, ...]
    offset: int


def matching(text: str, stream: Sequence[Token], start: int) -> int:
    """The index of the bracket that closes the one at `start`. Raises DeclarationError without one."""
    waiting = []
    for index in range(start, len(stream)):
        token = stream[index]
        if token.kind != "mark":
            continue
        if token.text in PAIRS:
            waiting.append(PAIRS[token.text])
        elif token.text in ")]}":
            if not waiting or waiting.pop() != token.text:
                raise fault(text, token.offset, f"unmatched {token.text!r}")
            if not waiting:
                return index
    raise fault(text, stream[start].offset, f"{stream[start].text!r} is never closed")


def attributes(text: str, stream: Sequence[Token], start: int) -> tuple[list[Attribute], int] | None:
    """The attributes written at `start`, and the index behind them; None where no attribute stands there.

    Raises DeclarationError for a malformed one, UnsupportedTypeError for one that changes layout or calls
    in a way that is not modelled.
    """
    word = stream[start].text
    if word in CONVENTIONS:
        return [Attribute(CONVENTIONS[word], (), stream[start].offset)], start + 1
    if word in ("__attribute__", "__attribute"):
        inner = _opened(text, stream, start + 1, "((")
        end = matching(text, stream, start + 1)
        return _listed(text, stream[inner : end - 1]), end + 1
    if word == "__declspec":
        inner = _opened(text, stream, start + 1, "(")
        end = matching(text, stream, start + 1)
        found = _listed(text, stream[inner:end])
        # Microsoft's align(n) is aligned(n); its other words concern linking and warnings.
        renamed = [a._replace(name="aligned") if a.name == "align" else a for a in found]
        return [a for a in renamed if a.name == "aligned"], end + 1
    if word == "[" and start + 1 < len(stream) and stream[start + 1].text == "[":
        end = matching(text, stream, start)
        return _listed(text, stream[start + 2 : end - 1]), end + 1
    return None


def _opened(text: str, stream: Sequence[Token], index: int, brackets: str) -> int:
    for bracket in brackets:
        if index >= len(stream) or stream[index].text != bracket:
            raise fault(text, stream[min(index, len(stream) - 1)].offset, f"expected {bracket!r} here")
        index += 1
    return index


def _listed(text: str, stream: Sequence[Token]) -> list[Attribute]:
    """name, name(arguments), scope::name; commas between them are optional, as `__declspec` has none."""
    found = []
    index = 0
    while index < len(stream):
        token = stream[index]
        index += 1
        if token.text == ",":
            continue
        if token.kind != "name":
            raise fault(text, token.offset, f"an attribute's name was expected, not {token.text!r}")
        while index + 2 < len(stream) and stream[index].text == stream[index + 1].text == ":":
            token = stream[index + 2]
            index += 3
        arguments: tuple[Token, ...] = ()
        if index < len(stream) and stream[index].text == "(":
            end = matching(text, stream, index)
            arguments = tuple(stream[index + 1 : end])
            index = end + 1
        name = token.text
        if len(name) > 4 and name.startswith("__") and name.endswith("__"):
            name = name[2:-2]
        if name in REFUSED:
            _refuse(text, token, name)
        if name in UNDERSTOOD:
            found.append(Attribute(name, arguments, token.offset))
    return found


def _refuse(text: str, token: Token, name: str) -> NoReturn:
    raise UnsupportedTypeError(str(fault(text, token.offset, f"the attribute {name!r} is not supported")))
