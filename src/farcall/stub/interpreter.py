"""What stubs are told about the interpreter: layouts of objects as numbers, and its C functions' signatures.

The numbers themselves are facts by version, kept in the `cpython` room; this is the shape they come in.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..convention import Placement, Signature, Target, place
from ..ir.instruction import Invoke, Memory, Operand, Register
from ..record import NamedTuple, dataclass, field, replace
from .link import api, slow_path

__all__ = [
    "MARK", "SIZE", "TP_AS_BUFFER", "TP_BASE", "TP_BASICSIZE", "TP_CALL", "TP_DEALLOC", "TP_FLAGS", "TP_FREE", "TP_GETSET",
    "TP_NAME", "TP_NEW", "TP_VECTORCALL_OFFSET", "TP_WEAKLISTOFFSET", "Interpreter", "Surroundings",
    "ThreadPlaces",
]  # fmt: skip

#: Fields of PyTypeObject (Include/cpython/object.h; the same since 3.8), in pointers from the end of ob_base.
TP_NAME, TP_BASICSIZE, TP_DEALLOC, TP_VECTORCALL_OFFSET, TP_CALL = 1, 2, 4, 5, 14
TP_AS_BUFFER, TP_FLAGS, TP_RICHCOMPARE, TP_WEAKLISTOFFSET, TP_GETSET, TP_BASE, TP_FREE = 18, 19, 23, 24, 29, 30, 38
TP_HASH, TP_ITER, TP_NEW, TP_FINALIZE = 13, 25, 37, 47

#: What calls under way have in their frames, as a signed 32-bit immediate (see `call_mark`): of the main interpreter; others
#: count down from it. In memory it is eight bytes, sign-extended: four would turn up by chance.
MARK, SIZE = -0x5A3CA0E5, 8

#: Of the functions that stubs call or are, those that are the system's, or that it calls.
SYSTEM_S = frozenset({"thread_get", "thread_set", "thread_delete", "thread_ended", "get_last_error", "set_last_error"})


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Offsets in bytes into CPython's objects, for one version.

    `fast` is False for the tier that uses the C API alone: then only `header`, which CPython itself tells
    (`object.__basicsize__`), and farcall's own value layout behind it are relied on. With `unchanging` so are floats, ints, bytes
    and str, which never change: all of Python's that can be read inline while other threads run.
    """

    name: str
    fast: bool
    header: int
    type: int  # PyObject.ob_type
    float_value: int  # PyFloatObject.ob_fval, and PyComplexObject.cval, of two numbers
    int_tag: int  # PyLongObject: ob_size up to 3.11, lv_tag from 3.12
    int_digit: int  # the first digit, of `digit_bits` bits
    int_tagged: bool  # True from 3.12
    bytes_size: int  # PyVarObject.ob_size
    bytes_data: int  # PyBytesObject.ob_sval
    text_length: int  # PyASCIIObject.length
    text_state: int  # PyASCIIObject.state
    text_ascii: int  # the state's bits `compact` and `ascii`
    text_fresh: int  # the state of a compact ASCII str that was just made
    text_data: int  # where the characters of a compact ASCII str start
    tuple_items: int  # PyTupleObject.ob_item: behind the size, from 3.14 on behind the hash as well
    none_immortal: bool  # None needs no reference counting
    api: Mapping[str, Signature] = field(default_factory=dict, compare=False, repr=False)
    digit_bits: int = 30  # 30 in four bytes, or 15 in two
    own_state: bool = False  # the current thread state is this thread's own (3.12 on), not that of the GIL's holder
    state_interpreter: int = 16  # PyThreadState.interp, from 3.12 on
    runtime_state: int = 0  # _PyRuntime.gilstate.tstate_current up to 3.11; 0 where functions are asked
    state_raised: int = 0  # PyThreadState.curexc_type up to 3.11, then current_exception
    state_handled: int = 0  # PyThreadState.exc_info
    mark: int = MARK  # the running interpreter's own
    gil: bool = True  # False where several threads run Python at a time
    unchanging: bool = False

    pointer: int = 8  # the width of a pointer in bytes, and of what counts objects

    @property
    def digit_size(self) -> int:
        """The bytes of an integer's digit (Include/cpython/longintrepr.h)."""
        return 4 if self.digit_bits == 30 else 2

    @property
    def runtime_key(self) -> int:
        """Of the key by which a thread finds its state, behind the main interpreter and an int (struct _gilstate_runtime_state,
        Include/internal/pycore_runtime.h; Py_tss_t, Include/cpython/pythread.h)."""
        return self.runtime_state + 2 * self.pointer + 4

    # farcall's own values: header, data pointer, owner, payload
    @property
    def value_data(self) -> int:
        return self.header

    @property
    def value_owner(self) -> int:
        return self.header + self.pointer

    @property
    def value_payload(self) -> int:
        return self.header + 2 * self.pointer


class ThreadPlaces(NamedTuple):
    """How far from the thread's pointer are, in all threads alike, the cell that keeps errno for Python and C's errno."""

    cell: int
    errno: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A target and an interpreter on it: what every stub needs to know; and where each thread has what is its own, if that is
    known: else functions are asked."""

    target: Target
    interpreter: Interpreter
    thread: ThreadPlaces | None = None
    _placements: dict[str, Placement] = field(default_factory=dict, compare=False, repr=False)

    def placement(self, function: str) -> Placement:
        """The placement of a C API or support function, by name. Raises KeyError for one not in the table."""
        found = self._placements.get(function)
        if found is None:
            signature = self.interpreter.api[function]
            if function in SYSTEM_S and self.target.system_convention:
                signature = replace(signature, convention=self.target.system_convention)
            found = self._placements[function] = place(signature, self.target)
        return found

    def invoke(
        self,
        function: str,
        *arguments: Operand,
        result: Register | Memory | None = None,
        tail: bool = False,
        note: str = "",
    ) -> Invoke:
        """A call of a C API function."""
        return Invoke(api(function), self.placement(function), arguments, result, tail, note or function)

    def errno(self, result: Register, library: str = "") -> Invoke:
        """A call that gives the address of the C library's errno: of the one that is named, where a process has several."""
        name = f"{library}!{self.target.errno}" if library else self.target.errno
        return Invoke(api(name), self.placement("errno"), (), result, note=name)

    def last_error(self, result: Register) -> list[Invoke]:
        """A call that gives the system's last error; none where it has no such thing."""
        names = self.target.last_error
        return [Invoke(api(names[0]), self.placement("get_last_error"), (), result, note=names[0])] if names else []

    def set_last_error(self, value: Operand) -> list[Invoke]:
        """A call that sets it."""
        names = self.target.last_error
        return [Invoke(api(names[1]), self.placement("set_last_error"), (value,), note=names[1])] if names else []

    def support(
        self,
        name: str,
        *arguments: Operand,
        result: Register | None = None,
        tail: bool = False,
        note: str = "",
    ) -> Invoke:
        """A call of one of farcall's own support routines; `name` is "kind" or "kind:detail"."""
        placement = self.placement("support:" + name.partition(":")[0])
        return Invoke(slow_path(name), placement, arguments, result, tail, note or name)
