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
    "lock",
    "ctype",
    "cdecl",
    "convention",
    "ir",
    "stub",
    "encode",
    "lower",
    "seed",
    "system",
    "memory",
    "cpython",
    "library",
    "raw",
    "low",
    "middle",
    "high",
    "cli",
    "pyinstaller",
)
FRONT_DOOR = ("__init__", "__main__")
#: Who may import a room below their own, and why.
REACHES_DOWN = {("farcall.cdecl.header.cache", "system"): "headers are read from a disk, and kept on one"}
#: What may be imported from elsewhere; NumPy is optional, and used where present; CPython's module of subinterpreters, up
#: to 3.11, is one of its own that it does not list; typing_extensions is for type checkers, which have it, and never
#: imported at run time.
ALLOWED_THIRD_PARTY = {("high", "numpy"), ("__init__", "_xxsubinterpreters"), ("ir", "typing_extensions")}
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

#: Where operating systems have ways of their own. `seed` has a foothold in each, and `convention` and `ctype` have tables
#: that describe targets.
ABOUT_SYSTEMS = ("system", "seed", "faces")
#: How Python tells which system it runs on: attributes of modules.
ASKS = {
    ("sys", "platform"), ("sys", "getwindowsversion"), ("os", "name"), ("os", "uname"),
    ("platform", "system"), ("platform", "uname"), ("platform", "platform"), ("platform", "release"),
    ("platform", "libc_ver"), ("platform", "mac_ver"), ("platform", "win32_ver"), ("sysconfig", "get_platform"),
}  # fmt: skip
#: What only some systems have, in names and texts of the code; comments and docstrings may tell of it.
ONE_SYSTEMS = re.compile(
    r"memfd|\bdl(?:open|sym|close|error|addr|info)\b|ld\.so|/proc\b|/sys/|pthread_|RTLD_|register_at_fork|libgcc_s|"
    r"XDG_|LD_LIBRARY|PROT_EXEC|MAP_ANON|PAGESIZE|LoadLibrary|GetProcAddress|VirtualAlloc|MAP_JIT|dyld|kernel32"
)
#: What else may name one of these, and why.
NAMES_SYSTEMS = {
    "farcall.cpython.observe.perf": "perf is Linux's own, and wants its file mapped so",
}

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
            if target not in above and (module, target) not in REACHES_DOWN:
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


def system_names(source: str) -> list[str]:
    """What in the code of `source` asks which system it runs on, or names what only some have; not in docstrings."""
    found = []
    tree = ast.parse(source)
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        words: list[str] = []
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                if (module, name) in ASKS:
                    found.append(f"line {node.lineno}: {module}.{name}")
                words = [name]
            case ast.ImportFrom(module=str(module)):
                found += [f"line {node.lineno}: {module}.{a.name}" for a in node.names if (module, a.name) in ASKS]
                words = [alias.name for alias in node.names]
            case ast.Attribute(attr=name) | ast.Name(id=name):
                words = [name]
            case ast.Constant(value=str(text)) if id(node) not in documents:
                words = [text]
            case ast.Constant(value=bytes(data)):
                words = [data.decode("latin-1")]
        found += [f"line {node.lineno}: {hit.group()}" for word in words for hit in ONE_SYSTEMS.finditer(word)]
    return found


def test_only_the_room_of_systems_knows_which_one_it_is() -> None:
    wrong = {}
    for path in FILES:
        module, found = module_name(path), system_names(path.read_text(encoding="utf-8"))
        if module in NAMES_SYSTEMS:
            assert found, f"{module} names nothing of a system: it needs no exemption"
        elif found and room_of(module) not in ABOUT_SYSTEMS:
            wrong[module] = found
    assert wrong == {}


def byte_orders(source: str) -> list[str]:
    """Where `source` names a byte order itself, instead of asking a `ByteOrder`."""
    constants = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return [f"line {node.lineno}: {node.value!r}" for node in constants if node.value in ("little", "big")]


def test_only_a_byte_order_knows_which_one_it_is() -> None:
    found = {module_name(path): byte_orders(path.read_text(encoding="utf-8")) for path in FILES}
    assert {module for module, there in found.items() if there} == {"farcall.ctype.byteorder"}
    assert byte_orders('x.to_bytes(4, "little")') != []


@pytest.mark.parametrize(
    "source",
    [
        'if sys.platform == "linux":\n    pass', "from sys import platform", "x = os.name", "platform.system()",
        "os.memfd_create('x')", "open('/proc/self/maps')", "seed.symbol('pthread_self')", "os.RTLD_NOW",
        "from os import register_at_fork", "f'{x}/proc'", "os.environ['XDG_CACHE_HOME']", "mmap.PROT_EXEC", "b'ld.so.cache'",
    ],
)  # fmt: skip
def test_a_system_s_way_is_seen(source: str) -> None:
    assert system_names(source) != []


@pytest.mark.parametrize(
    "source",
    [
        '"""As dlopen does it, by /proc."""', "x = 1  # a memfd", "self.name", "target.system", "os.path.join(a, b)",
        "def process(): ...", "platform.machine()", "sys.byteorder",
    ],
)  # fmt: skip
def test_other_ways_are_none_of_a_system(source: str) -> None:
    assert system_names(source) == []


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
        ("farcall.system.linux.machine", "from ...convention.cpu_names import cpu_of_elf"),
        ("farcall.cdecl.header.cache", "from ...system import running"),
        ("farcall.seed", "import ctypes.util"),
        ("farcall.high.values", "def array():\n    import numpy"),
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
        ("farcall.ctype.layout", "from ..system import running"),
        ("farcall.cdecl.scope", "from ..system import running"),
        ("farcall.system.linux.search", "from ...library import SharedObject"),
        ("farcall.cdecl.parser", "from pycparser import c_ast"),
    ],
)
def test_the_wall_stops(module: str, source: str) -> None:
    assert len(breaches(source, module)) == 1


def needed(path: Path) -> set[str]:
    """The modules of farcall that a file imports when it runs: in functions too, not under `if TYPE_CHECKING`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    known = {module_name(file) for file in FILES}
    found = set()
    for name in imports(ast.unparse(tree), module_name(path)):
        parent = name.rpartition(".")[0]
        found |= {one for one in (name, f"{name}.__init__", parent, f"{parent}.__init__") if one in known}
    return found - {module_name(path)}


@pytest.mark.parametrize("room", ["cdecl"])
def test_modules_of_a_room_do_not_import_each_other_in_a_circle(room: str) -> None:
    graph = {module_name(path): needed(path) for path in FILES if room_of(module_name(path)) == room}
    while free := [module for module, others in graph.items() if not others & graph.keys()]:
        for module in free:
            del graph[module]
    assert graph == {}
