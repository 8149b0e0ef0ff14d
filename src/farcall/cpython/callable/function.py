"""Foreign functions: a genuine CPython builtin for a C function, and the description that is its `__self__`.

The description owns all that the builtin needs: the code (a slot of executable memory), the PyMethodDef and the C
strings of name and docstring, the classes of struct and pointer parameters, the library.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from keyword import iskeyword
from types import BuiltinFunctionType
from typing import Any, NamedTuple

from ... import seed
from ...convention import Placement, Signature, place
from ...ctype import CType, Function, Parameter, Pointer, Qualified, canonical, declare, unqualified
from ...errors import NullPointerError, UnsupportedTypeError
from ...lower.byref_copies import copies_of
from ...memory import Slot
from ...stub import Crossing, Policy, call, closed, crossing, forward, kinds
from ...stub.call import takes_one
from ...stub.carrier import InstanceKind, PointerKind, stored
from ...stub.link import api, slow_path
from ...stub.written import Written
from ..facts.host import WORD, check_registers, host_target
from ..link.data_cells import Cells, free
from ..link.linker import Linker, Prepared, linker
from ..link.native import METH_FASTCALL, METH_O, METH_VARARGS, method_def
from ..value import class_of
from .code_owner import CodeOwner, retract
from .inline_cache import Seen, links

__all__ = ["GIL_POLICIES", "Description", "bind", "describe", "written_type"]

#: What may happen to the GIL around a call.
GIL_POLICIES = ("release", "hold")
#: The most bytes of arguments, and of copies of them, that a call may put on the stack: a thread's stack may be no
#: larger than 8 MiB.
LARGEST_STACK = 1 << 20
#: Where a PyMethodDef keeps the address of its function.
ML_METH = WORD


class Description(CodeOwner):
    """What a foreign function is: its C type, address, library and policy. It is the builtin's `__self__`."""

    #: CPython puts it before the function's name, in its own errors too: "farcall.function.abs() takes no keyword
    #: arguments".
    __qualname__ = "function"

    __slots__ = (
        "__weakref__", "address", "cells", "classes", "errno", "function", "gil", "library", "name", "out", "seen", "slot",
        "stubs", "texts", "tier", "variadic_from",
    )  # fmt: skip

    name: str
    function: Function
    address: int
    gil: str
    errno: bool
    library: Any
    tier: str
    variadic_from: int | None
    out: tuple[int, ...]  # the parameters through which C writes results, which the caller does not give
    classes: tuple[Any, ...]
    texts: tuple[bytes, bytes, bytes]  # the PyMethodDef, the name, the docstring
    slot: Slot
    stubs: dict[tuple[type, ...], BuiltinFunctionType]
    cells: Cells | None  # the inline caches of its parameters
    seen: Seen | None  # the classes that fit them

    @property
    def prototype(self) -> str:
        """The declaration in C."""
        return declare(self.function, self.name)

    @property
    def signature(self) -> Signature:
        """The signature that placements are made of."""
        return _signature(self.function, self.variadic_from)

    @property
    def placement(self) -> Placement:
        """Where every byte travels; of a variadic function, its fixed part."""
        return place(self.signature, host_target())

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
        if self.function.variadic:
            routine = forward(link.surroundings)
        else:
            policy = Policy(self.gil == "release", self.errno)
            written = _written(self.function, self.out, link)
            routine = call(_crossing(self.signature, link), policy, link.surroundings, written)
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
        link = linker(self.tier)
        table = _bytes_address(self.texts[0], link)
        seed.write(table + ML_METH, _closed_entry(self.tier).to_bytes(WORD, sys.byteorder))
        retract(self)
        for stub in list(self.stubs.values()):  # of a variadic function: what it calls with each kind of tail
            describe(stub).disconnect()

    def __repr__(self) -> str:
        return f"<foreign {self.prototype} at {self.address:#x}, gil={self.gil!r}>"

    def __reduce__(self) -> Any:
        raise TypeError(f"{self.name} cannot be pickled or copied: its code belongs to this process")

    def __del__(self, _ending: Callable[[], bool] = sys.is_finalizing) -> None:
        slot = getattr(self, "slot", None)
        if slot is not None and not _ending():  # modules are half gone then, and so will be the memory
            slot.free()
            if self.cells is not None:
                free(self.cells)


class _Plan(NamedTuple):
    """All of a bound function that depends on its shape and policy alone: the code, how it is called, and which classes it
    wants."""

    prepared: Prepared
    flags: int
    classes: tuple[_Wanted, ...]


