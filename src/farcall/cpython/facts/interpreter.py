"""Facts about CPython, by version: where its objects keep what generated code reads.

Sources: Include/object.h, Include/cpython/{longintrepr,floatobject,bytesobject,unicodeobject,tupleobject,pystate}.h of
each version.
Every row is checked against live objects before it is trusted (`agrees`); an interpreter that does not agree, or
has no row, gets the tier that uses the C API alone.
"""

from __future__ import annotations

import os
import struct
import sys
from functools import lru_cache

from ... import seed
from ...ctype import DataModel, alignof, names
from ...errors import UnsupportedTargetError
from ...record import replace
from ...stub.interpreter import MARK, Interpreter
from ...stub.reference import IMMORTAL_32
from ...stub.writer import LIST_ITEMS
from ...system import running
from .api import API
from .host import ORDER, WORD
from .without_gil import has_gil

__all__ = [
    "ROWS",
    "ROWS_32",
    "TIERS",
    "agrees",
    "counts_references",
    "free_threaded",
    "interpreter",
    "known",
    "without_layouts",
]

TIERS = ("fast", "api")
#: What an environment variable may ask for, for tests and for doubts: "fast" or "api".
TIER_VARIABLE = "FARCALL_TIER"

#: How many interpreters have marks of their own at the same time.
INTERPRETERS = 1 << 24
HEADER = object.__basicsize__  # ob_refcnt, ob_type; more in a debug or free-threaded build

_OLDEST = Interpreter(
    name="CPython 3.10", fast=True, header=16, type=8, float_value=16,
    int_tag=16, int_digit=24, int_tagged=False, bytes_size=16, bytes_data=32,
    text_length=16, text_state=32, text_ascii=0x60, text_fresh=0xE4, text_data=48, tuple_items=24, none_immortal=False,
    own_state=False, api=API, state_raised=88, state_handled=144,
)  # fmt: skip
#: 3.11: what is handled is one object, not three (pystate.h).
_OLDER = replace(_OLDEST, name="CPython 3.11", state_raised=96, state_handled=120)
#: 3.12: lv_tag in integers (longintrepr.h), no wstr and no `ready` in str (unicodeobject.h), immortal None (PEP 683); what is
#: raised is one object, too.
_NEWER = replace(
    _OLDER, name="CPython 3.12", int_tagged=True, text_fresh=0x64, text_data=40, none_immortal=True, own_state=True,
    state_handled=104,
)  # fmt: skip
_NEWER_STATE = replace(_NEWER, name="CPython 3.13", state_raised=112, state_handled=120)
#: 3.14: a tuple keeps its hash before its items (tupleobject.h). ob_refcnt is halved, and the low half counts as before
#: (object.h); small integers are flagged in the tag's third bit, which says neither sign nor size (longintrepr.h).
_NEWEST = replace(_NEWER_STATE, name="CPython 3.14", tuple_items=32)
_NEWEST_STATE = replace(_NEWEST, name="CPython 3.15", state_raised=136, state_handled=144)

ROWS = {
    (3, 10): _OLDEST, (3, 11): _OLDER, (3, 12): _NEWER, (3, 13): _NEWER_STATE, (3, 14): _NEWEST, (3, 15): _NEWEST_STATE,
}  # fmt: skip

#: The same where pointers, Py_ssize_t and Py_hash_t have four bytes. Digits have 15 bits there up to 3.10 (pyport.h).
_OLDER_32 = replace(
    _OLDER, name="CPython 3.11, 32 bits", header=8, type=4, float_value=8, int_tag=8, int_digit=12,
    bytes_size=8, bytes_data=16, text_length=8, text_state=16, text_data=24, tuple_items=12, pointer=4,
    state_interpreter=8, state_raised=60, state_handled=72,
)  # fmt: skip
_OLDEST_32 = replace(_OLDER_32, name="CPython 3.10, 32 bits", digit_bits=15, state_raised=52, state_handled=80)
_NEWER_32 = replace(
    _OLDER_32, name="CPython 3.12, 32 bits", int_tagged=True, text_fresh=0x64, text_data=20, none_immortal=True,
    own_state=True, state_handled=64,
)  # fmt: skip
_NEWER_STATE_32 = replace(_NEWER_32, name="CPython 3.13, 32 bits", state_raised=72, state_handled=76)
_NEWEST_32 = replace(_NEWER_STATE_32, name="CPython 3.14, 32 bits", tuple_items=16)
_NEWEST_STATE_32 = replace(_NEWEST_32, name="CPython 3.15, 32 bits", state_raised=88, state_handled=92)

ROWS_32 = {
    (3, 10): _OLDEST_32, (3, 11): _OLDER_32, (3, 12): _NEWER_32, (3, 13): _NEWER_STATE_32, (3, 14): _NEWEST_32,
    (3, 15): _NEWEST_STATE_32,
}  # fmt: skip

