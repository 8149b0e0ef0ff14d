"""Where images are kept, and which are trusted: what is in them runs in the process.

They are below a directory of the user's that nobody else can enter, nor put another in the place of; a file has to be the
user's, written by nobody else, and whole. The directory's name is made of what all images depend on: the interpreter, the
machine, how the dynamic linker finds libraries, and the sources of this room, which reads images. Each tells of which others of
farcall's sources it was made, and is of use as long as these are as they were. Whatever is not so is as if it were not there.
"""

from __future__ import annotations

import os
import sys
from _imp import source_hash
from stat import S_ISDIR, S_ISREG

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Iterable

    #: Files by the directories that they are in, which are below farcall's own.
    Sources = Iterable[tuple[str, Iterable[str]]]

__all__ = [
    "FLAGS",
    "OFF",
    "SOURCES",
    "VARIABLE",
    "directory",
    "files",
    "identity",
    "intact",
    "name_of",
    "numbers",
    "path_of",
    "private",
    "root",
    "sealed",
    "state_of_sources",
    "wanted",
]

VARIABLE = "FARCALL_CACHE"
OFF = ("off", "0")
#: With these in the environment code is made in another way, or is to be told of.
OTHERWISE = ("FARCALL_GDB", "FARCALL_PERF", "FARCALL_TIER", "FARCALL_VERIFY")
#: What says where the dynamic linker finds libraries.
SEARCH, SEARCHED = ("LD_LIBRARY_PATH", "LD_PRELOAD", "LD_AUDIT"), "/etc/ld.so.cache"
PROGRAM = "/proc/self/exe"
#: How libraries are opened: all names resolved at once, and kept to the library.
FLAGS = getattr(os, "RTLD_NOW", 0) | getattr(os, "RTLD_LOCAL", 0)
#: Whether files have owners here: what nobody owns is not trusted to run.
USERS = hasattr(os, "geteuid")
#: The most bytes of an image, and how many there are of a library.
LARGEST, MOST = 1 << 24, 8
GROUP_OR_OTHERS, ANYBODY_WRITES, STICKY = 0o077, 0o022, 0o1000
ROOT_USER = 0
#: The length of what ends a file: a hash of all before it.
SEAL = 8
#: Where farcall's sources are, and those of this room.
SOURCES, READER = os.path.dirname(os.path.dirname(__file__)), os.path.basename(os.path.dirname(__file__))
#: A change of the files' form.
FORM = 1
SUFFIX = ".so"

#: What tells one state of a source from another, each as it was when it was looked at first: before its code was loaded, of all
#: that an image was made of which this process has taken.
_states: dict[str, tuple[int, int]] = {}


def wanted() -> bool:
    """Whether this process may use and leave images: where code is what images have, and the user's environment is heeded.
    ValueError for a FARCALL_CACHE that is neither a directory's full path nor "off"."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen and chosen not in OFF and not os.path.isabs(chosen):
        raise ValueError(f"{VARIABLE} is {chosen!r}; it can be a directory's full path, or 'off'")
    return not (
        chosen in OFF
        or not USERS
        or not os.path.exists(PROGRAM)  # what images depend on could not be told
        or object.__basicsize__ != 2 * tuple.__itemsize__  # free-threaded, or one that counts all references
        or sys.flags.isolated
        or sys.flags.ignore_environment
        or os.getuid() != os.geteuid()
        or os.getgid() != os.getegid()
        or any(os.environ.get(name) for name in OTHERWISE)
    )


def root() -> str:
    """The directory of all images; "" where the user has no place for them."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen:
        return chosen
    caches = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(caches):  # a relative one is invalid (XDG Base Directory Specification)
        home = os.path.expanduser("~")
        caches = os.path.join(home, ".cache") if os.path.isabs(home) else ""
    return os.path.join(caches, "farcall", "start") if caches else ""


def directory() -> str:
    """The directory of the images that fit this process, whether it is there or not; "" where there can be none."""
    place, key = root(), _key()
    return os.path.join(place, f"{source_hash(FORM, key).hex()}") if place and key else ""