class _Wanted(NamedTuple):
    """A link to the class of a parameter (-1: of the result); "plain": to that of the pointers that are not const;
    "written": to that of what C writes through it."""

    link: str
    position: int
    what: str = ""


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
) -> BuiltinFunctionType:
    """A builtin that calls the C function at `address`.

    `gil`: "release" (other threads run meanwhile) or "hold" (faster, for short functions that do not block).
    `errno`: whether to capture it after each call, for `farcall.errno()`. `variadic_from` tells, for the stub
    of one variadic tail, where in `function.parameters` that tail begins. `out` are the numbers of parameters, pointers to
    what is complete and not const, through which C writes results: the builtin takes the others, and returns the results.

    Raises NullPointerError for address 0, ValueError for an unknown policy, UnsupportedTypeError for a type
    that cannot be passed; and an auditing event `farcall.bind` with name and address.
    """
    if not address:
        raise NullPointerError(f"{name}: the function's address is NULL")
    if gil not in GIL_POLICIES:
        raise ValueError(f"gil must be 'release' or 'hold', not {gil!r}")
    sys.audit("farcall.bind", name, address)
    if function.takes_any:
        _crossing(_signature(function, len(function.parameters)), linker(tier))  # refuse bad types now
        plan = _forward_plan(tier)
    else:
        plan = _plan(function, variadic_from, Policy(gil == "release", bool(errno)), tier, out)
    self = Description()
    self.name, self.function, self.address, self.library = name, function, address, library
    self.gil, self.errno, self.tier, self.variadic_from = gil, bool(errno), tier, variadic_from
    self.stubs, self.cells, self.seen, self.out = {}, None, None, out
    return _make(self, plan, linker(tier))


def describe(builtin: object) -> Description:
    """The description of a foreign function. Raises TypeError for anything else."""
    found = getattr(builtin, "__self__", None)
    if not isinstance(found, Description):
        raise TypeError(f"{builtin!r} is not a foreign function of farcall")
    return found


def _make(self: Description, plan: _Plan, link: Linker) -> BuiltinFunctionType:
    own = {"target": _target(self.address, link), "self": id(self)}
    if plan.classes:
        own.update(links(self, [symbol for _, symbol in plan.prepared.own]))
        classes = []
        for symbol, position, what in plan.classes:
            if what == "written":
                ctype = written_type(self.function.parameters[position])
            else:
                ctype = self.function.parameters[position].type if position >= 0 else self.function.result
                ctype = unqualified(ctype)  # arguments and results are no objects that could be const
            cls = class_of(_plain(ctype) if what == "plain" else ctype)
            classes.append(cls)
            own[symbol] = id(cls)
        self.classes = tuple(classes)
    else:
        self.classes = ()
    self.slot = link.bind(plan.prepared, own, f"call:{self.name}")
    name, doc = self.name.encode() + b"\0", _document(self).encode("utf-8", "replace") + b"\0"
    table = method_def(_bytes_address(name, link), self.slot.address, plan.flags, _bytes_address(doc, link))
    self.texts = (table, name, doc)
    return seed.make_builtin(_bytes_address(table, link), self, "farcall")


def _target(address: int, link: Linker) -> int:
    """What is called for the function at `address`: itself, but where it tells where errno is, what knows of callbacks."""
    located = address == link.address(api(link.target.errno).name)
    return (link.address(slow_path("errno_location").name) or address) if located else address


def _bytes_address(data: bytes, link: Linker) -> int:
    if link.facts.fast:
        return id(data) + link.facts.bytes_data
    return seed.address_of(data)


def _signature(function: Function, variadic_from: int | None) -> Signature:
    """The signature of a function, with one record for all that are declared identically, so that libraries share code."""
    types = tuple([canonical(unqualified(p.type)) for p in function.parameters])
    return Signature(canonical(function.result), types, variadic_from, function.convention)


#: Plans by what tells their shape and policy, quickly: by the kinds of the types.
_plans: dict[tuple[object, ...], _Plan] = {}


def _plan(function: Function, variadic_from: int | None, policy: Policy, tier: str, out: tuple[int, ...]) -> _Plan:
    """The plan for functions of this shape; what cannot be passed raises as `bind` says."""
    link = linker(tier)
    types = [function.result, *[parameter.type for parameter in function.parameters]]
    written = _written(function, out, link)
    key = (tier, policy, function.convention, variadic_from, written, *kinds(types, link.target.model))
    found = _plans.get(key)
    if found is None:
        plan = _crossing(_signature(function, variadic_from), link)
        shape = (call, plan.shape, policy, written)
        code = link.of_shape(shape, lambda: call(plan, policy, link.surroundings, written))
        flags = METH_O if takes_one(plan, written) else METH_FASTCALL
        found = _plans[key] = _Plan(code, flags, _wanted(plan, written))
    return found


