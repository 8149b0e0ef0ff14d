"""What a library has declared, in short: images have what was used of the same declarations, as the files that these were
read from are now."""

from __future__ import annotations

import os
from _imp import source_hash

from .place import FORM, identity

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["BEHIND", "key_of", "named", "state_of", "unnamed"]

#: What stands between a text and the state of declarations that it is behind: it is in no C.
BEHIND = "\0"
#: What says how headers are found and read.
READ_BY = (
    "CC", "COMPILER_PATH", "CPATH", "C_INCLUDE_PATH", "GCC_EXEC_PREFIX", "PATH", "PKG_CONFIG", "PKG_CONFIG_LIBDIR",
    "PKG_CONFIG_PATH", "PKG_CONFIG_SYSROOT_DIR",
)  # fmt: skip


def key_of(before: str, text: object, headers: Mapping[str, object]) -> str:
    """The key of declarations that follow those with the key `before`: of a text or of headers, as `Library.cdef` takes them.
    "" where they are not told by plain values."""
    try:
        told = (before, text, _plain(tuple(headers.items())))
    except TypeError:
        return ""
    surroundings = (os.getcwd(), [os.environ.get(name) for name in READ_BY]) if headers else ()
    return _hash((told, surroundings))


def state_of(key: str, paths: Iterable[str]) -> str:
    """The same with the state in which files and directories are now."""
    return _hash((key, [identity(path) for path in paths]))


def named(name: str, state: str) -> str:
    """What images know a name or a prototype by that comes behind declarations in a state; these themselves by none."""
    return f"{name}{BEHIND}{state}"


def unnamed(text: str) -> str:
    """The name or the prototype."""
    return text.partition(BEHIND)[0]


def _hash(told: object) -> str:
    return source_hash(FORM, repr(told).encode("utf-8", "surrogateescape")).hex()


def _plain(value: object) -> object:
    """The same in tuples. TypeError for what does not say all of itself."""
    if value is None or type(value) in (str, int, bool):
        return value
    if isinstance(value, (list, tuple)):
        return tuple([_plain(one) for one in value])
    if isinstance(value, dict):
        return "dict", tuple([_plain(one) for one in value.items()])
    return _plain(os.fspath(value))  # type: ignore[call-overload]
