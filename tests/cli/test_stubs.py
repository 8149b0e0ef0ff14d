"""`farcall stubs`: what it writes is a stub that mypy understands, and by which it tells right from wrong."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cdecl.header.headers import HEADERS, Case, need, read
from tests.cli.command import outside, within

ROOT = Path(__file__).resolve().parent.parent.parent

SMALL = [case for case in HEADERS if case.header not in ("openssl/evp.h", "SDL2/SDL.h", "Python.h")]

HEADER = """
    #define LIMIT 10
    #define VERSION "1.2"
    #define RATIO -0.5
    #define HUGE (1.0 / 0.0)
    #define NOWHERE ((handler)-1)
    typedef void (*handler)(int code, void *data);
    enum level { LOW, HIGH = 5 };
    struct point { double x, y; };
    struct node { struct node *next; const char *name; char letters[8]; unsigned flags : 3;
                  union { int id; void *data; }; struct point at; int int_, class; };
    typedef struct { int int32; long str, bytes; } names;
    struct opaque;
    extern int counter;
    extern const char *title;
    double norm(const struct point *p);
    struct point mirror(struct point p, _Bool x);
    int open_it(const char *name, struct opaque **to);
    struct opaque *first(void);
    const char *text(struct node *from, char c);
    handler install(handler new_one, void *data);
    int print(const char *format, ...);
    long double precise(long double x, double _Complex z);
    void odd(int from, int from_, int, int *lambda);
    int close(int fd);
    names *int_of(names n);
    unsigned long long str(unsigned char *bytes);
"""

USE = """
from made import Library, node, opaque, point

def use(lib: Library, here: point, list_: node) -> None:
    a: float = lib.norm(here)
    lib.norm(None)
    lib.norm("text")  # error: arg-type
    b: point = lib.mirror((1.0, 2.0), True)
    c: str = lib.mirror(here, False)  # error: assignment
    lib.mirror(here)  # error: call-arg
    found = lib.first()
    d: opaque = found[0]
    e: int = lib.open_it("name", found)
    lib.open_it(1, found)  # error: arg-type
    f: str | None = lib.text(list_, b"c")
    g: int = lib.text(list_, b"c")  # error: assignment
    lib.install(lambda code, data: None, None)
    lib.install(lambda code: None, None)  # error: arg-type misc
    lib.print("%d", 1, 2.5, b"any")
    lib.print(1)  # error: arg-type
    lib.odd(1, 2, 3, None)
    lib.odd(from_=1)  # error: call-arg
    h: int = lib.counter
    lib.counter = 5
    lib.title = b"bytes"
    lib.LIMIT + 1
    lib.LIMIT = 3  # error: misc
    i: str = lib.VERSION
    j: int = lib.VERSION  # error: assignment
    k: float = lib.RATIO + lib.HUGE
    lib.install(lib.NOWHERE, None)
    lib.no_such_thing()  # error: attr-defined
    m = lib.types.point(1.0, y=2.0)
    n: float = m.x + m.y
    m.x = "1"  # error: assignment
    m.z  # error: attr-defined
    o: float = list_.next[0].at.x
    list_.next = list_
    list_.next = here  # error: assignment
    p: str | None = list_.name
    q: int = list_.id + list_.flags
    list_.letters = b"letters"
    lib.types.node(here)  # error: arg-type
    lib.types.names(str=1, bytes=2)
    lib.close()
    with lib as same:
        same.function("int f(void)")()
"""

MODULE = """
import farcall
lib = farcall.Library("libm.so.6")
lib.cdef("struct point { double x, y; }; enum { ONE = 1 }; double hypot(double x, double y);")
cos = lib.function("double cos(double x)")
point = lib.types.point
count, name, ratio = 3, "three", 1.5
_hidden = 4

class Wrapper:
    pass

def wrapped(x):
    return cos(x)
"""

MODULE_USE = """
import made_module

