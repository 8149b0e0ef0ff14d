"""The types that a scope has declared, as classes by their C names."""

from __future__ import annotations

from collections.abc import Callable

from ..cdecl import Scope, parse_type
from ..cdecl.standard import standard
from ..cpython.link.late import late, later
from ..ctype import CType, Function, Pointer, Record, unfinished, unqualified
from ..errors import IncompleteTypeError, UnsupportedTypeError
from .missing import MOST_TOLD, similar, untyped
from .recent import Recent, endless

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from ..cpython import value as values

    Texts = dict[str, Any]
else:
    Texts, values = dict, later("cpython.value")

__all__ = ["CAST", "VALUED", "Known", "Types", "caster", "valuer"]

#: What stands in a module that many programs do not need.
CAST = "high.memory:cast"
VALUED = "high.macro:valued"
#: How many texts are remembered.
MOST_TEXTS = 256


def own_types(scope: Scope) -> set[str]:
    """The typedefs and tags that were declared; of headers what is their own."""
    standards = standard(scope.model)[1]  # what every scope has: `struct _IO_FILE` and the like
    tags = {tag for kind, tag in scope.tags if (kind, tag) not in standards}
    names = tags | {name for name in scope.typedefs if name not in scope.predefined}
    for header in scope.headers:
        names = names.difference(header.everything()) | header.types()
    return names


def check_declared(found: CType, scope: Scope) -> None:
    """Raise IncompleteTypeError for a struct or union without members whose tag is similar to others."""
    plain = unqualified(found)
    if isinstance(plain, Record) and plain.fields is None and plain.tag:
        near = similar(plain.tag, own_types(scope) - {plain.tag}, "")
        if near:
            raise IncompleteTypeError(f"{plain} is incomplete: its members are not declared{near}")


class Known(Texts):
    """What texts mean in a scope: of each type that no later declaration can change the class, from the second time on
    without reading; else, and of what has no values, the C type."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def __missing__(self, text: str) -> Any:
        found = parse_type(text, self._scope)
        check_declared(found, self._scope)
        if found is unqualified(found) and not unfinished(found):
            try:
                cls = values.class_of(found)
            except (IncompleteTypeError, UnsupportedTypeError):
                return found
            if len(self) >= MOST_TEXTS:
                self.clear()
            return self.setdefault(text, cls)
        return found

    def enumeration(self, name: str) -> CType:
        """The type of a declared enumeration, by its tag or typedef."""
        scope = self._scope
        scope.find(name)
        text = name if " " in name or name in scope.typedefs else f"enum {name}"
        return unqualified(parse_type(text, scope))


def caster(known: Known) -> Callable[[Any, Any], Any]:
    """`farcall.cast`, with what texts mean in a scope. Of a library that is called often by name: its attributes take longer
    to find."""
    to: Any = None

    def cast(type: Any, value: Any, /) -> Any:
        """C's cast, as `farcall.cast` does it; C text may name the library's own types."""
        nonlocal to
        if to is None:
            to = late(CAST)
        return to(known[type] if type.__class__ is str else type, value)

    return cast


def valuer(scope: Scope) -> Callable[[str], Any]:
    """What values constant expressions in a scope."""

    def constant(expression: str, /) -> Any:
        """The value of a constant C expression: a number, a `str`, or a pointer where C casts to one. It may use the library's
        constants and types, and all macros of its headers, with parameters too.

        Raises DeclarationError for what is wrong, or not constant.
        """
        return late(VALUED)(scope, expression)

    return constant


class Types:
    """`types.div_t` is the class of a typedef, `types.point` of `struct point`; `types["struct point *"]` of any
    C type in the scope. A function type is that of pointers to it, as it is to C where it is a parameter's."""

    __slots__ = ("_classes", "_recent", "_scope")

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._classes: dict[CType, Any] = {}
        self._recent = Recent()

    def __getattr__(self, name: str) -> Any:
        if name in Types.__slots__:  # of one that `__init__` has not seen
            raise AttributeError(name)
        scope = self._scope
        scope.find(name)
        found = scope.typedefs.get(name)
        for kind in ("struct", "union", "enum"):
            found = found or scope.tags.get((kind, name))
        if found is None:
            raise untyped(name, scope, lambda: own_types(scope))
        return self._class(found)

    def __getitem__(self, text: str) -> Any:
        found = parse_type(text, self._scope)
        check_declared(found, self._scope)
        return self._class(found)

    def __reduce__(self) -> Any:
        raise TypeError("a library's types cannot be pickled or copied: declare them again where they are needed")

    def __dir__(self) -> list[str]:
        return sorted(own_types(self._scope))

    def __repr__(self) -> str:
        known = sorted(own_types(self._scope))
        more = f", ... ({len(known)} in all)" if len(known) > MOST_TOLD else ""
        return f"<types {', '.join(known[:MOST_TOLD]) or '(none declared)'}{more}>"

    def _class(self, ctype: CType) -> Any:
        if isinstance(unqualified(ctype), Function):
            ctype = Pointer(ctype)
        made = self._classes.get(ctype)
        if made is None or values.outdated(made):
            if values.is_va_list(ctype):
                raise IncompleteTypeError(
                    "va_list is another type on each system: farcall.va_list makes and reads them"
                )
            if endless(ctype):
                return self._recent.class_of(ctype)
            # kept: the class lives as long as its declaration; programs may have derived one of it
            made = self._classes[ctype] = values.made_class(values.class_of(ctype))
        return made
