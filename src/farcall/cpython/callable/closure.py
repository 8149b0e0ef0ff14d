"""Closures: C function pointers that run a Python callable.

A closure object has a thunk in executable memory and cells in private memory, which it takes from a list of its body's,
and which go back there when it is freed: by way of a quarantine, so that a pointer used too late is reported and not
followed (see `stub.closure_object`). Python makes what is new; a closure of a type that was used before is made, called
and freed by generated code alone.
"""

from __future__ import annotations

import struct
import sys
import weakref
from collections.abc import Callable
from functools import cache
from types import BuiltinFunctionType, FunctionType, MethodType

from ... import seed
from ...ctype import CType, Function, declare
from ...errors import ClosureError
from ...stub.closure_cells import CELLS, DICT, QUARANTINE, WEAK
from ...stub.interpreter import TP_VECTORCALL_OFFSET
from ..facts.host import WORD
from ..link import finalization
from ..link.linker import linker
from ..link.native import (
    GETSET,
    METH_FASTCALL,
    METH_O,
    PY_TP_DEALLOC,
    PY_TP_GETSET,
    PY_TPFLAGS_BASETYPE,
    PY_TPFLAGS_DEFAULT,
    SLOT,
    Kept,
    entry,
    make_builtin,
)
from ..link.pending_exceptions import failed
from ..link.typeobject import set_vectorcall, settable
from ..value.base import peek
from .capsule import capsule
from .closure_type import CELL, ClosureType, closure_type, of_function
from .code_owner import CodeOwner, retract
from .function import bind

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self

__all__ = ["QUARANTINE", "Closure", "ClosureOnce", "Once", "check_callable", "construct", "construct_natively"]

# Include/typeslots.h
PY_TP_CLEAR, PY_TP_TRAVERSE, PY_TP_MEMBERS = 51, 71, 72
# Include/object.h: Py_TPFLAGS_HAVE_GC
FLAGS = PY_TPFLAGS_DEFAULT | PY_TPFLAGS_BASETYPE | 1 << 14
#: PyMemberDef (Include/descrobject.h) as C lays it out here, its types Py_ssize_t and an address, and "read only".
MEMBER, SSIZE, ADDRESS, READ_ONLY = "PiniP", 19, 18 if WORD == 8 else 11, 1

finalization.begin()


def _make_base() -> type:
    """The base of closures: their words, and the routines that make, collect and free them."""
    kept, header = Kept(), linker().facts.header
    at = {"_cells": CELLS, "__weaklistoffset__": WEAK, "__dictoffset__": DICT}
    members = [
        struct.pack(MEMBER, kept.text(name), ADDRESS if word == CELLS else SSIZE, header + word * WORD, READ_ONLY, 0)
        for name, word in at.items()
    ]
    own = (seed.symbol("PyObject_GenericGetDict"), seed.symbol("PyObject_GenericSetDict"))
    attributes = struct.pack(GETSET, kept.text("__dict__"), *own, 0, 0)
    slots = [
        (PY_TP_DEALLOC, entry("closure_dealloc")),
        (PY_TP_TRAVERSE, entry("closure_traverse")),
        (PY_TP_CLEAR, entry("closure_clear")),
        (PY_TP_MEMBERS, kept.add(b"".join(members) + bytes(struct.calcsize(MEMBER)))),
        (PY_TP_GETSET, kept.add(attributes + bytes(struct.calcsize(GETSET)))),
    ]
    table = kept.add(b"".join(struct.pack(SLOT, *slot) for slot in slots) + bytes(struct.calcsize(SLOT)))
    spec = struct.pack("PiiIP", kept.text("farcall.ClosureBase"), header + (DICT + 1) * WORD, 0, FLAGS, table)
    made = seed.make_type(kept.add(spec), (CodeOwner,))
    made.__native__ = kept  # type: ignore[attr-defined]
    return made


if TYPE_CHECKING:

    class _Base(CodeOwner):
        _cells: int
        __dict__: dict[str, Any]

else:
    _Base = _make_base()

#: The builtins on closures: `open(closure, type, callable, name, vectorcall)` gives it cells, False if there are none left;
#: `held(closure, offset)` is an object that its cells hold; `close(closure)` has no call begin any more.
BUILTINS = {"open": METH_FASTCALL, "held": METH_FASTCALL, "close": METH_O}
#: The classes that generated code is to make instances of, from the first one on.
_native_classes: set[type] = set()


@cache
def _builtin(name: str) -> Any:
    """A builtin of BUILTINS, made when it is first wanted: most programs have no closures."""
    return make_builtin(name, f"closure_{name}", BUILTINS[name], f"{name}(closure, ...)")


class Closure(_Base):
    """A C function pointer that runs a Python callable.

    `declaration` is the C type, as a function or a pointer to one ("int (*)(int)"), or a ctype; or a list of the
    parameters' types, then `result` is the result's (default: void). Without it the callable's annotations say
    it. `on_error` is the error value: what C gets when the callable raises (default: 0).

    The pointer is valid until `close()`, or until this object is garbage-collected: keep a reference for as long as C may call
    it (`keep(owner)` lets an owner hold one). An exception in the callable is raised by the farcall call through which
    C was entered, when that returns; on a thread that entered C otherwise `sys.unraisablehook` gets it.
    """

    def __init__(
        self,
        callback: Callable[..., Any],
        declaration: Any = None,
        result: Any = None,
        *,
        on_error: Any = None,
        _function: Function | None = None,
    ) -> None:
        check_callable(callback)
        kind = closure_type(callback, declaration, result) if _function is None else of_function(_function)
        name = getattr(callback, "__name__", None) or type(callback).__name__
        if on_error is not None:
            kind = kind.failing_with(on_error, name)
        if self._cells:
            raise ClosureError(f"{self!r} is made already")
        while _builtin("open")(self, kind, callback, name, _vectorcall(callback)) is False:
            kind.more()
        if type(self) in _native_classes:
            _native_classes.discard(type(self))
            set_vectorcall(type(self), entry("closure_construct"))

    @property
    def address(self) -> int:
        """The address of the C function. Raises ClosureError once closed."""
        self._check()
        return self._word(CELL.address)

    @property
    def function(self) -> Function:
        """The C type."""
        return self._type.function

    @property
    def closed(self) -> bool:
        """Whether `close()` was called."""
        return not self._cells or not self._word(CELL.callable)

    @property
    def __farcall_address__(self) -> int:
        return self.address

    @property
    def __farcall_function__(self) -> Function:
        return self.function

    @property
    def _as_parameter_(self) -> Any:
        """What ctypes passes for this closure."""
        return seed.ctypes_pointer(self.address)

    @property
    def capsule(self) -> Any:
        """A PyCapsule of the pointer, named with the C signature, as SciPy's LowLevelCallable takes it."""
        return capsule(self.address, self.function, self)

    def __call__(self, *args: Any) -> Any:
        """Call the C pointer from Python."""
        self._check()
        caller = self.__dict__.get("_caller")
        if caller is None:
            caller = self.__dict__["_caller"] = bind(self._name, self.function, self.address, gil="hold")
        return caller(*args)

    def close(self) -> None:
        """Close it: C that calls the pointer afterwards gets the error value, and the use is reported. A call
        under way goes on. It raises nothing.

        >>> closure = farcall.Closure(lambda: 7, "int (*)(void)")
        >>> closure.close()
        >>> closure()
        Traceback (most recent call last):
        farcall.errors.ClosureError: ...
        """
        if not self.closed:
            _builtin("close")(self)
            retract(self)

    def keep(self, owner: Any) -> Closure:
        """Keep this closure open as long as `owner` lives; gives the closure. Raises TypeError for an owner
        that cannot be referred to weakly.

        >>> class Window: ...
        >>> window = Window()
        >>> farcall.Closure(lambda: 7, "int (*)(void)").keep(window)()
        7
        """
        weakref.finalize(owner, _drop, [self]).atexit = False
        return self

    def __enter__(self) -> Self:
        self._check()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        if not self._cells:
            return f"<farcall.{type(self).__name__} that is none yet>"
        what = "closed" if self.closed else f"at {self._word(CELL.address):#x}"
        return f"<farcall.{type(self).__name__} {self._name}: {declare(self.function, '(*)')} {what}>"

    def __reduce__(self) -> Any:
        raise TypeError(f"{self!r} cannot be pickled or copied: its address means nothing elsewhere")

    def parameter_type(self, index: int) -> CType:
        """The C type of a parameter, counted from 0, or of the result: -1."""
        return self._type.value_type(index)

    def parameter_name(self, index: int) -> str:
        """The words by which errors name a parameter, or the result: -1."""
        return f"callback {self._name}(): " + ("result" if index < 0 else f"argument {index + 1}")

    def called_as(self) -> str:
        """The words by which errors name the callback, and how C calls it."""
        return f"callback {self._name}(), which C calls as {declare(self.function, '(*)')}"

    @property
    def _type(self) -> ClosureType:
        return self._object(CELL.type)  # type: ignore[no-any-return]

    @property
    def _name(self) -> str:
        return self._object(CELL.name)  # type: ignore[no-any-return]

    def _word(self, at: int) -> int:
        return int.from_bytes(peek(self._cells + at, WORD), sys.byteorder)

    def _object(self, at: int) -> Any:
        """An object that the cells hold for as long as they are this closure's."""
        self._made()
        return _builtin("held")(self, at)

    def _made(self) -> None:
        if not self._cells:
            raise ClosureError(f"{self!r}: __init__ did not run")

    def _check(self) -> None:
        self._made()
        if self.closed:
            raise ClosureError(
                f"closure {declare(self.function, self._name)} is closed: C must not call it any more; make another"
            )


