"""What only a compiler makes of headers: inline functions, and macros that are more than one call.

Inline functions have prototypes, so they are functions as any others; the addresses of all of a header's come from one small
library. A macro's parameters have no types: it is compiled for those of the arguments of a call, as `farcall` passes them behind
dots, and the compiler tells the type of what comes out.
"""

from __future__ import annotations

import re
from typing import Any

from .. import seed
from ..cdecl import parse_type
from ..cdecl.header import Header
from ..cdecl.header.call import parameters_of
from ..cdecl.header.inline import PREFIX
from ..cpython.callable.function import bind
from ..cpython.callable.variadic import tail_type
from ..cpython.facts.host import WORD, host_target
from ..cpython.value import Array, Pointer, Struct
from ..cpython.value.scalar import Scalar
from ..ctype import CType, Function, Parameter, declare, names, sizeof
from ..errors import DeclarationError, LibraryClosedError, LibraryError, SymbolError
from .compiled import compiled

__all__ = ["address_of", "macro_function"]

RUN = "farcall_macro"
TYPES = "farcall_types"
WORDS = re.compile(r"[A-Za-z_]\w*")
#: The types of C that an expression may have, beside those that headers declare.
PLAIN = (
    "void", "int", "unsigned int", "long", "unsigned long", "long long", "unsigned long long", "double", "float", "long double",
    "char", "signed char", "unsigned char", "short", "unsigned short", "_Bool",
)  # fmt: skip
#: The first number behind those of int.
INT_END = 1 << 8 * sizeof(names.int_, host_target().model) - 1
#: How many sorts of arguments a macro knows.
MOST = 64
#: Classes of Python's whose values all have one type.
PLAINLY = frozenset({float, str, bytes, bool})


def address_of(library: Any, header: Header, name: str) -> int:
    """The address of an inline function. Raises DeclarationError for one that the compiler does not take."""
    wanted = list(header.index.inline)
    try:
        found = compiled(header, _table(wanted), library.path)
    except (DeclarationError, LibraryError):  # because of another of them, which calls what nobody has
        if wanted == [name]:
            raise
        found = compiled(header, _table([name]), library.path)
    return int.from_bytes(seed.read(found.address(PREFIX + name), WORD), host_target().byteorder.name)


def _table(functions: list[str]) -> str:
    """C text with the address of each function under a name of its own."""
    rows = (f"void (*const {PREFIX}{name})(void) = (void (*)(void)) {name};" for name in functions)
    return "\n".join([*rows, ""])


def macro_function(library: Any, header: Header, name: str) -> Any:
    """The function that a macro is, compiled for the types of arguments that it is called with."""
    known: dict[tuple[object, ...], Any] = {}  # by what tells the types quickly
    compiled_for: dict[tuple[str, ...], Any] = {}
    called = name in header.index.calls
    parameters = parameters_of(header.index.calls[name]) if called else ()

    def macro(*args: Any) -> Any:
        if library.closed:
            raise LibraryClosedError(f"{library.name} is closed")
        if parameters is not None and len(args) != len(parameters):
            noun = "argument" if len(parameters) == 1 else "arguments"
            wanted = f"{name}({', '.join(parameters)})"
            raise TypeError(f"{name}() takes {len(parameters)} {noun} ({len(args)} given): {wanted}")
        quick = tuple([_sort(value) for value in args])
        made = known.get(quick)
        if made is None or None in quick:
            types = [_type(value, f"{name}() argument {number}") for number, value in enumerate(args)]
            key = tuple([str(type) for type in types])
            made = compiled_for.get(key)
            if made is None:
                made = compiled_for[key] = _compiled(library, header, name, types, called)
            if len(known) >= MOST:
                known.clear()
            known[quick] = made
        return made(*args)

    macro.__name__ = macro.__qualname__ = name
    macro.__doc__ = f"The macro {name}, compiled for the types of its arguments."
    return macro


