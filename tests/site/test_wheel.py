"""`farcall explore` from an installed wheel: all of the page's files are in there, and it answers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from farcall.explorer.files import page_files
from tests.site.conftest import ROOT

PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
QUESTION = {
    "text": "double f(int n, struct { float x, y; } p)",
    "targets": ["x86_64-linux", "aarch64-macos"],
    "code": "call",
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that a wheel of this source is installed in."""
    where = tmp_path_factory.mktemp("wheel")
    subprocess.run([*PIP, "wheel", "--no-deps", "--wheel-dir", where, ROOT], check=True)
    (wheel,) = where.glob("farcall-*.whl")
    subprocess.run([*PIP, "install", "--no-deps", "--no-index", "--target", where / "installed", wheel], check=True)
    return where / "installed"


@pytest.fixture(scope="module")
def address(installed: Path) -> Iterator[str]:
    """What the installed command prints; at the end Ctrl-C closes it."""
    surroundings = {**os.environ, "PYTHONPATH": str(installed)}
    with subprocess.Popen(
        [installed / "bin/farcall", "explore"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=installed.parent,
        env=surroundings,
    ) as running:
        assert running.stdout is not None
        yield running.stdout.readline().strip()
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 0


def test_the_page_is_whole(address: str) -> None:
    for name, file in page_files().items():
        with urllib.request.urlopen(address + name, timeout=30) as response:
            assert response.read() == file.data, name
    with urllib.request.urlopen(address, timeout=30) as response:
        assert b"farcall explorer" in response.read()


def test_it_answers(address: str) -> None:
    request = urllib.request.Request(
        address + "answer", json.dumps(QUESTION).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        panels = json.load(response)["panels"]
    assert [panel["target"] for panel in panels] == QUESTION["targets"]
    assert all("<svg" in panel["call"]["svg"] and panel["code"]["lines"] for panel in panels)
