"""Closures: C function pointers that run a Python callable.

A closure is a thunk in executable memory, cells in private memory, and a body that all closures of its signature
share (see `stub.closure`). Closed ones stay in quarantine, so that a pointer used too late is reported and not
followed: the last `QUARANTINE` closed, the oldest given back first.
"""

from __future__ import annotations

import itertools
import sys
import weakref
from collections import deque
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from ... import seed
from ...ctype import CType, Function, Void, declare, unqualified
from ...errors import ClosureError
from ...memory import Slot
from ...stub.state import state
from ..facts.host import WORD
from ..link import finalization
from ..link.data_cells import Cells, allocate, free
from ..link.linker import Linker, linker
from ..link.pending_exceptions import failed
from ..value import class_of
from .body import closure_body
from .capsule import capsule
from .code_owner import CodeOwner, retract
from .function import bind

__all__ = ["QUARANTINE", "Closure", "ClosureOnce", "Once", "check_callable", "function_type"]

#: How many closed closures keep answering before their memory serves others.
QUARANTINE = 256
#: tp_vectorcall_offset, from the end of ob_base (Include/cpython/object.h, 3.8 on).
TP_VECTORCALL_OFFSET = 5 * WORD
#: Where the cells of a closure's state are, and how many generations they tell apart: 0 is none.
CELL = state(WORD)
GENERATIONS = (1 << 8 * WORD) - 1


class _State:
    """What generated code knows of one closure: it outlives the Closure object, until quarantine is over."""

    __slots__ = ("callable", "cells", "classes", "error_value", "function", "name", "result", "slot", "spares")

    def __init__(self, name: str, function: Function, callable: Any) -> None:
        self.name = name
        self.function = function
        self.callable = callable
        self.result: object = None  # what the last result that is a pointer needs
        self.error_value: object = None  # what the error value needs
        self.cells: Cells
        self.slot: Slot
        self.classes: dict[int, Any]  # by parameter
        self.spares: tuple[int, ...]  # where in the cells spare instances lie

    def parameter_type(self, index: int) -> CType:
        return self.function.result if index < 0 else self.function.parameters[index].type

    def parameter_name(self, index: int) -> str:
        return f"callback {self.name}(): result" if index < 0 else f"callback {self.name}(): argument {index + 1}"

    @property
    def __farcall_address__(self) -> int:
        return self.slot.address

    def __repr__(self) -> str:
        return f"<callback {self.name} of type {declare(self.function)} at {self.slot.address:#x}>"

    def close(self) -> None:
        """No call begins from now on; what is inside goes on."""
        self.cells.put_word(CELL.callable, 0)
        for left in [one for one in _leaving.values() if not one.cells.word(CELL.active)]:
            retire(left.cells.address)  # whose last caller had no recursion left to say so
        if self.cells.word(CELL.active):
            _leaving[self.cells.address] = self
        else:
            self.put_away()

    def put_away(self) -> None:
        """Into quarantine, and the oldest out of it."""
        self.callable = None
        self._clear()
        _closed[self.cells.address] = self
        _quarantine.append(self)
        while len(_quarantine) > QUARANTINE:
            _quarantine.popleft().give_back()

    def _clear(self) -> None:
        """Let go of the instances and classes: nobody will ask for them any more."""
        for spare in self.spares:
            instance = self.cells.word(spare)
            if instance:
                self.cells.put_word(spare, 0)
                seed.drop(seed.object_at(instance))
        self.classes = {}

    def give_back(self) -> None:
        cells = self.cells
        del _closed[cells.address]
        cells.put_word(CELL.generation, 0)
        kept = cells.word(CELL.kept)
        if kept:
            seed.drop(seed.object_at(kept))
        self.slot.free()
        free(cells)


finalization.begin()
_generations = itertools.count()
_quarantine: deque[_State] = deque()
_leaving: dict[int, _State] = {}  # closed while C was inside, by the address of their cells
_closed: dict[int, _State] = {}  # in quarantine, likewise


