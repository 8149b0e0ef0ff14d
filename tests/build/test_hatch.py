"""The build hook for hatchling: what goes into a wheel, for which machine; and the demo's wheel on other CPUs."""

from __future__ import annotations

import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest

from farcall.build import suffix, version_of
from farcall.build.asked import PYTHON, TARGET
from farcall.cpython.facts.host import host_target
from farcall.hatch import Hook, hatch_register_build_hook, tag, wanted
from tests.build.test_build import can_be_built
from tests.unwind.toolchain import TOOLCHAINS

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo" / "wheel"
ONE = {"declarations": "src/fast.h", "library": "libz.so.1", "gil": "hold"}
pytestmark = pytest.mark.skipif(not can_be_built(), reason="modules are built for Pythons whose objects are known")


def built(tables: Any, monkeypatch: pytest.MonkeyPatch, target: str, python: str, kind: str = "wheel") -> Any:
    """What the hook has hatchling put into a wheel: bytes by their places, and the wheel's tag."""
    monkeypatch.setenv(TARGET, target)
    monkeypatch.setenv(PYTHON, python)
    metadata = SimpleNamespace(config={"tool": {"farcall": {"modules": tables}}})
    hook, data = Hook(str(DEMO), {}, None, metadata, "", kind), {"force_include": {}}
    hook.initialize("standard", data)
    contents = {place: Path(file).read_bytes() for file, place in data["force_include"].items()}
    hook.finalize("standard", data, "")
    assert not any(map(os.path.exists, data["force_include"]))
    return contents, data.get("tag"), data.get("pure_python")


def test_a_wheel_has_the_module_and_its_stub(monkeypatch: pytest.MonkeyPatch) -> None:
    contents, name, pure = built({"checksums.fast": ONE}, monkeypatch, "riscv64-linux", "3.13")
    assert set(contents) == {"checksums/fast.cpython-313-riscv64-linux-gnu.so", "checksums/fast.pyi"}
    assert (name, pure) == ("cp313-cp313-manylinux_2_31_riscv64", False)
    assert b"def crc32(crc: int, " in contents["checksums/fast.pyi"]


def test_source_distributions_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert built({"fast": ONE}, monkeypatch, "x86_64-linux", "3.12", "sdist") == ({}, None, None)


def test_tags_are_those_that_installers_look_for() -> None:
    assert tag("i386-linux", (3, 10), "linux") == "cp310-cp310-linux_i686"
    assert tag("x86_64-linux", version_of("3.13t", ""), "linux") == "cp313-cp313t-linux_x86_64"
    assert tag("arm-linux", (3, 12), "manylinux_2_31") == "cp312-cp312-manylinux_2_31_armv7l"
    assert tag("s390x-linux", (3, 11), "musllinux_1_2") == "cp311-cp311-musllinux_1_2_s390x"
    assert tag("mips64el-linux", (3, 11), "linux") == "cp311-cp311-linux_mips64"


def test_an_editable_wheel_s_modules_are_written_into_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PYTHON, "3.12")
    monkeypatch.setenv(TARGET, "aarch64-linux")
    package = tmp_path / "src" / "some" / "inner"
    package.mkdir(parents=True)
    (tmp_path / "fast.h").write_text("int abs(int x);")
    tables = {name: {"declarations": "fast.h", "library": "libc.so.6"} for name in ("some.inner.fast", "alone")}
    metadata = SimpleNamespace(config={"tool": {"farcall": {"modules": tables}}})
    hook = Hook(str(tmp_path), {}, None, metadata, "", "wheel")
    with pytest.raises(ValueError, match=r"there is no package 'some/inner' in "):
        hook.initialize("editable", {"force_include": {}, "force_include_editable": {}})
    (package / "__init__.py").touch()
    data: dict[str, Any] = {"force_include": {}, "force_include_editable": {}}
    hook.initialize("editable", data)
    ending = suffix("aarch64-linux", (3, 12))
    assert {file.name for file in package.iterdir()} == {"__init__.py", f"fast{ending}", "fast.pyi"}
    assert set(data["force_include_editable"].values()) == {f"alone{ending}", "alone.pyi"}
    assert data["force_include"] == {}
    hook.finalize("editable", data, "")


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({}, "has no tables"),
        ({"a": 1}, "tool.farcall.modules.'a' must be a table"),
        ({"a": {"library": "x.so"}}, "does not say 'declarations'"),
        ({"a": {**ONE, "librry": "x"}}, "has no 'librry'; there are: declarations, library, gil, errno, out"),
        ({"a": {**ONE, "errno": "open"}}, "'errno' must be a list, not 'open'"),
    ],
)
def test_what_a_table_says_wrong_is_told(tables: Any, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        wanted(tables)


def test_a_version_is_two_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=r"takes a version like 3\.13 or 3\.13t, not 'three'"):
        built({"fast": ONE}, monkeypatch, "x86_64-linux", "three")


def test_hatchling_finds_it() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '[project.entry-points.hatch]\nfarcall = "farcall.hatch"\n' in text
    assert hatch_register_build_hook() is Hook
    assert Hook.PLUGIN_NAME == "farcall"
    assert hatch_register_build_hook.hatch_impl == {}  # type: ignore[attr-defined]


@pytest.mark.skipif(find_spec("hatchling") is None, reason="hatchling is not installed")
def test_hatchling_makes_the_demo_s_wheel(tmp_path: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder  # type: ignore[import-not-found, unused-ignore]
    from hatchling.plugin.manager import PluginManager  # type: ignore[import-not-found, unused-ignore]

    import farcall.hatch

    manager = PluginManager()
    manager.manager.register(farcall.hatch)
    builder = WheelBuilder(str(DEMO), plugin_manager=manager)
    (wheel,) = builder.build(directory=str(tmp_path), versions=["standard"])
    here = suffix(host_target().name, version_of(None, ""))
    assert {"checksums/__init__.py", f"checksums/fast{here}", "checksums/fast.pyi"} <= set(ZipFile(wheel).namelist())


@pytest.mark.parametrize("cpu", TOOLCHAINS)
def test_the_demo_s_wheel_runs_on_another_cpu(cpu: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = ROOT / ".cpus" / cpu / "bin" / "python3"
    if not python.exists():
        pytest.skip(f"no Python of {cpu} is unpacked: make test-cpu CPU={cpu} does")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    asked = subprocess.run(
        [python, "-c", "import sys; print('{}.{}'.format(*sys.version_info))"], capture_output=True, text=True, env=environment
    )  # fmt: skip
    contents, _, _ = built({"checksums.fast": ONE}, monkeypatch, f"{cpu}-linux", asked.stdout.strip())
    package = tmp_path / "checksums"
    package.mkdir()
    (package / "__init__.py").write_bytes((DEMO / "src" / "checksums" / "__init__.py").read_bytes())
    for place, data in contents.items():
        (tmp_path / place).write_bytes(data)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import checksums\n"
        "print(checksums.crc32(0, b'hello', 5), 'farcall' in sys.modules)"
    )
    done = subprocess.run(
        [python, "-c", code, str(tmp_path)], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.split() == ["907060870", "False"]
