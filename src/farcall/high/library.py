"""A shared library whose functions, variables and types are used by their C names."""

from __future__ import annotations

import os
import re
import weakref
from collections.abc import Callable
from types import BuiltinFunctionType, TracebackType
from typing import Any, overload

from ..cdecl import Declared, Scope, parse_function, parse_variable
from ..cpython import marshal as _marshal  # noqa: F401  (generated code calls it)
from ..cpython import variadic as _variadic  # noqa: F401
from ..cpython.function import GIL_POLICIES, Description, bind
from ..cpython.host import host_target
from ..cpython.value import Keep, Value, class_of, read_at, view, write_at
from ..ctype import Function
from ..errors import LibraryClosedError, SymbolError
from ..library import SharedObject
from .namespace import Types

__all__ = ["Library"]

_IDENTIFIER = re.compile(r"[A-Za-z_]\w*\Z")


class Library:
    """An open shared library.

    `name` is a path, a file name ("libz.so.1"), a short name ("z"), or None for the running process. `gil` and
    `errno` are the policy of its functions unless they say otherwise: "release" lets other threads run during
    a call, "hold" is faster, for short functions that do not block; `errno=True` keeps errno for
    `farcall.errno()`. `tier` is "fast", "api", or "" for the best.

    What `cdef` has declared is an attribute: functions are bound when first used, variables are read and
    written in place, constants are ints, and `types` holds the classes of structs, unions and typedefs.

    Raises LibraryError, telling what was tried and what comes near, if there is no such library.
    """

    _shared: SharedObject
    _scope: Scope
    _keep: Keep
    types: Types

    def __init__(
        self,
        name: str | os.PathLike[str] | None = None,
        *,
        gil: str = "release",
        errno: bool = False,
        tier: str = "",
    ) -> None:
        if gil not in GIL_POLICIES:
            raise ValueError(f"gil must be 'release' or 'hold', not {gil!r}")
        shared = SharedObject(name)
        scope = Scope(host_target().model)
        self.__dict__.update(
            _shared=shared,
            _scope=scope,
            _gil=gil,
            _errno=errno,
            _tier=tier,
            _bound=weakref.WeakSet(),
            _lent=False,
            _keep=Keep(self),  # what pointers stored in its variables need
            types=Types(scope),
        )

    @property
    def name(self) -> str:
        """What the library was opened by."""
        return self._shared.name

    @property
    def path(self) -> str:
        """The file it was loaded from; "" for the running process."""
        return self._shared.path

    @property
    def closed(self) -> bool:
        return self._shared.closed

    def cdef(self, text: str) -> Declared:
        """Declare functions, variables, types and constants in C. Gives what was declared.

        Raises DeclarationError with line and column, and changes nothing then.
        """
        declared = self._scope.declare(text)
        for name in (*declared.functions, *declared.variables):
            self.__dict__.pop(name, None)  # bound under an earlier declaration
        return declared

    @overload
    def function(
        self, declaration: str, /, *, gil: str | None = None, errno: bool | None = None
    ) -> BuiltinFunctionType: ...
    @overload
    def function(
        self, declaration: Callable[..., Any], /, *, gil: str | None = None, errno: bool | None = None
    ) -> BuiltinFunctionType: ...
    @overload
    def function(
        self, /, *, gil: str | None = None, errno: bool | None = None
    ) -> Callable[[Callable[..., Any]], BuiltinFunctionType]: ...
    def function(
        self, declaration: Any = None, /, *, gil: str | None = None, errno: bool | None = None
    ) -> Any:
        """Bind a C function: by its prototype, by the name of one declared in `cdef`, or, as a decorator, by a
        Python function's name and annotations.

        Raises SymbolError with near misses, DeclarationError, UnsupportedTypeError.
        """
        if declaration is None:
            return lambda python: self.function(python, gil=gil, errno=errno)
        if isinstance(declaration, str):
            name, function = self._declared(declaration)
        elif callable(declaration) and hasattr(declaration, "__name__"):
            from ..cpython.annotation import function_of

            name, function = declaration.__name__, function_of(declaration)
        else:
            raise TypeError(f"a function is bound by a declaration or a Python function, not {declaration!r}")
        return self._bind(name, function, gil, errno)

    def variable(self, declaration: str) -> Any:
        """A view of a global variable: a struct, array or pointer object, or a scalar with `.value`."""
        name, ctype = parse_variable(declaration, self._scope)
        place = self._shared.address(name, "variable")
        self.__dict__["_lent"] = True
        return view(class_of(ctype), place, self._keep)

    def address(self, symbol: str) -> int:
        """The address of a symbol. Raises SymbolError with near misses."""
        return self._shared.address(symbol)

    def close(self) -> None:
        """Close the library: its functions and variables raise LibraryClosedError from then on.

        The file stays mapped if a view of a variable was given out, which could still be read. A call that is
        under way in another thread must have ended: only the caller can know.
        """
        if self._shared.closed:
            return
        for description in list(self._bound):
            description.disconnect()
            self.__dict__.pop(description.name, None)
        if self._lent:
            self.__dict__["_shared"] = _Closed(self._shared)
        else:
            self._shared.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        scope = self.__dict__["_scope"]
        if name in scope.functions:
            bound = self.__dict__[name] = self._bind(name, scope.functions[name], None, None)
            return bound
        if name in scope.variables:
            value = read_at(scope.variables[name], self._variable_address(name), self._keep)
            if isinstance(value, Value):
                self.__dict__["_lent"] = True
            return value
        if name in scope.constants:
            return scope.constants[name]
        raise SymbolError(f"{self.name}: {name!r} is not declared{self._near(name)}")

    def __setattr__(self, name: str, value: object) -> None:
        scope = self.__dict__["_scope"]
        if name not in scope.variables:
            what = "a function" if name in scope.functions else "not a declared variable"
            raise SymbolError(f"{self.name}: {name!r} is {what}; only variables can be set")
        write_at(scope.variables[name], self._variable_address(name), value, self._keep, f"{self.name}: variable {name!r}")

    def __dir__(self) -> list[str]:
        scope = self._scope
        return sorted({*super().__dir__(), *scope.functions, *scope.variables, *scope.constants})

    def __repr__(self) -> str:
        state = " (closed)" if self.closed else ""
        return f"<farcall.Library {self.path or self.name!r}{state}>"

    def __reduce__(self) -> Any:
        raise TypeError("a library cannot be pickled or copied: open it again where it is needed")

    def _declared(self, declaration: str) -> tuple[str, Function]:
        word = declaration.strip()
        if _IDENTIFIER.match(word):
            if word not in self._scope.functions:
                raise SymbolError(f"{self.name}: function {word!r} is not declared{self._near(word)}")
            return word, self._scope.functions[word]
        name, function = parse_function(declaration, self._scope)
        if not name:
            raise SymbolError(f"{declaration!r} names no function; a library's are found by name")
        return name, function

    def _bind(
        self, name: str, function: Function, gil: str | None, errno: bool | None
    ) -> BuiltinFunctionType:
        bound = bind(
            name,
            function,
            self._shared.address(name, "function"),
            gil=self._gil if gil is None else gil,
            errno=self._errno if errno is None else errno,
            library=self,
            tier=self._tier,
        )
        assert isinstance(bound.__self__, Description)
        self._bound.add(bound.__self__)
        return bound

    def _variable_address(self, name: str) -> int:
        return self._shared.address(name, "variable")

    def _near(self, name: str) -> str:
        from difflib import get_close_matches

        scope = self._scope
        near = get_close_matches(name, [*scope.functions, *scope.variables, *scope.constants], 3)
        return f"; near: {', '.join(near)}" if near else "; declare it with cdef() or function()"


class _Closed:
    """What stands for the shared object of a library closed while views of its variables are about."""

    closed = True

    def __init__(self, shared: SharedObject) -> None:
        self.name, self.path = shared.name, shared.path

    def address(self, symbol: str, kind: str | None = None) -> int:
        raise LibraryClosedError(f"{self.name} is closed")
