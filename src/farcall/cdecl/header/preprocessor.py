"""The system's C preprocessor: headers by name in, their text and their macros out.

It is run as a program, found on PATH. Whatever a C compiler would see behind `#include <name>` is what comes
out: its directories, its predefined macros, its conditionals.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from ...errors import DeclarationError
from ...record import NamedTuple
from .package import flags_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from subprocess import CompletedProcess

__all__ = ["Include", "compiler", "expanded", "expansions", "holds", "preprocessed", "program", "source"]

#: The programs that are tried, in order, behind the one that the environment variable CC names.
PROGRAMS = ("cc", "gcc", "clang", "cpp")

INSTALL = "Debian, Ubuntu: apt-get install gcc libc6-dev; Fedora: dnf install gcc; Alpine: apk add gcc musl-dev"

#: A preprocessor that needs longer, in seconds, hangs.
LONGEST = 120

NAME = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
HEADER = re.compile(r'[^\0\n<>"]+\Z')
MISSING = re.compile(r"error: '?([^\s']+)'?(?: file not found|: No such file or directory)")
#: What the expansions stand between, in the output of the second run.
BEGIN, END = "__farcall_macro_", "__farcall_end"
PIECE = re.compile(rf"(?P<number>\d+)\s(?P<text>.*?)\s*{END}", re.DOTALL)
#: The file that errors in macros are said to be in, a line for each.
ASKED = "farcall-macros"
#: How often what is behind a macro that takes in others is asked for again.
MOST_ROUNDS = 40
#: Macros that stand for something else in each place; what is made of them is no constant.
PLACES = "".join(
    f"#undef __{name}__\n"
    for name in ("LINE", "FILE", "FILE_NAME", "BASE_FILE", "INCLUDE_LEVEL", "COUNTER", "DATE", "TIME", "TIMESTAMP")
)


class Include(NamedTuple):
    """What is to be preprocessed: headers by name or path, where to look first, macros (name, value), other flags for the
    compiler, and the packages that these are of."""

    headers: tuple[str, ...]
    directories: tuple[str, ...] = ()
    defines: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()

    @classmethod
    def checked(
        cls,
        headers: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
        directories: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] = (),
        defines: Mapping[str, str | int | None] | None = None,
        packages: str | Sequence[str] = (),
    ) -> Include:
        """Made of what users give; `packages` are those whose flags pkg-config tells. Raises TypeError and ValueError,
        naming what is wrong, DeclarationError for packages."""
        macros = []
        for name, value in (defines or {}).items():
            if not isinstance(name, str) or not NAME.match(name):
                raise ValueError(f"defines: {name!r} is not the name of a macro")
            text = "" if value is None else str(int(value)) if isinstance(value, int) else value
            if not isinstance(text, str) or "\n" in text or "\0" in text:
                raise TypeError(f"defines: {name!r} must be an int, a str of one line, or None, not {value!r}")
            macros.append((name, text))
        wanted = _paths("include", headers)
        if not wanted:
            raise ValueError("include names no header")
        for header in wanted:
            if not HEADER.match(header):
                raise ValueError(f"include: {header!r} is not the name of a header")
        names = _paths("pkg_config", packages) if packages else ()
        return cls(wanted, _paths("include_dirs", directories), tuple(macros), flags_of(names), names)

    def __str__(self) -> str:
        return ", ".join(self.headers)


def _paths(what: str, given: object) -> tuple[str, ...]:
    several = [given] if isinstance(given, (str, os.PathLike)) else given
    if not isinstance(several, Sequence) or not all(isinstance(one, (str, os.PathLike)) for one in several):
        raise TypeError(f"{what} must be a str, a path or a sequence of them, not {given!r}")
    return tuple(os.fsdecode(one) for one in several)


def preprocessed(include: Include) -> str:
    """The text behind the includes, with its `#define` lines and line markers.

    Raises DeclarationError for a header that is not there, with the preprocessor's own words for any other
    error in it, and where there is no preprocessor.
    """
    done = _run(include, source(include), "-dD")
    if done.returncode:
        raise DeclarationError(_complaint(include, done.stderr))
    return done.stdout


def expansions(include: Include, names: Sequence[str]) -> dict[str, str]:
    """What each of these macros without parameters stands for in the end, all macros in it expanded. One for which
    the preprocessor has only an error (`__has_attribute`, which stands in `#if` alone; a call that does not end) is
    left out, and spoils no other."""
    found: dict[str, str] = {}
    waiting = list(names)
    for _ in range(MOST_ROUNDS):
        if not waiting:
            break
        texts, faulty = _expanded(include, waiting)
        found.update((name, text) for name, text in zip(waiting, texts, strict=False) if name not in faulty)
        waiting = waiting[len(texts) + 1 :]  # the one behind those that came out took in what follows
    return found


def _expanded(include: Include, names: Sequence[str]) -> tuple[list[str], set[str]]:
    """The texts of the first macros, as far as each came out by itself; and those of all that have errors."""
    asked = "".join(f"{BEGIN}{number} {name} {END}\n" for number, name in enumerate(names))
    done = _run(include, f'{source(include)}\n{PLACES}# 1 "{ASKED}"\n{asked}', "-P", "-fmax-errors=0")
    lines = [int(line) for line in re.findall(rf"^{ASKED}:(\d+):", done.stderr, re.MULTILINE)]
    if done.returncode and not lines:
        raise DeclarationError(_complaint(include, done.stderr))
    texts: list[str] = []
    for piece in done.stdout.split(BEGIN)[1:]:
        found = PIECE.match(piece)
        if found is None or found["number"] != str(len(texts)) or piece.count(END) != 1:
            break
        texts.append(" ".join(found["text"].split("\n")).strip())
    return texts, {names[line - 1] for line in lines if 0 < line <= len(names)}


def expanded(include: Include, text: str) -> str:
    """A text with all macros in it expanded, as it would be behind the includes. Raises DeclarationError for what the
    preprocessor does not take."""
    line = " ".join(text.splitlines())
    done = _run(include, f'{source(include)}\n{PLACES}# 1 "{ASKED}"\n{BEGIN}0 {line} {END}\n', "-P")
    found = PIECE.match(done.stdout.rpartition(BEGIN)[2])
    if done.returncode or found is None:
        raise DeclarationError(_complaint(include, done.stderr), text=text)
    return " ".join(found["text"].split("\n")).strip()


def holds(include: Include, condition: str) -> bool:
    """Whether a condition of `#if` holds behind the includes; one that the preprocessor does not understand does not."""
    try:
        done = _run(include, f"{source(include)}#if {condition}\n{END}\n#endif\n", "-P")
    except DeclarationError:  # the preprocessor is gone by now
        return False
    return done.returncode == 0 and END in done.stdout


def source(include: Include) -> str:
    """C text that includes the headers: as a file if it is a path, else as the compiler finds it."""
    lines = []
    for header in include.headers:
        path = os.path.isabs(header) or header.startswith(("./", "../"))
        lines.append(f'#include "{os.path.abspath(header)}"' if path else f"#include <{header}>")
    return "\n".join([*lines, ""])


def _run(include: Include, text: str, *mode: str) -> CompletedProcess[str]:
    import subprocess

    words = program()
    driver = [] if _is_cpp(words) else ["-E"]
    words += [*driver, *mode, "-w", "-x", "c", *_flags(include), "-"]
    try:
        return subprocess.run(
            words,
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=LONGEST,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DeclarationError(f"the preprocessor {words[0]} does not run: {error}") from None


def _flags(include: Include) -> list[str]:
    flags = ["-I" + directory for directory in include.directories]
    return [*flags, *(f"-D{name}={value}" for name, value in include.defines), *include.flags]


def _is_cpp(words: Sequence[str]) -> bool:
    """Whether a command is a preprocessor alone."""
    return os.path.basename(words[0]).startswith("cpp")


def compiler(include: Include) -> list[str]:
    """The command that compiles what is behind these includes: the compiler whose preprocessor reads headers. Raises
    DeclarationError where there is none."""
    words = program()
    if _is_cpp(words):
        raise DeclarationError(
            f"inline functions and macros of {include} need a C compiler, and {words[0]} is a preprocessor alone; install one"
            f" ({INSTALL}), or name one in the environment variable CC"
        )
    return [*words, *_flags(include)]


def program() -> list[str]:
    """The preprocessor's command. Raises DeclarationError where there is none."""
    import shlex
    import shutil

    chosen = shlex.split(os.environ.get("CC", ""))
    if chosen:
        found = shutil.which(chosen[0])
        if found is None:
            raise DeclarationError(f"headers need a C preprocessor; the environment variable CC names {chosen[0]!r},"
                                   " which is not on PATH")  # fmt: skip
        return [found, *chosen[1:]]
    for name in PROGRAMS:
        found = shutil.which(name)
        if found is not None:
            return [found]
    raise DeclarationError(
        f"headers need a C preprocessor, and none of {', '.join(PROGRAMS)} is on PATH; install one ({INSTALL}),"
        " or declare what you need in a text for cdef()"
    )


def _complaint(include: Include, errors: str) -> str:
    missing = MISSING.search(errors)
    if missing is None:
        lines = [line for line in errors.splitlines() if "error" in line] or errors.splitlines()
        return f"{include}: the preprocessor says: {'; '.join(lines[:3]) or 'nothing, but fails'}"
    name = missing[1]
    inside = "" if name in include.headers else f", which {include} includes"
    looked = f" in {', '.join(include.directories)} and" if include.directories else " in"
    return (
        f"there is no header {name!r}{inside}; looked{looked} the compiler's own directories. Headers come in"
        " packages with -dev (Debian, Ubuntu) or -devel (Fedora) in their name; include_dirs (farcall stubs: -I) adds directories"
    )
