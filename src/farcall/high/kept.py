"""What libraries leave behind for the next start (`cache`): functions, constants, and what declared them."""

from __future__ import annotations

from types import BuiltinFunctionType

from ..cache import keep, note, takes_notes
from ..cache.declared import key_of, named, state_of
from ..cpython.callable.function import describe
from .variable import is_name

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["leave", "leave_declared", "leave_value"]

#: Constants that files have as they are.
PLAIN = (int, float, str, bytes)


def leave(library: Any, text: str, bound: BuiltinFunctionType) -> None:
    """Note a function that was bound by a prototype or by its name, to be left behind for the next process."""
    if not takes_notes():
        return
    description, state = describe(bound), _state(library)
    if description.gil == "python" or not _is_usual(library) or (description.errno or library._tier or library._enums):
        return
    if description.name in library._scope.symbols:  # an image finds what has the function's name
        return
    if library._acts or is_name(text):
        if not state:
            return
        text = named(text, state)
    shared = library._shared
    name, function, document = description.name, description.function, description.texts[1]
    note(shared.name, shared.path, text, description.gil, name, function, document)


def leave_declared(library: Any) -> None:
    """Note what a library has declared by now."""
    if takes_notes() and (state := _state(library)) and _is_usual(library):
        _, key, paths, _ = library.__dict__["_told"]
        keep(library._shared.name, library._shared.path, named("", state), (key, paths))


def leave_value(library: Any, name: str, value: object) -> None:
    """Note a constant that was asked for."""
    if type(value) in PLAIN and takes_notes() and _is_usual(library) and (state := _state(library)):
        keep(library._shared.name, library._shared.path, named(name, state), value)


def _is_usual(library: Any) -> bool:
    return library._text == "str" and library._mode is None and library._check is None


def _state(library: Any) -> str:
    """What a library has declared, and the state that it was read in, as images know it; "" where they do not."""
    facts = library.__dict__
    done, key, paths, state = facts.get("_told", (0, "", (), ""))
    acts = facts["_acts"]
    if done < len(acts):
        headers = [header for header, act in zip(library._scope.headers, _including(acts), strict=False) if act >= done]
        for number in range(done, len(acts)):
            method, given, headers_given = acts[number]
            follows = method == "cdef" and (bool(key) or number == 0)
            key = key_of(key, given[0] if given else None, headers_given) if follows else ""
        if key and headers:
            from ..cdecl.header.sources import sources

            paths = tuple(sorted({*paths, *(path for header in headers for path in sources(header))}))
        state = state_of(key, paths) if key else ""
        facts["_told"] = len(acts), key, paths, state
    return str(state)


def _including(acts: list[Any]) -> list[int]:
    """The numbers of those that are of headers, of which there is one each in the scope."""
    return [number for number, (method, _, headers) in enumerate(acts) if method == "cdef" and headers]
