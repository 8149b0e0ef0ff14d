"""Only the room of systems knows which one it runs on, and only a byte order which one it is."""

from __future__ import annotations

import ast
import re

from tests.walls.source import FILES, module_name, room_of, text_of

#: Where operating systems have ways of their own. `seed` has a bootstrap in each, and `convention` and `ctype` have tables
#: that describe targets.
ABOUT_SYSTEMS = ("system", "seed")
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
    "farcall.build.called": "a module that is built for Linux opens its library by these functions",
    "farcall.build.start": "a module that is built for Linux opens its library there",
    "farcall.cache.place": "it says where images are before the room of systems is loaded",
    "farcall.faces.ctypes.core": "`_ctypes` has functions and constants of these names",
    "farcall.faces.ctypes.loading": "programs give it these flags, and those that they leave out are the system's",
    "farcall.faces.cffi.core": "`_cffi_backend` has constants of these names",
    "farcall.faces.cffi.library": "programs give it these flags, and those that they leave out are the system's",
    "farcall.cpython.observe.perf": "perf is Linux's own, and wants its file mapped so",
}

#: Code that has a system's way, and code that has none.
ONE_SYSTEM_S = (
        'if sys.platform == "linux":\n    pass', "from sys import platform", "x = os.name", "platform.system()",
        "os.memfd_create('x')", "open('/proc/self/maps')", "seed.symbol('pthread_self')", "os.RTLD_NOW",
        "from os import register_at_fork", "f'{x}/proc'", "os.environ['XDG_CACHE_HOME']", "mmap.PROT_EXEC", "b'ld.so.cache'",
)  # fmt: skip
ANY_SYSTEM_S = (
        '"""As dlopen does it, by /proc."""', "x = 1  # a memfd", "self.name", "target.system", "os.path.join(a, b)",
        "def process(): ...", "platform.machine()", "sys.byteorder",
)  # fmt: skip


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
        module, found = module_name(path), system_names(text_of(path))
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
    found = {module_name(path): byte_orders(text_of(path)) for path in FILES}
    assert {module for module, there in found.items() if there} == {"farcall.ctype.byteorder"}
    assert byte_orders('x.to_bytes(4, "little")') != []


def test_a_system_s_way_is_seen_and_other_ways_are_none() -> None:
    assert [source for source in ONE_SYSTEM_S if not system_names(source)] == []
    assert [source for source in ANY_SYSTEM_S if system_names(source)] == []
