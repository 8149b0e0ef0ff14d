"""What pyright says of stubs, and of programs that use farcall: right of what is right, and no more."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import outside
from tests.cli.test_stubs import HEADER, MODULE, MODULE_USE, ROOT, USE, marked

EVERYDAY = """
import farcall
from farcall import f64, i32

@farcall.struct
class Point:
    x: f64
    y: f64 = 0.0
    n: i32 = 0

    def length(self) -> float:
        return (self.x**2 + self.y**2) ** 0.5

p = Point(1.0, y=2.0)
length: float = p.length() + p.x
Point("1")  # error
Point(1.0, z=2)  # error
p.z  # error
made: Point = farcall.new(Point, (1, 2))
wrong: int = farcall.new(Point, (1, 2))  # error
number = farcall.new("int", 5)
number.value += 1
libm = farcall.Library("libm.so.6", errno=True)
cos = libm.function("double cos(double x)", gil="hold")
turned: float = cos(1.0)
libm.function("double cos(double x)", gli="hold")  # error

@libm.function
def sqrt(x: f64) -> f64: ...

root: float = sqrt(2.0)
sqrt("2")  # error
sqrt()  # error
three = farcall.array(farcall.int_, 3)([1, 2, 3])
first: int = three[0]
three.append(4)  # error
with farcall.arena() as arena:
    arena.new("int[3]")
with libm as same:
    same.cdef("double exp(double);")
with farcall.Closure(lambda n: 2 * n, "int (*)(int)") as twice:
    twice.address + 1
size: int = farcall.sizeof(Point) + farcall.offsetof(Point, "y")
"""

ARRAYS = """
import array
import made
import numpy

def use(lib: made.Library, counts: made.Pointer[int]) -> None:
    lib.norm(numpy.zeros(2))
    lib.norm(array.array("d", [1.0, 2.0]))
    lib.norm(bytearray(16))
    lib.norm(5)  # error
"""


def pyright(directory: Path, mode: str, *files: str, python: str = "3.10") -> set[tuple[str, int]]:
    """The lines in files of a directory that pyright calls wrong."""
    command = shutil.which("pyright") or shutil.which("pyright", path=str(Path(sys.executable).parent))
    if command is None:
        pytest.skip("pyright is not installed")
    facts = {
        "typeCheckingMode": mode,
        "pythonVersion": python,
        "extraPaths": [str(ROOT / "src")],
        "include": list(files),
    }
    (directory / "pyrightconfig.json").write_text(json.dumps(facts))
    done = subprocess.run(
        [command, "--outputjson", "--pythonpath", sys.executable, "--project", str(directory)],
        cwd=directory, env={**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = json.loads(done.stdout)["generalDiagnostics"]
    return {(Path(one["file"]).name, one["range"]["start"]["line"] + 1) for one in found if one["severity"] == "error"}


def stubs(directory: Path) -> None:
    if shutil.which("cc") is None:
        pytest.skip("needs cc")
    (directory / "made.h").write_text(HEADER)
    (directory / "made_module.py").write_text(MODULE)
    assert outside("stubs", str(directory / "made.h"), "-o", str(directory / "made.pyi")).status == 0
    done = outside(
        "stubs", "made_module", "-o", str(directory / "made_module.pyi"), PYTHONPATH=f"{ROOT / 'src'}:{directory}"
    )
    assert done == (0, "", "")


def test_stubs_are_strict(tmp_path: Path) -> None:
    stubs(tmp_path)
    assert pyright(tmp_path, "strict", "made.pyi", "made_module.pyi") == set()


def test_uses_of_stubs(tmp_path: Path) -> None:
    stubs(tmp_path)
    (tmp_path / "use.py").write_text(USE)
    (tmp_path / "module_use.py").write_text(MODULE_USE)
    found = pyright(tmp_path, "basic", "use.py", "module_use.py")
    assert found == marked("use.py", USE) | marked("module_use.py", MODULE_USE)


@pytest.mark.parametrize("python", ["3.10", "3.13"])
def test_everyday(tmp_path: Path, python: str) -> None:
    text = EVERYDAY.replace("# error", "# error:")
    (tmp_path / "everyday.py").write_text(text)
    assert pyright(tmp_path, "basic", "everyday.py", python=python) == marked("everyday.py", text)


@pytest.mark.parametrize("python", ["3.10", "3.13"])
def test_arrays_of_numpy(tmp_path: Path, python: str) -> None:
    """Which have no buffers to type checkers before Python 3.12."""
    pytest.importorskip("numpy", reason="needs numpy")
    stubs(tmp_path)
    text = ARRAYS.replace("# error", "# error:")
    (tmp_path / "arrays.py").write_text(text)
    assert pyright(tmp_path, "basic", "arrays.py", python=python) == marked("arrays.py", text)
