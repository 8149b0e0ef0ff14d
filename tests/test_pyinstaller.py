"""Programs that PyInstaller packs: the hook names all of farcall, and a packed program runs."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from farcall.pyinstaller import hook_directories, modules
from tests.walls.source import FILES, module_name

HOOK = Path(hook_directories()[0], "hook-farcall.py")
PROGRAM = """
import farcall
libc = farcall.Library("libc.so.6", errno=True)
libc.cdef('''
int abs(int); int open(const char *, int, ...); struct p { int a; double b; };
void qsort(void *, size_t, size_t, int (*)(const int *, const int *));
''')
values = farcall.array(farcall.int_, 3)([3, 1, 2])
libc.qsort(values, 3, 4, lambda a, b: a[0] - b[0])
print(libc.abs(-3), list(values), libc.types.p(1, 2.5), libc.open("/no such file", 0), farcall.errno())
print(farcall.f64, farcall.dtype, farcall.raw if hasattr(farcall, "raw") else "")
"""


def test_the_hook_names_every_module() -> None:
    named = {module_name(path).removesuffix(".__init__") for path in FILES if path.stem.isidentifier()}
    assert set(modules()) == named
    assert runpy.run_path(str(HOOK))["hiddenimports"] == modules()


def test_the_entry_point_leads_to_it() -> None:
    text = (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    assert re.search(r'entry-points\.pyinstaller40\]\nhook-dirs = "farcall\.pyinstaller:hook_directories"', text)


def test_a_packed_program_runs(tmp_path: Path) -> None:
    if find_spec("PyInstaller") is None:
        pytest.skip("PyInstaller is not installed")
    (tmp_path / "program.py").write_text(PROGRAM)
    command = [
        sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "--onedir",
        "--additional-hooks-dir", hook_directories()[0], "--paths", str(HOOK.parent.parent.parent),
        "--exclude-module", "numpy", "program.py",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ran = subprocess.run([tmp_path / "dist" / "program" / "program"], capture_output=True, text=True, check=False)
    assert ran.stdout.startswith("3 [1, 2, 3] p(a=1, b=2.5) -1 2\n"), ran.stderr
