"""A shared library whose functions, variables and types are used by their C names."""

from __future__ import annotations

import os

from .. import cache

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import BuiltinFunctionType, TracebackType
    from typing import Any, Literal, overload

    from ..cdecl import Declared, Scope
    from ..cdecl.header import Header
    from ..cpython.callable.functions import Functions
    from ..ctype import CType
    from ..library import SharedObject
    from . import whole
    from .around import Check
    from .maker import Given, Result, Self
    from .namespace import Known, Types

    #: A file system path.
    Path = str | os.PathLike[str]
else:

    class _Whole:
        """All that libraries need, which is loaded when one of it is first used. All of it is kept at once: a finalizer may need
        any of it when nothing can be imported any more, and a module that is kept has lost its names then."""

        def __getattr__(self, name: str) -> object:
            from . import whole

            self.__dict__.update(vars(whole))
            return getattr(whole, name)

    whole = _Whole()

__all__ = ["Library"]


class Library:
    """An open shared library.

    `name` is a path, a file name ("libz.so.1"), a short name ("z"), or None for the running process. `gil` and
    `errno` hold for its functions unless they say otherwise: "release" lets other threads run during a call, "hold" is
    faster, for short functions that do not block, "python" holds the GIL and raises what C left set, as all functions that
    mention `PyObject *` do; `errno=True` keeps errno for `farcall.errno()`, and on Windows `last_error=True` what GetLastError
    gives for `farcall.last_error()`: either keeps both. `tier` says how Python objects are read: "fast" (inline), "api" (by
    CPython's C API alone, slower), or "" for the best there is. `mode` are the system's linker's own flags, such as
    `os.RTLD_GLOBAL`; without it all names are resolved now and kept to the library. `text` says what a `const char *` that a
    function returns is: "str" or "bytes". `check(result, function, arguments)` is called with each result and gives the call's.

    What `cdef` has declared is an attribute: functions are bound when first used, variables are read and
    written in place, constants are plain numbers and strings, and `types` holds the classes of structs, unions and typedefs.

    Raises LibraryError, listing what was tried and similar names, if there is no such library; ValueError for an unknown
    `gil`, `tier`, `text` or `mode`.

        >>> farcall.Library("libm.so.6").function("double cos(double x)")(0.0)
        1.0
    """

    _shared: SharedObject
    _scope: Scope
    _enums: dict[Any, Any]
    _known: Known
    _functions: Functions
    cast: Callable[[Any, Any], Any]
    """C's cast, as `farcall.cast` does it; C text may name the library's own types."""
    constant: Callable[[str], Any]
    """The value of a constant C expression of the library's constants, types and headers' macros, such as "MAKE(1, 2)"."""

    def __init__(
        self,
        name: str | os.PathLike[str] | None = None,
        *,
        gil: str = "release",
        errno: bool = False,
        last_error: bool = False,
        tier: str = "",
        mode: int | None = None,
        text: str = "str",
        check: Check | None = None,
    ) -> None:
        plain = not errno and not last_error and tier == "" and mode is None and text == "str" and check is None
        early = cache.opened(self, name, gil) if plain else None
        self.__dict__.update(
            whole.state(self, name, gil, whole.keeps_errors(errno, last_error), tier, mode, text, check)
            if early is None
            else {"_early": early}
        )

    def _wake(self) -> None:
        """Become what a library is when all of farcall is loaded, and the functions that were bound before with it."""
        early = self.__dict__.get("_early")
        if early is not None:
            if "_shared" not in self.__dict__:
                self.__dict__.update(whole.state(self, early.name, early.gil))
            whole.adopt(self, early)
            self.__dict__.pop("_early", None)

    @property
    def name(self) -> str:
        """What the library was opened by."""
        return self._shared.name

    @property
    def _c_library(self) -> str:
        return self._shared.c_library

    @property
    def path(self) -> str:
        """The file it was loaded from; "" for the running process."""
        return self._shared.path

    @property
    def closed(self) -> bool:
        """Whether `close()` was called."""
        return self._shared.closed

    if TYPE_CHECKING:

        @property
        def types(self) -> Types: ...

    if TYPE_CHECKING:

        @overload
        def cdef(self, text: str) -> Declared: ...
        @overload
        def cdef(
            self,
            *,
            include: Path | Sequence[Path],
            include_dirs: Path | Sequence[Path] = (),
            defines: Mapping[str, str | int | None] | None = None,
            pkg_config: str | Sequence[str] = (),
            inline: bool = False,
        ) -> Header: ...

    def cdef(
        self, text: Any = None, *, include: Any = None, include_dirs: Any = (), defines: Any = None, pkg_config: Any = (),
        inline: bool = False,
    ) -> Any:  # fmt: skip
        """Declare functions, variables, types and constants in C. Returns what was declared.

        In place of a text there may be headers, by name or path: `include`, searched first in `include_dirs`, with
        the macros `defines` ({"NAME": 1}; None for one without a value), and with the flags that pkg-config tells for
        the packages `pkg_config` ("gtk+-3.0"). They are preprocessed by the system's C compiler, and what they declare
        is parsed when it is used. With `inline` that compiler also makes functions of their inline functions and macros.

        Raises DeclarationError with line and column, and changes nothing then; also where there is no compiler, no
        such header or no such package.

            >>> libc = farcall.Library("libc.so.6")
            >>> declared = libc.cdef("int abs(int n); typedef struct { int quot, rem; } div_t; div_t div(int, int);")
            >>> libc.abs(-3), libc.div(17, 5)
            (3, div_t(quot=3, rem=2))
        """
        given = {"include": include, "include_dirs": include_dirs, "defines": defines, "pkg_config": pkg_config}
        headers = given if include is not None or include_dirs or defines or pkg_config or inline else {}
        given |= {"inline": True} if inline else {}
        if (found := cache.known(self, text, headers)) is not None:
            return found
        if include is not None:
            from ..cdecl import header as reading

            if text is not None:
                raise TypeError("cdef() takes a text or include=, not both at once")
            checked = reading.Include.checked(include, include_dirs, defines, pkg_config)
            with self._scope.lock:
                header = reading.include(checked, self._scope, inline=inline)
                whole.forget(self, list(header.values()))
            self._acts.append(("cdef", (), given))
            whole.leave_declared(self)
            return header
        if headers:
            raise TypeError("cdef(): include_dirs, defines, pkg_config and inline are for include=")
        with self._scope.lock:
            declared = whole.parse_declarations(text, self._scope)
            whole.forget(self, [*declared.functions, *declared.variables])
            if declared.tags:  # one of them may complete a record that functions were bound with
                whole.forget(
                    self, [f.name for f in self._functions if any(whole.values.outdated(cls) for cls in f.classes)]
                )
        self._acts.append(("cdef", (text,), {}))
        whole.leave_declared(self)
        return declared

    if TYPE_CHECKING:

        @overload
        def function(
            self, declaration: str, /, *, gil: str | None = None, errno: bool | None = None, last_error: bool | None = None,
        ) -> BuiltinFunctionType: ...  # fmt: skip
        @overload
        def function(
            self, declaration: Callable[Given, Result], /, *, gil: str | None = None, errno: bool | None = None,
            last_error: bool | None = None,
        ) -> Callable[Given, Result]: ...  # fmt: skip
        @overload
        def function(
            self, declaration: str | Callable[..., Any] | None = None, /, *, gil: str | None = None,
            errno: bool | None = None, last_error: bool | None = None, out: Sequence[str | int] = (), text: str | None = None,
            check: Check | Literal[False] | None = None, defaults: Mapping[str, Any] | None = None,
            arrays: Mapping[str | int, Any] | None = None,
        ) -> Callable[..., Any]: ...  # fmt: skip

    def function(
        self, declaration: Any = None, /, *, gil: str | None = None, errno: bool | None = None, last_error: bool | None = None,
        out: Sequence[str | int] = (), text: str | None = None, check: Check | Literal[False] | None = None,
        defaults: Mapping[str, Any] | None = None, arrays: Mapping[str | int, Any] | None = None,
    ) -> Any:  # fmt: skip
        """Bind a C function: by its prototype, by the name of one declared in `cdef`, or, as a decorator, by a
        Python function's name and annotations. `out` are parameters (names, or numbers from 0) through which C writes
        results: they are left out in the call, which returns what was written. `check(result, function, arguments)` returns
        what the call returns, or raises; False for none. `defaults` are values for parameters that are left out, by name;
        `arrays` says by parameter what arrays it takes: an `ndpointer`, or the options of one.

        Raises SymbolError with similar names, DeclarationError, UnsupportedTypeError; TypeError and ValueError for wrong
        options. What is bound raises TypeError, ValueError and OverflowError for arguments that do not fit.

            >>> farcall.Library("libm.so.6").function("double frexp(double x, int *exponent)", out=["exponent"])(8.0)
            (0.5, 4)
        """
        if declaration is None:
            options: dict[str, Any] = {"gil": gil, "errno": errno, "last_error": last_error, "out": out, "text": text}
            options |= {"check": check, "defaults": defaults, "arrays": arrays}
            named: Any = self.function
            return lambda python: named(python, **options)
        early = self.__dict__.get("_early")
        checked = check is not None and check is not False
        plain = errno is None and last_error is None and text is None and not (out or checked or defaults or arrays)
        if early is not None and plain:
            found = early.function(self, declaration, early.gil if gil is None else gil)
            if found is not None:
                return found
        if last_error is not None:
            errno = whole.keeps(self, errno, last_error)
        if isinstance(declaration, str):
            name, function = whole.declared_function(self, declaration)
            made = whole.bind_function(self, name, function, gil, errno, out, text)
            if plain:
                whole.leave(self, declaration, made)
            made = whole.with_enumeration(self, function, made)
        elif callable(declaration) and hasattr(declaration, "__name__"):
            made = whole.bind_annotated(self, declaration, gil, errno, out, text)
        else:
            raise TypeError(f"a function is bound by a declaration or a Python function, not {declaration!r}")
        return whole.with_check(self, whole.with_arrays(made, arrays), check, defaults)

    def new(self, type: Any, init: object = None, /, **options: Any) -> Any:
        """A value in memory, as `farcall.new` makes them; C text may name the library's own types. Raises the same.

        >>> lib = farcall.Library()
        >>> declared = lib.cdef("struct point { int x, y; };")
        >>> lib.new("struct point", (1, 2))
        point(x=1, y=2)
        """
        return whole.late(whole.NEW)(self._known[type] if type.__class__ is str else type, init, **options)

    def enum(self, name: str, *, flag: bool = False) -> Any:
        """Python's IntEnum of a declared enumeration, with `flag` its IntFlag. It stands for the C type in annotations
        and arrays, its members pass wherever an int does, and functions of this library that are bound from now on
        return them, as results and through `out=`; what is read of memory, and what callbacks get, are members too. Raises
        TypeError for what is no enumeration, DeclarationError for a name that nobody declared.

            >>> lib = farcall.Library()
            >>> declared = lib.cdef("enum colour { RED, GREEN = 5 };")
            >>> lib.enum("colour").GREEN
            <colour.GREEN: 5>
        """
        return whole.late(whole.ENUMERATED)(self, self._known.enumeration(name), name, flag)

    def variable(self, declaration: str) -> Any:
        """A view of a global variable, given by its declaration, or by name if it is declared: a struct, array or pointer
        object, or a scalar with `.value`. An array without a length has as many items as the library says; where it does
        not, as for a variable of an incomplete struct, a pointer. Of a thread-local variable it is the calling thread's, and
        must not be used when that thread has ended. Raises SymbolError with similar names, DeclarationError.

            >>> farcall.Library("libc.so.6").variable("int optind").value
            1
        """
        return whole.seen(self, declaration)

    def address(self, symbol: str) -> int:
        """The address of a symbol, in bytes; of a thread-local variable the calling thread's. Raises SymbolError with similar
        names, LibraryClosedError.

            >>> libc = farcall.Library("libc.so.6")
            >>> libc.address("abs") == libc.function("int abs(int)").__self__.address
            True
        """
        return self._shared.address(symbol)

    def close(self, *values: object) -> None:
        """Close the library: its functions and variables raise LibraryClosedError from then on, also a call whose
        arguments are being converted, by this thread or another.

        The file stays mapped if a view of a variable was given out, or a function was passed to C; and if this is called
        by a callback, inside of C. A call under way in another thread must have ended: farcall cannot detect that. Raises
        TypeError for arguments: C's own `close` is `function("close")`.

            >>> with farcall.Library("libm.so.6") as libm:
            ...     libm.function("double cos(double)")(0.0)
            1.0
            >>> libm.closed
            True
        """
        if values:
            raise TypeError('close() closes the library and takes no arguments; bind C\'s own by function("close")')
        shared = self._shared
        if shared.closed:
            return
        self.__dict__["_shared"] = whole.Closed(shared)  # before the file goes, so that nothing is bound to it any more
        whole.detach(self)
        for description in self._functions:
            description.disconnect()
            self.__dict__.pop(description.name, None)
        for at, place in list(self._functions.places.items()):  # of functions that are garbage, too
            whole.shut(at, place, self._tier)
        whole.revoke()
        if not (self._lent or whole.inside_call()):
            shared.close()

    def lend(self) -> None:
        """Keep the file mapped when the library is closed: an address in it is known elsewhere."""
        self.__dict__["_lent"] = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        facts = self.__dict__
        scope = facts.get("_scope")
        if scope is None:
            if "_early" not in facts:
                raise AttributeError(name)  # of one that `__init__` has not seen
            if (found := facts["_early"].attribute(self, name)) is not None:
                return found[0]
            cache.awake()
            self._wake()
            return getattr(self, name)
        if scope.headers:
            scope.find(name)
        if name in scope.functions:
            with scope.lock:  # nobody declares it anew meanwhile
                function = scope.functions[name]
                bound = whole.bind_function(self, name, function)
                whole.leave(self, name, bound)
                made = facts[name] = whole.with_check(self, whole.with_enumeration(self, function, bound))
            return made
        if name in scope.variables:
            return whole.read(self, name)
        if name in scope.constants:
            value = scope.constants[name]
            whole.leave_value(self, name, value)
            return whole.values.pointer_at(value.type, value.value) if isinstance(value, whole.Address) else value
        for header in scope.headers:
            if name in header.addresses:
                found = header.addresses[name]
                self.lend()
                return whole.values.pointer_at(found.type, self._shared.address(found.symbol) + found.offset)
        return whole.late(whole.CALLED)(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        whole.assign(self, name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *whole.names_of(self._scope)})

    def __repr__(self) -> str:
        return f"<farcall.Library {self.path or self.name!r}{' (closed)' if self.closed else ''}>"

    def __reduce__(self) -> Any:
        return whole.late(whole.PARTS)(self)

    def __copy__(self, memo: object = None) -> Library:  # as of modules and functions, there is one
        return self

    __deepcopy__ = __copy__

    def _variable(self, name: str, ctype: CType) -> tuple[Any, int, bool]:
        """As `variable.located` says."""
        return whole.located(self._shared, self._scope.symbols.get(name, name), ctype)
