"""A room imports only the rooms above it; a file is in a room, short, and named for a thing."""

from __future__ import annotations

import sys

from tests.walls.source import FILES, imports, module_name, room_of, text_of

# Top to bottom: whoever stands lower may import whoever stands higher.
ROOMS = (
    "record",
    "errors",
    "lock",
    "ctype",
    "cdecl",
    "convention",
    "drawing",
    "ir",
    "stub",
    "encode",
    "lower",
    "seed",
    "cache",
    "system",
    "memory",
    "cpython",
    "library",
    "raw",
    "low",
    "middle",
    "high",
    "faces",
    "ctypes",
    "cffi",
    "explorer",
    "build",
    "cli",
    "hatch",
    "pyinstaller",
)
FRONT_DOOR = ("__init__", "__main__")
#: Who may import a room below their own, and why.
REACHES_DOWN = {
    ("farcall.cdecl.header.cache", "system"): "headers are read from a disk, and kept on one",
    ("farcall.build.errors", "__init__"): "a built module has its text in it, and imports farcall from outside",
}
#: What may be imported from elsewhere; NumPy is optional, and used where present; CPython's module of subinterpreters, up
#: to 3.11, is one of its own that it does not list; typing_extensions is for type checkers, which have it, and never
#: imported at run time.
ALLOWED_THIRD_PARTY = {("high", "numpy"), ("__init__", "_xxsubinterpreters")}
ALLOWED_THIRD_PARTY |= {(room, "typing_extensions") for room in ("ir", "cpython", "middle", "high")}
#: Who may import ctypes, and why.
IMPORTS_CTYPES = {
    "farcall.seed.through_ctypes": "the first way into native code, where there is no other",
    "farcall.seed.__init__": "a pointer for ctypes, which is then there",
}
LONGEST = 400
NAMES_OF_NOTHING = {"util", "utils", "helper", "helpers", "common", "misc"}

#: Imports that the wall lets through, and imports that it stops, each in a module.
FINE = (
    ("farcall.ctype.layout", "from farcall.errors import IncompleteTypeError"),
    ("farcall.ctype.layout", "from .model import LP64"),
    ("farcall.ctype.__init__", "from . import layout"),
    ("farcall.convention.sysv", "from ..ctype import leaves"),
    ("farcall.memory.code", "from farcall import seed"),
    ("farcall.system.linux.machine", "from ...convention.cpu_names import cpu_of_elf"),
    ("farcall.cdecl.header.cache", "from ...system import running"),
    ("farcall.seed.through_ctypes", "import ctypes.util"),
    ("farcall.high.values", "def array():\n    import numpy"),
    ("farcall.__init__", "from .high import Library"),
    ("farcall.__main__", "from farcall.cli import main"),
    ("farcall.cli.__init__", "import importlib, struct"),
)
WRONG = (
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
    ("farcall.seed.bootstrap", "import ctypes"),
    ("farcall.memory.code", "from ctypes import CDLL"),
    ("farcall.memory.code", "__import__('_ctypes')"),
    ("farcall.__init__", "def load():\n    import ctypes"),
    ("farcall.cpython.values", "import numpy as np"),
    ("farcall.ctype.layout", "from ..system import running"),
    ("farcall.cdecl.scope", "from ..system import running"),
    ("farcall.system.linux.search", "from ...library import SharedObject"),
    ("farcall.cdecl.parser", "from pycparser import c_ast"),
)


def breaches(source: str, module: str) -> list[str]:
    """What `module` imports and may not, each as a sentence."""
    room = room_of(module)
    wrong = []
    for name in sorted(imports(source, module)):
        top = name.split(".")[0]
        if top == "farcall":
            target = room_of(name)
            above = ROOMS[: ROOMS.index(room) + 1] if room in ROOMS else ROOMS
            if target not in above and (module, target) not in REACHES_DOWN:
                wrong.append(f"{module} imports {name}, and {target} is not above {room}")
        elif top in ("ctypes", "_ctypes"):
            if module not in IMPORTS_CTYPES:
                wrong.append(f"{module} imports {name}, and only seed may, where nothing else will do")
        elif top not in sys.stdlib_module_names and (room, top) not in ALLOWED_THIRD_PARTY:
            wrong.append(f"{module} imports {name}, which is not in the standard library")
    return wrong


def test_a_file_imports_only_what_stands_above_it() -> None:
    assert [wrong for path in FILES for wrong in breaches(text_of(path), module_name(path))] == []


def test_a_file_is_in_a_room_short_and_named_for_a_thing() -> None:
    modules = {module_name(path): text_of(path).count("\n") for path in FILES}
    assert [module for module in modules if room_of(module) not in (*ROOMS, *FRONT_DOOR)] == []
    assert {module: lines for module, lines in modules.items() if lines > LONGEST} == {}
    assert [m for m in modules if NAMES_OF_NOTHING & {part.strip("_") for part in m.split(".")}] == []


def test_who_may_import_ctypes_does() -> None:
    modules = {module_name(path): imports(text_of(path), module_name(path)) for path in FILES}
    assert {module for module, names in modules.items() if names & {"ctypes", "_ctypes"}} == set(IMPORTS_CTYPES)


def test_the_source_is_where_the_walls_look() -> None:
    assert {"__init__", "errors", "ctype", "convention"} <= {room_of(module_name(path)) for path in FILES}


def test_the_wall_lets_through_what_it_should_and_stops_the_rest() -> None:
    assert [source for module, source in FINE if breaches(source, module)] == []
    assert [source for module, source in WRONG if len(breaches(source, module)) != 1] == []
