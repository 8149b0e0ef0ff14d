"""Preprocessed text without its directives, and what they said: macros, and whose line each one is."""

from __future__ import annotations

import os
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection

from ...ctype import DataModel
from ...errors import DeclarationError
from ...record import NamedTuple

__all__ = ["Preprocessed", "check_model"]

DIRECTIVE = re.compile(r"^[ \t]*#[^\n]*\n?", re.MULTILINE)
MARKER = re.compile(r'#(?:line)?\s*(?P<line>\d+)\s+"(?P<file>(?:\\.|[^"\\])*)"(?P<flags>[\d ]*)')
DEFINE = re.compile(r"#\s*define\s+(?P<name>\w+)(?P<call>\([^)]*\))?(?P<body>.*)")
UNDEF = re.compile(r"#\s*undef\s+(?P<name>\w+)")
PRAGMA = re.compile(r"#\s*pragma\s+(?:pack|ms_struct|scalar_storage_order)\b")
SIZE = re.compile(r"#define __SIZEOF_(POINTER|LONG)__ (\d+)\n")
LITERAL = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""")
COMMA = re.compile(r"\s*,\s*")
#: The macro by which a header tells that it was read already.
GUARD = re.compile(r"\w*_(?:H|INCLUDED)_*\Z")

#: C's and POSIX's own headers. What another header gets by including one of these is not its own.
STANDARD = frozenset(
    [
        "aio", "alloca", "arpa/inet", "assert", "byteswap", "complex", "cpio", "cpuid", "ctype", "dirent", "dlfcn",
        "elf", "endian", "errno", "fcntl", "features", "fenv", "float", "fmtmsg", "fnmatch", "ftw", "getopt",
        "glob", "grp", "iconv", "immintrin", "inttypes", "iso646", "langinfo", "libgen", "limits", "link", "locale",
        "malloc", "math", "memory", "monetary", "mqueue", "ndbm", "net/if", "netdb", "netinet/in", "netinet/tcp",
        "nl_types", "poll", "pthread", "pwd", "regex", "resolv", "sched", "search", "semaphore", "setjmp", "signal",
        "spawn", "stdalign", "stdarg", "stdatomic", "stdbool", "stdc-predef", "stddef", "stdint", "stdio", "stdlib",
        "stdnoreturn", "string", "strings", "stropts", "syslog", "tar", "termios", "tgmath", "threads", "time",
        "uchar", "ucontext", "ulimit", "unistd", "utime", "utmpx", "values", "wchar", "wctype", "wordexp",
        "x86intrin",
    ]
)  # fmt: skip
#: What all of C's headers include for their own ends.
EVERYWHERE = frozenset(["features", "stdc-predef", "cdefs", "types"])
PLACE = r".*/(?:include/[\w-]+-linux-\w+|include|include-fixed)/"
KERNEL = re.compile(PLACE + r"(?:sys|linux|asm|asm-generic)/")
PART = re.compile(PLACE + r"(?:(?:bits|gnu)/|syslimits\.h)")
ROOT = re.compile(PLACE + r"(?:(?:sys|linux|asm|asm-generic|machine)/.*|\w*intrin|(?P<name>[\w/-]+))\.h\Z")


class Visit(NamedTuple):
    """One reading of a file: the file, from which visit it was included (None for the headers that were asked for,
    and for what is no file: "<command-line>"), and whether the compiler reads it by itself."""

    file: str
    outer: int | None
    builtin: bool = False


class Preprocessed:
    """`text` is what is left; pragmas that change layouts stay in it. `macros` are those without parameters that
    are defined at the end, with whether they are the headers' own, as those in `given` are; `calls` those with
    parameters, as they were defined."""

    def __init__(self, source: str, given: Collection[str] = ()) -> None:
        self._given = given
        self.calls: dict[str, str] = {}
        self.files: list[str] = []
        self._marks: list[tuple[int, int, int, int]] = []  # (offset, file, its line there, visit)
        self._offsets: list[int] = []
        self._numbers: dict[str, int] = {}
        self._visits: list[Visit] = []
        self._stack: list[int] = []  # the visits that are under way
        self._telling: set[int] = set()  # the visits in which something was declared or defined
        self._defined: dict[str, int] = {}  # macros without parameters, by the visit
        self.text = self._read(source)
        self._ends = [found.start() for found in re.finditer("\n", self.text)]
        self._own = self._owned()
        #: By name, whether a macro without parameters is the headers' own.
        self.macros = {name: name in given or self._is_own(visit) for name, visit in self._defined.items()}

    def _read(self, source: str) -> str:
        parts: list[str] = []
        last = length = 0
        visit = -1
        for found in DIRECTIVE.finditer(source):
            part = source[last : found.start()]
            parts.append(part)
            length += len(part)
            last = found.end()
            if visit not in self._telling and part and not part.isspace():
                self._telling.add(visit)
            line = found.group().strip()
            marker = MARKER.match(line)
            if marker is not None:
                file = marker["file"]
                if os.altsep:  # paths are told with either mark, the one as in a C string
                    file = file.replace("\\\\", os.altsep)
                visit = self._entered(file, marker["flags"].split())
                self._marks.append((length, self._number(file), int(marker["line"]), visit))
                continue
            kept = line + "\n" if PRAGMA.match(line) else "\n"
            parts.append(kept)
            length += len(kept)
            self._macro(line, visit)
        parts.append(source[last:])
        self._offsets = [mark[0] for mark in self._marks]
        return "".join(parts)

    def _macro(self, line: str, visit: int) -> None:
        defined = DEFINE.match(line)
        if defined is not None:
            name, body = defined["name"], defined["body"]
            self._defined.pop(name, None)
            self.calls.pop(name, None)
            if visit < 0 and name not in self._given:
                return  # the compiler's own
            if defined["call"]:
                self.calls[name] = f"{name}{COMMA.sub(', ', defined['call'])}{body}"
            elif balanced(body):
                self._defined[name] = visit
            if not GUARD.match(name):
                self._telling.add(visit)
            return
        undefined = UNDEF.match(line)
        if undefined is not None:
            self._defined.pop(undefined["name"], None)
            self.calls.pop(undefined["name"], None)

    def _entered(self, file: str, flags: list[str]) -> int:
        """Follow a line marker (GCC manual, "Preprocessor Output"): 1 enters a file, 2 returns to one. Gives the
        visit that the next lines are from, -1 for what is no header's."""
        if "2" in flags:
            if self._stack:
                self._stack.pop()
        elif "1" in flags:
            outer = next((visit for visit in reversed(self._stack) if not self._visits[visit].builtin), None)
            # "<command-line>"; and what GCC includes by itself
            builtin = file.startswith("<") or (outer is None and file.endswith("/stdc-predef.h"))
            self._stack.append(len(self._visits))
            self._visits.append(Visit(file, outer, builtin))
        if not self._stack or self._visits[self._stack[-1]].file.startswith("<"):
            return -1
        return self._stack[-1]

    def _owned(self) -> list[bool]:
        """For each visit, whether the file is the headers' own: one of those asked for, or one reached through their
        own files that is not one of C's. Nor are C's headers left out where they make up one that was asked for:
        `syslog.h` only includes `sys/syslog.h`, and `linux/prctl.h` has the constants of `sys/prctl.h`."""
        # One that only includes tells nothing itself; but an umbrella of headers of a library's own tells by those.
        telling = self._telling.union(
            visit.outer for visit in self._visits if visit.outer is not None and not system(visit.file)
        )
        own: list[bool] = []
        for visit in self._visits:
            if visit.builtin or visit.outer is None:
                own.append(not visit.builtin)
                continue
            outer = self._visits[visit.outer]
            mine = not standard(visit.file) or makes_up(visit.file, outer.file)
            if not mine and visit.outer not in telling and stem(visit.file) not in EVERYWHERE:
                mine = outer.outer is None or system(outer.file)
            own.append(own[visit.outer] and mine)
        return own

    def _is_own(self, visit: int) -> bool:
        return visit >= 0 and self._own[visit]

    def _number(self, file: str) -> int:
        if file not in self._numbers:
            self._numbers[file] = len(self.files)
            self.files.append(file)
        return self._numbers[file]

    def place(self, offset: int) -> tuple[int, int, bool]:
        """Which file a place in the text is from, which line there, and whether the file is the headers' own."""
        index = bisect_right(self._offsets, offset) - 1
        if index < 0:
            return self._number("<stdin>"), 1, False
        start, file, line, visit = self._marks[index]
        lines = bisect_left(self._ends, offset) - bisect_left(self._ends, start)
        return file, line + lines, self._is_own(visit)


