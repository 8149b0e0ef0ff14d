"""Headers in a scope: what they declare is parsed when it is asked for, with all that it needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress

from ...ctype import CType, Function
from ...errors import DeclarationError, FarcallError, UnsupportedTypeError
from ..builtin import BUILTINS
from ..keywords import ALIASES, QUALIFIERS, SPECIFIERS, TAGGED, TYPEOF
from ..prototype import parse_declarations, parse_type
from ..scope import Constant, Declared
from .address import Located, located
from .alias import Aliases, aliases, give
from .condition import Conditional, conditional
from .index import Index
from .inline import declare
from .reason import why_not

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from ..scope import Scope
    from .preprocessor import Include

__all__ = ["Header"]

WORD = re.compile(r"[A-Za-z_$][\w$]*")
LITERAL = re.compile(
    r"""(?:u8|[LuU])?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?<![\w$])\.?[0-9](?:[eEpP][+-]|[\w.])*"""
)
ALIAS = re.compile(r"\(*\s*(\w+)\s*\)*")
#: Calls for their effect before the value: `(check_version(1, 10), 0x2u)`.
EFFECTS = re.compile(r"\(\s*(?:[A-Za-z_]\w*\s*\([^()]*\)\s*,\s*)+(?P<value>[^,]*)\)")
#: What a type is made of, beside names; and what does not belong in an expression, outside of literals.
TYPE = re.compile(r"[\w\s*()\[\],]+")
STATEMENT = re.compile(r"[{};#]")

#: C's own words that a type may have in it.
TYPE_WORDS = SPECIFIERS | QUALIFIERS | TAGGED | ALIASES.keys()
#: C's own words that a constant may have in it.
KNOWN = TYPE_WORDS | TYPEOF | BUILTINS.keys()
KNOWN |= {"sizeof", "_Alignof", "offsetof", "_Generic", "default", "__extension__"}
#: Where a constant has the names of members in it, which are not looked up.
MEMBERS = re.compile(r"offsetof\s*\((?P<type>[^,]*),[^()]*\)|(?:\.|->)\s*[A-Za-z_]\w*")


class Header:
    """What some headers declare.

    Nothing of it is parsed until it is asked for by name. `functions`, `variables`, `constants`, `typedefs` and
    `tags` (as in `Declared`) parse all that is the headers' own: what they declare themselves, and in files that they
    bring along; not what comes with C's own headers, which can be used as well. `refused` has what could not be
    understood: names with the reason. `addresses` are the macros asked for so far that stand for the address of a
    variable or a function. `compiled_as` is a key of what the headers say, if inline functions and macros are to be compiled
    when they are asked for, else "". `says_yes` tells whether a condition of the preprocessor's holds, `expand` what a
    text is with its macros expanded.
    """

    def __init__(
        self, asked: Include, index: Index, scope: Scope, says_yes: Callable[[str], bool], expand: Callable[[str], str]
    ) -> None:
        self.name, self.asked = str(asked), asked
        self.index = index
        self._says_yes = says_yes
        self._expand = expand
        self._expanded: dict[str, str] = {}
        self._scope = scope
        self._lock = scope.lock
        self._done: set[int] = set()
        self._faults: dict[int, FarcallError] = {}
        self._lost: dict[str, FarcallError] = {}  # constants of enums that could not be valued
        self._found: set[str] = set()
        self._refused: dict[str, str] = {}
        self._typed: set[int] = set()  # the entries that declare types
        self._all: Declared | None = None
        self._constants = frozenset(index.enumerators)
        self._aliases: Aliases | None = None
        self.addresses: dict[str, Located] = {}
        self.compiled_as = ""

    @property
    def files(self) -> tuple[str, ...]:
        """The files that are the headers' own."""
        return tuple(self.index.files[number] for number in sorted({e.file for e in self.index.entries if e.own}))

    @property
    def functions(self) -> dict[str, Function]:
        """All functions, parsed now, by name."""
        return self.declared().functions

    @property
    def variables(self) -> dict[str, CType]:
        """All variables, parsed now, by name."""
        return self.declared().variables

    @property
    def constants(self) -> dict[str, Constant]:
        """All enumeration constants, `static const` numbers and texts, and macros that stand for a constant, by name."""
        return self.declared().constants

    @property
    def typedefs(self) -> dict[str, CType]:
        """All typedefs, parsed now, by name."""
        return self.declared().typedefs

    @property
    def tags(self) -> dict[tuple[str, str], CType]:
        """All structs, unions and enums with a tag, parsed now."""
        return self.declared().tags

    @property
    def refused(self) -> dict[str, str]:
        """What could not be understood, by name, with the reason. Macros that are no constants are not among it."""
        self.declared()
        return self._refused

    def __repr__(self) -> str:
        index = self.index
        macros = sum(macro.own for macro in index.macros.values())
        values = len(self._own(index.values))
        return f"<header {self.name}: {values} functions and variables, {len(self.types())} types, {macros} macros>"

    # By name

    def find(self, name: str) -> None:
        """Declare in the scope what the headers say of a name. Raises DeclarationError and UnsupportedTypeError if
        that cannot be understood, with file and line."""
        if name in self._found:
            return
        index = self.index
        with self._lock:
            if name in index.macros and self._macro(name):
                self._found.add(name)
            elif name in index.types or name in index.values:
                wanted = (*index.types.get(name, ()), *index.values.get(name, ()))
                self._declare(self._needed(wanted))
                self._complain(name, wanted)
                self._symbol(name)
                self._found.add(name)
            elif self.compiled_as and name in index.inline:
                declare(index, name, self._scope, self.find_in)
                self._found.add(name)

    def find_in(self, text: str) -> None:
        """Declare the types and constants that a text names, as far as they can be understood."""
        with self._lock:
            self._types_in(text)
            for word in set(WORD.findall(text)).intersection(self.index.macros):
                with suppress(DeclarationError, UnsupportedTypeError):  # it may mean something else there
                    self._macro(word)

    def values(self) -> set[str]:
        """All functions, variables and macros, whether the headers' own or not."""
        return {*self.index.values, *self.index.macros}

    def everything(self) -> set[str]:
        """The same, and all types and constants."""
        return {*self.index.values, *self.index.macros, *self.index.types}

    def names(self) -> set[str]:
        """The headers' own functions, variables and constants; among the macros some may be no constants."""
        index = self.index
        enumerators = self._own(index.types).intersection(index.enumerators)
        macros = {
            name
            for name, macro in index.macros.items()
            if macro.own and self._plausible(macro.text) and not self.is_type(macro.text)
        }
        return self._own(index.values) | macros | enumerators

    def types(self) -> set[str]:
        """The headers' own typedefs, tags, and macros that stand for a type."""
        macros = {name for name, macro in self.index.macros.items() if macro.own and self.is_type(macro.text)}
        return self._own(self.index.types).difference(self.index.enumerators) | macros

    def why_not(self, name: str) -> str:
        """Why a name that was looked for is not declared, where the headers tell; else ""."""
        return why_not(self.index, self.name, name, self.is_type)

    def expanded(self, text: str) -> str:
        """A text in which macros with parameters, of the headers', are expanded. Raises DeclarationError."""
        if self.index.calls.keys().isdisjoint(WORD.findall(LITERAL.sub("0", text))):
            return text
        found = self._expanded.get(text)
        if found is None:
            found = self._expanded[text] = self._expand(text)
        return found

    def conditional(self, name: str) -> Conditional | None:
        """Where the headers' text has a name that is not declared for want of a macro, or of something of the compiler's.
        Reads all files again."""
        index = self.index
        return conditional(name, index.files, lambda word: word in index.macros or word in index.calls, self._says_yes)

    # All

    def declared(self) -> Declared:
        """All that is the headers' own."""
        if self._all is None:
            with self._lock:
                self._all = self._everything()
        return self._all

    def _everything(self) -> Declared:
        index, scope = self.index, self._scope
        self._declare(self._needed(number for number, entry in enumerate(index.entries) if entry.own))
        for known in (index.types, index.values):
            for name in self._own(known):
                fault = next((self._faults[n] for n in known[name] if n in self._faults), self._lost.get(name))
                if fault is not None:
                    self._refused[name] = str(fault)
                self._symbol(name)
        for name, macro in index.macros.items():
            if macro.own:
                with suppress(DeclarationError, UnsupportedTypeError):  # of what it is another name for
                    self._macro(name)
        own = self._own(index.types) | self._own(index.values)
        own |= {name for name, macro in index.macros.items() if macro.own}
        return Declared(
            {name: type for name, type in scope.typedefs.items() if name in own},
            {key: type for key, type in scope.tags.items() if key[1] in own},
            {name: value for name, value in scope.constants.items() if name in own},
            {name: type for name, type in scope.functions.items() if name in own},
            {name: type for name, type in scope.variables.items() if name in own},
        )

    def _own(self, known: object) -> set[str]:
        entries = self.index.entries
        assert isinstance(known, dict)
        return {name for name, numbers in known.items() if any(entries[number].own for number in numbers)}

    # Parsing

    def _types_in(self, text: str) -> None:
        types = self.index.types
        self._declare(self._needed(n for word in set(WORD.findall(text)) for n in types.get(word, ())))

    def _needed(self, wanted: Iterable[int]) -> list[int]:
        """These entries and those of all types and constants that they name, and so on: types first, since a
        prototype may come before its struct."""
        index = self.index
        waiting = [number for number in wanted if number not in self._done]
        found = set(waiting)
        while waiting:
            for word in WORD.findall(index.entries[waiting.pop()].text):
                for number in index.types.get(word, ()):
                    if number not in found and number not in self._done:
                        found.add(number)
                        waiting.append(number)
        if len(found) > 1 and not self._typed:
            self._typed = {number for numbers in index.types.values() for number in numbers}
        return sorted(found, key=lambda number: (number not in self._typed, number))

    def _declare(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._done.add(number)
            try:
                found = parse_declarations(
                    self.index.entries[number].text, self._scope, looked_up=True, lost=self._lost
                )
                self._alias((*found.tags.values(), *found.typedefs.values()))
            except (DeclarationError, UnsupportedTypeError) as fault:
                self._faults[number] = fault

    def _alias(self, types: Iterable[CType]) -> None:
        """Have structs and unions know their members by the names that macros give them."""
        if self._aliases is None:
            self._aliases = aliases(self.index)
        if self._aliases:
            give(types, self._aliases)

    def _complain(self, name: str, numbers: Iterable[int]) -> None:
        for number in numbers:
            fault = self._faults.get(number) or self._lost.get(name)
            if fault is None:
                continue
            entry = self.index.entries[number]
            root = self._root(number)
            reason = getattr(fault, "message", "") or str(fault).split("\n")[0]
            because = f"; {root}" if root else ""
            message = f"{self.index.files[entry.file]}:{entry.line}: {name!r} is not understood: {reason}{because}"
            if isinstance(fault, UnsupportedTypeError):
                raise UnsupportedTypeError(message)
            raise DeclarationError(message, text=fault.text if isinstance(fault, DeclarationError) else "")

    def _root(self, number: int) -> str:
        """What was wrong with the types that an entry needs."""
        for word in WORD.findall(self.index.entries[number].text):
            for other in self.index.types.get(word, ()):
                if other != number and other in self._faults:
                    entry, fault = self.index.entries[other], self._faults[other]
                    reason = getattr(fault, "message", "") or str(fault).split("\n")[0]
                    return f"{word!r} ({self.index.files[entry.file]}:{entry.line}): {reason}"
        return ""

    def _symbol(self, name: str) -> None:
        if name in self.index.symbols:
            self._scope.symbols[name] = self.index.symbols[name]

    def _macro(self, name: str) -> bool:
        """Declare what a macro stands for: a constant, a type, an address, or a function or variable under another
        name."""
        text, scope = self.index.macros[name].text, self._scope
        if name in scope.constants or name in self.addresses:
            return True
        if not self._plausible(text):
            return False
        alias = ALIAS.fullmatch(text)
        if alias is not None and alias[1] in self.index.values:
            target = alias[1]
            self.find(target)
            if target in scope.functions:
                scope.functions[name] = scope.functions[target]
            elif target in scope.variables:
                scope.variables[name] = scope.variables[target]
            scope.symbols[name] = scope.symbols.get(target, target)
            self._tag_macro(name, target)
            return True
        self._types_in(text)
        if self.is_type(text):
            return self._type_macro(name, text)
        if not self.index.values.keys().isdisjoint(WORD.findall(text)):
            address = located(text, scope, self._declared, self._type)
            if address is not None:
                self.addresses[name] = address
                return True
        effects = EFFECTS.fullmatch(text)
        value = effects["value"] if effects else text
        try:
            parse_declarations(f"#define {name} {value}", scope, looked_up=True)
        except (DeclarationError, UnsupportedTypeError):
            return False
        return True

    def _type_macro(self, name: str, text: str) -> bool:
        """Declare a macro that stands for a type as a typedef; one for a struct's tag as another tag."""
        scope = self._scope
        found = self._type(text)
        if found is not None and name not in KNOWN and name not in scope.typedefs:
            scope.typedefs[name] = found
            scope.predefined.add(name)  # a text may say otherwise
        return self._tag_macro(name, text) or found is not None

    def _tag_macro(self, name: str, text: str) -> bool:
        """Declare a macro for a struct's tag as another tag."""
        scope = self._scope
        if text in self.index.types:
            self._types_in(text)
        kinds = [kind for kind in TAGGED if (kind, text) in scope.tags]
        for kind in kinds:
            scope.tags.setdefault((kind, name), scope.tags[kind, text])
        return bool(kinds)

    def _type(self, text: str) -> CType | None:
        """The type that a text names; None for a text that names none."""
        if not self.is_type(text):
            return None
        try:
            return parse_type(text, self._scope, looked_up=True)
        except (DeclarationError, UnsupportedTypeError):
            return None

    def _declared(self, name: str) -> CType | None:
        """The type of a function or variable; None for any other name."""
        scope = self._scope
        if name in self.index.values:
            self.find(name)
        return scope.functions.get(name) or scope.variables.get(name)

    def is_type(self, text: str) -> bool:
        """Whether a macro's text may be a type: it begins with one, and all words in it are such."""
        index = self.index
        words = WORD.findall(text)
        if not TYPE.fullmatch(text) or text[0] in "([*" or all(ALIASES.get(word, word) in QUALIFIERS for word in words):
            return False
        return all(
            word in TYPE_WORDS
            or ((word in index.types or word in self._scope.typedefs) and word not in self._constants)
            for word in words
        )

    def _plausible(self, text: str) -> bool:
        """Whether a macro's text may be a constant: each word in it is a type, a constant, an alias or C's own."""
        index = self.index
        bare = LITERAL.sub("0", text)
        return not STATEMENT.search(bare) and all(
            word in KNOWN
            or word in index.types
            or word in index.values
            or word in self._scope.typedefs
            or word.startswith("__builtin_")
            for word in WORD.findall(MEMBERS.sub(_outside, bare))
        )


def _outside(found: re.Match[str]) -> str:
    return f"({found['type']})" if found["type"] else ""
