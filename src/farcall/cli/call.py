"""`farcall call`: one call of a C function, its arguments read from words by their C types."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from ..ctype import CType, Integer, Pointer, Void, unqualified

__all__ = ["TIER", "arranged", "parser", "run"]

TIER = "fast: objects are read inline (the default, where the Python is known); api: by CPython's C API alone"
OPTIONS = ("--errno", "-h", "--help")
OPTIONS_WITH_VALUE = ("--gil", "--tier")
PROCESS = "-"

EPILOG = """\
arguments, by the type that is declared:
  integers           42, -1, 0xff, 0o17, 0b101, 'a' (the quotes belong to it)
  enum               a constant's name, or an integer
  float, double      1, 2.5, -inf, nan, 0x1p-3
  _Bool              true, false
  char               one character, or an integer
  const char *       the text itself; so for other const bytes, and const wchar_t *
  pointers           NULL; for void * an address
  structs            {1, 2.5, {3, 4}}
  PyObject *         as it looks: an int, a float or a str; NULL
  in a variadic part as they look: integer, floating, text; or int64:5, double:2, str:7

The result is printed: numbers plain, text as it is, structs with their members, nothing for void.

  farcall call libm.so.6 'double pow(double, double)' 2 10
  farcall call z 'unsigned long crc32(unsigned long, const unsigned char *, unsigned int)' 0 hello 5
  farcall call - 'int printf(const char *, ...)' '%s is %d. ' answer 42
"""


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = argparse.ArgumentParser(
        prog="farcall call",
        description="Call a C function and print its result.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("library", metavar="LIB", help="a path, a file name, a short name, or - for this process")
    made.add_argument("prototype", metavar="PROTOTYPE", help="the function's declaration in C")
    made.add_argument("arguments", metavar="ARG", nargs="*", default=[], help="its arguments; see below")
    made.add_argument(
        "--gil",
        choices=("release", "hold", "python"),
        default="release",
        help="what the call does with the GIL (default: release)",
    )
    made.add_argument("--errno", action="store_true", help="print errno too")
    made.add_argument("--tier", choices=("fast", "api"), default="", help=TIER)
    return made


def arranged(words: list[str]) -> list[str]:
    """The words with the command's own options first, so that an argument may start with a dash."""
    options: list[str] = []
    others: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            others += rest
        elif word in OPTIONS_WITH_VALUE:
            options += [word, *([following] if (following := next(rest, None)) is not None else [])]
        elif word in OPTIONS or word.startswith(tuple(f"{name}=" for name in OPTIONS_WITH_VALUE)):
            options.append(word)
        elif word.startswith("-") and word != PROCESS and len(others) < 2:
            options.append(word)  # no library or prototype starts with a dash: argparse says what is wrong
        else:
            others.append(word)
    return [*options, "--", *others]


def run(options: argparse.Namespace) -> int:
    """Call it."""
    from ..cpython.callable.function import describe
    from ..high import Library

    library = Library(
        None if options.library == PROCESS else options.library,
        gil=options.gil,
        errno=options.errno,
        tier=options.tier,
    )
    function = library.function(options.prototype)
    description = describe(function)
    arguments = _arguments(description, options.arguments)
    sys.stdout.flush()
    result = function(*arguments)
    number = _errno() if options.errno else None
    Library(None).function("int fflush(void *stream)")(None)  # what C has printed comes before the result
    shown = _shown(result, description.function.result)
    if shown is not None:
        _print(shown)
    if number is not None:
        _print(_named(number))
    return 0


def _arguments(description: Any, words: list[str]) -> list[Any]:
    """The arguments' values."""
    from ..cpython.callable.marshal import count
    from .argument import guessed, value

    known = len(description.function.parameters)
    if len(words) < known or (len(words) > known and not description.function.takes_any):
        count(description, len(words))
    found = []
    for index, word in enumerate(words):
        if index < known:
            found.append(value(word, description.parameter_type(index), description.parameter_name(index)))
        else:
            kind = "variadic argument" if description.function.variadic else "argument"
            found.append(guessed(word, f"{description.name}() {kind} {index + 1}"))
    return found


def _shown(result: object, ctype: CType) -> str | None:
    """A result as text; None for void."""
    ctype = unqualified(ctype)
    if isinstance(ctype, Void):
        return None
    if result is None:
        return "NULL"
    if isinstance(result, bool):
        return str(result).lower()
    if isinstance(result, bytes) and isinstance(ctype, Integer):
        return result.decode("ascii") if result.isascii() and result.decode().isprintable() else repr(result)
    if isinstance(result, str) and isinstance(ctype, Pointer):
        return result
    return repr(result)


def _errno() -> int:
    from ..cpython.callable.errno import errno

    return int(errno())


def _named(number: int) -> str:
    """`errno 9 EBADF: Bad file descriptor`."""
    import errno
    import os

    if not number:
        return "errno 0"
    return f"errno {number} {errno.errorcode.get(number, '')}: {os.strerror(number)}"


def _print(text: str) -> None:
    """Print text that C gave, which need not be valid in the terminal's encoding."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))
