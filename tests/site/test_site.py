"""The site: nothing loaded from elsewhere, links that lead somewhere, README's order, a search that finds."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

import farcall
from tests.site.conftest import ROOT, SITE

#: What a page may name by its address, and not load.
NAMESPACES = ("http://www.w3.org/",)


class Page(HTMLParser):
    """The addresses that a page loads, those that it links to, and its anchors."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.anchors.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") not in ("canonical", "search", "index", "next", "prev", "genindex"):
            self.loads.append(given.get("href", ""))
        elif "src" in given:
            self.loads.append(given["src"])


@pytest.fixture(scope="module")
def pages(site: str) -> dict[Path, Page]:
    return {
        path: Page(path.read_text(encoding="utf-8")) for path in SITE.rglob("*.html") if "pyodide" not in path.parts
    }


def test_nothing_is_loaded_from_elsewhere(pages: dict[Path, Page]) -> None:
    outside = {
        (path.name, address)
        for path, page in pages.items()
        for address in page.loads
        if urlsplit(address).scheme not in ("", "data") or urlsplit(address).netloc
    }
    assert outside == set()
    for sheet in SITE.rglob("*.css"):
        assert not re.search(r"""url\(["']?(?:https?:)?//""", sheet.read_text(encoding="utf-8")), sheet


def test_every_link_leads_somewhere(pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for address in [*page.links, *page.loads]:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.exists():
                broken.append((path.name, address))
            elif target in pages and target.parent.name != "explorer":  # whose fragment is a state
                anchors = pages[target].anchors | {"", "top"}
                broken += [] if unquote(parts.fragment) in anchors else [(path.name, address)]
    assert broken == []


def test_the_navigation_is_in_the_order_of_readme(pages: dict[Path, Page]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Documentation\n")[2]
    tables = "\n".join(line for line in readme.splitlines() if line.startswith("|"))
    listed = [f"docs/{name}.html" for name in dict.fromkeys(re.findall(r"\]\(docs/([\w-]+)\.md\)", tables))]
    assert len(listed) == len(list((ROOT / "docs").glob("*.md")))
    shown = [link for link in pages[SITE / "index.html"].links if link in listed]
    assert list(dict.fromkeys(shown))[: len(listed)] == listed


def test_every_public_name_is_in_the_reference(pages: dict[Path, Page]) -> None:
    anchors = {anchor for path, page in pages.items() if path.parent.name == "api" for anchor in page.anchors}
    assert {f"farcall.{name}" for name in farcall.__all__ if name != "__version__"} <= anchors
    assert {"farcall.Library.cdef", "farcall.Closure.close"} <= anchors


def test_every_page_has_its_version_and_where_others_are(pages: dict[Path, Page]) -> None:
    for path in pages:
        if path.parent.name != "explorer":
            assert f"Version {farcall.__version__}" in path.read_text(encoding="utf-8"), path
    sidebar = (ROOT / "docs/site/templates/sidebar/versions.html").read_text(encoding="utf-8")
    template = pytest.importorskip("jinja2").Template(sidebar)
    shown = template.render(version="0.2.0", versions=["0.1.0", "0.3.0"], pathto=lambda name, *_: f"../{name}")
    assert re.findall(r'href="([^"]*)">([^<]*)<', shown)[1:] == [
        ("../../0.1.0/index.html", "0.1.0"), ("../../0.3.0/index.html", "0.3.0"),
    ]  # fmt: skip


def test_the_search_finds(browser: Any, site: str, screenshots: Path) -> None:
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    page = context.new_page()
    page.goto(site)
    page.screenshot(path=screenshots / "site.png")
    page.fill("input[name=q]", "errno")
    page.press("input[name=q]", "Enter")
    page.wait_for_selector(".search li a[href*='gil-and-errno']", timeout=30_000)
    page.goto(f"{site}docs/explorer.html")
    page.click("text=Open the explorer")
    assert page.url == f"{site}explorer/index.html"
    context.close()


def test_the_explorer_without_pyodide_or_on_a_bad_day_says_so(browser: Any, site: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/farcall.zip", lambda route: route.fulfill(status=404))
    page.goto(f"{site}explorer/")
    page.wait_for_selector("body[data-failed]", timeout=90_000)
    assert "farcall.zip: 404" in (page.text_content("#words") or "")
    context.close()
