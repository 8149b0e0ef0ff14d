"""The table of links: where everything in this process is that generated code refers to by name.

Modules above this one are named here as text and imported when the name is first resolved, so nothing has to be imported
for its side effects, and importing any module alone is enough to use it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache

from ... import seed
from ...errors import UnsupportedTargetError
from ...stub import load
from ...stub.link import TABLES, TEXTS, LinkNameError
from ..facts.api import EXPORTED_AS
from .late import ROOT, late, load_all

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "CELLS",
    "PYTHON",
    "TYPES",
    "cell",
    "exported",
    "interned",
    "prepare_for_the_end",
    "python",
    "text",
    "type_of",
    "want_at_the_end",
]

#: The Python functions that generated code calls, by name: the module, and the function there.
PYTHON = {
    "closed": "cpython.value.function_address:closed",
    "construct": "cpython.value.constructor:construct",
    "construct_closure": "cpython.callable.closure:construct",
    "convert": "cpython.callable.marshal:convert",
    "convert_object": "cpython.callable.marshal:convert_object",
    "count": "cpython.callable.marshal:count",
    "count_errno": "cpython.callable.errno:count_errno",
    "dead": "cpython.value.base:dead",
    "dispatch": "cpython.callable.variadic:dispatch",
    "exported": "cpython.value.base:exported",
    "failed": "cpython.link.pending_exceptions:failed",
    "get_item": "cpython.value.asked:get_item",
    "get_member": "cpython.value.asked:get_member",
    "keeper": "cpython.value.keep:keeper",
    "make_code": "cpython.callable.first_call:make_code",
    "no_errno": "cpython.callable.errno:no_errno",
    "note_ndarray": "cpython.value.ndarray:noted",
    "null": "cpython.value.base:null",
    "pointer_add": "cpython.value.pointer:add",
    "pointer_call": "cpython.value.function_pointer:call",
    "pointer_compare": "cpython.value.pointer:compare",
    "pointer_subtract": "cpython.value.pointer:subtract",
    "real": "cpython.value.numpy_scalar:real",
    "recheck": "cpython.callable.marshal:recheck",
    "refuse": "cpython.value.refusal:refuse",
    "set_errno": "cpython.callable.errno:set_errno",
    "set_item": "cpython.value.asked:set_item",
    "set_member": "cpython.value.asked:set_member",
    "set_subscript": "cpython.value.asked:set_item",
    "closed_closure": "cpython.callable.closure:closed_closure",
    "share": "cpython.callable.sharing:share",
    "text_bytes": "cpython.value.extent:text_bytes",
    "truth": "cpython.value.numpy_scalar:truth",
    "raise_pending": "cpython.link.pending_exceptions:raise_pending",
    "value_bytes": "cpython.value.base:value_bytes",
    "unwrap": "cpython.callable.marshal:unwrap",
}
#: Those that are needed where something is wrong, or odd, with arguments that are plain numbers: what they need is loaded then.
WHERE_WRONG = ("closed", "count", "real", "recheck", "refuse", "truth")
#: What modules below the named ones call by these names.
HOOKS = (
    "cpython.callable.by_name:call_named",
    "cpython.value.html_table:html_table",
    "cpython.value.object_pointer:ObjectPointer",
    "cpython.value.offered:offered",
    "cpython.value.text_list:text_list",
    "cpython.value.exported:exported",
    "cpython.value.extent:value_bytes",
    "cpython.value.kinds:MAKERS",
    "cpython.callable.closure:Closure",
    "cpython.callable.code_owner:code_of",
    "cpython.callable.inline_cache:links",
    "cpython.value.ndarray:note",
    "cpython.callable.closure_type:type_of_class",
)
#: What loads the codecs of C's wide text.
CODECS = "cpython.value.text:load_codecs"
#: What else finalizers may ask for.
_wanted: dict[str, None] = {}
#: farcall's own classes that generated code compares with.
TYPES = {
    "kept": "cpython.link.native:Kept",
    "description": "cpython.callable.function:Description",
    "keep": "cpython.value.keep:Keep",
    "lease": "cpython.value.base:Lease",
    "value": "cpython.value.base:Value",
}
#: Private memory that all code shares: the function that gives its address.
CELLS = {
    "cifs": "raw.cif:cif_table.address",
    "closure_texts": "cpython.callable.closure_type:texts",
    "deallocating": "cpython.value.keep:deallocating",
    "errno": "cpython.callable.errno:key",
    "errno_delete": "cpython.callable.errno:deleter",
    "errno_get": "cpython.callable.errno:getter",
    "errno_set": "cpython.callable.errno:setter",
    "errno_shared": "cpython.callable.errno:shared",
    "finalization_gate": "cpython.link.finalization:gate",
    "interpreter": "cpython.link.finalization:interpreter",
    "java_cifs": "raw.cif:java_table.address",
    "known_cifs": "raw.known:known_signatures.address",
    "kept_threads": "cpython.link.kept_threads:cells",
    "thread_key": "cpython.link.kept_threads:key",
    "ndarray": "cpython.value.ndarray:address",
    "named_classes": "cpython.value.named_classes:address",
    "postponed": "cpython.value.keep:postponed",
    "pending": "cpython.link.pending_exceptions:count",
    "quarantine": "cpython.callable.closure_type:quarantine",
    "stranded": "cpython.link.pending_exceptions:stranded",
    "raw_cifs": "raw.cif:raw_table.address",
    "revoked": "cpython.link.revocation:count",
}


_INTERNED: dict[str, str] = {}


def python(name: str) -> int:
    """The address of a Python function. Raises LinkNameError for one that is not in the table."""
    if name in WHERE_WRONG and f"{ROOT}.{PYTHON[name].partition(':')[0]}" not in sys.modules:
        return id(_asking(PYTHON[name]))
    return id(_thing(PYTHON, "Python function", name))


@cache
def _asking(wanted: str) -> Callable[..., Any]:
    """What stands for a Python function until its module is loaded, by the first who calls it."""

    def ask(*arguments: Any, find: Any = late, wanted: str = wanted) -> Any:
        return find(wanted)(*arguments)

    seed.hold(ask)  # as the code that calls it: finalizers may when this module is gone
    return ask


def type_of(name: str) -> int:
    """The address of a class of farcall's own. Raises LinkNameError for one that is not in the table."""
    return id(_thing(TYPES, "class", name))


