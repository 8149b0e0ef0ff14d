"""The walls, read from the source without running it: a room imports only the rooms above it, and only the rooms that
are about CPUs name one."""

from __future__ import annotations

import ast
import re
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
    "ir",
    "stub",
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
#: What may be imported from elsewhere; NumPy is optional, and used where present; typing_extensions is for type checkers,
#: which have it, and never imported at run time.
ALLOWED_THIRD_PARTY = {("cdecl", "pycparser"), ("high", "numpy"), ("ir", "typing_extensions")}
LONGEST = 400
NAMES_OF_NOTHING = {"util", "utils", "helper", "helpers", "common", "misc"}

#: Where CPUs have names: conventions, with the table of targets, instructions, and code.
ABOUT_CPUS = ("convention", "encode", "lower")
#: What else may name one, and why.
NAMES_CPUS = {
    "farcall.cdecl.attribute": "C's spellings of attributes are what they are",
    "farcall.ctype.model": "a data model comes from an ABI's document, and cites it",
    "farcall.ctype.__init__": "hands on a data model by its name",
    "farcall.cpython.facts.host": "the system's names of the CPU's features",
}
#: CPUs and what only one of them has, by the names that people, systems and compilers use.
CPUS = (
    r"x86|x32|x64|x86[-_]64|amd64|em64t|ia-?32|intel ?386|i[3-6]86|aarch(?:32|64)|arm|arm64\w*|armv\d\w*|risc-?v\w*|"
    r"rv(?:32|64)\w*|ppc\w*|powerpc\w*|s390x?|mips\w*|sparc\w*|loong\w+|neon|sve|mmx|sse\d*|avx\w*"
)
#: Registers and landing pads. A stub has registers of its own, s0 to s2, t0 and t1.
REGISTERS = (
    r"[re]?[abcd]x|[re][sd]i|[re][sb]p|[re]ip|r(?:8|9|1[0-5])[bwd]?|[xyz]mm\d*|st[0-7]|"
    r"[xwvq](?:\d|[12]\d|3[01])|f?a[0-7]|wzr|xzr|endbr(?:32|64)|bti"
)
CPU_NAME = re.compile(rf"(?<![a-z0-9])(?:{CPUS}|{REGISTERS})(?![a-z0-9])", re.IGNORECASE)

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


def cpu_names(source: str) -> list[str]:
    """Every name of a CPU or of its registers in `source`, comments and docstrings included, with its line."""
    lines = enumerate(source.splitlines(), 1)
    return [f"line {number}: {found.group()}" for number, line in lines for found in CPU_NAME.finditer(line)]


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_only_a_file_about_cpus_names_one(path: Path) -> None:
    module = module_name(path)
    found = cpu_names(path.read_text(encoding="utf-8"))
    if module in NAMES_CPUS:
        assert found, f"{module} names no CPU: it needs no exemption"
    elif room_of(module) not in ABOUT_CPUS:
        assert found == []


def test_every_file_that_may_name_a_cpu_is_there() -> None:
    assert set(NAMES_CPUS) <= {module_name(path) for path in FILES}


@pytest.mark.parametrize(
    "line",
    [
        'if target.cpu == "x86_64":', "# as AArch64 has it", "ILP32_I386 = 4", '"riscv64-linux"', "RISC-V's a0",
        "from ..encode.x86_64 import move", "ARM EABI", 'Register("rdi")', "in XMM0", "x86-64",
        "the AMD64 psABI", "arm_sve_vector_bits", "st0 and st1", "eax:edx", "in x8", "w0", "an endbr64",
    ],
)  # fmt: skip
def test_a_cpu_s_name_is_seen(line: str) -> None:
    assert len(cpu_names(line)) >= 1


@pytest.mark.parametrize(
    "line",
    [
        'Move("t0", "s0")', "the alarm, an axis, also, harmless, index, Lexar", "long_double_format = 'x87'",
        'convention="ms_abi"', "sysv, aapcs, win64, stdcall", "System V", "parameter 0", "a 64-bit machine", "max, box",
        "hex0, ebb, chip, ripe, armed, mipmap",
    ],
)  # fmt: skip
def test_other_words_are_none(line: str) -> None:
    assert cpu_names(line) == []


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
