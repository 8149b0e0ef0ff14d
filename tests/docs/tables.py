"""`python -m tests.docs.tables`: write anew what pages of docs/ show of the source in tables.

A table stands between two comments, `<!-- table: NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from farcall.convention import TARGETS, Target
from farcall.convention.cpu_names import FAMILIES
from farcall.convention.dispatch import FILES
from farcall.cpython.facts.interpreter import ROWS
from farcall.cpython.facts.lacking import BUILDS, lacking
from farcall.ctype import DataModel
from farcall.lower import CPUS
from farcall.lower.cpu_facts import hardware

__all__ = ["TABLES", "lines_by_cpu", "pages_with", "shown"]

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "farcall"
TABLE = re.compile(r"(<!-- table: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
ROUNDED = 10
#: What lower/ has besides the packages of CPUs.
ENGINE, IMAGE = "engine", "image"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Markdown: the first column to the left, the others too."""
    lines = [[*head], ["---"] * len([*head]), *([str(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


# Lines of each CPU


def lines_by_cpu() -> dict[str, tuple[int, int, int]]:
    """The lines of conventions, of encoders and of lowering, by CPU; by package, where CPUs share one; and "all CPUs"
    for what is no CPU's own."""
    convention, own = _conventions()
    packages = {path.name for room in ("encode", "lower") for path in (SOURCE / room).iterdir() if path.is_dir()}
    names = [*own, *sorted(packages - {*own, *FAMILIES, ENGINE, IMAGE, "__pycache__"})]
    parts = {name: [name, *(one for one in FAMILIES if FAMILIES[one] == name)] for name in names}
    found = {
        name: (
            own.get(name, 0),
            *(sum(_lines(SOURCE / room / one) for one in parts[name]) for room in ("encode", "lower")),
        )
        for name in names
    }
    rest = (
        convention - sum(own.values()),
        _lines(SOURCE / "encode") - sum(row[1] for row in found.values()),
        _lines(SOURCE / "lower") - sum(row[2] for row in found.values()),
    )
    return {**found, "all CPUs": rest}


def _lines(path: Path) -> int:
    files = path.rglob("*.py") if path.is_dir() else [path]
    return sum(file.read_text(encoding="utf-8").count("\n") for file in files if file.exists())


def _conventions() -> tuple[int, dict[str, int]]:
    """The lines of the whole room, and of the files that the conventions of one CPU, or of a family, alone import."""
    room = SOURCE / "convention"
    imported: dict[str, set[str]] = {}
    for cpu, files in FILES.items():
        imported.setdefault(FAMILIES.get(cpu, cpu), set()).update(_imported(room, files))
    shared = {
        file
        for cpu, files in imported.items()
        for other in imported
        if other != cpu
        for file in files & imported[other]
    }
    start = _imported(room, ["__init__"])  # what comes with the room itself
    own = {cpu: sum(_lines(room / f"{file}.py") for file in files - shared - start) for cpu, files in imported.items()}
    return _lines(room), own


def _imported(room: Path, files: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = [*files]
    while waiting:
        file = waiting.pop()
        if file in found or not (room / f"{file}.py").exists():
            continue
        found.add(file)
        for node in ast.walk(ast.parse((room / f"{file}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 1:
                waiting += [node.module] if node.module else [alias.name for alias in node.names]
    return found


def rounded(count: int) -> int:
    return ROUNDED * round(count / ROUNDED)


def lines() -> str:
    rows = []
    for name, counts in lines_by_cpu().items():
        numbers = [rounded(count) for count in counts]
        rows.append([f"`{name}`" if name in FILES else name, *(number or "" for number in numbers), sum(numbers)])
    return table(["CPU", "convention", "encode", "lower", "together"], rows)


# Targets and data models


def coded(target: Target) -> bool:
    """Whether there is machine code for a target."""
    return target.cpu in CPUS and hardware(target.cpu).word == target.model.pointer


def run() -> set[str]:
    """The targets that the tests run on: this machine's, and those of `make test-cpu`."""
    spec = importlib.util.spec_from_file_location("table", ROOT / ".ci" / "cpu" / "table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {"x86_64-linux", *(f"{cpu}-linux" for cpu in module.CPUS)}


def targets() -> str:
    where = run()
    rows = [
        [
            f"`{t.name}`",
            t.model.name,
            f"`{t.convention}`",
            "yes" if coded(t) else "no",
            "yes" if t.name in where else "no",
        ]
        for t in TARGETS.values()
    ]
    return table(["target", "data model", "convention", "code", "run"], rows)


LONG_DOUBLES = {
    "x87": "x87's 80 bits",
    "binary64": "as double",
    "binary128": "IEEE's 128 bits",
    "double-double": "two doubles",
    "extended96": "the 68881's 96 bits",
}
BIT_FIELDS = {
    "sysv": "System V", "aapcs": "Arm's", "microsoft": "Microsoft's", "ms_struct": "Microsoft's, as gcc has it",
    "dense": "without gaps",
}  # fmt: skip


def models() -> str:
    found: dict[str, DataModel] = {}
    for target in TARGETS.values():
        found.setdefault(target.model.name, target.model)
    rows = [
        [
            model.name,
            model.byteorder.name,
            model.pointer,
            model.long,
            f"{model.wchar}, {'signed' if model.wchar_signed else 'unsigned'}",
            "signed" if model.char_signed else "unsigned",
            f"{model.long_double}, {LONG_DOUBLES[model.long_double_format]}",
            BIT_FIELDS[model.bit_fields],
        ]
        for model in found.values()
    ]
    return table(["model", "order", "pointer", "long", "wchar_t", "char", "long double", "bit-fields"], rows)


# Pythons


def pythons() -> str:
    """What each version and build of CPython lacks of the newest plain one."""
    newest = max(ROWS)
    builds = [(f"{major}.{minor}", lacking((major, minor))) for major, minor in ROWS]
    builds += [(f"`{flag}`", lacking(newest, flag)) for flag in BUILDS]
    return table(["CPython", "lacks"], [[name, "; ".join(lacks) or "nothing"] for name, lacks in builds])


TABLES: dict[str, Callable[[], str]] = {"lines": lines, "targets": targets, "pythons": pythons, "models": models}


def pages_with() -> dict[str, Path]:
    """The page of each table."""
    found = {}
    for page in sorted((ROOT / "docs").glob("*.md")):
        found.update({name: page for _, name, _, _ in TABLE.findall(page.read_text(encoding="utf-8"))})
    return found


def shown(name: str) -> str:
    """A table as its page has it."""
    text = pages_with()[name].read_text(encoding="utf-8")
    return next(body for _, found, body, _ in TABLE.findall(text) if found == name)


def main() -> None:
    for page in sorted({*pages_with().values()}):
        text = page.read_text(encoding="utf-8")
        page.write_text(TABLE.sub(lambda found: found[1] + TABLES[found[2]]() + found[4], text), encoding="utf-8")
        print(f"{page.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
