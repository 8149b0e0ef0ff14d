"""The module's names as a program reads them: what is read often is found in a module without `__getattr__`."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import farcall

SPECIALISES = sys.version_info >= (3, 11)
#: Reads a name until long after all names have been loaded.
OFTEN = """
import sys, farcall
assert "farcall.high.closure" not in sys.modules
first = farcall.sizeof, farcall.int_
farcall.memset = mine = object()
for _ in range(farcall._READS + 2 * len(farcall.__all__)):
    assert farcall.sizeof is first[0]
"""


def run(program: str) -> str:
    """What a program prints that runs by itself, from these sources."""
    place = str(Path(farcall.__file__).parent.parent)
    program = f"import sys; sys.path.insert(0, {place!r})\n{program}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.skipif(not SPECIALISES, reason="CPython 3.10 specialises nothing")
def test_after_many_reads_the_module_has_all_names_and_no_getattr() -> None:
    program = f"""{OFTEN}
names = vars(farcall)
print("__getattr__" in names, [name for name in farcall.__all__ if name not in names])
print(first == (farcall.sizeof, farcall.int_), farcall.memset is mine, farcall.i32 is farcall.int32)
try:
    farcall.CDLL
except AttributeError as error:
    print(error)
print(farcall.sizeof(farcall.Closure is not None and farcall.int64), "addressof" in dir(farcall))
"""
    assert run(program).splitlines() == [
        "False []",
        "True True True",
        "module 'farcall' has no attribute 'CDLL'",
        "8 True",
    ]


def test_what_is_read_a_few_times_loads_nothing_else() -> None:
    program = """
import sys, farcall
for _ in range(100):
    farcall.sizeof, farcall.int_
print("__getattr__" in vars(farcall), "farcall.high.closure" in sys.modules, farcall.sizeof is farcall.sizeof)
"""
    assert run(program) == "True False True\n"


@pytest.mark.skipif(not SPECIALISES, reason="CPython 3.10 specialises nothing")
def test_a_name_that_cannot_be_loaded_leaves_the_others_to_be_read_once() -> None:
    program = f"""import sys; sys.modules["farcall.high.handle"] = None
{OFTEN}
print("__getattr__" in vars(farcall), "sizeof" in vars(farcall), "check_hresult" in vars(farcall))
print(farcall.check_hresult is farcall.check_hresult, "check_hresult" in vars(farcall))
try:
    farcall.handle
except ImportError as error:
    print(error.name)
"""
    assert run(program).splitlines() == ["True True False", "True True", "farcall.high.handle"]


@pytest.fixture(scope="module")
def fresh() -> ModuleType:
    """The module as it is before it is read often: tests share a process."""
    spec = importlib.util.spec_from_file_location("farcall", farcall.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("int", "int_"),
        ("c_int", "int_"),
        ("c_double", "double"),
        ("CDLL", "Library"),
        ("byref", "addressof"),
        ("INT64", "int64"),
    ],
)
def test_names_that_other_packages_have(fresh: ModuleType, name: str, meant: str) -> None:
    with pytest.raises(AttributeError, match=rf"has no attribute '{name}'; did you mean farcall.{meant}\?"):
        getattr(fresh, name)


@pytest.mark.parametrize("name", ["nothing", "_int", "__wrapped__", "c_nothing"])
def test_other_names_are_just_not_there(fresh: ModuleType, name: str) -> None:
    for module in (fresh, farcall):
        with pytest.raises(AttributeError, match=rf"has no attribute '{name}'\Z"):
            getattr(module, name)