def cell(name: str) -> int:
    """The address of private memory that all code shares. Raises LinkNameError for one that is not in the table."""
    address: Callable[[], int] = _thing(CELLS, "cell", name)
    return address()


def text(name: str) -> int:
    """The address of a C string."""
    return seed.address_of(TEXTS[name])


def interned(name: str) -> int:
    """The address of a str, which stays interned."""
    return id(_INTERNED.setdefault(name, sys.intern(name)))


def exported(name: str) -> int:
    """The address of what the interpreter exports. Raises UnsupportedTargetError where it does not."""
    for symbol in EXPORTED_AS.get(name, (name,)):
        address = seed.symbol(symbol)
        if address:
            return address
    raise UnsupportedTargetError(f"this interpreter does not export {name}, which farcall needs")


def want_at_the_end(*places: str) -> None:
    """Have more things be imported before Python ends, each "module:attribute" below the package."""
    _wanted.update(dict.fromkeys(places))


def prepare_for_the_end() -> None:
    """Import what code may yet ask for: finalizers run when Python can import nothing any more."""
    cells = (CELLS[name] for name in CELLS.keys() - TABLES)
    load()
    for place in (*PYTHON.values(), *TYPES.values(), *HOOKS, *cells):
        late(place)
    load_all()
    done: set[str] = set()
    while wanted := _wanted.keys() - done:  # whose modules may want more
        for place in wanted:
            late(place)
        done |= wanted
        load_all()
    late(CODECS)()


def _thing(table: dict[str, str], what: str, name: str) -> Any:
    if name not in table:
        raise LinkNameError(f"there is no {what} {name!r} for generated code; there are {', '.join(table)}")
    return late(table[name])