class Closure(CodeOwner):
    """A C function pointer that runs a Python callable.

    `declaration` is the C type, as a function or a pointer to one ("int (*)(int)"), or a ctype; or a list of the
    parameters' types, then `result` is the result's (default: void). Without it the callable's annotations say
    it. `on_error` is the error value: what C gets when the callable raises (default: 0).

    The pointer is valid until `close()`, or until this object is garbage-collected: keep a reference for as long as C may call
    it (`keep(owner)` lets an owner hold one). An exception in the callable is raised by the farcall call through which
    C was entered, when that returns; on a thread that entered C otherwise `sys.unraisablehook` gets it.
    """

    _state: _State

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
        function = _function if _function is not None else function_type(callback, declaration, result)
        name = getattr(callback, "__name__", None) or type(callback).__name__
        self._state = _make(name, function, callback, on_error)
        self._caller: Any = None

    @property
    def address(self) -> int:
        """The address of the C function. Raises ClosureError once closed."""
        self._check()
        return self._state.slot.address

    @property
    def function(self) -> Function:
        """The C type."""
        return self._state.function

    @property
    def closed(self) -> bool:
        return self._state.callable is None or not self._state.cells.word(CELL.callable)

    @property
    def __farcall_address__(self) -> int:
        return self.address

    @property
    def __farcall_function__(self) -> Function:
        return self._state.function

    @property
    def _as_parameter_(self) -> Any:
        """What ctypes passes for this closure."""
        return seed.ctypes_pointer(self.address)

    @property
    def capsule(self) -> Any:
        """A PyCapsule of the pointer, named with the C signature, as SciPy's LowLevelCallable takes it."""
        return capsule(self.address, self._state.function, self)

    def __call__(self, *args: Any) -> Any:
        """Call the C pointer from Python."""
        self._check()
        if self._caller is None:
            state = self._state
            self._caller = bind(state.name, state.function, state.slot.address, gil="hold")
        return self._caller(*args)

    def close(self) -> None:
        """Close it: C that calls the pointer afterwards gets the error value, and the use is reported. A call
        under way goes on, and the memory is put away when it has returned."""
        if not self.closed:
            self._state.close()
            retract(self)

    def keep(self, owner: Any) -> Closure:
        """Keep this closure open as long as `owner` lives; gives the closure. Raises TypeError for an owner
        that cannot be referred to weakly."""
        weakref.finalize(owner, _drop, [self]).atexit = False
        return self

    def __enter__(self) -> Closure:
        self._check()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __del__(self, _at_end: Callable[[], bool] = sys.is_finalizing) -> None:
        state = getattr(self, "_state", None)
        if state is not None and not _at_end() and not self.closed:
            state.close()

    def __repr__(self) -> str:
        state = self._state
        what = "closed" if self.closed else f"at {state.slot.address:#x}"
        return f"<farcall.{type(self).__name__} {state.name}: {declare(state.function, '(*)')} {what}>"

    def __reduce__(self) -> Any:
        raise TypeError(f"{self!r} cannot be pickled or copied: its address means nothing elsewhere")

    def _check(self) -> None:
        if self.closed:
            raise ClosureError(f"{self!r} is closed")


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
        function = _function if _function is not None else function_type(callback, declaration, result)
        Closure.__init__(self, once, on_error=on_error, _function=function)
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
        raise TypeError(f"a closure runs a callable, not {type(callback).__name__}")


def function_type(callback: Any, declaration: Any, result: Any = None) -> Function:
    """The C type of a closure: declared in C, by a type, by lists of types, or by the callback's annotations."""
    # Who gives types needs neither the parser of C, nor what reads annotations, which takes the longest to import.
    from ..facts.declared import function_in
    from .annotation import function_from, function_of

    if isinstance(declaration, (list, tuple)):
        return function_from(declaration, result)
    if result is not None:
        raise TypeError("a result's type goes with a list of parameter types")
    if declaration is None:
        return function_of(callback)
    if isinstance(declaration, str):
        return function_in(declaration)[1]
    kind = declaration if isinstance(declaration, CType) else getattr(declaration, "__ctype__", None)
    kind = getattr(kind, "target", kind)
    if not isinstance(kind, Function):
        raise TypeError(f"{declaration!r} is not the type of a C function")
    return kind


def _make(name: str, function: Function, callable: Any, on_error: Any) -> _State:
    """Commit a thunk for the callable."""
    if function.variadic:
        raise ClosureError(f"{declare(function, name)}: a closure cannot be variadic")
    link = linker()
    body = closure_body(function)
    made = _State(name, function, callable)
    error_value, made.error_value = _error_value(function, on_error, f"callback {name}(): on_error")
    cells = made.cells = allocate(body.cells.end)
    generation = next(_generations) % GENERATIONS + 1
    cells.put_word(CELL.generation, generation)
    cells.put_word(CELL.callable, id(callable))
    cells.put_word(CELL.vectorcall, _vectorcall(callable, link))
    cells.put_word(CELL.self, id(made))
    cells.put(CELL.error_value, error_value)
    made.classes = {}
    for index in body.instances:
        cls = made.classes[index] = class_of(unqualified(made.parameter_type(index)))
        cells.put_word(body.cells.of(index), id(cls))
    made.spares = tuple(body.cells.spare(index) for index in body.instances if index >= 0)
    own = {"state": cells.address, "generation": generation, "body": body.address}
    made.slot = link.bind(body.thunk, own, f"closure:{name}")
    return made


def _vectorcall(callable: Any, link: Linker) -> int:
    """Where in the callable the address of its vectorcall function lies, for the types that keep one there for good
    (a class may lose it when its `__call__` is assigned to); else 0."""
    if not link.facts.fast or type(callable) not in (FunctionType, MethodType, BuiltinFunctionType):
        return 0
    at = id(type(callable)) + link.facts.header + TP_VECTORCALL_OFFSET
    offset = int.from_bytes(seed.read(at, WORD), sys.byteorder)
    place = seed.read(id(callable) + offset, WORD)
    return offset if any(place) else 0  # a builtin may have none


def _error_value(function: Function, on_error: Any, where: str) -> tuple[bytes, object]:
    """The bytes of the value that C gets when the callable fails, and what they need if they are an address."""
    if on_error is None:
        return b"", None
    if isinstance(unqualified(function.result), Void):
        raise TypeError(f"{where}: {declare(function)} has no result")
    cls = class_of(unqualified(function.result))
    made = on_error if isinstance(on_error, cls) else cls(*(on_error if isinstance(on_error, tuple) else (on_error,)))
    return bytes(memoryview(made)), made


def retire(cells: int) -> None:
    """The last thread has left a closure that was closed meanwhile."""
    state = _leaving.pop(cells, None)
    if state is not None:
        state.put_away()


def closed_closure(cells: int, place: int) -> None:
    """A closed closure was called."""
    state = _closed.get(cells) or _leaving.get(cells)
    error = ClosureError(f"{state!r} was called after it was closed")
    if not failed(state, error, place):
        raise error  # which the caller reports as unraisable
