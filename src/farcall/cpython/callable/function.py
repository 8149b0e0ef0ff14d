"""Foreign functions: a genuine CPython builtin for a C function, and the description that is its `__self__`.

The description owns all that the builtin needs: the code (a slot of executable memory), the PyMethodDef and the C
strings of name and docstring, the classes of struct and pointer parameters, the library.
"""

from __future__ import annotations

import sys
from types import BuiltinFunctionType
from weakref import ref

from ... import seed
from ...cache import awake
from ...cache.owner import Bound
from ...convention import Placement, Signature, place
from ...ctype import CType, Function, declare
from ...errors import NullPointerError
from ...memory import Slot
from ...stub import SWAP, call, forward
from ...stub.entrance import METHOD_WORDS
from ..facts.host import WORD, host_target
from ..facts.ownership import taken_over
from ..facts.without_gil import has_gil
from ..link import finalization
from ..link.data_cells import Cells
from ..link.late import late
from ..link.linker import linker
from ..link.native import take_names
from ..link.revocation import revoke
from .classes import classes_of
from .code_owner import CodeOwner
from .first_call import AT_BINDING, make_code
from .functions import OTHERS, Functions
from .pattern import GIL_POLICIES, packed_method, pattern_of, policy_of
from .plan import Plan, crossing_of, signature_of, written_of
from .reach import Reach, shut
from .sharing import owner
from .shown_placement import ShownPlacement

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from .inline_cache import Seen

__all__ = ["Description", "bind", "check_options", "describe"]

finalization.begin()  # before a program has exit handlers of its own, which may call C

#: What binds a function again from a pickle, above this module.
PARTS = "high.reopened:function_parts"
#: What a `const char *` that C returns is.
TEXTS = ("str", "bytes")
#: Whether all objects count their references as ever: see `sharing`.
_HAS_GIL = has_gil()


class Description(CodeOwner, Bound):
    """What a foreign function is: its C type, address, library and policy. It is the builtin's `__self__`."""

    #: CPython puts it before the function's name, in its own errors too: "farcall.function.abs() takes no keyword
    #: arguments".
    __qualname__ = "function"

    __slots__ = ()  # they are those of `Bound`

    name: str
    function: Function
    address: int
    gil: str
    errno: bool | str
    library: Any
    tier: str
    variadic_from: int | None
    text: str
    out: tuple[int, ...]  # the parameters through which C writes results, which the caller does not give
    classes: tuple[Any, ...]  # that code compares with or makes instances of; where they can wait, once there is code
    _method: bytes  # the PyMethodDef, and where it leads to; not set of one whose code is an image's
    reach: Reach  # how it leads to its code, which goes with this
    texts: tuple[bytes | memoryview, bytes]  # the PyMethodDef; the name and the docstring
    slot: Slot  # its code; not set as long as this is
    waiting: Plan | None  # what its code is made by at the first call
    stubs: dict[tuple[type, ...], BuiltinFunctionType]
    known: tuple[tuple[int, str], ...]  # of the stub for one variadic tail: the parameters of known classes
    tail: bytearray  # of the stub for one variadic tail: what generated code finds it by
    cells: Cells | None  # the inline caches of its parameters
    seen: Seen | None  # the classes that fit them

    @property
    def prototype(self) -> str:
        """The declaration in C."""
        return declare(self.function, self.name)

    @property
    def signature(self) -> Signature:
        """The signature that placements are made of."""
        return signature_of(self.function, self.variadic_from)

    @property
    def placement(self) -> Placement:
        """Where every byte is passed; of a variadic function, its fixed part. A notebook shows it as a drawing."""
        return ShownPlacement(place(self.signature, host_target()), self)

    @property
    def __farcall_address__(self) -> int:
        return self.address

    @property
    def __farcall_function__(self) -> Function:
        return self.function

    @property
    def _as_parameter_(self) -> Any:
        """What ctypes passes for this function."""
        return seed.ctypes_pointer(self.address)

    @property
    def listing(self) -> str:
        """The generated code, a line an instruction."""
        from ...lower import listing, lower  # which only who lists code needs

        link = linker(self.tier)
        if self.function.takes_any:
            routine = forward(link.surroundings)
        else:
            policy = policy_of(
                self.gil, self.errno, self.text == "bytes", self.library, taken_over(self.name, self.function)
            )
            written = written_of(self.function, self.out, link)
            routine = call(crossing_of(self.signature, link), policy, link.surroundings, written, self.known)
        return listing(lower(routine, link.target, listed=True))

    @property
    def given(self) -> tuple[int, ...]:
        """The numbers of the parameters that the caller gives; of a variadic function, of its fixed ones."""
        return tuple([index for index in range(len(self.function.parameters)) if index not in self.out])

    def parameter_type(self, index: int) -> CType:
        """The C type of a parameter, counted from 0."""
        return self.function.parameters[index].type

    def parameter_name(self, index: int) -> str:
        """The words by which errors name a parameter."""
        name = self.function.parameters[index].name
        if self.variadic_from is not None and index >= self.variadic_from:
            return f"{self.name}() variadic argument {index + 1}"
        return f"{self.name}() parameter {name!r}" if name else f"{self.name}() argument {index + 1}"

    def disconnect(self) -> None:
        """Have every later call raise LibraryClosedError: the function's library is about to go."""
        shut(id(self), self.reach.place, self.tier)
        revoke()
        for stub in list(self.stubs.values()):  # of a variadic function: what it calls with each kind of tail
            describe(stub).disconnect()

    def _make_entry(self) -> Any:
        was_closed = getattr(self.library, "closed", False)
        made = self._entry = super()._make_entry()
        if not was_closed and getattr(self.library, "closed", False):  # meanwhile, before it was there
            self.disconnect()
        return made

    def __repr__(self) -> str:
        return f"<foreign {self.prototype} at {self.address:#x}, gil={self.gil!r}>"

    def __reduce__(self) -> Any:
        return late(PARTS)(self)


