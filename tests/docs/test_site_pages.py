"""What the site is made of, without making it: a reference of all public names, a navigation of all pages."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

import farcall

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "docs/site"))
    import pages as found

    yield found
    for name in ("pages", "reference"):
        sys.modules.pop(name, None)


def test_every_public_name_is_on_one_page_of_the_reference(pages: ModuleType) -> None:
    text = "\n".join(pages.reference.pages().values())
    named = re.findall(r"^\.\. auto\w+:: farcall\.(\w+)$", text, re.MULTILINE)
    assert sorted(named) == sorted(name for name in farcall.__all__ if name != "__version__")


def test_readme_lists_every_page_and_the_site_has_its_order(pages: ModuleType) -> None:
    parts = pages.navigation((ROOT / "README.md").read_text(encoding="utf-8"))
    assert list(parts) == ["Learn", "Do", "Look up", "Work on farcall"]
    listed = [page for pages_of_part in parts.values() for page in pages_of_part]
    assert sorted(listed) == sorted(page.stem for page in (ROOT / "docs").glob("*.md"))
    with pytest.raises(ValueError, match=r"README.md does not list "):
        pages.navigation("| to learn | |\n|---|---|\n")


def test_an_indented_part_of_a_docstring_is_code(pages: ModuleType) -> None:
    import docstring

    assert docstring.written(["Adds int_ and *.", "", "    f(int_)", "", "Raises `x_`."]) == [
        "Adds int\\_ and \\*.", "", ".. code-block:: python", "", "    f(int_)", "", "Raises `x_`.",
    ]  # fmt: skip