#: Up to 3.11 CPython's own memory has the state of whoever holds the GIL between others, by which it is found, as what is before
#: them has the sizes of the C library's locks (struct _gilstate_runtime_state, Include/internal/pycore_runtime.h): the state,
#: the main interpreter, and the key by which a thread finds its own, whether it was made and its number (Py_tss_t).
RUNTIME_STATE, MADE = struct.Struct("PPiI"), 1
#: So many bytes are looked through. CPython has more than that.
RUNTIME = 80 * WORD

#: Of a struct's member.
DOUBLE_ALIGNMENT = struct.calcsize("@bd") - struct.calcsize("d")

#: The tier without layouts: only the size of an object's header is relied on, and where bytes begin, which CPython tells.
API_ONLY = Interpreter(
    name="C API alone", fast=False, header=HEADER, type=HEADER - WORD, float_value=0, int_tag=0, int_digit=0,
    int_tagged=False, bytes_size=0, bytes_data=seed.BYTES, text_length=0, text_state=0, text_ascii=0, text_fresh=0, text_data=0,
    tuple_items=0, none_immortal=False, own_state=sys.version_info >= (3, 12), api=API, pointer=WORD, gil=has_gil(),
)  # fmt: skip


def without_layouts(pointer: int) -> Interpreter:
    """The facts for a usual build of a Python where a pointer has so many bytes, with no layouts but of an object's header."""
    return replace(API_ONLY, header=2 * pointer, type=pointer, bytes_data=4 * pointer, pointer=pointer, gil=True)


def free_threaded(version: tuple[int, int], model: DataModel) -> Interpreter:
    """The facts for a free-threaded build of a version, from 3.13 on: what never changes is where it is in other builds, behind a
    longer header (Include/object.h)."""
    pointer = model.pointer
    header = 3 * pointer + 8  # ob_tid; flags, ob_mutex, ob_gc_bits and ob_ref_local, of 8 bytes; ob_ref_shared, ob_type
    row = replace(
        without_layouts(pointer), header=header, type=header - pointer, bytes_data=header + 2 * pointer, own_state=True,
        gil=False,
    )  # fmt: skip
    return _unchanging(row, version, alignof(names.double, model))


@lru_cache(maxsize=4)
def interpreter(tier: str = "") -> Interpreter:
    """The facts for the running interpreter. `tier`: "fast", "api", or "" for the best there is.

    Raises ValueError for another word; "fast" on an interpreter without trusted facts, or on one that counts all
    references (`counts_references`), gives the API tier. Without a GIL "fast" reads inline what never changes, and no more.
    """
    tier = tier or os.environ.get(TIER_VARIABLE, "") or "fast"
    if tier not in TIERS:
        raise ValueError(f"tier must be one of {', '.join(TIERS)}, not {tier!r}")
    row, mark = known(), MARK - seed.INTERPRETER_NUMBER % INTERPRETERS
    slow = API_ONLY if mark == MARK else replace(API_ONLY, mark=mark)
    if tier == "fast" and not slow.gil and not counts_references():
        still = replace(
            _unchanging(slow, sys.version_info[:2], DOUBLE_ALIGNMENT), digit_bits=sys.int_info.bits_per_digit
        )
        if _unchanging_agree(still):
            return still
    if tier == "api" or row is None or row.header != HEADER or counts_references():
        return slow
    row = replace(row, digit_bits=sys.int_info.bits_per_digit, mark=mark)  # a choice of who builds it
    return replace(row, runtime_state=_runtime_state(row)) if agrees(row) else slow


def counts_references() -> bool:
    """Whether the interpreter keeps the sum of all reference counts (Py_REF_DEBUG, part of debug builds), which only its
    own functions keep right."""
    return hasattr(sys, "gettotalrefcount")


def known() -> Interpreter | None:
    """The row for this version and width, whether live objects agree with it or not; None if there is none."""
    return (ROWS if WORD == 8 else ROWS_32).get(sys.version_info[:2])


def agrees(row: Interpreter) -> bool:
    """Whether live objects look as the row says: a float, a complex number, integers of both signs, bytes, str, a tuple, None, a
    thread's state."""

    def count(address: int) -> int:  # an address: a name for the object would count as well
        size = 4 if row.none_immortal else row.pointer
        at = address + ORDER.low(row.pointer, size)
        return int.from_bytes(seed.read(at, size), sys.byteorder, signed=True)

    items = object(), object()
    new_text, new_bytes = "".join(("far", "call")), bytes(bytearray(b"farcall"))
    return (
        _unchanging_agree(row)
        and word(new_text, row.text_state, 4) & 0xFF == row.text_fresh  # the other bits are nobody's
        and word(new_text, row.text_length + row.pointer, row.pointer, signed=True)
        == -1  # the hash, which is not known
        and word(new_bytes, row.bytes_size + row.pointer, row.pointer, signed=True) == -1
        and [word(items, row.tuple_items + i * row.pointer, row.pointer) for i in range(2)]
        == [id(one) for one in items]
        and count(id(items[0])) == 1  # the tuple's
        and _listed(row)
        and (not row.own_state or _in_state(row, row.state_interpreter) == seed.INTERPRETER)
        and _raised(row)
        and _immortal(count(id(None)), row) == row.none_immortal
    )


