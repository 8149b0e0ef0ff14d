"""`python -m tests.docs.pictures`: draw anew the SVG files that pages of docs/ show."""

from __future__ import annotations

from pathlib import Path

import farcall

__all__ = ["PICTURES", "drawn", "kept"]

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"

#: By file, what is drawn and for which targets.
PICTURES = {
    "call.svg": (
        "double f(int n, struct { float x, y; } p, short s)",
        ("x86_64-linux", "aarch64-linux", "x86_64-windows-msvc"),
    ),
    "layout.svg": ("struct { char kind; int low : 3, high : 7; double value; }", ("x86_64-linux", "i386-linux")),
}


def drawn(name: str) -> str:
    """The file as it is to be."""
    text, targets = PICTURES[name]
    return farcall.draw(text, targets).svg() + "\n"


def kept(name: str) -> str:
    """The file as it is."""
    return (IMAGES / name).read_text(encoding="utf-8")


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    for name in PICTURES:
        (IMAGES / name).write_text(drawn(name), encoding="utf-8")


if __name__ == "__main__":
    main()