def _sort(value: object) -> object:
    """What tells the type of an argument: its class, and of an int how wide it is; None where only a closer look does."""
    kind = type(value)
    if kind is int:
        return _width(value)  # type: ignore[arg-type]
    return kind if kind in PLAINLY or issubclass(kind, (Struct, Array, Pointer, Scalar)) else None


def _width(value: int) -> CType:
    """The type of a number: int, or long long where that is too narrow."""
    if -INT_END <= value < INT_END:
        return names.int_
    return names.longlong if value < 1 << 63 else names.ulonglong


def _type(value: Any, where: str) -> CType:
    """The type of an argument: as behind dots, but a number that is no int is as wide as it has to be."""
    found = tail_type(value, where)
    return _width(value) if found == names.int_ and isinstance(value, int) else found


def _compiled(library: Any, header: Header, name: str, types: list[CType], called: bool) -> Any:
    """A macro as a function of parameters of these types."""
    given = [f"a{number}" for number in range(len(types))]
    use = f"{name}({', '.join(given)})" if called else name
    result = _result(library, header, use, types, given)
    parameters = ", ".join(declare(type, word) for type, word in zip(types, given, strict=True)) or "void"
    body = f"{use};" if result == "void" else f"return {use};"
    ctype = parse_type(result, library._scope)
    text = f"{declare(Function(ctype, ()), RUN).partition('(')[0]}({parameters}) {{ {body} }}\n"
    if not str(ctype).isidentifier():  # a declarator goes around the name of some types
        text = f"typedef {result} farcall_result;\nfarcall_result {RUN}({parameters}) {{ {body} }}\n"
    found = compiled(header, text, library.path)
    facts = library.__dict__
    function = Function(ctype, tuple(Parameter(word, type) for word, type in zip(given, types, strict=True)))
    return bind(
        name, function, found.address(RUN, "function"), gil=facts["_gil"], errno=facts["_errno"], library=library,
        tier=facts["_tier"], text=facts["_text"], functions=facts["_functions"],
    )  # fmt: skip


def _result(library: Any, header: Header, use: str, types: list[CType], given: list[str]) -> str:
    """The type of what a macro gives, as C writes it; "void" also for one that is no expression."""
    candidates = _candidates(library, header, use, types)
    locals_ = " ".join(f"{declare(type, word)};" for type, word in zip(types, given, strict=True))
    rows = ", ".join(f"__builtin_types_compatible_p(__typeof__(((void) 0, {use})), {one})" for one in candidates)
    text = f"const unsigned char *{TYPES}(void) {{ {locals_} static const unsigned char found[] = {{ {rows} }}; return found; }}\n"
    try:
        found = compiled(header, text, library.path)
    except DeclarationError:  # a statement, or wrong: the compiler says so when it is asked for the macro itself
        return "void"
    told = seed.read(seed.word_function(found.address(TYPES, "function"), 0)(), len(candidates))
    if 1 not in told:
        raise SymbolError(f"{library.name}: {use} of {header.name} has a type that its headers do not name")
    return candidates[told.index(1)]


def _candidates(library: Any, header: Header, use: str, types: list[CType]) -> list[str]:
    """The types that a macro may give: C's own, those of its arguments, those that are named where its text leads."""
    index, scope = header.index, library._scope
    named, waiting, seen = list(PLAIN), set(WORDS.findall(header.expanded(use))), set()
    while waiting:
        word = waiting.pop()
        if word in seen:
            continue
        seen.add(word)
        numbers = index.values.get(word, ())
        texts = [index.entries[number].text for number in numbers]
        texts += [index.inline[word][2]] if word in index.inline else []
        waiting.update(w for text in texts for w in WORDS.findall(text))
        if word in index.types:
            header.find_in(word)
            named += [word] if word in scope.typedefs else []
            named += [f"{kind} {word}" for kind in ("struct", "union", "enum") if (kind, word) in scope.tags]
    for type in types:
        named.append(str(type))
    plain = list(dict.fromkeys(named))
    return plain + [f"__typeof__({one}) {star}" for one in plain for star in ("*", "const *", "**")]
