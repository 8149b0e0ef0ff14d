"""How the demonstrations show what they do: what is printed after `>>>` is what is run."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

__all__ = ["NAMES", "run", "run_wrong", "say"]

#: What the statements know, and add to.
NAMES: dict[str, Any] = {}


def say(text: str) -> None:
    print(f"\n# {text}")


def run(source: str) -> None:
    """Shows a statement or an expression, runs it, and shows its value."""
    source = dedent(source).strip()
    print(">>> " + source.replace("\n", "\n... "))
    # Compiled as in a fresh interpreter, without this file's `from __future__ import annotations`.
    exec(compile(source + "\n", "<demo>", "single", dont_inherit=True), NAMES)


def run_wrong(source: str) -> None:
    """The same for what must end in an error, which is shown."""
    try:
        run(source)
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
    else:
        raise AssertionError(f"{source} gave no error")
