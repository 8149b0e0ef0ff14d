"""Routines are found by tables that say which module writes them, so that a program loads those that it uses."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest

from farcall import stub
from farcall.stub import slow_path, value_routine

SOURCE = Path(stub.__file__).parents[2]


@pytest.mark.parametrize("room", stub._ROUTINES)
def test_the_table_names_the_routines_of_its_modules(room: str) -> None:
    module = import_module(f"farcall.stub.{room}")
    functions = {name: getattr(module, name) for name in module.__all__}
    written = [
        name
        for name, one in functions.items()
        if isinstance(one, FunctionType) and one.__annotations__["return"] == "Routine" and name not in slow_path._HOMES
    ]
    assert sorted(stub._ROUTINES[room].split()) == sorted(written)
    for name in written:
        assert value_routine(name).__name__ == name


def test_slow_paths_are_where_the_table_says() -> None:
    for kind, room in slow_path._HOMES.items():
        assert isinstance(getattr(import_module(room, slow_path.__name__), kind), FunctionType)


def test_a_name_that_is_none_is_an_error() -> None:
    with pytest.raises(KeyError, match="no routine of values is called 'nothing'"):
        value_routine("nothing")


def test_names_of_the_package_are_functions_though_modules_are_called_so_too() -> None:
    code = "import farcall.stub.closure, farcall.stub as stub; print(type(stub.closure).__name__, type(stub.forward).__name__)"
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(SOURCE)!r}); {code}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "function function\n"
