"""What a process leaves behind when it ends: images of the functions that it has bound, for the next start.

An image is a shared object of the same routines that were made at run time. What these refer to stands in writable cells, which
whoever loads the image fills in: first as far as nothing of farcall is needed, later with all of it (`cpython.callable.adopted`).
"""

from __future__ import annotations

import fcntl
import marshal
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress

from ..cache.declared import BEHIND
from ..cache.image import EXPORT, LEADS, load
from ..cache.notes import Note, missing
from ..cache.place import (
    LARGEST,
    MOST,
    SOURCES,
    directory,
    identity,
    intact,
    numbers,
    path_of,
    private,
    sealed,
    state_of_sources,
)
from ..cdecl import parse_function
from ..cpython.facts.declared import host_scope
from ..cpython.link.linker import linker
from ..cpython.link.native import METH_O, called_through
from ..errors import DeclarationError, FarcallError
from ..lower import Code, lower
from ..lower.image import Image, Import, image_file
from ..stub import Policy, Surroundings, value_routine
from .datum import Data, Int, exported
from .stubs import NEVER, NOTHING, Stub, is_plain, own, plain_stub, slow_paths, texts

Alike = dict[tuple[object, ...], Stub]
#: Files by the directories that they are in.
Files = tuple[tuple[str, tuple[str, ...]], ...]

__all__ = ["leave"]

#: The most directories of images for other states of things.
MOST_STATES = 8
#: The most functions of an image: they are made while a program waits for its end.
MOST_FUNCTIONS = 1024
LOCK = "lock"
#: Links to what all code shares, which are filled in when the image is loaded or later: until then they lead to nothing, or
#: are those of what is not reached.
FILLED_IN, ABSENT, OWN = (*NOTHING, "python:"), ("python:", "support:"), ("target", "self")


def leave(notes: Sequence[Note], since: int) -> None:
    """Leave images of functions, as far as there can be any. Where the disk does not let it, another process is at it, or farcall's
    sources have changed since a time, in nanoseconds of the clock, nothing is left."""
    with suppress(OSError, FarcallError):
        _leave(notes, since)


