"""No module needs itself, by whatever way: there is no circle of imports that run, those in functions included; and each
module can be imported first, with nothing else of the package loaded."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.walls.source import FILES, PACKAGE, imports, module_name, text_of

#: What a face has of another package: its files, which are not installed with this one.
OPTIONAL = "cffi"
#: Run in a bare interpreter, with nothing but the standard library's slower parts: a child for each module named, which
#: imports that one first. What fails is printed, but for want of the package that is OPTIONAL.
ALONE = """
import importlib, os, sys
import ast, ctypes, dataclasses, decimal, enum, fractions, inspect, json, mmap, numbers, pathlib, subprocess, tempfile, typing
sys.path.insert(0, sys.argv[1])
for name in sys.stdin.read().split():
    child = os.fork()
    if not child:
        status = 1
        try:
            importlib.import_module(name)
            status = 0
        except ImportError as error:
            status = int(error.name != sys.argv[2])
            status and print(f"{name}: {error!r}", flush=True)
        except BaseException as error:
            print(f"{name}: {error!r}", flush=True)
        finally:
            os._exit(status)
    if os.waitpid(child, 0)[1]:
        print(name, flush=True)
"""


def needed(source: str, module: str, known: set[str]) -> set[str]:
    """The modules among `known` that a source imports when it runs: in functions too, not under `if TYPE_CHECKING`.

    What a package's `__init__` needs of the package is its own parts, which is no circle while they do not need the package;
    whoever imports a module needs it, and a name of a package needs that package.
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    found = set()
    for name in imports(ast.unparse(tree), module):
        parent = name.rpartition(".")[0]
        exact = {one for one in (name, f"{name}.__init__") if one in known}
        found |= exact or {one for one in (parent, f"{parent}.__init__") if one in known}
    return found - {module}


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """The modules that need themselves, each with those that it needs and that need it."""
    reached: dict[str, set[str]] = {}
    for module in graph:
        seen: set[str] = set()
        ahead = [*graph[module]]
        while ahead:
            one = ahead.pop()
            if one not in seen:
                seen.add(one)
                ahead += graph[one]
        reached[module] = seen
    found = {frozenset(o for o in reached[m] if m in reached[o]) for m in graph if m in reached[m]}
    return sorted(sorted(circle) for circle in found)


def test_no_module_needs_itself() -> None:
    known = {module_name(path) for path in FILES}
    assert circles({module_name(path): needed(text_of(path), module_name(path), known) for path in FILES}) == []


def test_a_circle_is_seen() -> None:
    sources = {
        "farcall.a": "def later():\n    from .b import thing",
        "farcall.b": "from . import c",
        "farcall.c": "import farcall.a",
        "farcall.d": "from .a import x\nif TYPE_CHECKING:\n    from .e import y",
        "farcall.e": "from .d import z",
    }
    graph = {module: needed(source, module, set(sources)) for module, source in sources.items()}
    assert circles(graph) == [["farcall.a", "farcall.b", "farcall.c"]]


@pytest.mark.slow
@pytest.mark.skipif(
    hasattr(sys, "gettotalrefcount") and sys.version_info < (3, 12),
    reason="a forked child of a debug build of 3.11 fails an assertion of CPython's when it asks in which interpreter it is",
)
def test_each_module_can_be_imported_first_and_alone() -> None:
    names = [module_name(path).removesuffix(".__init__") for path in FILES]
    names = [name for name in names if all(part.isidentifier() for part in name.split(".")) and "__main__" not in name]
    if sys.version_info >= (3, 14):  # whose ctypes it does not serve
        names.remove("farcall.ctypes")
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(PACKAGE.parent), OPTIONAL],
        input="\n".join(names), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("", 0), done.stderr
