"""The one-way street: a room imports only the rooms above it, read from the source without running it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "farcall"

# Top to bottom: whoever stands lower may import whoever stands higher.
ROOMS = (
    "errors",
    "ctype",
    "cdecl",
    "convention",
    "recipe",
    "encode",
    "lower",
    "seed",
    "memory",
    "cpython",
    "library",
    "raw",
    "low",
    "middle",
    "high",
    "cli",
)
FRONT_DOOR = ("__init__", "__main__")
#: What may be imported from elsewhere; NumPy is optional, and used where present.
ALLOWED_THIRD_PARTY = {("cdecl", "pycparser"), ("high", "numpy")}
LONGEST = 400
NAMES_OF_NOTHING = {"util", "utils", "helper", "helpers", "common", "misc"}

FILES = sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    """The dotted name of a source file; of a package, its name with `.__init__`."""
    return ".".join(("farcall", *path.relative_to(PACKAGE).with_suffix("").parts))


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


def breaches(source: str, module: str) -> list[str]:
    """What `module` imports and may not, each as a sentence."""
    room = room_of(module)
    wrong = []
    for name in sorted(imports(source, module)):
        top = name.split(".")[0]
        if top == "farcall":
            target = room_of(name)
            above = ROOMS[: ROOMS.index(room) + 1] if room in ROOMS else ROOMS
            if target not in above:
                wrong.append(f"{module} imports {name}, and {target} is not above {room}")
        elif top in ("ctypes", "_ctypes"):
            if room != "seed":
                wrong.append(f"{module} imports {name}, and only seed may")
        elif top not in sys.stdlib_module_names and (room, top) not in ALLOWED_THIRD_PARTY:
            wrong.append(f"{module} imports {name}, which is not in the standard library")
    return wrong


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_a_file_imports_only_what_stands_above_it(path: Path) -> None:
    assert breaches(path.read_text(encoding="utf-8"), module_name(path)) == []


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_a_file_is_in_a_room_short_and_named_for_a_thing(path: Path) -> None:
    assert room_of(module_name(path)) in (*ROOMS, *FRONT_DOOR)
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST
    assert not NAMES_OF_NOTHING & {part.strip("_") for part in module_name(path).split(".")}


def test_the_source_is_where_this_file_looks() -> None:
    assert {"__init__", "errors", "ctype", "convention"} <= {room_of(module_name(path)) for path in FILES}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("farcall.ctype.layout", "from farcall.errors import IncompleteTypeError"),
        ("farcall.ctype.layout", "from .model import LP64"),
        ("farcall.ctype.__init__", "from . import layout"),
        ("farcall.convention.sysv", "from ..ctype import leaves"),
        ("farcall.memory.code", "from farcall import seed"),
        ("farcall.seed", "import ctypes.util"),
        ("farcall.cdecl.parser", "def parse():\n    from pycparser import c_parser"),
        ("farcall.__init__", "from .high import Library"),
        ("farcall.__main__", "from farcall.cli import main"),
        ("farcall.cli.__init__", "import importlib, struct"),
    ],
)
def test_the_wall_lets_through(module: str, source: str) -> None:
    assert breaches(source, module) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("farcall.errors", "import farcall.ctype"),
        ("farcall.ctype.layout", "from farcall.convention import place"),
        ("farcall.ctype.layout", "from ..memory.code import CodeMemory"),
        ("farcall.ctype.__init__", "from ..cdecl import parse"),
        ("farcall.ctype.text", "def text():\n    import farcall.high"),
        ("farcall.ctype.text", "if TYPE_CHECKING:\n    from farcall import library"),
        ("farcall.ctype.text", "try:\n    from .. import cli\nexcept ImportError:\n    pass"),
        ("farcall.lower.x86_64", "importlib.import_module('farcall.seed')"),
        ("farcall.high.library", "import farcall"),
        ("farcall.high.library", "from farcall import Library"),
        ("farcall.memory.code", "import ctypes"),
        ("farcall.memory.code", "from ctypes import CDLL"),
        ("farcall.memory.code", "__import__('_ctypes')"),
        ("farcall.__init__", "def load():\n    import ctypes"),
        ("farcall.cpython.values", "import numpy as np"),
        ("farcall.high.values", "from pycparser import c_ast"),
    ],
)
def test_the_wall_stops(module: str, source: str) -> None:
    assert len(breaches(source, module)) == 1
