"""Words of the command line as Python values, by the C type that is wanted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from ..cpython.value.text import is_wide
from ..ctype import (
    Array,
    CType,
    Enum,
    Float,
    Function,
    Integer,
    Pointer,
    Record,
    Void,
    is_const,
    is_python_object,
    names,
    natural,
    unqualified,
)

__all__ = ["guessed", "value"]

NULL = "NULL"
TRUTH = {"true": True, "1": True, "false": False, "0": False}
#: What a word that starts with `str:` is, whatever it looks like.
TEXT = "str"


def value(word: str, ctype: CType, where: str) -> Any:
    """The Python value that `word` stands for where a `ctype` is wanted. Raises ValueError or TypeError, naming
    `where`.

    Integers: decimal, 0x, 0o, 0b or a character in quotes ('a'); `char`: one character, or an integer; enums: the
    name of a constant too; `_Bool`: true or false; floating numbers: as C and Python write them, inf, nan, 0x1p-3.
    Pointers: NULL; text for `const char *` and its wide kin; the text's bytes for `const void *` and pointers to const bytes; a
    number, the address, for `void *`; what the word looks like for `PyObject *`, as in a variadic part. Structs and arrays:
    {1, 2}, nested as they are.
    """
    ctype = unqualified(ctype)
    if is_python_object(ctype):
        from ..cpython.value import class_of

        return class_of(ctype)() if word == NULL else guessed(word, where)
    if isinstance(ctype, Pointer):
        return _pointer(word, ctype, where)
    if isinstance(ctype, (Record, Array)):
        return _braces(word, ctype, where)
    if isinstance(ctype, Enum):
        constants = dict(ctype.constants)
        if word in constants:
            return constants[word]
        return _integer(word, where, f"an integer or one of {', '.join(constants)}")
    if isinstance(ctype, Integer):
        if ctype.rank == "bool":
            if word.lower() not in TRUTH:
                raise ValueError(f"{where} must be true or false, not {word!r}")
            return TRUTH[word.lower()]
        if ctype.rank == "char" and ctype.signed is None and len(os.fsencode(word)) == 1:
            return os.fsencode(word)
        return _integer(word, where, f"an integer for {ctype}")
    if isinstance(ctype, Float):
        number = _floating(word)
        if number is None:
            raise ValueError(f"{where} must be a number for {ctype}, not {word!r}")
        return number
    raise TypeError(f"{where}: a {ctype} cannot be given on a command line")


def guessed(word: str, where: str) -> Any:
    """The Python value of a word for a variadic part: `double:2` names its C type, `str:2` is text; else an
    integer, a floating number, NULL or text, as it looks. Raises ValueError, naming `where`."""
    prefix, colon, rest = word.partition(":")
    if colon and prefix == TEXT:
        return rest
    ctype = names.NAMED.get(prefix) or names.NAMED.get(prefix + "_")
    if colon and ctype is not None and not isinstance(ctype, Void):
        from ..cpython.value import class_of

        return class_of(ctype)(value(rest, ctype, where))
    if word == NULL:
        return None
    try:
        return int(word, 0)
    except ValueError:
        number = _floating(word)
        return word if number is None else number


def _integer(word: str, where: str, wanted: str) -> int:
    if len(word) == 3 and word[0] == word[2] == "'":
        return ord(word[1])
    try:
        return int(word, 0)
    except ValueError:
        octal = f"; 0o{word.lstrip('0')} is octal" if word.isdecimal() else ""
        raise ValueError(f"{where} must be {wanted}, not {word!r}{octal}") from None


def _floating(word: str) -> float | None:
    try:
        return float.fromhex(word) if "x" in word.lower() else float(word)  # "face" is no number
    except (ValueError, OverflowError):
        return None


def _pointer(word: str, ctype: Pointer, where: str) -> Any:
    target = unqualified(ctype.target)
    if word == NULL:
        return None
    if isinstance(target, Function):
        raise TypeError(f"{where}: no function can be given on a command line; {ctype} can only be NULL")
    if not is_const(ctype.target):
        if isinstance(target, Void):
            return _integer(word, where, "NULL or an address for void *")
        raise TypeError(
            f"{where}: {ctype} is memory that C may write, which a command line does not have; it can only be NULL"
        )
    if (isinstance(target, Integer) and target.rank == "char" and target.signed is None) or is_wide(ctype):
        return word
    if isinstance(target, Void) or (isinstance(target, Integer) and target.rank == "char"):
        return os.fsencode(word)
    raise TypeError(f"{where}: there is no way to write a {ctype} on a command line; it can only be NULL")


def _braces(word: str, ctype: Record | Array, where: str) -> tuple[Any, ...]:
    """The members of `{1, {2, 3}}` by their types."""
    inner = word.strip()
    if not (inner.startswith("{") and inner.endswith("}")):
        raise ValueError(f"{where} must be {{...}} with the members of {ctype}, not {word!r}")
    words = list(_apart(inner[1:-1]))
    if isinstance(ctype, Record):
        types = [natural(field.type) for field in ctype.fields or ()]
    else:
        types = [natural(ctype.element)] * (ctype.length or 0)
    if len(words) > len(types):
        raise ValueError(f"{where}: {len(words)} values for the {len(types)} of {ctype}")
    return tuple(
        value(member, type, f"{where} member {number}")
        for number, (member, type) in enumerate(zip(words, types, strict=False), 1)
    )


def _apart(text: str) -> Iterator[str]:
    """The parts of a text between the commas that are in no braces of its own."""
    depth, start = 0, 0
    for index, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if character == "," and not depth:
            yield text[start:index].strip()
            start = index + 1
    if text[start:].strip():
        yield text[start:].strip()
