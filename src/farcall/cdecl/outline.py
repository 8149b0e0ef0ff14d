"""C text in outline: what pycparser cannot read is lifted out, and remembered where it stood.

One pass over the tokens, knowing of C's declarations only where specifiers end and declarators begin. It
prepares text for pycparser with one token a line, so that a line number there is a token here, and every
error points into the user's own text. What is lifted:

- attributes among the specifiers go to a table by declaration (`segments`);
- attributes in a declarator become an array suffix `[__farcall_n]`, which is legal behind any declarator;
- attributes and `#pragma pack` of a struct, union or enum go to a table by its tokens (`records`);
- `#define NAME expression` and `_Static_assert` go to lists, to be evaluated behind everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Container

from ..errors import UnsupportedTypeError
from .attribute import KEYWORD_CONVENTIONS, Attribute, attributes, matching
from .context import EXPRESSION, POINTER, SPECIFIER, SUFFIX, Context, RecordNotes
from .directive import directive
from .prepared import MARKER, Prepared
from .token import Token, tokens
from .word import (
    ALIASES,
    DROPPED,
    DROPPED_CALLS,
    EXTENDED_FLOATS,
    QUALIFIERS,
    SPECIFIERS,
    STORAGE,
    TAGGED,
    UNSUPPORTED,
)

__all__ = ["Outline"]

#: What may start an attribute.
ATTRIBUTE_STARTS = frozenset(["__attribute__", "__attribute", "__declspec", "[", *KEYWORD_CONVENTIONS])

#: Brackets, and stars and dimensions in one declaration, beyond which it is an attack, not a type.
DEEPEST = 60
MOST_DERIVED = 60

CLOSERS = {"(": ")", "[": "]", "{": "}"}
NAMES = {"record": "a struct or union", "enum": "an enum", "parameters": "a parameter list"}


class Outline(Prepared):
    """text[start:end] prepared, with the tables. Raises DeclarationError and UnsupportedTypeError.

    `typedefs` holds the typedef names known before the text; `suggest` gives the end of a message about an
    unknown one. With `kind` "expression" the text is one expression instead of declarations.
    """

    def __init__(
        self,
        text: str,
        typedefs: Container[str],
        suggest: Callable[[str], str],
        *,
        start: int = 0,
        end: int | None = None,
        kind: str = "top",
    ) -> None:
        super().__init__(text, tokens(text, start, end))
        self.typedefs = typedefs
        self.suggest = suggest
        self._segments = 0
        self._stack = [Context(kind, "", 0, 0)]
        self._read()

    def _read(self) -> None:
        stream = self.stream
        index, count = 0, len(stream)
        while index < count:
            token = stream[index]
            segment = self._stack[-1].segment
            behind = self._step(index, token)
            self.segment_of.extend([segment] * (behind - index))
            index = behind
        context = self._stack[-1]
        if len(self._stack) > 1:
            self.fail(count, f"the text ends inside {NAMES.get(context.kind, 'brackets')}")
        self._flush(context, count)

    def _step(self, index: int, token: Token) -> int:
        """Read the token at `index`; the index of the next one to read."""
        text, context = token.text, self._stack[-1]
        if token.kind == "directive":
            directive(self, index, token)
            return index + 1
        if text in ATTRIBUTE_STARTS and context.kind != "verbatim":
            found = attributes(self.text, self.stream, index)
            if found is not None:
                self._attach(index, context, found[0])
                return found[1]
        if token.kind == "name":
            return self._word(index, text, context)
        if token.kind == "mark":
            return self._mark(index, text, context)
        if token.kind == "string" and self.words[-1:] == ["extern"]:
            self.fail(index, 'extern "C" is C++: declare its contents only')
        self._flush(context, index)
        self.emit(text, index)
        return index + 1

    # Words

    def _word(self, index: int, text: str, context: Context) -> int:
        if text.startswith(MARKER):
            self.fail(index, f"names that begin with {MARKER} are farcall's own")
        word = ALIASES.get(text, text)
        if word in DROPPED:
            context.inline = context.inline or "inline" in word
            return index + 1
        if word in UNSUPPORTED:
            raise UnsupportedTypeError(str(self.fault(index, f"{text} is not supported")))
        if word in DROPPED_CALLS or word == "_Static_assert":
            return self._dropped_call(index, word)
        if word in TAGGED:
            return self._tag(index, word, context)
        if word in SPECIFIERS:
            self._specifier(index, word, context)
        elif context.kind in ("enum", "verbatim") or context.stage == EXPRESSION:
            if context.kind != "enum" or self.words[-1] not in ("{", ","):
                self.type_names.add(word)  # where it is one, it is one in a cast or sizeof
            self.emit(word, index)
        elif word in QUALIFIERS or word in STORAGE or word == "_Alignas":
            context.typed = context.typed or (word == "_Atomic" and self.at(index + 1) == "(")
            context.typedef = context.typedef or word == "typedef"
            self.emit(word, index)
        else:
            self._name(index, word, context)
        return index + 1

    def _dropped_call(self, index: int, word: str) -> int:
        if self.at(index + 1) != "(":
            self.fail(index + 1, f"expected '(' behind {self.stream[index].text}")
        end = matching(self.text, self.stream, index + 1)
        if word == "_Static_assert":
            self.asserts.append(index)
            end += self.at(end + 1) == ";"
        return end + 1

    def _specifier(self, index: int, word: str, context: Context) -> None:
        context.typed = True
        if word in EXTENDED_FLOATS:
            self.type_names.add(word)
            if self.words[-1:] == ["_Complex"]:  # pycparser takes it only behind what it holds for a typedef
                self.words[-1], word = word, "_Complex"
        self.emit(word, index)

    def _tag(self, index: int, word: str, context: Context) -> int:
        """`struct`, `union` or `enum`, with the attributes and the tag behind it."""
        context.typed = True
        notes = self.records[index] = RecordNotes()
        self.emit(word, index)
        behind = self._record_attributes(index + 1, notes)
        if behind < len(self.stream) and self.stream[behind].kind == "name":
            self.records[behind] = notes
            self.tags[self.stream[behind].text] = word
            self.emit(self.stream[behind].text, behind)
            behind += 1
        if self.at(behind) == "{":
            self.records[behind] = notes
            self.emit("{", behind)
            self._open("enum" if word == "enum" else "record", behind, notes)
            behind += 1
        return behind

    def _name(self, index: int, word: str, context: Context) -> None:
        if context.typed or context.stage != SPECIFIER:
            self.emit(word, index)
            if context.stage != SUFFIX:
                context.stage = SUFFIX
                self._flush(context, index, named=True)
                outer = next(c for c in reversed(self._stack) if c.kind != "group")
                self.named = self.named or outer.kind == "top"
                if outer.typedef:
                    self.declared.add(word)
            return
        if context.kind != "expression" and word not in self.typedefs and word not in self.declared:
            tagged = f"; did you mean '{self.tags[word]} {word}'?" if word in self.tags else ""
            self.fail(index, f"unknown type name {word!r}{tagged or self.suggest(word)}")
        context.typed = True
        self.type_names.add(word)
        self.emit(word, index)

    # Brackets and separators

    def _mark(self, index: int, text: str, context: Context) -> int:
        if text in ")]}":
            return self._closing(index, text)
        if text in "([{":
            return self._opening(index, text, context)
        declares = context.kind in ("top", "record")
        if text == "*" and context.stage in (SPECIFIER, POINTER) and context.kind not in ("enum", "verbatim"):
            if context.kind != "expression" and not context.typed:
                self.fail(index, "a type is missing before '*'")
            context.stage = POINTER
            self._derived(index, context)
        else:
            self._flush(context, index)
        at = len(self.words)
        self.emit(text, index)
        if text == ";" or (text == "," and context.kind == "parameters"):
            if not (declares or text == ","):
                self.fail(index, "unexpected ';'")
            self._begin(context)
        elif text == "," and declares:
            context.stage, context.stars = (POINTER if context.typed else SPECIFIER), 0
        elif text in "=:" and declares and context.stage != EXPRESSION:
            context.stage, context.before_value, context.wrapped = EXPRESSION, at, False
        return index + 1

    def _opening(self, index: int, text: str, context: Context) -> int:
        """Read an opening bracket; the index behind what was read."""
        declares = context.stage != EXPRESSION and context.kind in ("top", "record", "parameters", "group")
        if text == "{" and declares:
            if context.kind == "top" and context.stage == SUFFIX:
                return self._body(index, context)
            self.fail(index, "unexpected '{'")
        if text == "{" or context.kind == "verbatim":
            kind = "verbatim"
        elif text == "[":
            kind = "expression"
        elif self.words[-1:] in (["_Alignas"], ["_Atomic"]):
            self.emit(text, index)
            self._open("expression", index)
            return index + 1
        elif declares:
            if context.stage == SPECIFIER and not context.typed:
                self.fail(index, "a type is missing before '('")
            kind = "group" if context.stage != SUFFIX and self._groups(index) else "parameters"
            if self.at(index + 1) == "...":
                self.fail(index + 1, "a variadic function needs a parameter before '...'")
        else:
            kind = "expression"
        if kind != "group":
            self._flush(context, index)
        if declares or context.kind == "expression":
            context.stage = SUFFIX
            self._derived(index, context)
        self.emit(text, index)
        self._open(kind, index)
        return index + 1

    def _body(self, index: int, context: Context) -> int:
        """Leave out a function's body, as headers have them; a static function with it, for no library has it."""
        if not context.inline:
            self.fail(index, "a function's body cannot be compiled here: declare its prototype")
        if "static" in self.words[context.start :]:
            del self.words[context.start :], self.origins[context.start :]
        else:
            self.emit(";", index)
        self._begin(context)
        return matching(self.text, self.stream, index) + 1

    def _begin(self, context: Context) -> None:
        """Begin a new declaration in the context."""
        self._segments += 1
        context.begin(self._segments, len(self.words))

    def _closing(self, index: int, text: str) -> int:
        context = self._stack[-1]
        if context.closer != text:
            self.fail(index, f"unmatched {text!r}")
        self._flush(context, index)
        self._stack.pop()
        self.emit(text, index)
        if context.behind:
            self.mark(True, context.behind, index, len(self.words))
        if context.kind == "group":
            self._flush(self._stack[-1], index, named=True)
        if context.notes is None:
            return index + 1
        context.notes.packing = self.packing  # what holds at the end of the body holds for the record
        self.records[index] = context.notes
        return self._record_attributes(index + 1, context.notes)

    def _open(self, kind: str, index: int, notes: RecordNotes | None = None) -> None:
        if len(self._stack) > DEEPEST:
            self.fail(index, f"brackets are nested more than {DEEPEST} deep")
        outer = self._stack[-1]
        self._segments += kind != "group"
        segment = outer.segment if kind == "group" else self._segments
        inner = Context(kind, CLOSERS[self.stream[index].text], segment, len(self.words), notes)
        if kind == "group":
            inner.typed, inner.stage, inner.stars = True, POINTER, outer.stars
        self._stack.append(inner)

    def _derived(self, index: int, context: Context) -> None:
        context.stars += 1
        if context.stars > MOST_DERIVED and context.kind != "expression":
            self.fail(index, f"more than {MOST_DERIVED} stars and dimensions in one declaration")

    def _groups(self, index: int) -> bool:
        """Whether the bracket at `index` is around a declarator, not before parameters (C11 6.7.6.3 p11)."""
        behind = self._record_attributes(index + 1, RecordNotes())
        if behind >= len(self.stream):
            return False
        token = self.stream[behind]
        if token.kind != "name":
            return token.text in ("*", "(", "[")
        word = ALIASES.get(token.text, token.text)
        known = word in SPECIFIERS or word in QUALIFIERS or word in STORAGE or word in TAGGED or word in DROPPED
        return not (known or word in self.declared or word in self.typedefs)

    # Attributes

    def _record_attributes(self, index: int, notes: RecordNotes) -> int:
        """Give the attributes at `index` to `notes`; the index behind them."""
        while index < len(self.stream):
            found = attributes(self.text, self.stream, index)
            if found is None:
                break
            notes.attributes += found[0]
            index = found[1]
        return index

    def _attach(self, index: int, context: Context, found: list[Attribute]) -> None:
        if context.kind == "enum" or not found:
            return  # an enumerator's attributes change nothing
        if context.stage == SPECIFIER:
            self.segments.setdefault(context.segment, []).extend(found)
        elif context.stage == SUFFIX:
            self.mark(False, found, index, len(self.words))
        elif context.stage == EXPRESSION:
            self._mark_value(found, index, context)
        elif context.kind == "group" and self.words[-1] == "(":
            context.behind += found  # right behind the parenthesis: of the type that the group modifies
        else:
            context.pending += found

    def _mark_value(self, found: list[Attribute], index: int, context: Context) -> None:
        """Attributes behind a value go before it, to the declarator; behind a width, which may have none before
        it, they become a subscript of the width."""
        if self.words[context.before_value] == "=":
            self.mark(False, found, index, context.before_value)
            return
        if not context.wrapped:
            context.wrapped = True
            self.words.insert(context.before_value + 1, "(")
            self.origins.insert(context.before_value + 1, index)
            self.emit(")", index)
        self.mark(False, found, index, len(self.words))

    def _flush(self, context: Context, index: int, *, named: bool = False) -> None:
        """Write the attributes that waited for the end of a declarator's stars."""
        if context.pending and (named or context.stage == POINTER):
            self.mark(False, context.pending, index, len(self.words))
            context.pending = []