def _leave(notes: Sequence[Note], since: int) -> None:
    place = directory()
    if not place or not linker("").facts.fast:
        return
    sources = _sources(since)
    if not sources:
        return
    _make(place)
    place = private(place)
    if not place:
        return
    lock = os.open(os.path.join(place, LOCK), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for library in dict.fromkeys(one.library for one in notes):
            _add(place, library, [one for one in notes if one.library == library], sources)
        _forget_others(place)
    finally:
        os.close(lock)


def _make(place: str) -> None:
    """Make a directory and those above it, each the user's alone (XDG Base Directory Specification): `os.makedirs` lets the
    umask say who else may write to those above, and what others can write to is not trusted."""
    if not os.path.isdir(place):
        _make(os.path.dirname(place))
        with suppress(FileExistsError):
            os.mkdir(place, 0o700)


def _sources(since: int) -> Files:
    """The sources that have been loaded, by their directories; none where one of them has changed since then: what was loaded may
    be of the state before."""
    rooms: dict[str, list[str]] = {}
    for module in [*sys.modules.values()]:
        room, name = os.path.split(os.path.relpath(getattr(module, "__file__", None) or os.devnull, SOURCES))
        if room.partition(os.sep)[0] != os.pardir and name.endswith(".py"):
            if os.stat(os.path.join(SOURCES, room, name)).st_ctime_ns > since:
                return ()
            rooms.setdefault(room, []).append(name)
    return tuple([(room, tuple(sorted(names))) for room, names in sorted(rooms.items())])


def _add(place: str, library: str, notes: list[Note], sources: Files) -> None:
    """Add a file with what no file of a library has."""
    old = numbers(place, library)
    paths = [path_of(place, library, number) for number in old]
    found = [load(path) if intact(path) else None for path in paths]
    had = [image for image in found if image is not None and image.is_of(notes[0].path)]
    fresh = missing(notes, lambda one: had)
    if not fresh:
        return
    functions = [one for one in fresh if one.function is not None]
    values = {one.text: one.value for one in fresh if one.function is None}
    data = sealed(_image(_described(library, notes[0].path, sources), functions[:MOST_FUNCTIONS], values))
    if len(data) > LARGEST:
        return
    handle, name = tempfile.mkstemp(prefix=".", dir=place)  # for the user alone
    try:
        with open(handle, "wb") as file:
            file.write(data)
        os.replace(name, path_of(place, library, max(old, default=0) + 1))
    except BaseException:
        os.unlink(name)
        raise
    for path, image in zip(paths, found, strict=True):
        if (
            len(paths) >= MOST or image is None
        ):  # begin anew with what is used now; others were of use before something changed
            with suppress(OSError):
                os.unlink(path)


def _forget_others(place: str) -> None:
    """Remove the oldest directories where there are many."""
    above = os.path.dirname(place)
    others = sorted((os.stat(one).st_mtime_ns, one) for one in _directories(above) if one != place)
    for _, one in others[: max(0, len(others) + 1 - MOST_STATES)]:
        for name in os.listdir(one):
            os.unlink(os.path.join(one, name))
        os.rmdir(one)


def _directories(above: str) -> Iterable[str]:
    """The directories of images: their names are 16 hexadecimal digits."""
    with os.scandir(above) as found:
        for entry in found:
            if (
                entry.is_dir(follow_symlinks=False)
                and len(entry.name) == 16
                and not entry.name.strip("0123456789abcdef")
            ):
                yield entry.path


def _image(described: dict[str, object], notes: list[Note], values: dict[str, object]) -> bytes:
    """The file's bytes: see `cache.image` for what it has."""
    link = linker("")
    env, on = link.surroundings, link.target
    word = on.model.pointer
    alike: Alike = {}
    made = {number: _stub(one, number, env, alike) for number, one in enumerate(notes)}
    fit = {number: stub for number, stub in made.items() if stub is not None}
    unfit = [(one.text, one.gil) for number, one in enumerate(notes) if number not in fit]
    slow = slow_paths([stub.code for stub in fit.values()], env)
    routines: dict[str, Code] = slow | {f"call:{number}": stub.code for number, stub in fit.items()}
    ways = sorted({stub.flags for stub in fit.values()})
    by_name = _code("ask_named", env)  # what takes arguments by name
    named = {flags: own(by_name, f"#{flags}n") for flags in ways}
    routines |= {f"named:{flags}": code for flags, code in named.items()}
    # where a builtin begins for good, as CPython tells it by that; a word says where its code is
    leads = {flags: _code("lead_one" if flags == METH_O else "lead_fast", env) for flags in ways}
    routines |= {f"lead:{number}": own(leads[stub.flags], f"#{number}") for number, stub in fit.items()}
    links = {cell.name for code in routines.values() for cell in code.cells}
    imports = {name: Import(exported(name, sys.version_info[:2])) for name in links if name.startswith("api:")}
    data = Data(on)
    shared = sorted(name for name in links if "#" not in name and (name in NEVER or name.startswith(FILLED_IN)))
    data.words("shared", [0 if name.startswith(ABSENT) else "nothing" for name in shared], writable=True)
    cells = {name: ("shared", word * at) for at, name in enumerate(shared)}
    table: list[str | int] = ["index", 0, "shared"]
    entries = []
    for number, stub in fit.items():
        its_own = sorted(_own_links(stub.code) | {LEADS})
        first: dict[str, str | int] = dict.fromkeys(OWN, 0) | {LEADS: f"leads:{number}"}
        data.words(f"leads:{number}", [f"call:{number}"], writable=True)
        data.words(f"own:{number}", [first.get(name, "nothing") for name in its_own], writable=True)
        cells |= {f"{name}:#{number}": (f"own:{number}", word * at) for at, name in enumerate(its_own)}
        name, document = notes[number].document[:-1].split(b"\0")
        data.add(f"name:{number}", name + b"\0")
        data.add(f"document:{number}", document + b"\0")
        row: list[str | int] = [f"name:{number}", f"lead:{number}", Int(stub.flags), f"document:{number}"]
        data.words(f"method:{number}", row, writable=True)
        table += [f"own:{number}", f"method:{number}"]
        entries.append((notes[number].text, notes[number].gil, notes[number].name, stub.flags, tuple(its_own)))
    told: dict[int, tuple[str, ...]] = {}
    for flags, code in named.items():
        told[flags] = tuple(sorted(_own_links(code)))
        data.words(f"own:named:{flags}", [0] * len(told[flags]), writable=True)
        cells |= {f"{name}:#{flags}n": (f"own:named:{flags}", word * at) for at, name in enumerate(told[flags])}
        table += [f"own:named:{flags}", f"named:{flags}"]
    index = marshal.dumps(
        described
        | {
            "entries": entries,
            "unfit": unfit,
            "shared": shared,
            "named": told,
            "called": called_through(),
            "values": values,
        }
    )
    table[1] = len(index)
    data.words("table", table)
    data.add("index", index)
    data.nothing("nothing")
    for name_of_text, text in texts().items():
        data.add(name_of_text, text)
    return image_file(Image(on.cpu, routines, data.data, imports, exports={EXPORT: "table"}, cells=cells, local=False))


def _described(library: str, path: str, sources: Files) -> dict[str, object]:
    """What tells the library, the state that its file is in, and farcall's sources."""
    opened = library if ".so" in library else path
    told: dict[str, object] = {"library": library, "opened": opened, "path": path, "identity": identity(path)}
    return told | {"sources": sources, "state": state_of_sources(sources)}


def _stub(one: Note, number: int, env: Surroundings, alike: Alike) -> Stub | None:
    """The code of a function; None where it needs classes of farcall's, or is of a prototype that has words of what the library
    had declared before. `alike` has the code of those before it, which is that of all with the same types."""
    if BEHIND not in one.text:
        try:
            declared = parse_function(one.text, host_scope())
        except DeclarationError:
            return None
        if declared != (one.name, one.function):
            return None
    if not is_plain(one.function, env.target) or one.name == env.target.errno:
        return None
    key = one.gil, one.function.result, tuple([parameter.type for parameter in one.function.parameters])
    if key not in alike:
        alike[key] = plain_stub(one.function, Policy(one.gil == "release", False), env)
    code, flags = alike[key]
    return Stub(own(code, f"#{number}"), flags)


def _code(routine: str, env: Surroundings) -> Code:
    return lower(value_routine(routine)(env), env.target, apart=True)


def _own_links(code: Code) -> set[str]:
    """Its own links, without what tells whose they are."""
    return {cell.name.rpartition(":#")[0] for cell in code.cells if "#" in cell.name}
