"""The pages of the site, laid out for Sphinx: README.md is the first, and its tables are the navigation."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import reference

__all__ = ["laid_out", "navigation"]

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"(!?\[[^\]]*\])\((?!https?:|#)([^)#\s]+)(#[^)\s]+)?\)")
#: What leads from the explorer's description to the explorer.
OPEN = '<p><a class="open" href="../explorer/index.html">Open the explorer</a></p>'
#: Pages beside README.
BESIDE = ("CONTRIBUTING", "SECURITY", "CHANGELOG")
#: Heads of README's tables of pages, and what the navigation calls them.
PARTS = {"to learn": "Learn", "to do": "Do", "to look up": "Look up", "to understand": "Understand",
         "to work on farcall": "Work on farcall"}  # fmt: skip


def navigation(readme: str) -> dict[str, list[str]]:
    """The pages of docs/ by part, in the order of README's tables. Raises ValueError for a page that is in none."""
    found: dict[str, list[str]] = {}
    part = ""
    for line in readme.splitlines():
        head = re.match(r"\| (to [a-z ]+) \| \|$", line)
        if head:
            part = PARTS[head[1]]
        elif not line.startswith("|"):
            part = ""
        elif part:
            found.setdefault(part, []).extend(re.findall(r"\]\(docs/([\w-]+)\.md\)", line))
    listed = {page for pages in found.values() for page in pages}
    missing = {page.stem for page in (ROOT / "docs").glob("*.md")} - listed
    if missing:
        raise ValueError(f"README.md does not list {', '.join(sorted(missing))}")
    return found


def laid_out(directory: Path) -> None:
    """Write all pages into a directory, which is emptied first."""
    shutil.rmtree(directory, ignore_errors=True)
    (directory / "api").mkdir(parents=True)
    shutil.copytree(ROOT / "docs/images", directory / "docs/images")
    shutil.copytree(Path(__file__).parent / "static", directory / "static")
    for page in [*sorted((ROOT / "docs").glob("*.md")), *(ROOT / f"{name}.md" for name in BESIDE)]:
        name = page.relative_to(ROOT)
        (directory / name).write_text(_page(page, directory), encoding="utf-8")
    readme = ROOT / "README.md"
    text = _page(readme, directory) + _trees(navigation(readme.read_text(encoding="utf-8")))
    (directory / "index.md").write_text(text, encoding="utf-8")
    for name, text in reference.pages().items():
        (directory / "api" / name).write_text(text, encoding="utf-8")


def _trees(parts: dict[str, list[str]]) -> str:
    """The navigation: README itself shows it as tables, so it is hidden in the text."""
    made = [""]
    for part, pages in parts.items():
        more = ["api/index"] if part == "Look up" else list(BESIDE) if part.startswith("Work") else []
        made.append(_tree(part, [f"docs/{page}" for page in pages] + more))
    return "\n".join(made)


def _tree(caption: str, entries: list[str]) -> str:
    return "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *entries, "```", ""])


def _ended(text: str) -> str:
    """A page whose blocks of code do not end in the empty line that ends an example's output for the tests."""
    made: list[str] = []
    inside = False
    for line in text.splitlines():
        fence = line.startswith("```")
        if fence and inside:
            while not made[-1]:
                made.pop()
        inside ^= fence
        made.append(line)
    return "\n".join([*made, ""])


def _page(page: Path, directory: Path) -> str:
    """A page's text with links as they are within the site, and marks that only tests read taken out."""

    def link(found: re.Match[str]) -> str:
        label, path, anchor = found[1], found[2], found[3] or ""
        target = (page.parent / path).resolve()
        if target == ROOT / "README.md":
            return f"{label}({'../' if page.parent != ROOT else ''}index.md{anchor})"
        if target.suffix == ".md" or target.is_relative_to(ROOT / "docs"):
            return found[0]
        if target.is_dir():
            return label[1:-1]
        kept = directory / target.relative_to(ROOT)  # a file of the source: the site has a copy, which Sphinx finds
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(target, kept)
        return f"{label}({path})"

    text = _ended(page.read_text(encoding="utf-8").replace("<BLANKLINE>\n", "\n"))
    text = re.sub(r"^```(\w+) .*$", r"```\1", text, flags=re.MULTILINE)
    text = LINK.sub(link, text)
    return text.replace("\n", f"\n\n{OPEN}\n", 1) if page.name == "explorer.md" else text
