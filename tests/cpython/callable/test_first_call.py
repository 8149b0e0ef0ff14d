"""Code that is made at a function's first call: nobody sees a difference, whatever comes between binding and calling."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import textwrap
import threading
import traceback
from typing import Any

import pytest

import farcall
from farcall.cpython.callable import first_call
from farcall.cpython.callable import function as functions
from farcall.cpython.callable import plan as plans
from farcall.cpython.callable.function import describe
from farcall.cpython.link import code_map
from farcall.cpython.link.linker import Linker
from farcall.memory import default_memory
from tests.conftest import Load, classes_go

SOURCE = """
#include <errno.h>
struct pair { int x; double y; };
int none(void) { return 7; }
int one(int a) { return a + 1; }
double two(double a, int b) { return a * b; }
struct pair turned(struct pair p, const char *text) { p.x = -p.x; p.y = text[0]; return p; }
int through(struct pair *p, int *to) { *to = p->x; errno = 5; return 1; }
int first(int n, ...) { return n; }
int any(n) int n; { return n; }
"""
DECLARED = """
struct pair { int x; double y; };
int none(void); int one(int a); double two(double a, int b);
struct pair turned(struct pair p, const char *text); int through(struct pair *p, int *to);
int first(int n, ...); int any();
"""


@pytest.fixture(autouse=True)
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """No shape is known, and nothing is made before its time."""
    monkeypatch.setattr(plans, "_plans", {})
    monkeypatch.setattr(functions, "AT_BINDING", [])


@pytest.fixture(params=["fast", "api"])
def library(request: pytest.FixtureRequest, load_c: Load) -> farcall.Library:
    return load_c(SOURCE, DECLARED, tier=request.param)


def slots() -> int:
    gc.collect()
    return default_memory().statistics().slots


def is_waiting(function: Any) -> bool:
    return describe(function).waiting is not None


def test_code_is_made_once_at_the_first_call(library: farcall.Library) -> None:
    library.one(1), library.two(1.0, 2)  # what all share
    function = library.function("one")
    before = slots()
    assert is_waiting(function)
    assert [function(1), function(2)] == [2, 3]
    assert not is_waiting(function)
    assert slots() == before + 1
    del function
    assert slots() == before


def test_a_function_that_is_never_called_takes_no_code(library: farcall.Library) -> None:
    library.one(1)
    before = slots()
    several = [library.function("one") for _ in range(10)]
    assert slots() == before
    assert several[0](1) == 2
    assert is_waiting(several[1])
    assert several[1](2) == 3
    assert is_waiting(library.function("one"))  # which is another
    del several
    assert slots() == before


def test_first_calls_do_what_others_do(library: farcall.Library) -> None:
    pair = library.types.pair
    for _ in range(2):
        assert library.none() == 7
        assert library.two(2.0, 3) == 6.0
        assert library.turned(pair(3, 1.0), "A") == pair(-3, 65.0)
    through = library.function("through", out=["to"], errno=True)
    assert is_waiting(through)
    assert through(pair(4)) == (1, 4)
    assert farcall.errno() == 5
    assert through(library.new("struct pair", (5,))) == (1, 5)


def test_tails_and_functions_without_a_prototype(library: farcall.Library) -> None:
    for number in range(3):
        assert library.first(number, 1.0, "text") == library.first(number) == number
        assert library.any(number) == number


def test_first_calls_refuse_what_others_do(library: farcall.Library) -> None:
    wrong: list[tuple[str, tuple[Any, ...]]] = [
        ("none", (1,)), ("one", ()), ("one", ("x",)), ("two", (1.0,)), ("two", (1.0, 1 << 31)), ("turned", (1, "x")),
    ]  # fmt: skip
    for name, arguments in wrong:
        function, said = library.function(name), []
        for _ in range(2):
            with pytest.raises((TypeError, OverflowError), match=name) as caught:
                function(*arguments)
            assert all(
                os.path.join("callable", "first_call") not in frame.filename
                for frame in traceback.extract_tb(caught.tb)
            )
            said.append((caught.type, str(caught.value), len(traceback.extract_tb(caught.tb))))
        assert said[0] == said[1]


def test_what_cannot_be_passed_is_refused_at_binding(library: farcall.Library) -> None:
    library.cdef("struct unknown; struct large { char c[2000000]; };")
    with pytest.raises((farcall.UnsupportedTypeError, farcall.DeclarationError)):
        library.function("int one(struct unknown u)")
    with pytest.raises(farcall.UnsupportedTypeError, match="stack"):
        library.function("int one(struct large a)")
    with pytest.raises(farcall.SymbolError):
        library.function("int nobody_has_this(int, char, short, long)")


def test_threads_that_call_first_at_once(library: farcall.Library) -> None:
    library.two(1.0, 1)
    for _ in range(20):
        function = library.function("two")
        before, start, found = slots(), threading.Barrier(4), list[float]()

        def run(function: Any = function, start: Any = start, found: Any = found) -> None:
            start.wait()
            found.extend(function(2.0, number) for number in range(10))

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(found) == sorted(2.0 * number for number in range(10) for _ in range(4))
        assert slots() == before + 1
        del function, run, threads, thread  # and its code


def test_a_call_in_the_middle_of_making_code(library: farcall.Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """As signal handlers and finalizers may do, which run wherever Python code does."""
    library.one(0)
    function, real, inner = library.function("one"), first_call.placed, list[int]()
    before = slots()

    def placed(*given: Any) -> Any:
        found = real(*given)
        if not inner:
            inner.append(0)
            inner.append(function(10))
        return found

    monkeypatch.setattr(first_call, "placed", placed)
    assert function(20) == 21
    assert inner == [0, 11]
    assert function(30) == 31
    assert slots() == before + 1


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt, farcall.MemoryPolicyError])
def test_a_first_call_that_fails_is_made_anew(
    library: farcall.Library, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    function = library.function("two")
    with monkeypatch.context() as patched:
        patched.setattr(Linker, "bind", lambda *given: raise_(error("none left")))
        for _ in range(2):
            with pytest.raises(error, match="none left"):
                function(1.0, 2)
    assert function(1.0, 2) == 2.0


def raise_(error: BaseException) -> Any:
    raise error


def test_a_library_that_is_closed_before_the_first_call(library: farcall.Library) -> None:
    functions = [library.function(name) for name in ("none", "one", "two")]
    library.close()
    for function, arguments in zip(functions, ((), (1,), (1.0, 2)), strict=True):
        for _ in range(2):
            with pytest.raises(farcall.LibraryClosedError):
                function(*arguments)


@pytest.mark.parametrize("behind", [False, True], ids=["before it lies there", "behind"])
def test_a_library_that_is_closed_while_code_is_made(
    library: farcall.Library, monkeypatch: pytest.MonkeyPatch, behind: bool
) -> None:
    function, real = library.function("two"), first_call.placed

    def placed(*given: Any) -> Any:
        if not behind:
            library.close()
        found = real(*given)
        library.close()
        return found

    monkeypatch.setattr(first_call, "placed", placed)
    for _ in range(2):
        with pytest.raises(farcall.LibraryClosedError, match="two"):
            function(1.0, 2)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_first_calls_on_both_sides_of_a_fork(library: farcall.Library) -> None:
    function, other = library.function("two"), library.function("none")
    child = os.fork()
    if not child:
        try:
            os._exit(0 if function(2.0, 3) == 6.0 and other() == 7 else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert is_waiting(function)
    assert function(2.0, 4) == 8.0


@classes_go
def test_those_who_want_names_hear_of_code_when_it_is_there(library: farcall.Library) -> None:
    class Watching:
        def __init__(self) -> None:
            self.names: dict[int, str] = {}

        def came(self, address: int, name: str, layout: object) -> None:
            self.names[address] = name

        def left(self, address: int) -> None:
            self.names.pop(address, None)

    gc.collect()  # what other tests bound
    function, watcher = library.function("two"), Watching()
    code_map.watch(watcher)
    try:
        assert "call:two" not in watcher.names.values()
        function(1.0, 1)
        assert list(watcher.names.values()).count("call:two") == 1
        del function
        gc.collect()
        assert "call:two" not in watcher.names.values()
    finally:
        code_map.unwatch(watcher)


def test_what_is_asked_of_a_function_before_its_first_call(library: farcall.Library) -> None:
    function = library.function("two")
    self = describe(function)
    assert self.prototype == "double two(double a, int b)"
    assert "two" in str(self.placement) or self.placement.arguments
    assert self.listing
    assert function.__doc__ == library.function("two").__doc__
    assert is_waiting(function)
    apply = library.function("double two(double a, int b)")
    assert farcall.Closure(apply, "double (*)(double, int)")(2.0, 2) == 4.0


def test_references_stay_as_they_are(library: farcall.Library) -> None:
    text, function = "a text of its own"[:-1], library.function("turned")
    given = library.types.pair(1)
    before = sys.getrefcount(text), sys.getrefcount(given), sys.getrefcount(describe(function))
    function(given, text)
    gc.collect()
    assert (sys.getrefcount(text), sys.getrefcount(given), sys.getrefcount(describe(function))) == before


PROGRAM = """
import os, sys
import farcall
libc = farcall.Library("libc.so.6")
absolute, length = libc.function("int abs(int)"), libc.function("size_t strlen(const char *)")
print(absolute.__self__.waiting is not None, end=" ", flush=True)
def tell(write=os.write, absolute=absolute, length=length):
    write(1, b"%d %d" % (absolute(-3), length("four")))
