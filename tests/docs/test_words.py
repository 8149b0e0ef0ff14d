"""Pages for users say the field's words, those of the glossary in docs/architecture.md, and not the house's own.

A word that only farcall has, or that no search finds, is on this list with what to write in its place.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import farcall
from tests.docs.public import public

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]

#: What is not written, as a regular expression, and what is written instead.
WORDS = {
    r"doors?": "layer",
    r"comes? near|near miss(?:es)?|near names|near:": "similar names",
    r"travels?|travelled": "is passed, or its argument location",
    r"stated values?": "error value",
    r"strangers?": "foreign thread",
    r"park(?:s|ed)?|unparked": "pending",
    r"tombstones?": "closed closure",
    r"foothold": "bootstrap",
    r"peers?": "alternatives",
    r"only (?:you|the caller) (?:can )?know|only you can": "farcall cannot check this",
    r"nobody knows": "farcall cannot know",
    r"way out": "how to fix it",
    r"misfits?": "unsuitable value",
    r"its kin|and kin": "name them",
    r"for ever|for good": "permanently, never, until the process ends",
    r"(?<!gone )at once": "immediately, or simultaneously",
    r"anew": "again",
    r"likewise": "the same",
    r"in earnest": "real, complete",
    r"whoever (?:gives|asks)|who asks": "if you",
    r"waits? for ever": "deadlocks",
    r"believes?": "trusts, reads",
    r"says no (?:C )?type": "its C type cannot be inferred",
    r"used up": "has already run",
    r"`[^`]+` gives": "returns",
}
BANNED = {re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE): better for words, better in WORDS.items()}


def banned(text: str) -> list[str]:
    """Every word of the list in a text, with its line and what to write instead."""
    return [
        f"line {number}: {hit.group()!r}: write {better}"
        for number, line in enumerate(text.splitlines(), 1)
        for words, better in BANNED.items()
        for hit in words.finditer(line)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_the_field_s_words(page: Path) -> None:
    assert banned(page.read_text(encoding="utf-8")) == []


def test_help_says_them_too() -> None:
    found = {}
    for name in farcall.__all__:
        thing = getattr(farcall, name)
        members = [getattr(thing, member, None) for member in vars(thing)] if inspect.isclass(thing) else []
        documents = [one.__doc__ or "" for one in [thing, *members] if one is not None]
        found[name] = banned("\n".join(document for document in documents if isinstance(document, str)))
    assert {name: words for name, words in found.items() if words} == {}


def test_the_help_of_every_layer_says_them() -> None:
    found = {one.name: banned(one.said) for one in public()}
    assert {name: words for name, words in found.items() if words} == {}


def test_a_word_of_the_list_is_seen() -> None:
    assert banned("It goes through\nthe high door.") == ["line 2: 'door': write layer"]
    assert banned("The indoor parking, a traveller, nearby; anew_word, at-once") == []
