"""The explorer's page in a browser, as the tests use it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from tests.site.conftest import PATIENCE

__all__ = ["Explorer"]

#: A link to where the page is already changes nothing, of which no page is told.
FOLLOW = """link => {
    if (location.hash === '#' + link) dispatchEvent(new HashChangeEvent('hashchange'));
    else location.hash = link;
}"""
#: What is read of each cell of a panel's call.
READ = """panels => panels.map(panel => ({
    target: panel.dataset.target,
    error: panel.querySelector(':scope > .none')?.textContent ?? '',
    cells: [...panel.querySelectorAll('.drawing.call .cell')].map(cell => [cell.dataset.group, cell.dataset.box,
        cell.dataset.kind, +cell.dataset.start, +cell.dataset.size, +cell.dataset.value, +cell.dataset.offset]),
    names: [...panel.querySelectorAll('.drawing.call .values li')].map(item => item.querySelector('b:not(.mark)').textContent),
    differs: [...panel.querySelectorAll('.drawing.call .values li.differs')].map(item => +item.dataset.value),
}))"""


class Explorer:
    """A page. `wrong` has what failed, or was loaded from elsewhere."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.address = address
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("requestfailed", lambda request: self.wrong.append(request.url))
        self.page.on("request", self._requested)

    def _requested(self, request: Any) -> None:
        if not request.url.startswith((self.address, "blob:", "data:")):
            self.wrong.append(request.url)

    def open(self, fragment: str = "") -> None:
        """Load the page, and wait for its first answer."""
        self.page.goto(self.address + fragment)
        self.page.wait_for_selector("body[data-answered]", timeout=PATIENCE)

    @property
    def answered(self) -> str:
        return str(self.page.get_attribute("body", "data-answered"))

    def follow(self, text: str, *targets: str, **more: str) -> None:
        """Follow a link that holds a state, within the page."""
        before = self.answered
        words = [("c", text), *(("t", target) for target in targets), *more.items()]
        self.page.evaluate(FOLLOW, urlencode(words))
        self.wait(before)

    def wait(self, before: str) -> None:
        """Until there is another answer."""
        self.page.wait_for_selector(f'body:not([data-answered="{before}"])')

    def panels(self) -> list[dict[str, Any]]:
        """What the panels show."""
        found: list[dict[str, Any]] = self.page.eval_on_selector_all(".panel", READ)
        return found