"""
#: Who calls as Python ends.
LAST = {
    "__del__": """
class Last:
    def __del__(self, tell=tell): tell()
last = Last()
""",
    "an io object": """
import io
class Device(io.RawIOBase):
    def close(self, tell=tell): tell()
last = Device()
""",
    "a generator": """
def run(tell=tell):
    try:
        yield
    finally:
        tell()
last = run()
next(last)
""",
    "an exit handler": """
import atexit
atexit.register(tell)
""",
    "what the interpreter keeps": """
class Last:
    def __del__(self, tell=tell): tell()
sys.last = sys.modules["builtins"].last = Last()
""",
}


@pytest.mark.parametrize("who", LAST)
def test_first_calls_as_python_ends(who: str) -> None:
    done = run(PROGRAM + LAST[who])
    assert (done.stdout, done.stderr) == ("True 3 4", "")


def test_nothing_is_made_at_the_end_where_nobody_calls() -> None:
    watching = """
from farcall.cpython.callable import first_call
first_call.make_code = lambda self: print("made", self.name)
"""
    assert run(PROGRAM + watching).stdout == "True "
    assert run(PROGRAM + watching + LAST["a generator"]).stdout.startswith("True made ")


@pytest.mark.parametrize(("said", "waiting"), [("1", "False"), ("0", "True"), ("", "True")])
def test_the_environment_has_code_made_at_binding(said: str, waiting: str) -> None:
    assert run(PROGRAM, FARCALL_EAGER=said).stdout.strip() == waiting


def run(program: str, **variables: str) -> subprocess.CompletedProcess[str]:
    code, environment = textwrap.dedent(program), {**os.environ, **variables}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=300)


@pytest.mark.parametrize("tier", ["fast", "api"])
def test_a_function_stays_itself(load_c: Load, tier: str) -> None:
    """CPython hashes builtins, and compares them, by where their code begins: neither its making nor the library's closing
    changes that."""
    library = load_c(SOURCE, DECLARED, tier=tier)
    functions = [library.none, library.one, library.two, library.through, library.first, library.any]
    hashes, known = [hash(one) for one in functions], dict.fromkeys(functions, True)
    assert library.none() == 7
    assert library.one(1) == 2
    assert library.two(1.5, 2) == 3.0
    assert library.first(3, 4.5) == 3
    assert library.any(5) == 5
    assert [hash(one) for one in functions] == hashes
    assert all(known[one] for one in functions)
    assert library.one == library.one != library.two
    library.close()
    with pytest.raises(farcall.LibraryClosedError):
        functions[1](1)
    assert [hash(one) for one in functions] == hashes
    assert all(one in known for one in functions)
