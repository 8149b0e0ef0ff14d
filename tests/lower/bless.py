"""`python -m tests.lower.bless`: write the golden listings anew, after looking at what changed; and the seed's own files,
which change with the code."""

from __future__ import annotations

from pathlib import Path

from farcall.lower import listing
from farcall.seed import native
from tests.routines import GOLDEN, GOLDEN_TARGETS, lowered

__all__ = ["FILES", "fresh", "kept"]

DIRECTORY = Path(__file__).parent / "golden"
#: (CPU, name of the stub) of each listing, which lies in golden/CPU/NAME.txt.
FILES = [(cpu, name) for cpu in GOLDEN_TARGETS for name in GOLDEN]


def kept() -> dict[tuple[str, str], Path]:
    """The listings that are there."""
    return {(file.parent.name, file.stem): file for file in DIRECTORY.glob("*/*.txt")}


def fresh(cpu: str, name: str) -> str:
    """What the listing of the stub called `name` is now."""
    on = GOLDEN_TARGETS[cpu]
    return listing(lowered(GOLDEN[name](target=on), on)) + "\n"


def main() -> None:
    for file in kept().values():
        file.unlink()
    for cpu, name in FILES:
        (DIRECTORY / cpu).mkdir(parents=True, exist_ok=True)
        (DIRECTORY / cpu / f"{name}.txt").write_text(fresh(cpu, name), encoding="utf-8")
    print(f"{len(FILES)} listings written to {DIRECTORY}")
    native.write()
    print("the seed's images written")


if __name__ == "__main__":
    main()