def balanced(body: str) -> bool:
    """Whether each bracket in a macro's text has its partner there: without one it would take in what follows."""
    depth = 0
    for mark in re.findall(r"[(){}\[\]]", LITERAL.sub("", body)):
        depth += 1 if mark in "({[" else -1
        if depth < 0:
            return False
    return not depth


def system(file: str) -> bool:
    """Whether a file is one of C's headers, or one that these are made of."""
    return standard(file) or PART.match(file) is not None


def makes_up(file: str, outer: str) -> bool:
    """Whether one of C's headers is what another one is made of, by their names: `linux/prctl.h` for `sys/prctl.h`,
    the C library's `stdint.h` for the compiler's."""
    if not system(outer):
        return False
    inner, whole = stem(file), stem(outer)
    return inner == whole or (KERNEL.match(file) is not None and inner.startswith(whole.rstrip("s")))


def stem(file: str) -> str:
    """A header's name without directory and ending."""
    return file.rpartition("/")[2].partition(".")[0]


def standard(file: str) -> bool:
    """Whether a file is one of C's, POSIX's, the kernel's or the compiler's own."""
    found = ROOT.match(file)
    return found is not None and (found["name"] is None or found["name"] in STANDARD)


def check_model(source: str, model: DataModel) -> None:
    """Refuse a preprocessor for another data model than the one declarations are read under."""
    ours = {"POINTER": model.pointer, "LONG": model.long}
    for name, size in SIZE.findall(source):
        if int(size) != ours[name]:
            raise DeclarationError(
                f"the preprocessor is for another machine: its {name.lower()} has {size} bytes, not {ours[name]}; the"
                " environment variable CC chooses another one"
            )
