"""A directory of images for each test, and one in which an image lies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cache.starts import LIBM, Run, runner


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a program with a cache of the test's own, and gives what it prints."""
    return runner(tmp_path / "images")


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with an image of `ldexp`."""
    images = tmp_path_factory.mktemp("warm") / "images"
    assert runner(images)(LIBM + "print(early)") == "False"
    return images


@pytest.fixture
def left(warm: Path, tmp_path: Path, run: Run) -> Path:
    """The file of that image, copied to where `run` looks for it."""
    shutil.copytree(warm, tmp_path / "images")
    (file,) = (tmp_path / "images").glob("*/*.so")
    return file
