"""Variadic calls, and calls without a prototype: the C types of a tail from its Python values, and a stub for each
combination of types.

C's default argument promotions apply (C11 6.5.2.2 p6): what is narrower than int becomes int, float becomes
double. Where Python's type does not say which C type is meant, a farcall scalar does: `farcall.int64(5)`.
"""

from __future__ import annotations

import struct
from types import BuiltinFunctionType

from ... import seed
from ...convention import promote
from ...ctype import Array, CType, Function, Parameter, Pointer, Qualified, names, sizeof
from ...stub.variadic import TAILS
from ..facts.host import WORD, host_target
from ..value import Value
from ..value.function_address import check_open
from .code_owner import CodeOwner
from .first_call import make_code
from .function import Description, bind, describe
from .functions import OTHERS
from .marshal import count

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["STUBS", "dispatch", "tail_type"]

#: How many stubs one variadic function keeps; the one unused for the longest gives way.
STUBS = 64

#: Classes whose instances stay what they are, so that code which has compared them need not look again.
STAY = (int, bool, float, bytes, str, type(None))

TEXT = Pointer(Qualified(names.char, frozenset({"const"})))
ANYTHING = Pointer(names.void)
#: A pointer to a function of whatever type: `void (*)(void)` takes all.
CODE = Pointer(Function(names.void, ()))
READ_ONLY = Pointer(Qualified(names.void, frozenset({"const"})))


def dispatch(self: Description, args: tuple[object, ...]) -> object:
    """Call a function that takes any arguments: find or make the stub for this tail, and run it."""
    fixed = len(self.function.parameters)
    if len(args) < fixed:
        count(self, len(args))
    key = tuple([type(value) for value in args[fixed:]])
    stub = self.stubs.pop(key, None)
    if stub is None:
        stub = _stub(self, args)
        described = describe(stub)
        make_code(described)  # it is about to be called, and generated code goes right there
        described.tail = _tail(described, key)
        if len(self.stubs) >= STUBS:
            oldest = self.stubs.pop(next(iter(self.stubs)), None)
            _at_hand(self, without=oldest)
    self.stubs[key] = stub  # the newest last: the first is the one unused for the longest
    _at_hand(self, stub)
    check_open(self)  # it may have been closed meanwhile; from now on closing disconnects this stub too
    return stub(*args)


def _tail(self: Description, classes: tuple[type, ...]) -> bytearray:
    """What generated code compares a tail with, to run the stub that this is the description of (`stub.variadic`)."""
    count = len(self.function.parameters)
    words = (count, (count - len(classes)) * WORD, id(self), self.slot.address, count == 1, *map(id, classes), 0)
    return bytearray(struct.pack(f"{len(words)}P", *words))


def _at_hand(self: Description, *newest: BuiltinFunctionType, without: BuiltinFunctionType | None = None) -> None:
    """Have generated code find a stub before others, or no more."""
    if self.cells is None:
        return
    tails = [0 if stub is None else seed.address_of(describe(stub).tail) for stub in (*newest, without)]
    *first, gone = tails
    before = [self.cells.word(word * WORD) for word in range(TAILS)]
    now = [*first, *(tail for tail in before if tail and tail not in tails)][:TAILS]
    if now != before[: len(now)] or gone:
        for word, tail in enumerate([*now, *[0] * (TAILS - len(now))]):
            self.cells.put_word(word * WORD, tail)


def tail_type(value: Any, where: str) -> CType:
    """The C type that a Python value has in a variadic tail, promoted.

    int and bool are int, float is double, str and bytes are const char *, None and buffers are pointers, functions of C
    and closures are pointers to functions, farcall values are what they were declared. Raises TypeError, naming `where`,
    for anything else.
    """
    if issubclass(type(value), Value):
        ctype = value.__ctype__
        if isinstance(ctype, Array):
            return Pointer(ctype.element)
        return promote(ctype, host_target().model)
    owner = value.__self__ if isinstance(value, BuiltinFunctionType) else value
    if isinstance(owner, CodeOwner):
        return CODE
    if isinstance(value, (str, bytes)):
        return TEXT
    cls: Any = type(value)  # a class is no number, though its instances are
    if isinstance(value, float) or (not hasattr(cls, "__index__") and hasattr(cls, "__float__")):
        return names.double
    if isinstance(value, int) or (hasattr(cls, "__index__") and not hasattr(value, "shape")):
        return names.int_
    if value is None:
        return ANYTHING
    if hasattr(cls, "__index__") and getattr(value, "shape", None) == ():
        return _sized_integer(value)
    try:
        view = memoryview(value)
    except TypeError:
        given, instead = type(value).__name__, "a farcall value such as farcall.int64(...)"
        if callable(value):
            instead = 'a closure, which has the type that C calls it by: farcall.Closure(f, "int (*)(int)")'
        raise TypeError(f"{where}: cannot infer a C type for {given}; pass {instead}") from None
    return READ_ONLY if view.readonly else ANYTHING


def _sized_integer(value: Any) -> CType:
    """A NumPy integer scalar: as wide as it is."""
    size, model = value.dtype.itemsize, host_target().model
    if value.dtype.kind == "u":
        if size < 4:
            return names.int_
        kinds = (names.uint, names.ulong, names.ulonglong)
    else:
        kinds = (names.int_, names.long, names.longlong)
    return next(kind for kind in kinds if sizeof(kind, model) >= size)


def _stub(self: Description, args: tuple[object, ...]) -> BuiltinFunctionType:
    fixed = self.function.parameters
    names = [type(value).__name__ if type(value) in STAY else "" for value in args]
    kind = "variadic argument" if self.function.variadic else "argument"
    tail = tuple(
        Parameter("", tail_type(value, f"{self.name}() {kind} {index + 1}"))
        for index, value in enumerate(args[len(fixed) :], len(fixed))
    )
    function = Function(self.function.result, (*fixed, *tail), False, self.function.convention)
    return bind(
        self.name,
        function,
        self.address,
        gil=self.gil,
        errno=self.errno,
        library=self.library,
        tier=self.tier,
        text=self.text,
        known=tuple([(number, name) for number, name in enumerate(names) if name and number >= len(fixed)]),
        functions=getattr(self.library, "_functions", OTHERS),  # so that it is shut when the library is closed
        # C11 6.5.2.2 p6: without a prototype the call is one of a function with just these parameters.
        variadic_from=len(fixed) if self.function.variadic else None,
    )