class ClosureOnce(Closure):
    """A closure that runs once, and lets go of its callable then; a second call is a ClosureError."""

    def __init__(
        self,
        callback: Callable[..., Any],
        declaration: Any = None,
        result: Any = None,
        *,
        on_error: Any = None,
        _function: Function | None = None,
    ) -> None:
        check_callable(callback)
        once = Once(callback)
        kind = closure_type(callback, declaration, result) if _function is None else of_function(_function)
        Closure.__init__(self, once, kind, on_error=on_error)
        self._once = once

    @property
    def used(self) -> bool:
        """Whether it has run."""
        return not self._once.left


class Once:
    """A callable that gives itself up to the first caller; it is called with `last` behind what that one gives."""

    def __init__(self, callback: Callable[..., Any], *last: object) -> None:
        self.__name__ = getattr(callback, "__name__", type(callback).__name__)
        self.left = [(callback, last)]

    def __call__(self, *args: Any) -> Any:
        try:
            callback, last = self.left.pop()  # atomic: one thread gets it
        except IndexError:
            raise ClosureError(f"{self.__name__}() ran already: this closure runs once") from None
        return callback(*args, *last)


def _drop(held: list[Closure]) -> None:
    """The owner is gone: let go of the closure that was kept for it."""
    held.clear()


def check_callable(callback: object) -> None:
    """Raise TypeError for what a closure cannot run."""
    if not callable(callback):
        order = (
            ': the callable is first, then its type, Closure(f, "int (*)(int)")' if isinstance(callback, str) else ""
        )
        raise TypeError(f"a closure runs a callable, not {type(callback).__name__}{order}")


def construct(cls: Any, values: tuple[object, ...], count: int, names: tuple[str, ...] | None) -> Any:
    """What a call of a class of closures does where generated code does not know how."""
    made = cls.__new__(cls)
    cls.__init__(made, *values[:count], **dict(zip(names or (), values[count:], strict=True)))
    return made


def construct_natively(cls: type) -> None:
    """Have generated code make the further closures of a class whose `__init__` does with a callable and the text or class of a
    type what `Closure` does."""
    if settable():
        _native_classes.add(cls)


construct_natively(Closure)


def _vectorcall(callable: Any) -> int:
    """Where in the callable the address of its vectorcall function lies, for the types that keep one there for good
    (a class may lose it when its `__call__` is assigned to); else 0."""
    facts = linker().facts
    if not facts.fast or type(callable) not in (FunctionType, MethodType, BuiltinFunctionType):
        return 0
    at = id(type(callable)) + facts.header + TP_VECTORCALL_OFFSET * WORD
    offset = int.from_bytes(seed.read(at, WORD), sys.byteorder)
    place = seed.read(id(callable) + offset, WORD)
    return offset if any(place) else 0  # a builtin may have none


def closed_closure(name: str | None, kind: ClosureType | None, address: int, place: int) -> None:
    """A closed closure was called."""
    what = (
        f"<callback {name} of type {declare(kind.function)} at {address:#x}>" if kind else f"a closure at {address:#x}"
    )
    error = ClosureError(f"{what} was called after it was closed")
    if not failed(None, error, place):
        raise error  # which the caller reports as unraisable