def _key() -> bytes:
    """All that images depend on; empty where that cannot be told."""
    try:
        names = [name for name in os.listdir(os.path.join(SOURCES, READER)) if name[-3:] == ".py"]
        parts = [state_of_sources([(READER, sorted(names))]), identity(PROGRAM), identity(SEARCHED)]
    except OSError:  # in an archive, or no /proc
        return b""
    if not names:  # compiled files alone
        return b""
    here = (
        FORM, SOURCES, sys.version, sys.hexversion, sys.implementation.cache_tag, getattr(sys, "abiflags", ""),
        sys.maxsize, os.uname().machine, *[os.environ.get(name) for name in SEARCH],
    )  # fmt: skip
    return repr((here, parts)).encode("utf-8", "surrogateescape")


def state_of_sources(sources: Sources) -> str:
    """What tells one state of these from another: names, sizes and times of the files, and times of the directories, where another
    file may be loaded in the place of one; "" where one is missing."""
    told: list[object] = []
    try:
        for room, names in sources:
            place = f"{SOURCES}/{room}"
            for path in (place, *[f"{place}/{name}" for name in names]):
                state = _states.get(path)
                if state is None:
                    found = os.stat(path)
                    state = _states[path] = found.st_size, found.st_mtime_ns
                told.append(state)
    except OSError:
        return ""
    return source_hash(FORM, repr((sources, told)).encode("utf-8", "surrogateescape")).hex()


def identity(path: str) -> tuple[int, ...]:
    """What tells one state of a file from another; nothing of one that is not there."""
    try:
        told = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns


def name_of(library: str) -> str:
    """What the names of a library's images begin with."""
    return source_hash(FORM, library.encode("utf-8", "surrogateescape")).hex()


def private(place: str) -> str:
    """The real path of a directory that is the user's alone, and in the place of which nobody else can put another; "" of any
    other. What is read there has to be asked for by this path: links that lead there may be anybody's."""
    try:
        real, user = os.path.realpath(place), os.geteuid()
        told = os.lstat(real)
        if not S_ISDIR(told.st_mode) or told.st_uid != user or told.st_mode & GROUP_OR_OTHERS:
            return ""
        above = real
        while above != os.path.dirname(above):
            above = os.path.dirname(above)
            told = os.lstat(above)
            if told.st_uid not in (user, ROOT_USER) or (told.st_mode & ANYBODY_WRITES and not told.st_mode & STICKY):
                return ""
    except OSError:
        return ""
    return real


def path_of(place: str, library: str, number: int) -> str:
    """The file of one of a library's images."""
    return os.path.join(place, f"{name_of(library)}-{number}{SUFFIX}")


def files(place: str, library: str) -> list[str]:
    """The images of a library in a directory that is private, the newest first."""
    return [path_of(place, library, number) for number in numbers(place, library)]


def numbers(place: str, library: str) -> list[int]:
    """Their numbers."""
    start, found = f"{name_of(library)}-", []
    try:
        names = os.listdir(place)
    except OSError:
        return []
    for name in names:
        number = name.removeprefix(start).removesuffix(SUFFIX)
        if name.startswith(start) and name.endswith(SUFFIX) and number.isdecimal():
            found.append(int(number))
    return sorted(found, reverse=True)[:MOST]


def sealed(data: bytes) -> bytes:
    """A file's bytes, with what tells that they are whole."""
    return data + source_hash(FORM, data)


def intact(path: str) -> bool:
    """Whether a file is the user's, written by nobody else, and whole."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        told = os.fstat(descriptor)
        if not S_ISREG(told.st_mode) or told.st_uid != os.geteuid() or told.st_mode & ANYBODY_WRITES:
            return False
        if not SEAL < told.st_size <= LARGEST:
            return False
        data = os.read(descriptor, told.st_size + 1)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return len(data) == told.st_size and source_hash(FORM, data[:-SEAL]) == data[-SEAL:]