def _written(function: Function, out: tuple[int, ...], link: Linker) -> tuple[Written, ...]:
    """How what C writes through parameters comes back."""
    model = link.target.model
    return tuple([Written(number, stored(written_type(function.parameters[number]), model)) for number in out])


def written_type(parameter: Parameter) -> CType:
    """The type of what C writes through a pointer parameter: of one that is declared as an array, the array."""
    plain = unqualified(parameter.type)
    assert isinstance(plain, Pointer)
    return plain.target if parameter.declared is None else parameter.declared


def _wanted(plan: Crossing, written: tuple[Written, ...]) -> tuple[_Wanted, ...]:
    """The classes that the code of a call compares with, and those that it makes instances of."""
    found, left_out = [], {one.number for one in written}
    for index, kind in enumerate(plan.parameters):
        if isinstance(kind, (InstanceKind, PointerKind)) and index not in left_out:
            found.append(_Wanted(f"class:{index}", index))
            if isinstance(kind, PointerKind) and kind.const:
                found.append(_Wanted(f"class:{index}:plain", index, "plain"))
    if isinstance(plan.result, (InstanceKind, PointerKind)):
        found.append(_Wanted("class:result", -1))
    found += [_Wanted(f"class:{one.number}:written", one.number, "written") for one in written if one.is_instance]
    return tuple(found)


def _crossing(signature: Signature, link: Linker) -> Crossing:
    """How the values of a call cross. Raises UnsupportedTypeError for what cannot be passed."""
    plan = crossing(signature, link.target)
    check_registers(plan.placement)
    taken = copies_of(plan.placement, link.target.model).end
    if taken > LARGEST_STACK:
        raise UnsupportedTypeError(
            f"the arguments take {taken} bytes of stack, more than {LARGEST_STACK}: pass pointers"
        )
    return plan


@lru_cache(maxsize=4)
def _forward_plan(tier: str) -> _Plan:
    link = linker(tier)
    return _Plan(link.prepare(forward(link.surroundings)), METH_VARARGS, ())


@lru_cache(maxsize=4)
def _closed_entry(tier: str) -> int:
    """The body of a function whose library is closed; it lives for good."""
    link = linker(tier)
    return link.bind(link.prepare(closed(link.surroundings)), {}, "call:closed library").address


def _plain(type: CType) -> CType:
    """`T *` of `const T *`."""
    assert isinstance(type, Pointer)
    target = type.target
    if isinstance(target, Qualified):
        rest = target.qualifiers - {"const"}
        return Pointer(Qualified(target.type, rest) if rest else target.type)
    return type


def _document(self: Description) -> str:
    """`name(parameters)`, then what `help()` shows: `inspect` reads the first line."""
    names, prototype = _texts(self.function, self.out)
    where = getattr(self.library, "name", None)
    policy = "GIL released during the call" if self.gil == "release" else "GIL held during the call"
    notes = [f"from {where}" if where else f"at {self.address:#x}", policy]
    if self.errno:
        notes.append("errno kept for farcall.errno()")
    if self.out:
        written = [self.function.parameters[number].name or f"arg{number + 1}" for number in self.out]
        notes.append(f"returns what is written through {', '.join(written)}")
    return f"{self.name}({names})\n--\n\n{prototype.replace(PLACE, self.name)};\n\n{', '.join(notes)}."


#: What stands for the name in a prototype that is kept: no C text contains it.
PLACE = "\0"


@lru_cache(maxsize=1024)
def _texts(function: Function, out: tuple[int, ...]) -> tuple[str, str]:
    """The parameters' Python names as `inspect` reads them, without those that are left out, and the prototype with a PLACE
    for the name."""
    rest = ["args"] if function.takes_any else []
    names: list[str] = []
    for index, parameter in enumerate(function.parameters):
        if index not in out:
            names.append(_identifier(parameter, index, [*names, *rest]))
    if names:
        names.append("/")
    if function.takes_any:
        names.append("*args")
    return ", ".join(names), declare(function, PLACE)


def _identifier(parameter: Parameter, index: int, taken: list[str]) -> str:
    """A Python name for a parameter: its own where Python allows it."""
    name = parameter.name if parameter.name.isidentifier() else f"arg{index + 1}"
    while iskeyword(name) or name in taken:
        name += "_"
    return name