def word(thing: object, offset: int, size: int, signed: bool = False) -> int:
    """A number in an object."""
    return int.from_bytes(seed.read(id(thing) + offset, size), sys.byteorder, signed=signed)


def _unchanging(row: Interpreter, version: tuple[int, ...], align: int) -> Interpreter:
    """The same where floats, ints, bytes and str are as they have been since 3.12, behind a header of any size. From 3.14 on
    whether a str is interned takes a whole byte (unicodeobject.h). Doubles are aligned to `align` bytes."""
    text = row.header + row.pointer
    return replace(
        row, name="what never changes", unchanging=True, float_value=-(-row.header // align) * align, int_tag=row.header,
        int_digit=row.header + row.pointer, int_tagged=True, bytes_size=row.header, text_length=row.header,
        text_state=text + row.pointer, text_ascii=0x60 if version < (3, 14) else 0x1800, text_data=text + 2 * row.pointer,
    )  # fmt: skip


def _unchanging_agree(row: Interpreter) -> bool:
    """Whether floats, complex numbers, integers of both signs, bytes and str look as the row says."""

    def integer(number: int) -> int:
        digit = word(number, row.int_digit, row.digit_size)
        if row.int_tagged:
            tag = word(number, row.int_tag, row.pointer)
            return (1 - (tag & 3)) * digit if tag < 16 else -1
        size = word(number, row.int_tag, row.pointer, signed=True)
        return size * digit if -1 <= size <= 1 else -1

    number, parts, data, text = 1234.5, 1.5 - 2.5j, b"farcall", "farcall!"
    most = (1 << row.digit_bits) - 1
    numbers = (0, 1, -1, 12345, -12345, most, -most)
    return (
        word(number, row.type, row.pointer) == id(float)
        and seed.read(id(number) + row.float_value, 8) == struct.pack("=d", number)
        and seed.read(id(parts) + row.float_value, 16) == struct.pack("=2d", parts.real, parts.imag)
        and all(integer(n) == n for n in numbers)
        and integer(most + 1) == -1
        and word(data, row.bytes_size, row.pointer) == len(data)
        and seed.read(id(data) + row.bytes_data, len(data)) == data
        and word(text, row.text_length, row.pointer) == len(text)
        and word(text, row.text_state, 4) & row.text_ascii == row.text_ascii
        and word("\xe9", row.text_state, 4) & row.text_ascii != row.text_ascii
        and seed.read(id(text) + row.text_data, len(text)) == text.encode()
    )


def _listed(row: Interpreter) -> bool:
    """Whether a list has its size where bytes have theirs, and behind it the address of its items."""
    things = [object(), object()]
    items = word(things, row.bytes_size + LIST_ITEMS * row.pointer, row.pointer)
    at = [int.from_bytes(seed.read(items + i * row.pointer, row.pointer), sys.byteorder) for i in range(2)]
    return word(things, row.bytes_size, row.pointer) == 2 and at == [id(one) for one in things]


def _in_state(row: Interpreter, offset: int) -> int:
    """A word in the state of this thread."""
    return _pointer(seed.word_function(seed.symbol("PyThreadState_Get"), 0)() + offset, row)


def _pointer(address: int, row: Interpreter) -> int:
    return int.from_bytes(seed.read(address, row.pointer), sys.byteorder)


def _runtime_state(row: Interpreter) -> int:
    """How far into `_PyRuntime` the current state is; 0 where each thread has one of its own, and where it is not found."""
    runtime = seed.symbol("_PyRuntime")
    if row.own_state or not runtime:
        return 0
    memory = seed.read(runtime, RUNTIME)
    state = seed.word_function(seed.symbol("PyThreadState_Get"), 0)()
    offset = memory.find(struct.pack("PPi", state, seed.INTERPRETER, MADE))
    if offset < 0 or offset % row.pointer or offset + RUNTIME_STATE.size > len(memory):
        return 0
    *_, key = RUNTIME_STATE.unpack_from(memory, offset)
    try:
        noted = running().thread_value(key)
    except UnsupportedTargetError:  # a system where code is listed alone
        return 0
    return offset if noted == state else 0


def _raised(row: Interpreter) -> bool:
    """Whether a thread's state says that no exception is set, and a few words behind, which one is handled: as a type first up
    to 3.10."""
    try:
        raise LookupError
    except LookupError as handled:
        item = _in_state(row, row.state_handled)
        aligned = item > 0 and item % row.pointer == 0
        raised = _in_state(row, row.state_raised)
        return aligned and raised == 0 and _pointer(item, row) in (id(handled), id(LookupError))


def _immortal(count: int, row: Interpreter) -> bool:
    return count < 0 if row.pointer > 4 else count >= IMMORTAL_32
