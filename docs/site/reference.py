"""The API reference: every public name of farcall, by what it is for, from its docstring."""

from __future__ import annotations

import inspect
from typing import NamedTuple

import farcall
from farcall import errors

__all__ = ["GROUPS", "pages"]


class Group(NamedTuple):
    """A page of the reference."""

    file: str
    title: str
    about: str
    names: tuple[str, ...]


#: C's named types, which are the last of the public names.
SCALARS = tuple(farcall.__all__[farcall.__all__.index("void") : -1])
RUST = ("f32", "f64", "i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32", "u64", "usize")

#: Pages whose classes are described without members: they are alike, or those of Python's own exceptions.
BARE = ("scalars", "errors")

GROUPS = (
    Group("libraries", "Libraries and functions", "Open a library, declare, bind, call.",
          ("Library", "cdef", "function", "call", "arg", "errno", "last_error", "check_hresult", "Signature")),
    Group("callbacks", "Callbacks", "Python callables as C function pointers.",
          ("closure", "Closure", "ClosureMut", "ClosureOnce", "FnPtr", "handle", "from_handle", "capsule", "keep_threads")),
    Group("types", "Types", "Make C types, and ask about them.",
          ("struct", "array", "pointer", "ndpointer", "type_of", "sizeof", "alignof", "offsetof", "addressof", "CType",
           "register_ctype", "Struct", "Union", "Array", "Pointer", "va_list")),
    Group("values", "Values in memory", "Make C values, see memory as one, free it.",
          ("new", "view", "cast", "string", "memmove", "memset", "arena", "free")),
    Group("exchange", "NumPy and ctypes", "Types exchanged with others.",
          ("dtype", "from_dtype", "from_ctypes", "to_ctypes")),
    Group("observe", "Pictures, debuggers, profilers", "See what farcall does.", ("draw", "debug_map", "perf_map")),
    Group("scalars", "Named types", "C's named types as classes; an instance is a value in memory.", (*SCALARS, *RUST)),
    Group("errors", "Exceptions", "One tree, below FarcallError.", tuple(errors.__all__)),
)  # fmt: skip


def pages() -> dict[str, str]:
    """The pages in reStructuredText, by file name. Raises ValueError if a public name is on none, or on two."""
    listed = [name for group in GROUPS for name in group.names]
    if sorted(listed) != sorted(name for name in farcall.__all__ if name != "__version__"):
        raise ValueError(f"not on one page each: {set(listed) ^ set(farcall.__all__)}")
    made = {f"{group.file}.rst": _page(group) for group in GROUPS}
    entries = "\n".join(f"   {group.file}" for group in GROUPS)
    head = _titled("API reference", "=")
    made["index.rst"] = f"{head}\nEvery public name of `farcall`, from its docstring.\n\n.. toctree::\n\n{entries}\n"
    return made


def _titled(title: str, line: str) -> str:
    return f"{title}\n{line * len(title)}\n"


def _page(group: Group) -> str:
    parts = [_titled(group.title, "="), group.about, "", ".. py:currentmodule:: farcall", ""]
    for name in group.names:
        thing = getattr(farcall, name)
        if inspect.isclass(thing):
            members = "" if group.file in BARE else "   :members:\n   :inherited-members:\n"
            parts.append(f".. autoclass:: farcall.{name}\n{members}")
        elif callable(thing):
            parts.append(f".. autofunction:: farcall.{name}\n")
        else:
            parts.append(f".. autodata:: farcall.{name}\n")
    return "\n".join(parts)
