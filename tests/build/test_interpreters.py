"""Built modules in several interpreters of a process, those with a GIL of their own too, and on several threads, also without a
GIL. Every test is a process, in which nothing of farcall is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from farcall.build import build_module, suffix
from tests.build.test_build import HERE, SOURCE, TEXT, VERSION, can_be_built
from tests.conftest import Compile

OLD = sys.version_info < (3, 13)
MODULE = "_xxsubinterpreters" if OLD else "_interpreters"
KINDS = ("legacy", "isolated")
POLICIES = ("release", "hold")

pytestmark = pytest.mark.skipif(not can_be_built(), reason="modules are built for Pythons whose objects are known")

#: What an interpreter does with the modules: calls, also by the slow paths, wrong ones, names that are not there.
INSIDE = """
import sys
sys.path.insert(0, {place!r})
def check():
    import array, fractions, many_hold, many_release
    for module in many_hold, many_release:
        for _ in range(50):
            assert module.half(3.0) == module.half(3) == module.half(fractions.Fraction(3)) == 1.5
            assert module.add(2, -3) == -1 and module.not_(True) is False and module.next(b"a") == b"b"
            assert (module.length("text"), module.length(b"tex"), module.length(None)) == (4, 3, 99)
            assert (module.after("xyz"), module.after("")) == ("yz", None)
            assert module.total(array.array("d", [1.5, 2.5]), 2) == 4.0
            assert module.LIMIT == 7
            for call, words in (
                (lambda: module.half("x"), "half() parameter 'x' must be a number for double, not str"),
                (lambda: module.add(1), "add() takes 2 arguments (1 given): int add(int a, int b)"),
                (lambda: module.add(1 << 31, 0), "add() parameter 'a': 2147483648 is out of range for int (-2147483648 "),
                (lambda: module.length(3.5), "length() parameter 'text' must be const char *, not float"),
                (lambda: module.not_there, {library!r} + " has no symbol 'not_there'"),
            ):
                try:
                    call()
                except (AttributeError, OverflowError, TypeError) as error:
                    assert str(error).startswith(words), error
                else:
                    raise AssertionError(words)
    assert getattr(sys, "_is_gil_enabled", lambda: True)() == {gil!r}
"""
#: What the process does with interpreters, and with threads.
OUTSIDE = """
import threading
def on_threads(functions):
    failed = []
    def run(function):
        try:
            function()
        except BaseException as error:
            failed.append(error)
            raise
    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
"""
INTERPRETERS = """
import {module} as interpreters
def run(made):
    failed = interpreters.{run}(made, INSIDE)
    assert failed is None, failed
for _ in range(2):
    made = [interpreters.create({kind}) for _ in range(4)]
    on_threads([lambda one=one: run(one) for one in made])
    check()
    for one in made:
        interpreters.destroy(one)
    check()
"""


@pytest.fixture(scope="module")
def inside(compile_c: Compile, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The modules are written; the program that uses them."""
    place, library = tmp_path_factory.mktemp("many"), str(compile_c(SOURCE))
    for gil in POLICIES:
        name = f"many_{gil}"
        built = build_module(name, TEXT + "int not_there(int); enum { LIMIT = 7 };", library, HERE, VERSION, gil=gil)
        (place / f"{name}{suffix(HERE, VERSION)}").write_bytes(built.data)
    return INSIDE.format(place=str(place), library=library, gil=not VERSION.free_threaded) + "check()\n"


def carry_out(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("kind", KINDS)
def test_every_interpreter_has_a_module_of_its_own(inside: str, kind: str) -> None:
    """Several are at it simultaneously, from the module's import on, and others go on when some are gone."""
    pytest.importorskip(MODULE, reason="this Python makes no subinterpreters")
    if kind == "isolated" and sys.version_info < (3, 12):
        pytest.skip("older ones have one GIL")
    how = {"legacy": "isolated=False", "isolated": "isolated=True"} if OLD else {kind: repr(kind)}
    interpreters = INTERPRETERS.format(module=MODULE, run="run_string" if OLD else "exec", kind=how[kind])
    carry_out(f"INSIDE = {inside!r}\nexec(INSIDE)\n" + OUTSIDE + interpreters)


def test_threads_may_ask_for_the_first_time_simultaneously(inside: str) -> None:
    """The Python part of a module is run by whoever is first; while it is, others find it not half there."""
    carry_out(
        "import sys\nsys.setswitchinterval(1e-6)\n"
        + inside.removesuffix("check()\n")
        + OUTSIDE
        + "on_threads([check] * 8)\n"
    )
