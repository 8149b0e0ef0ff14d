"""The functions of a library: found by their declarations, bound, and let go of where they are declared anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import BuiltinFunctionType, FunctionType

from ..cdecl import parse_function
from ..cdecl.keywords import SPECIFIERS
from ..cpython.callable.function import bind
from ..cpython.callable.plan import written_type
from ..cpython.facts.host import host_target, keeps_errors
from ..cpython.link.late import late
from ..ctype import Function, unqualified
from ..errors import LibraryClosedError, SymbolError
from .missing import exported, undeclared
from .read_variables import detach
from .variable import is_name

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from ..cdecl import Scope
    from ..library import SharedObject
    from .library import Library

__all__ = [
    "AROUND",
    "PLACES_OF",
    "bind_annotated",
    "bind_function",
    "declared_function",
    "forget",
    "keeps",
    "with_arrays",
    "with_check",
    "with_enumeration",
]

#: What stands in modules that many programs do not need.
PLACES_OF, AROUND = "high.out:places_of", "high.around:around"
#: Where what compilers make of names is said.
DECORATED = "convention.decorated:decorated_names"
#: What finds the address of a header's inline function.
INLINED = "high.inline:address_of"
#: What has arrays looked at that are passed for parameters declared in C.
ARRAYS = "high.arrays:with_arrays"


def declared_function(library: Library, declaration: str) -> tuple[str, Function]:
    """The name and the type of a function, by its prototype or, if it is declared, by its name."""
    word, scope = declaration.strip(), library._scope
    if is_name(word):
        scope.find(word)
        if word in SPECIFIERS:
            raise SymbolError(f"{word!r} names no function; a prototype has a name: {word} f(int x)")
        if word not in scope.functions:
            raise undeclared(library._shared, word, scope, "function ")
        return word, scope.functions[word]
    name, function = parse_function(declaration, scope)
    if not name:
        raise SymbolError(f"{declaration!r} names no function; a library's are found by name")
    return name, function


def bind_function(
    library: Any, name: str, function: Function, gil: str | None = None, errno: bool | None = None,
    out: Sequence[str | int] = (), text: str | None = None,
) -> BuiltinFunctionType:  # fmt: skip
    """A library's function of this type, with the library's options where None are given."""
    places = late(PLACES_OF)(name, function, out) if out else ()
    facts = library.__dict__  # attributes of what has `__getattr__` are slower
    shared = facts["_shared"]
    bound = bind(
        name, function, _address(library, shared, facts["_scope"], name, function),
        gil=facts["_gil"] if gil is None else gil, errno=facts["_errno"] if errno is None else errno,
        library=library, tier=facts["_tier"], out=places, text=facts["_text"] if text is None else text,
        functions=facts["_functions"],
    )  # fmt: skip
    if facts["_shared"] is not shared:  # closed meanwhile, by a finalizer or another thread
        raise LibraryClosedError(f"{library.name} is closed")
    return bound


def bind_annotated(
    library: Any, python: Any, gil: str | None, errno: bool | None, out: Sequence[str | int], text: str | None
) -> Any:
    """A library's function by a Python function's name and annotations."""
    from ..cpython.callable.annotation import annotations_of, function_of
    from .custom import conversion_of, outward

    seen = annotations_of(python)
    conversion = conversion_of([annotation for _, annotation in seen.parameters], seen.result)
    return outward(bind_function(library, seen.name, function_of(python), gil, errno, out, text), conversion)


def _address(library: Any, shared: SharedObject, scope: Scope, name: str, function: Function) -> int:
    """Where a function is: in the library, or in the small one that is compiled of a header's inline functions."""
    for header in scope.headers:
        if header.compiled_as and name in header.index.inline:
            scope.symbols.setdefault(name, f"inline {name}")  # no other process finds it in the library
            return late(INLINED)(library, header, name)  # type: ignore[no-any-return]
    symbol = scope.symbols.get(name, name)
    if function.convention is None:
        return shared.address(symbol, "function")
    try:
        return shared.address(symbol, "function")
    except SymbolError:  # compilers may have made a name of their own of it
        for other in late(DECORATED)(symbol, function, host_target()):
            if exported(shared, other):
                return shared.address(other, "function")
        raise


def keeps(library: Any, errno: bool | None, last_error: bool | None) -> bool | None:
    """Whether a function keeps what its calls leave in errno and in the system's last error; None for what the library does."""
    if last_error is None:
        return errno
    return keeps_errors(library._errno if errno is None else errno, last_error)


def with_enumeration(library: Library, function: Function, bound: Any) -> Any:
    """The function, which returns members of an enumeration, as its result or of what C writes, if Python's class of it was
    asked for."""
    enums = library.__dict__["_enums"]
    if not enums:
        return bound
    written = [enums.get(unqualified(written_type(function.parameters[place]))) for place in bound.__self__.out]
    cls = enums.get(unqualified(function.result))
    if cls is None and not any(written):
        return bound
    from .custom import Conversion, converter_of, outward

    nothing = (None,) * len(function.parameters)
    return outward(bound, Conversion(nothing, converter_of(cls), tuple([converter_of(one) for one in written])))


def with_arrays(made: Any, arrays: Any) -> Any:
    """The function whose parameters take arrays that are looked at, if any do."""
    return made if arrays is None else late(ARRAYS)(made, arrays)


def with_check(library: Any, made: Any, check: Any = None, defaults: Mapping[str, Any] | None = None) -> Any:
    """The function with its check, or the library's, and its defaults."""
    check = library.__dict__["_check"] if check is None else check
    check = None if check is False else check
    return made if check is None and not defaults else late(AROUND)(made, check, defaults or {})


def forget(library: Library, names: Collection[str]) -> None:
    """Let go of functions bound, and of variables read, under an earlier declaration."""
    facts = library.__dict__
    for name in names:
        found = facts.get(name)
        if isinstance(found, (BuiltinFunctionType, FunctionType)) or hasattr(type(found), "__farcall_address__"):
            facts.pop(name, None)
    detach(library, names)