def bind(
    name: str,
    function: Function,
    address: int,
    *,
    gil: str = "release",
    errno: bool | str = False,
    library: object = None,
    tier: str = "",
    variadic_from: int | None = None,
    out: tuple[int, ...] = (),
    text: str = "str",
    known: tuple[tuple[int, str], ...] = (),
    functions: Functions = OTHERS,
) -> BuiltinFunctionType:
    """A builtin that calls the C function at `address`.

    `gil`: "release" (other threads run meanwhile), "hold" (faster, for short functions that do not block) or "python" (held,
    and what C left set is raised: for functions of Python's own, as all are that have to do with `PyObject *`).
    `errno`: whether to capture it after each call, for `farcall.errno()`; with "swap" each begins with what that tells, and not
    with 0. `variadic_from` tells, for the stub
    of one variadic tail, where in `function.parameters` that tail begins. `out` are the numbers of parameters, pointers to
    what is complete and not const, through which C writes results: the builtin takes the others, and returns the results. `text`:
    whether a `const char *` that C returns is "str" or "bytes". `known` are
    parameters whose arguments are of classes that the caller has looked at, see `stub.call`; `functions` are those of the library.

    Raises NullPointerError for address 0, ValueError for an unknown policy or text, UnsupportedTypeError for a type
    that cannot be passed; and an auditing event `farcall.bind` with name and address.
    """
    awake()  # functions that were bound before are as this one then
    if not address:
        raise NullPointerError(f"{name}: the function's address is NULL")
    check_options(gil, text)
    sys.audit("farcall.bind", name, address)
    errno = SWAP if errno == SWAP else bool(errno)
    key = (id(function), gil, errno, text, out, variadic_from, known)
    pattern = functions.patterns.get(key)
    if pattern is None:
        pattern = pattern_of(
            name, function, address, gil, errno, library, tier, variadic_from, out, text, known, functions, key
        )
    plan = pattern.plan
    self = Description()
    self.name, self.function, self.address, self.library = name, pattern.function, address, library
    self.gil, self.errno, self.tier, self.variadic_from = pattern.gil, errno, tier, variadic_from
    self.stubs, self.cells, self.seen, self.out, self.waiting, self.text = {}, None, None, out, plan, text
    self.known = known
    self.classes = () if pattern.can_wait else classes_of(pattern.function, plan.classes, pattern.types)
    words = name.join(pattern.frame).encode("utf-8", "replace")
    at = id(words) + seed.BYTES
    method = packed_method(at, pattern.entrance, plan.flags, at + words.index(0) + 1, pattern.start)
    self._method = method if _HAS_GIL else method + owner()
    self.texts = self._method, words
    at = id(self._method) + seed.BYTES
    self.reach = reach = Reach(id(self), at + METHOD_WORDS * WORD, self._method, functions)
    made = seed.make_builtin(at, self, "farcall")
    reach.builtin = id(made)
    take_names(made, plan.flags)
    functions.references.add(ref(self, functions.references.discard))
    if AT_BINDING:
        make_code(self)
    return made


def check_options(gil: str, text: str) -> None:
    """Raise ValueError for what is no policy of the GIL's, or nothing that text can be."""
    if gil not in GIL_POLICIES:
        raise ValueError(f"gil must be 'release', 'hold' or 'python', not {gil!r}")
    if text not in TEXTS:
        raise ValueError(f"text must be 'str' or 'bytes', not {text!r}")


def describe(builtin: object) -> Description:
    """The description of a foreign function. Raises TypeError for anything else."""
    found = getattr(builtin, "__self__", None)
    if not isinstance(found, Description):
        raise TypeError(f"{builtin!r} is not a foreign function of farcall")
    return found
