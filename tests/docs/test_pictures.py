"""Pictures in docs/ are those that farcall draws. `python -m tests.docs.pictures` draws them anew."""

from __future__ import annotations

import pytest

from tests.docs.pictures import IMAGES, PICTURES, drawn, kept


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_is_drawn(name: str) -> None:
    assert kept(name) == drawn(name)


def test_every_picture_is_shown() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in IMAGES.parent.glob("*.md"))
    names = {file.name for file in IMAGES.iterdir()}
    assert {name for name in names if name.endswith(".svg")} == set(PICTURES)  # others are screenshots
    assert all(f"](images/{name})" in pages for name in names)
