"""Links: what a routine refers to and cannot know yet, by name, until its code is bound.

In code a link is text, so that code can be kept, listed and compared; here it has a type, and is checked. Its kind says
who has the address. One for the whole process:

    api:NAME                the interpreter, or the C library: a function or an object by its exported name
    object:NAME             the object that an exported variable holds: an exception's class
    support:KIND[:DETAIL]   a slow path, made when it is first named
    python:NAME             a Python function that generated code calls (`cpython.link.table` has them all)
    type:NAME               a class of farcall's own
    entry:NAME              a routine that fills a slot of all types
    text:NAME               a C string
    interned:NAME           a Python str, by which attributes are found
    kept_threads, thread_key, closure_texts, errno, errno_shared, finalization_gate, pending, quarantine, revoked, stranded
                            what all code shares, and the tables of `raw`
    interpreter             the interpreter that the code is of
    named_classes           the classes of types by their C text, see `front`
    ndarray                 where NumPy's class of arrays is, if it was imported
    deallocating, postponed  how deep keeps are freed inside of each other, and those that wait
    errno_get, errno_set, errno_delete
                            the system's functions for a value of each thread, whose key `errno` is

One for each binding, which brings them:

    target, self            the C function, the description of the function or of the closure
    tails                   of a variadic function, see `variadic`
    cache:N                 where the classes lie that fit parameter N, see `inline_cache`
    class:WHICH[:plain]     the class of a parameter, counted from 0, of the result, of the items; without const
    class:N:written         the class of what C writes through parameter N
    state, body             of a closure
    function                the Python function behind a front
    finish                  the one that makes a result of what a function gave, see `function_object`
    leads                   the word that says where the code of a front is
    length, writer          of an array class; the words that point to its items' writer and reader, see `slow_path.slice`
    name:N, setter:N, closure:N                 of a record class's members
"""

from __future__ import annotations

from functools import lru_cache

from ..ir.instruction import Symbol
from ..record import NamedTuple

__all__ = [
    "BODY", "CLOSURE_TEXTS", "DEALLOCATING", "ERRNO", "ERRNO_DELETE", "ERRNO_GET", "ERRNO_SET", "ERRNO_SHARED", "FINALIZATION_GATE",
    "FINISH", "FUNCTION", "INTERPRETER", "ITEM_CLASS", "KEPT_THREADS", "LEADS", "LENGTH", "NAMED_CLASSES", "NDARRAY", "OWN",
    "PENDING", "POSTPONED", "PROCESS",
    "QUARANTINED", "RESULT_CLASS", "REVOKED",
    "SELF", "STRANDED", "TABLES", "TAILS", "TARGET", "TEXTS", "THREAD_KEY", "WRITER",
    "Link", "LinkNameError", "api", "c_string", "cache_of", "class_of",
    "closure_of", "interned", "link_named", "name_of", "object_in", "python", "setter_of", "slot_entry", "slow_path",
    "table_of", "type_of",
]  # fmt: skip

#: What `raw` looks prepared signatures up in.
TABLES = frozenset({"cifs", "raw_cifs", "java_cifs", "known_cifs"})
#: Kinds of links by who has the address, and whether a name goes with the kind.
PROCESS = {
    "api": True, "object": True, "support": True, "python": True, "type": True, "entry": True, "text": True,
    "interned": True, "closure_texts": False, "quarantine": False, "kept_threads": False,
    "thread_key": False, "interpreter": False,
    "errno": False, "errno_get": False, "errno_set": False, "errno_delete": False, "errno_shared": False,
    "finalization_gate": False,
    "deallocating": False, "named_classes": False, "ndarray": False, "postponed": False,
    "pending": False, "revoked": False, "stranded": False,
    **dict.fromkeys(TABLES, False),
}  # fmt: skip
OWN = {
    "target": False, "self": False, "tails": False, "state": False, "body": False, "length": False,
    "writer": False, "function": False, "finish": False, "leads": False,
    "cache": True, "class": True, "name": True, "setter": True, "closure": True,
}  # fmt: skip
NAMED = PROCESS | OWN

#: C strings that generated code hands on.
TEXTS = {
    "surrogateescape": b"surrogateescape\0",
    "not_a_value": b"this is not a C value of farcall\0",
    "undeletable": b"what lies in C's memory cannot be deleted\0",
    "outside": b"index out of range\0",
    "const": b"this is const: it cannot be written\0",
    "string_at": b"ctypes.string_at\0",
    "address_and_int": b"ni\0",
    "cdata_buffer": b"ctypes.cdata/buffer\0",
    "three_sizes": b"nnn\0",
    "no_item": b"invalid index\0",
}


