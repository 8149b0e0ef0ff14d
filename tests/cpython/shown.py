"""C that shows what it received, and calls to it on both tiers."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path
from types import BuiltinFunctionType
from typing import Any

import farcall

from .model import DEFINITIONS, SLOT, SOURCE_HEAD, Kind, Raises

__all__ = ["TIERS", "Shown", "complaint", "source"]

TIERS = ("fast", "api")
#: A signature's name and its parameters' kinds; each parameter is called value0, value1, ...
Signature = tuple[str, Sequence[Kind]]


def parameters(kinds: Sequence[Kind]) -> list[str]:
    """The parameters in C."""
    return [
        kind.c.replace("(*)", f"(*value{i})") if "(*)" in kind.c else f"{kind.c} value{i}"
        for i, kind in enumerate(kinds)
    ]


def prototype(name: str, kinds: Sequence[Kind]) -> str:
    return f"int {name}({', '.join(parameters(kinds)) or 'void'})"


def source(signatures: Sequence[Signature]) -> str:
    """A function for each signature: it stores its arguments into `seen`, and a text as well into `text`."""
    lines = [SOURCE_HEAD]
    for name, kinds in signatures:
        lines.append(prototype(name, kinds) + "\n{")
        for i, kind in enumerate(kinds):
            lines.append(f"    memcpy(seen + {i * SLOT}, &value{i}, sizeof value{i});")
            if kind.text:
                lines.append(f"    if (value{i}) strncpy((char *)text, value{i}, sizeof text - 1);")
        lines.append(f"    return {len(kinds)};\n}}")
    return "\n".join(lines)


class Shown:
    """The functions of some signatures, bound on both tiers."""

    def __init__(self, path: Path, signatures: Sequence[Signature], gil: str = "hold") -> None:
        self.libraries = {tier: farcall.Library(path, tier=tier, gil=gil) for tier in TIERS}
        library = ctypes.CDLL(str(path))
        self.seen = (ctypes.c_ubyte * (SLOT * 32)).in_dll(library, "seen")
        self.text = (ctypes.c_char * 256).in_dll(library, "text")
        self.functions: dict[tuple[str, str], BuiltinFunctionType] = {}
        for tier, opened in self.libraries.items():
            opened.cdef(DEFINITIONS)
            for name, kinds in signatures:
                self.functions[name, tier] = opened.function(prototype(name, kinds))

    def call(self, name: str, tier: str, *arguments: Any) -> list[bytes] | BaseException:
        """What C received, 16 bytes an argument, or what was raised."""
        ctypes.memset(self.seen, 0xA5, ctypes.sizeof(self.seen))
        ctypes.memset(self.text, 0, ctypes.sizeof(self.text))
        try:
            result = self.functions[name, tier](*arguments)
        except Exception as error:
            if bytes(self.seen[:4]) != b"\xa5" * 4:
                raise AssertionError(f"{name} was called and raised {error!r}") from error
            return error
        assert result == len(arguments)
        shown = bytes(self.seen)
        return [shown[i * SLOT : (i + 1) * SLOT] for i in range(len(arguments))]


def complaint(
    kind: Kind, value: Any, expected: bytes | Raises, got: bytes | BaseException, text: bytes, names: Sequence[str]
) -> str | None:
    """How what happened differs from what should: C received, or an exception that names all of `names`."""
    if isinstance(expected, Raises):
        if not isinstance(got, BaseException):
            return f"accepted as {got.hex()}, not refused with {expected.error.__name__}"
        if type(got) is not expected.error:
            return f"refused with {got!r}, not {expected.error.__name__}"
        if expected.named and not all(name in str(got) for name in names):
            return f"refused without naming {', '.join(names)}: {got}"
        return None
    if isinstance(got, BaseException):
        return f"refused with {got!r}, not accepted as {expected.hex()}"
    if kind.text and isinstance(value, str):
        return None if text.startswith(expected) else f"C read {text!r}, not {expected!r}"
    if kind.name == "point":  # without the padding
        expected, got = expected[:4] + expected[8:], got[:4] + got[8:]
    if got[: len(expected)] != expected:
        return f"C received {got.hex()}, not {expected.hex()}"
    return None
