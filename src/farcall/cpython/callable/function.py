"""Foreign functions: a genuine CPython builtin for a C function, and the description that is its `__self__`.

The description owns all that the builtin needs: the code (a slot of executable memory), the PyMethodDef and the C
strings of name and docstring, the classes of struct and pointer parameters, the library.
"""

from __future__ import annotations

import sys
from functools import partial
from types import BuiltinFunctionType

from ... import seed
from ...cache import awake
from ...cache.owner import Bound
from ...convention import Placement, Signature, place
from ...ctype import CType, Function, declare
from ...errors import NullPointerError
from ...memory import Slot
from ...stub import Policy, call, forward
from ..facts.host import WORD, host_target
from ..facts.ownership import as_lent, taken_over
from ..link import finalization
from ..link.belongings import Belongings
from ..link.data_cells import Cells
from ..link.late import late, later
from ..link.linker import linker
from ..link.native import method_def, take_names
from ..link.revocation import revoke
from .code_owner import CodeOwner
from .document import document
from .first_call import AT_BINDING, leads, make_code, wait
from .parameter_facts import TypeFacts
from .plan import (
    Plan,
    Wanted,
    crossing_of,
    entrance_of,
    facts_of_types,
    plan_of,
    signature_of,
    written_of,
    written_type,
)
from .reach import Reach
from .sharing import owner
from .shown_placement import ShownPlacement

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from .. import value as values
    from .inline_cache import Seen
else:
    values = later("cpython.value")

__all__ = ["Description", "bind", "check_options", "classes_of", "describe"]

finalization.begin()  # before a program has exit handlers of its own, which may call C

#: What may happen to the GIL around a call.
GIL_POLICIES = ("release", "hold", "python")
#: What binds a function again from a pickle, above this module.
PARTS = "high.reopened:function_parts"
#: What a `const char *` that C returns is.
TEXTS = ("str", "bytes")
_BOTH = (False, True)
_POLICIES = {
    (gil, errno, raw): Policy(gil == "release", errno, raw, raise_set=gil == "python")
    for gil in GIL_POLICIES
    for errno in _BOTH
    for raw in _BOTH
}


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
    errno: bool
    library: Any
    tier: str
    variadic_from: int | None
    text: str
    out: tuple[int, ...]  # the parameters through which C writes results, which the caller does not give
    classes: tuple[Any, ...]
    _method: bytes  # the PyMethodDef, and where it leads to; not set of one whose code is an image's
    _token: object  # of what is `owned`
    owned: Belongings  # what goes with this
    reach: Reach  # how it leads to its code
    texts: tuple[bytes | memoryview, bytes]  # the PyMethodDef; the name and the docstring
    slot: Slot  # its code; not set as long as this is
    waiting: Plan | None  # what its code is made by at the first call
    stubs: dict[tuple[type, ...], BuiltinFunctionType]
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
            policy = _policy(
                self.gil, self.errno, self.text == "bytes", self.library, taken_over(self.name, self.function)
            )
            written = written_of(self.function, self.out, link)
            routine = call(crossing_of(self.signature, link), policy, link.surroundings, written)
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
        self.reach.close()
        revoke()
        for stub in list(self.stubs.values()):  # of a variadic function: what it calls with each kind of tail
            describe(stub).disconnect()

    def _make_entry(self) -> Any:
        made = super()._make_entry()
        self.reach.entry = id(made)  # it is there as long as this
        return made

    def own(self, reach: Reach) -> None:
        """Have this be reached so, and its library, if it keeps count, know it as long as this is there."""
        self.owned, self.reach = Belongings(), reach
        self._token = self.owned.token()
        reaches = getattr(self.library, "_reaches", None)
        if reaches is not None:
            reaches.add(reach)
            self.owned.add(partial(reaches.discard, reach))

    def __repr__(self) -> str:
        return f"<foreign {self.prototype} at {self.address:#x}, gil={self.gil!r}>"

    def __reduce__(self) -> Any:
        return late(PARTS)(self)


def _policy(gil: str, errno: bool, raw_text: bool, library: object, taken_over: tuple[int, ...]) -> Policy:
    """The policy of functions of a library, which says of which C library errno is theirs, where a process has several."""
    theirs = getattr(library, "_c_library", "") if errno else ""
    plain = _POLICIES[gil, errno, raw_text]
    return plain._replace(c_library=theirs, taken_over=taken_over) if theirs or taken_over else plain


def bind(
    name: str,
    function: Function,
    address: int,
    *,
    gil: str = "release",
    errno: bool = False,
    library: object = None,
    tier: str = "",
    variadic_from: int | None = None,
    out: tuple[int, ...] = (),
    text: str = "str",
) -> BuiltinFunctionType:
    """A builtin that calls the C function at `address`.

    `gil`: "release" (other threads run meanwhile), "hold" (faster, for short functions that do not block) or "python" (held,
    and what C left set is raised: for functions of Python's own, as all are that have to do with `PyObject *`).
    `errno`: whether to capture it after each call, for `farcall.errno()`. `variadic_from` tells, for the stub
    of one variadic tail, where in `function.parameters` that tail begins. `out` are the numbers of parameters, pointers to
    what is complete and not const, through which C writes results: the builtin takes the others, and returns the results. `text`:
    whether a `const char *` that C returns is "str" or "bytes".

    Raises NullPointerError for address 0, ValueError for an unknown policy or text, UnsupportedTypeError for a type
    that cannot be passed; and an auditing event `farcall.bind` with name and address.
    """
    awake()  # functions that were bound before are as this one then
    if not address:
        raise NullPointerError(f"{name}: the function's address is NULL")
    check_options(gil, text)
    sys.audit("farcall.bind", name, address)
    types = facts_of_types(function)
    taken: tuple[int, ...] = ()
    if any(one.mentions_object for one in types):
        gil, function, taken = "python", as_lent(name, function, out), taken_over(name, function)
        types = facts_of_types(function)
    policy = _policy(gil, bool(errno), text == "bytes", library, taken)
    plan = plan_of(function, types, policy, tier, variadic_from, out)
    self = Description()
    self.name, self.function, self.address, self.library = name, function, address, library
    self.gil, self.errno, self.tier, self.variadic_from = gil, bool(errno), tier, variadic_from
    self.stubs, self.cells, self.seen, self.out, self.waiting, self.text = {}, None, None, out, None, text
    return _make(self, plan, types)


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


def _make(self: Description, plan: Plan, types: list[TypeFacts]) -> BuiltinFunctionType:
    self.classes, start = classes_of(self, plan.classes, types), wait(self, plan)
    name = self.name.encode()
    words = b"\0".join((name, document(self, types).encode("utf-8", "replace"), b""))
    at = seed.address_of(words)
    method = method_def(at, entrance_of(self.tier, plan.flags), plan.flags, at + len(name) + 1)
    self._method = table = method + start.to_bytes(WORD, sys.byteorder) + owner()
    self.texts = (table, words)
    self.own(Reach(leads(self), table, self.tier))
    made = seed.make_builtin(seed.address_of(table), self, "farcall")
    self.reach.builtin = id(made)
    take_names(made, plan.flags)
    if AT_BINDING:
        make_code(self)
    return made


def classes_of(self: Description, wanted: tuple[Wanted, ...], types: list[TypeFacts]) -> tuple[Any, ...]:
    """The classes that code compares with or makes instances of."""
    classes = []
    for _, position, what in wanted:
        if what == "written":
            cls = values.class_of(written_type(self.function.parameters[position]))
        else:
            cls = types[position + 1].plain() if what else types[position + 1].cls()
        classes.append(cls)
    return tuple(classes)