class LinkNameError(LookupError):
    """A routine names something that there is not: a fault of the routine."""


class Link(NamedTuple):
    """A link taken apart: its kind, what is named, and what the kind says more of it ("" where there is nothing)."""

    kind: str
    name: str = ""
    detail: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in self if part)

    @property
    def is_own(self) -> bool:
        """Whether each binding has an address of its own for it."""
        return self.kind in OWN


@lru_cache(maxsize=4096)  # the names in all stubs: the C API's, and numbers of parameters and members
def link_named(text: str) -> Link:
    """The link that a name in code is. Raises LinkNameError, with the text, where it is none."""
    kind, _, rest = text.partition(":")
    name, _, detail = rest.partition(":")
    if kind not in NAMED or NAMED[kind] != bool(name):
        raise LinkNameError(f"{text!r} is no link: there is no such kind, or a name is missing or too many")
    if kind == "text" and name not in TEXTS:
        raise LinkNameError(f"{text!r}: there is no such C string; there are {', '.join(TEXTS)}")
    return Link(kind, name, detail)


@lru_cache(maxsize=4096)  # the same
def _symbol(kind: str, name: object = "", detail: str = "") -> Symbol:
    return Symbol(str(link_named(str(Link(kind, str(name), detail)))))


def api(name: str) -> Symbol:
    """A function or an object that the interpreter or the C library exports."""
    return _symbol("api", name)


def object_in(variable: str) -> Symbol:
    """The object that an exported variable holds."""
    return _symbol("object", variable)


def python(function: str) -> Symbol:
    """A Python function that generated code calls."""
    return _symbol("python", function)


def type_of(name: str) -> Symbol:
    """A class of farcall's own: "value", "lease", "description"."""
    return _symbol("type", name)


def interned(name: str) -> Symbol:
    """A Python str, interned, as the names of attributes are."""
    return _symbol("interned", name)


def slot_entry(slot: str) -> Symbol:
    """A routine that fills a slot of all types."""
    return _symbol("entry", slot)


def c_string(name: str) -> Symbol:
    """A C string of TEXTS."""
    return _symbol("text", name)


def slow_path(name: str) -> Symbol:
    """A routine of `stub.slow_path`: "kind" or "kind:detail"."""
    return _symbol("support", *name.split(":", 1))


def table_of(name: str) -> Symbol:
    """One of TABLES."""
    return _symbol(name)


def class_of(which: int | str, *, plain: bool = False, written: bool = False) -> Symbol:
    """The class of parameter `which`, counted from 0; with `plain` the one of the pointer to what is not const, with
    `written` that of what C writes through it."""
    return _symbol("class", which, "plain" if plain else "written" if written else "")


def cache_of(parameter: int) -> Symbol:
    """Where the inline cache of a parameter lies."""
    return _symbol("cache", parameter)


def name_of(member: int) -> Symbol:
    """A member's interned name."""
    return _symbol("name", member)


def setter_of(member: int) -> Symbol:
    """A member's setter."""
    return _symbol("setter", member)


def closure_of(member: int) -> Symbol:
    """The cells that a member's setter is called with."""
    return _symbol("closure", member)


ERRNO, ERRNO_GET, ERRNO_SET = _symbol("errno"), _symbol("errno_get"), _symbol("errno_set")
ERRNO_DELETE = _symbol("errno_delete")
ERRNO_SHARED, FINALIZATION_GATE = _symbol("errno_shared"), _symbol("finalization_gate")
PENDING, STRANDED, REVOKED = _symbol("pending"), _symbol("stranded"), _symbol("revoked")
DEALLOCATING, POSTPONED = _symbol("deallocating"), _symbol("postponed")
TARGET, SELF, TAILS = _symbol("target"), _symbol("self"), _symbol("tails")
INTERPRETER = _symbol("interpreter")
KEPT_THREADS, THREAD_KEY = _symbol("kept_threads"), _symbol("thread_key")
QUARANTINED, CLOSURE_TEXTS = _symbol("quarantine"), _symbol("closure_texts")
FUNCTION, LEADS, FINISH = _symbol("function"), _symbol("leads"), _symbol("finish")
NAMED_CLASSES, NDARRAY = _symbol("named_classes"), _symbol("ndarray")
LENGTH, ITEM_CLASS, RESULT_CLASS = _symbol("length"), class_of("item"), class_of("result")
BODY, WRITER = _symbol("body"), _symbol("writer")
