"""`farcall wheels`: wheels for several targets by one command, and what the tools say of them that look at wheels."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from farcall.cli import main
from tests.build.test_build import can_be_built
from tests.build.test_hatch import DEMO

FOUR = ("x86_64-linux", "aarch64-linux", "riscv64-linux", "i386-linux")
PLATFORMS = ("manylinux_2_17_x86_64", "manylinux_2_17_aarch64", "manylinux_2_31_riscv64", "manylinux_2_17_i686")
pytestmark = pytest.mark.skipif(not can_be_built(), reason="modules are built for Pythons whose objects are known")
with_hatchling = pytest.mark.skipif(find_spec("hatchling") is None, reason="hatchling is not installed")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The demo's, as the command makes them."""
    place = tmp_path_factory.mktemp("wheels")
    project = shutil.copytree(DEMO, place / "project")
    assert (
        main(["wheels", str(project), "--target", ",".join(FOUR), "--python", "3.11", "-o", str(place / "dist")]) == 0
    )
    return sorted((place / "dist").iterdir())


@with_hatchling
def test_one_command_makes_wheels_for_four_targets(wheels: list[Path]) -> None:
    assert [wheel.name for wheel in wheels] == sorted(f"checksums-1.0-cp311-cp311-{one}.whl" for one in PLATFORMS)


@with_hatchling
@pytest.mark.skipif(find_spec("auditwheel") is None, reason="auditwheel is not installed")
def test_auditwheel_finds_their_tags_right(wheels: list[Path]) -> None:
    environment = {**os.environ, "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))}
    for wheel in wheels:
        command = [sys.executable, "-m", "auditwheel", "show", str(wheel)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr
        told = " ".join(done.stdout.split())
        assert f'{wheel.name} is consistent with the following platform tag: "manylinux_2_' in told
        assert "requires no external shared libraries" in told


@with_hatchling
@pytest.mark.skipif(find_spec("twine") is None, reason="twine is not installed")
def test_twine_takes_them(wheels: list[Path]) -> None:
    command = [sys.executable, "-m", "twine", "check", "--strict", *map(str, wheels)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@with_hatchling
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--target", "nowhere"], "nowhere"),
        (["--python", "three"], "--python takes a version like 3.13 or 3.13t, not 'three'"),
        (["--target", "x86_64-linux", "--python", "3.9"], "no layouts are known of Python 3.9"),
    ],
)
def test_what_cannot_be_made_is_told(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = shutil.copytree(DEMO, tmp_path / "project")
    assert main(["wheels", str(project), *words, "-o", str(tmp_path / "dist")]) == 1
    assert told in capsys.readouterr().err


def test_without_hatchling_that_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "hatchling", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["wheels"]) == 1
    assert "pip install hatchling" in capsys.readouterr().err
