"""The shape most instructions share: a word of fixed bits and up to three registers; a row of the manual is a `Form`.

    31          21 20  16 15      10 9    5 4    0
    fixed bits    |  Rm  |   rest   |  Rn  | Rd/Rt

Bit 31 ("sf") is set where a general register is of 64 bits. Each word lies in memory little-endian.

Source: Arm Architecture Reference Manual for A-profile (DDI 0487), chapters C4 and C6.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

from farcall.encode.field import register, signed

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import TypeVar

    _V = TypeVar("_V")
else:
    _V = object

__all__ = ["PACK", "WIDE", "Form", "Table", "by_size", "displacement", "widths", "with_registers"]

PACK: Callable[[int], bytes] = Struct("<I").pack
WIDE = 1 << 31


class Form:
    """One row of the manual: its text for messages, its fixed bits, the manual's names of its register fields."""

    __slots__ = ("fields", "name", "word")

    def __init__(self, name: str, word: int, fields: tuple[str, str, str] = ("Rd", "Rn", "Rm")) -> None:
        self.name = name
        self.word = word
        self.fields = fields


class Table(dict[int, _V]):
    """Rows by width, condition or kind; a key without a row is a ValueError that names the instruction."""

    __slots__ = ("name", "what")

    def __init__(self, name: str, what: str, rows: dict[int, _V]) -> None:
        super().__init__(rows)
        self.name = name
        self.what = what

    def __missing__(self, key: object) -> _V:
        raise ValueError(f"{self.name}: {self.what} {key!r} is none of {', '.join(map(str, self))}")


def widths(name: str, word: int, wide: int = WIDE, fields: tuple[str, str, str] = ("Rd", "Rn", "Rm")) -> Table[Form]:
    """The forms of one instruction at 32 and 64 bits; `wide` is what 64 bits add. `{}` in `name` becomes w or x."""
    forms = {
        32: Form(name.replace("{}", "w"), word, fields),
        64: Form(name.replace("{}", "x"), word | wide, fields),
    }
    return Table(name.replace("{}", "r"), "width", forms)


def by_size(name: str, rows: dict[int, tuple[str, int]], fields: tuple[str, str, str]) -> Table[Form]:
    """The forms of one instruction by the width of what it moves: `{width: (text, fixed bits)}`."""
    return Table(name, "width", {bits: Form(text, word, fields) for bits, (text, word) in rows.items()})


def with_registers(form: Form, first: int, second: int = 0, third: int = 0, rest: int = 0) -> bytes:
    """`form` with registers in bits 0, 5 and 16 and up, `rest` in place; ValueError names a wrong register."""
    if (first | second | third) & ~31:  # one test for all: a negative number has all upper bits set
        for number, field in zip((first, second, third), form.fields, strict=True):
            register(number, form.name, field)
    return PACK(form.word | first | second << 5 | third << 16 | rest)


def displacement(value: int, bits: int, name: str) -> int:
    """The distance in bytes from the instruction to its target, a multiple of 4, as `bits` bits of words."""
    return signed(value, bits, name, "displacement", 4)
