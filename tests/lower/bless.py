"""`python -m tests.lower.bless`: write the golden listings anew, after looking at what changed."""

from __future__ import annotations

from pathlib import Path

from farcall.lower import listing
from tests.lower.routines import GOLDEN, lowered

DIRECTORY = Path(__file__).parent / "golden"


def fresh(name: str) -> str:
    """What the listing called `name` is now."""
    return listing(lowered(GOLDEN[name]())) + "\n"


def main() -> None:
    DIRECTORY.mkdir(exist_ok=True)
    for old in DIRECTORY.glob("*.txt"):
        if old.stem not in GOLDEN:
            old.unlink()
    for name in GOLDEN:
        (DIRECTORY / f"{name}.txt").write_text(fresh(name), encoding="utf-8")
    print(f"{len(GOLDEN)} listings written to {DIRECTORY}")


if __name__ == "__main__":
    main()