a: float = made_module.lib.hypot(3, 4) + made_module.cos(1) + made_module.point(1, 2).x + made_module.ratio
b: int = made_module.count + made_module.lib.ONE
c: str = made_module.name
made_module.cos("1")  # error: arg-type
made_module.lib.hypot(1)  # error: call-arg
made_module.point(z=1)  # error: call-arg
made_module._hidden  # error: attr-defined
made_module.wrapped(made_module.Wrapper().anything)
"""


def mypy(directory: Path, *files: str) -> list[str]:
    """What mypy, strict, says of files in a directory."""
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("needs mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--follow-imports=silent", "--no-color-output",
         "--no-error-summary", "--hide-error-context", f"--cache-dir={directory / 'mypy'}", *files],
        cwd=directory,
        env={**os.environ, "MYPYPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if ": error:" in line]


def marked(name: str, text: str) -> set[tuple[str, int]]:
    return {(name, number) for number, line in enumerate(text.splitlines(), 1) if "# error:" in line}


def reported(lines: list[str]) -> dict[tuple[str, int], list[str]]:
    found: dict[tuple[str, int], list[str]] = {}
    for line in lines:
        file, number, _ = line.split(":", 2)
        found.setdefault((file, int(number)), []).append(line.rpartition("[")[2].rstrip("]"))
    return found


def test_mypy_tells_right_from_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if shutil.which("cc") is None:
        pytest.skip("needs cc")
    (tmp_path / "made.h").write_text(HEADER)
    ended = within(capsys, "stubs", str(tmp_path / "made.h"), "-o", str(tmp_path / "made.pyi"))
    assert ended == (0, "", "")
    (tmp_path / "made_module.py").write_text(MODULE)
    done = outside(
        "stubs", "made_module", "-o", str(tmp_path / "made_module.pyi"), PYTHONPATH=f"{ROOT / 'src'}:{tmp_path}"
    )
    assert done == (0, "", "")
    (tmp_path / "use.py").write_text(USE)
    (tmp_path / "module_use.py").write_text(MODULE_USE)
    files = ["made.pyi", "made_module.pyi", "use.py", "module_use.py"]
    there = [case for case in HEADERS if case.header in ("zlib.h", "sqlite3.h") and shutil.which("gcc")]
    for case in there:
        need(case)
        name = case.header.replace(".h", "_stub.pyi")
        assert within(capsys, "stubs", case.header, "-o", str(tmp_path / name), "--class", "Given").status == 0
        files.append(name)
    errors = reported(mypy(tmp_path, *files))
    assert set(errors) == marked("use.py", USE) | marked("module_use.py", MODULE_USE), errors
    lines = {"use.py": USE.splitlines(), "module_use.py": MODULE_USE.splitlines()}
    for (file, number), codes in errors.items():
        assert set(codes) <= set(lines[file][number - 1].partition("# error: ")[2].split()), (file, number, codes)


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case.header)
def test_a_stub_has_all_of_a_header(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    need(case)
    header, _ = read(case)
    options = [word for directory in case.directories for word in ("-I", directory)]
    ended = within(capsys, "stubs", case.header, *options)
    assert ended.status == 0, ended.err
    tree = ast.parse(ended.out)
    (library,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Library"]
    functions = {node.name for node in library.body if isinstance(node, ast.FunctionDef) and not node.decorator_list}
    assert set(header.functions) - functions <= {"function", "close", "name", "free", "cast", "new"}
    constants = {
        node.target.id for node in library.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    assert set(header.constants) <= constants


def test_wrong_use(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    if shutil.which("cc") is None:
        pytest.skip("needs cc")
    assert within(capsys, "stubs", "no_such.h").err.startswith("farcall: there is no header 'no_such.h'")
    assert "cannot be imported" in within(capsys, "stubs", "no_such_module").err
    assert "'a b' is not a name" in within(capsys, "stubs", "stdio.h", "--class", "a b").err
    assert "--define is for headers" in within(capsys, "stubs", "json", "-D", "A").err
    assert within(capsys, "stubs", "stddef.h", "-o", str(tmp_path / "no" / "x.pyi")).status == 1


def test_objects_of_pythons(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    if shutil.which("cc") is None:
        pytest.skip("needs cc")
    header = tmp_path / "objects.h"
    header.write_text("struct node { PyObject *thing; }; const PyObject *first(PyObject *of, PyObject **all);")
    code, text, error = within(capsys, "stubs", str(header))
    assert (code, error) == (0, "")
    assert "def __init__(self, thing: object = ...) -> None: ..." in text
    assert (
        "def first(self, of: object, all: Pointer[Any] | _Writeable | Any | Array[Any] | None, /) -> Any: ..." in text
    )
    assert "class _object" not in text


def test_macros_and_directories(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    if shutil.which("cc") is None:
        pytest.skip("needs cc")
    (tmp_path / "made.h").write_text("#if A == 3 && defined(B)\nint chosen(void);\n#endif\n")
    ended = within(capsys, "stubs", "made.h", "-I", str(tmp_path), "-D", "A=3", "-D", "B")
    assert "    def chosen(self, /) -> int: ...\n" in ended.out


def test_imaginary_constants_and_functions_without_a_prototype(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    if shutil.which("cc") is None:
        pytest.skip("needs cc")
    (tmp_path / "made.h").write_text("int any();\n#define I 1.0iF\nvoid on(int (*callback)());\n")
    out = within(capsys, "stubs", "made.h", "-I", str(tmp_path)).out
    assert "    def any(self, /, *args: Any) -> int: ...\n" in out
    assert "    I: Final[complex]\n" in out
    assert "Callable[..., Any]" in out


def test_macros_for_members_and_addresses(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    if shutil.which("cc") is None:
        pytest.skip("needs cc")
    header = tmp_path / "made.h"
    header.write_text(
        "struct s { struct { long sec; } at; int x; };\n#define at_sec at.sec\nstruct op; extern struct op op, *ops;\n"
        "#define WORLD (&op)\nextern int cells[];\n#define Bool int\nvoid set(Bool b);\n"
    )
    text = within(capsys, "stubs", str(header)).out
    assert "    at_sec: int\n" in text
    assert "x: int = ..., *, at_sec: int = ...)" in text
    assert "    WORLD: Final[Pointer[_C_op]]\n" in text
    assert "    @property\n    def op(self) -> Pointer[_C_op]: ...\n" in text
    assert "def cells(self) -> Array[int]: ..." in text
    assert "def set(self, b: int, /) -> None" in text
    ast.parse(text)


def test_a_module_of_the_current_directory_is_found(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By an installed command too, whose own directory is the first that Python looks in."""
    (tmp_path / "declared_here.py").write_text("NUMBER = 5\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])
    assert "NUMBER: int\n" in within(capsys, "stubs", "declared_here").out
    del sys.modules["declared_here"]
