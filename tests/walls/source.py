"""The package's source, as the walls read it: without running it."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent.parent / "src" / "farcall"
FILES = sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    """The dotted name of a source file; of a package, its name with `.__init__`."""
    return ".".join(("farcall", *path.relative_to(PACKAGE).with_suffix("").parts))


def text_of(path: Path) -> str:
    """What a source file says."""
    return path.read_text(encoding="utf-8")


def room_of(module: str) -> str:
    """The room a dotted name leads to; the front door is `__init__`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imports(source: str, module: str) -> set[str]:
    """Every module that `source` names in an import, wherever in the file, as absolute dotted names.

    `from a import b` counts as `a.b`. `import_module("a")` and `__import__("a")` count as well.
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import():
                found.update(alias.name for alias in node.names)
            case ast.ImportFrom():
                # One dot is the package the file is in: its name without the last part.
                base = module.split(".")[: -node.level] if node.level else []
                if node.module:
                    base = [*base, node.module]
                found.update(".".join([*base, alias.name]) for alias in node.names)
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module" | "__import__"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                found.add(name)
    return found
