"""What README.md and docs/ show is run, and what they say comes out must come out.

Every ```python block of a page runs, in order, in one namespace: one with `>>>` as a doctest, messages of
exceptions included, any other as it stands. In a ```console block every `$ farcall ...` runs, and its output
is compared; `...` stands for anything. A block that is not run says why behind its language:

    ```python not-run: it would kill the process
    ```python needs: numpy
    ```python needs: zlib.h
    ```python needs: x86_64-linux
    ```python needs: farcall.ctypes
    ```python needs: x86_64-linux inline
"""

from __future__ import annotations

import doctest
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import farcall
from farcall import errors
from farcall.convention import TARGETS
from farcall.cpython.facts.host import host_target
from farcall.cpython.facts.interpreter import counts_references

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

#: Of headers, the library that has what they declare; others are the C library's.
LIBRARIES = {"zlib.h": "z", "sqlite3.h": "sqlite3", "SDL2/SDL.h": "SDL2"}
RUN = ("python", "console")
SHOWN = ("c", "text", "toml")  # neither Python nor commands: nothing that could be run
FENCE = re.compile(r"^```(.*)$")
NOT_RUN = re.compile(r"not-run: \S.{9,}\Z")
NEEDS = re.compile(r"needs: ([\w./-]+(?: [\w./-]+)*)\Z")
LINK = re.compile(r"\[[^\]]+\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)

FARCALL = "import sys; from farcall.cli import main; sys.exit(main())"
FLAGS = doctest.ELLIPSIS


class Block(NamedTuple):
    """A fenced block: `line` is the page's line of its first line of text, counted from 1."""

    language: str
    info: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    found, start, opening = [], 0, ""
    lines = page.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        fence = FENCE.match(line)
        if fence and not start:
            start, opening = number, fence[1]
        elif fence:
            language, _, info = opening.partition(" ")
            text = "\n".join([*lines[start : number - 1], ""])
            found.append(Block(language, info.strip(), text, start + 1))
            start = 0
    assert not start, f"{page.name}:{start}: the block is never closed"
    return found


def there(needed: str) -> bool:
    """Whether there is such a Python module, or C header with the library it is of, or the target that this machine is; "inline":
    a Python whose objects generated code reads."""
    if needed == "inline":
        return not counts_references()
    if needed == "farcall.ctypes":  # it is the interpreter's own package over another core
        return importlib.util.find_spec("ctypes") is not None
    if needed in TARGETS:
        return host_target().name == needed
    if not needed.endswith(".h"):
        return importlib.util.find_spec(needed) is not None
    source = f"#include <{needed}>\n".encode()
    command = ["cc", "-fsyntax-only", "-w", "-x", "c", "-"]
    if shutil.which("cc") is None or subprocess.run(command, input=source, capture_output=True).returncode:
        return False
    try:
        farcall.Library(LIBRARIES.get(needed))
    except errors.LibraryError:
        return False
    return True


def run_doctest(page: Path, block: Block, names: dict[str, object]) -> None:
    examples = doctest.DocTestParser().get_examples(block.text)
    for example in examples:  # pages name farcall's exceptions without their module; tracebacks name it
        word = re.match(r"\w+", example.exc_msg or "")
        if word and word[0] in errors.__all__:
            example.exc_msg = f"{errors.__name__}.{example.exc_msg}"
    test = doctest.DocTest(examples, names, page.name, str(page), block.line - 1, block.text)
    report: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=FLAGS)
    failed, _ = runner.run(test, out=report.append, clear_globs=False)
    names.update(test.globs)
    assert not failed, "".join(report)


def run_python(page: Path, block: Block, names: dict[str, object]) -> None:
    if ">>> " in block.text:
        run_doctest(page, block, names)
    else:  # the newlines make a traceback show the page's own line
        code = compile("\n" * (block.line - 1) + block.text, str(page), "exec", dont_inherit=True)
        exec(code, names)


def run_console(page: Path, block: Block) -> None:
    """Each command, and what is shown below it: its output, and after that its errors."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100", "NO_COLOR": "1"}
    parts = re.split(r"^\$ (.+)\n", block.text, flags=re.MULTILINE)
    assert not parts[0], f"{page.name}:{block.line}: a console block begins with a command"
    for command, expected in zip(parts[1::2], parts[2::2], strict=True):
        words = shlex.split(command)
        assert words[0] == "farcall", f"{page.name}:{block.line}: only farcall's own commands are run: {command}"
        done = subprocess.run(
            [sys.executable, "-c", FARCALL, *words[1:]],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        same = doctest.OutputChecker().check_output(expected.strip(), done.stdout.strip(), FLAGS)
        assert same, f"{page.name}:{block.line}: $ {command}\nexpected:\n{expected}\ngot:\n{done.stdout}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples(page: Path) -> None:
    """A page's blocks, from first to last."""
    names: dict[str, object] = {"__name__": "__main__"}
    missing: set[str] = set()
    for block in blocks(page):
        if block.language not in RUN or block.info.startswith("not-run"):
            continue
        needed = NEEDS.match(block.info)
        lacking = {one for one in needed[1].split() if not there(one)} if needed else set()
        if lacking:
            missing |= lacking
        elif block.language == "python":
            run_python(page, block, names)
        else:
            run_console(page, block)
    if missing:
        pytest.skip(f"without {', '.join(sorted(missing))} for this Python; all other blocks ran")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_block_marks(page: Path) -> None:
    """A block says what it is, and why it is not run where it is not."""
    for block in blocks(page):
        where = f"{page.name}:{block.line - 1}"
        assert block.language in RUN + SHOWN, f"{where}: a block of {block.language or 'nothing'}"
        if block.language in SHOWN:
            assert not block.info, f"{where}: {block.info}"
        elif block.info:
            assert NOT_RUN.match(block.info) or NEEDS.match(block.info), f"{where}: {block.info}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links(page: Path) -> None:
    """A link within the repository leads somewhere, to the heading too."""
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        found = page.parent / target if target else page
        assert found.exists(), f"{page.name}: {target}"
        if anchor:
            anchors = {slug(title) for title in HEADING.findall(found.read_text(encoding="utf-8"))}
            assert anchor in anchors, f"{page.name}: {target}#{anchor}"


def slug(title: str) -> str:
    """A heading's anchor, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
