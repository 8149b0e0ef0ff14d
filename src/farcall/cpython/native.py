"""Native parts made at run time: builtins from recipes, and types from PyType_Spec.

What is made here lives for good; what belongs to one function or one library is made elsewhere.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache
from types import BuiltinFunctionType
from typing import NamedTuple

from .. import seed
from ..recipe import Routine
from ..recipe import value as recipes
from ..recipe.carrier import Carrier
from .linker import Linker, linker

__all__ = ["METH_FASTCALL", "METH_O", "METH_VARARGS", "Getset", "entry", "make_builtin", "make_type", "method_def"]

# Include/methodobject.h
METH_VARARGS, METH_O, METH_FASTCALL = 0x0001, 0x0008, 0x0080
# Include/typeslots.h
PY_BF_GETBUFFER, PY_TP_DEALLOC, PY_TP_DOC, PY_TP_NEW, PY_TP_GETSET = 1, 52, 56, 65, 73
# Include/object.h
PY_TPFLAGS_DEFAULT, PY_TPFLAGS_BASETYPE = 1 << 18, 1 << 10

_kept: list[object] = []  # C strings and tables that types point to


class Getset(NamedTuple):
    """A field's descriptor: the kind of value, its offset in bytes from the start of the payload, and which of
    the record's members it is, which errors name."""

    name: str
    carrier: Carrier
    offset: int
    doc: str
    member: int = 0


def method_def(name: int, code: int, flags: int, doc: int) -> bytes:
    """A PyMethodDef of the four addresses and flags."""
    return struct.pack("=QQiiQ", name, code, flags, 0, doc)


@lru_cache(maxsize=256)
def entry(kind: str, carrier: Carrier | None = None) -> int:
    """The address of a routine of `recipe.value`, by its name; made once."""
    link: Linker = linker()
    recipe = getattr(recipes, kind)
    routine: Routine = recipe(link.surroundings) if carrier is None else recipe(carrier, link.surroundings)
    return link.bind(link.prepare(routine), {}, f"value:{kind}").address


def make_builtin(name: str, kind: str, flags: int, doc: str) -> BuiltinFunctionType:
    """A builtin of farcall's own, running the routine `kind`."""
    texts = _text(name), _text(f"{name}($module, /, *args)\n--\n\n{doc}")
    table = method_def(texts[0], entry(kind), flags, texts[1])
    return seed.make_builtin(_keep(table), None, "farcall")


def make_type(
    name: str,
    bases: tuple[type, ...],
    size: int,
    doc: str,
    getsets: Sequence[Getset] = (),
    *,
    root: bool = False,
) -> type:
    """A heap type whose instances carry `size` bytes inline, with a native descriptor for each of `getsets`.

    With `root` it is the base of all, with `tp_new` and the buffer protocol; others inherit these.
    """
    facts = linker().facts
    slots = [(PY_TP_DEALLOC, entry("dealloc")), (PY_TP_DOC, _text(doc))]
    if root:
        slots += [(PY_TP_NEW, entry("new")), (PY_BF_GETBUFFER, entry("getbuffer"))]
    if getsets:
        rows = [
            struct.pack(
                "=QQQQQ", _text(g.name), entry("getter", g.carrier), entry("setter", g.carrier), _text(g.doc), _keep(struct.pack("=QQ", g.offset, g.member))
            )
            for g in getsets
        ]
        slots.append((PY_TP_GETSET, _keep(b"".join(rows) + bytes(40))))
    table = _keep(b"".join(struct.pack("=iiQ", slot, 0, address) for slot, address in slots) + bytes(16))
    flags = PY_TPFLAGS_DEFAULT | PY_TPFLAGS_BASETYPE
    spec = struct.pack("=QiiIiQ", _text(f"farcall.{name}"), facts.value_payload + size, 0, flags, 0, table)
    return seed.make_type(_keep(spec), bases)


def _text(text: str) -> int:
    return _keep(text.encode() + b"\0")


def _keep(data: bytes) -> int:
    """The address of bytes that are kept for good."""
    _kept.append(data)
    return seed.address_of(data)
