"""The interpreter's own `ctypes` under another name, over another core: here over its own, which must not be found otherwise."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys, types
import _ctypes as real
from farcall.faces.ctypes.package import load
core = types.ModuleType("core")
vars(core).update({name: thing for name, thing in vars(real).items() if not name.startswith("__") or name == "__version__"})
core.alignment = lambda thing: 77
package = load("another", core)
assert package is load("another", core) and package.__name__ == "another"
assert package.alignment(1) == 77 and package.c_int(5).value == 5 and package.c_int.__module__ == "another"
import another.util, another.wintypes
from another import _endian
assert another.util is package.util and issubclass(another.wintypes.DWORD, package.c_ulong)
assert package.CDLL(None).abs(-3) == 3
class Pair(package.BigEndianStructure):
    _fields_ = [("a", package.c_int)]
assert bytes(Pair(1)) == bytes([0, 0, 0, 1])
assert "ctypes" not in sys.modules
import ctypes
assert ctypes is not package and ctypes.alignment(ctypes.c_int) == 4
"""


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="the real core imports ctypes._layout by its own name")
def test_it_is_a_package_of_its_own() -> None:
    pytest.importorskip("_ctypes", reason="needs _ctypes")
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
