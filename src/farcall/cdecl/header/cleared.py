"""Preprocessed text without its directives, and what they said: macros, and whose line each one is."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection

from ...ctype import DataModel
from ...errors import DeclarationError

__all__ = ["Cleared", "check_model"]

DIRECTIVE = re.compile(r"^[ \t]*#[^\n]*\n?", re.MULTILINE)
MARKER = re.compile(r'#(?:line)?\s*(?P<line>\d+)\s+"(?P<file>(?:\\.|[^"\\])*)"(?P<flags>[\d ]*)')
DEFINE = re.compile(r"#\s*define\s+(?P<name>\w+)(?P<call>\()?")
UNDEF = re.compile(r"#\s*undef\s+(?P<name>\w+)")
PRAGMA = re.compile(r"#\s*pragma\s+(?:pack|ms_struct|scalar_storage_order)\b")
SIZE = re.compile(r"#define __SIZEOF_(POINTER|LONG)__ (\d+)\n")

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
ROOT = re.compile(
    r".*/(?:include/[\w-]+-linux-\w+|include|include-fixed)/"
    r"(?:(?:sys|linux|asm|asm-generic|machine)/.*|\w*intrin|(?P<name>[\w/-]+))\.h\Z"
)


class Cleared:
    """`text` is what is left; pragmas that change layouts stay in it. `macros` are those without parameters that
    are defined at the end, with whether they are the headers' own, as those in `given` are."""

    def __init__(self, source: str, given: Collection[str] = ()) -> None:
        self._given = given
        self.macros: dict[str, bool] = {}
        self.files: list[str] = []
        self._marks: list[tuple[int, int, int, bool]] = []  # (offset, file, its line there, own)
        self._offsets: list[int] = []
        self._numbers: dict[str, int] = {}
        #: For each open file whether it is the headers' own; None for what is no file: "<command-line>".
        self._stack: list[bool | None] = []
        self.text = self._read(source)
        self._ends = [found.start() for found in re.finditer("\n", self.text)]

    def _read(self, source: str) -> str:
        parts: list[str] = []
        last = length = 0
        own = False
        for found in DIRECTIVE.finditer(source):
            part = source[last : found.start()]
            parts.append(part)
            length += len(part)
            last = found.end()
            line = found.group().strip()
            marker = MARKER.match(line)
            if marker is not None:
                own = self._entered(marker["file"], marker["flags"].split())
                self._marks.append((length, self._number(marker["file"]), int(marker["line"]), own))
                continue
            kept = line + "\n" if PRAGMA.match(line) else "\n"
            parts.append(kept)
            length += len(kept)
            self._macro(line, own)
        parts.append(source[last:])
        self._offsets = [mark[0] for mark in self._marks]
        return "".join(parts)

    def _macro(self, line: str, own: bool) -> None:
        defined = DEFINE.match(line)
        if defined is not None:
            self.macros.pop(defined["name"], None)
            given = defined["name"] in self._given
            builtin = not any(entered is not None for entered in self._stack)
            if not defined["call"] and (given or not builtin):
                self.macros[defined["name"]] = own or given
            return
        undefined = UNDEF.match(line)
        if undefined is not None:
            self.macros.pop(undefined["name"], None)

    def _entered(self, file: str, flags: list[str]) -> bool:
        """Follow a line marker (GCC manual, "Preprocessor Output"): 1 enters a file, 2 returns to one. A file is
        the headers' own if it is one of them, or was not reached through one of C's."""
        if "2" in flags:
            if self._stack:
                self._stack.pop()
        elif "1" in flags:
            if file.startswith("<"):
                self._stack.append(None)
            elif any(entered is not None for entered in self._stack):
                self._stack.append(self._stack[-1] is True and not standard(file))
            else:
                self._stack.append(not file.endswith("/stdc-predef.h"))  # which GCC includes by itself
        return bool(self._stack) and self._stack[-1] is True

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
        start, file, line, own = self._marks[index]
        return file, line + bisect_left(self._ends, offset) - bisect_left(self._ends, start), own


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
