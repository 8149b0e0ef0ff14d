"""A browser, the site that `make site` has built, and the explorer's page by both of its engines.

`make test-site` runs these tests, with Playwright from PyPI and the system's Chromium; elsewhere they are skipped by name.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build/site"
#: Where the screenshots are put, for the eye.
SCREENSHOTS = ROOT / "build/screenshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
ON_REQUEST = os.environ.get("FARCALL_SITE", "") == "true"
ENGINES = ("server", "worker")
#: Milliseconds that a page may take; a machine may be busy.
PATIENCE = 90_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These tests need what `make site` builds and a browser, two minutes and two hundred megabytes that no other test wants: only
    `make test-site`, which CI runs, asks for them."""
    if not ON_REQUEST:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(
                    pytest.mark.skip(reason="make test-site runs these: they need the built site and a browser")
                )


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.skip("needs playwright")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("needs chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


class Quiet(SimpleHTTPRequestHandler):
    """Static files, as any host serves them."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is written."""


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The site's address."""
    if not (SITE / "index.html").exists():
        pytest.skip("needs build/site: make site")
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(SITE))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def explored() -> Iterator[str]:
    """The address that `farcall explore` prints."""
    command = [sys.executable, "-m", "farcall", "explore"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=SITE.anchor) as running:
        assert running.stdout is not None
        yield running.stdout.readline().strip()
        running.terminate()


@pytest.fixture(
    scope="session", params=[pytest.param(engine, marks=pytest.mark.xdist_group(engine)) for engine in ENGINES]
)
def explorer(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    """The explorer's page, ready, by an engine; at the end, nothing has been loaded from elsewhere or has failed."""
    from tests.site.explorer import Explorer

    if request.param == "server":
        address = request.getfixturevalue("explored")
    else:
        address = request.getfixturevalue("site") + "explorer/"
        if not (SITE / "explorer/pyodide").exists():
            pytest.skip("needs Pyodide: npm")
    made = Explorer(browser, address)
    made.open()
    yield made
    assert made.wrong == []
    made.context.close()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS
