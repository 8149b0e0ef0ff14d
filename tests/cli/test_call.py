"""`farcall call`: results against C's own, errors on one line."""

from __future__ import annotations

import binascii
import os
import time

import pytest

import farcall
from tests.cli.command import outside, within
from tests.conftest import Compile

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (["libm.so.6", "double pow(double, double)", "2", "10"], "1024.0\n"),
        (["m", "double pow(double, double)", "-2", "-1"], "-0.5\n"),
        (["-", "int abs(int)", "-0x10"], "16\n"),
        (["-", "int toupper(int)", "'a'"], "65\n"),
        (["-", "size_t strlen(const char *)", "naïve"], "6\n"),
        (["-", "size_t strlen(const char *)", "--gil", "hold", "four"], "4\n"),
        (["--errno", "-", "size_t strlen(const char *)", "--", "--errno"], "7\nerrno 0\n"),
        (["-", "int abs(int)", "5", "--tier=api"], "5\n"),
        (["-", "const char *strchr(const char *, int)", "a=b", "'='"], "=b\n"),
        (["-", "const char *strchr(const char *, int)", "a=b", "'x'"], "NULL\n"),
        (["-", "struct { int quot, rem; } div(int, int)", "17", "5"], "struct(quot=3, rem=2)\n"),
        (["-", "const char *inet_ntoa(struct { unsigned char a[4]; })", "{{127, 0, 0, 1}}"], "127.0.0.1\n"),
        (["-", "void srand(unsigned int)", "1"], ""),
        (["-", "_Bool abs(int)", "1"], "true\n"),
        (["-", "char toupper(int)", "98"], "B\n"),
        (["-", "char abs(int)", "7"], "b'\\x07'\n"),
        (["-", "PyObject *PyObject_Repr(PyObject *)", "text"], "'text'\n"),
        (["-", "PyObject *PyObject_Repr(PyObject *)", "face"], "'face'\n"),
        (["-", "PyObject *PyObject_Repr(PyObject *)", "NULL"], "<NULL>\n"),
        (["-", "PyObject *PyNumber_Add(PyObject *, PyObject *)", "2", "0x1p-1"], "2.5\n"),
        (["-", "const char *getenv(const char *)", "FARCALL_ODD"], "\\udcff!\n"),
    ],
)
def test_a_call_prints_its_result(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, words: list[str], printed: str
) -> None:
    if hasattr(os, "environb"):  # on Windows an environment is text
        monkeypatch.setitem(os.environb, b"FARCALL_ODD", b"\xff!")
    assert within(capsys, "call", *words) == (0, printed, "")


def test_the_checksum_is_that_of_zlib(capsys: Capture) -> None:
    prototype = "unsigned long crc32(unsigned long, const unsigned char *, unsigned int)"
    ended = within(capsys, "call", "libz.so.1", prototype, "0", "hello", "5")
    assert (ended.status, int(ended.out)) == (0, binascii.crc32(b"hello"))


def test_errno_is_named(capsys: Capture) -> None:
    ended = within(capsys, "call", "-", "int close(int fd)", "-1", "--errno")
    assert ended == (0, f"-1\nerrno 9 EBADF: {os.strerror(9)}\n", "")


def test_what_c_prints_comes_before_the_result(capfd: Capture) -> None:
    ended = within(
        capfd, "call", "-", "int printf(const char *, ...)", "%s %d %.2f %lld %s;", "x", "42", "2.5",
        "int64:99999999999", "str:7",
    )  # fmt: skip
    shown = "x 42 2.50 99999999999 7;"
    assert ended == (0, f"{shown}{len(shown)}\n", "")


def test_each_struct_member_arrives(capsys: Capture, compile_c: Compile) -> None:
    library = compile_c("struct s { char a; double b; int c[2]; }; "
                        "double f(struct s s) { return s.a * 1000 + s.b * 100 + s.c[0] * 10 + s.c[1]; }")  # fmt: skip
    prototype = "double f(struct { char a; double b; int c[2]; })"
    ended = within(capsys, "call", str(library), prototype, "{4, 0.5, {6, 7}}")
    # the character '4' is one byte of text: 52
    assert ended == (0, f"{52 * 1000 + 50 + 60 + 7}.0\n", "")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["-", "doble cos(double x)", "1"], "column 1: unknown type name 'doble'; did you mean 'double'?"),
        (["-", "int abs(int", "1"], "abs(int"),
        (["-", "int abs(int j)", "x"], "abs() parameter 'j' must be an integer for int, not 'x'"),
        (["-", "int abs(int j)", "2147483648"], "abs() parameter 'j': 2147483648 is out of range for int"),
        (["-", "int abs(int)"], "abs() takes 1 argument (0 given): int abs(int)"),
        (["-", "int abs(int)", "1", "2"], "abs() takes 1 argument (2 given)"),
        (["-", "int printf(const char *, ...)"], "at least 1 argument (0 given)"),
        (["-", "int farcall_is_nowhere(int)", "1"], "no symbol 'farcall_is_nowhere'"),
        (["-", "int (int)", "1"], "names no function"),
        (["libfarcall_is_nowhere.so.7", "int f(void)"], "no library 'libfarcall_is_nowhere.so.7'"),
        (["-", "char *strcpy(char *, const char *)", "x", "y"], "memory that C may write"),
    ],
)
def test_an_error_is_one_line_and_status_1(capsys: Capture, words: list[str], text: str) -> None:
    ended = within(capsys, "call", *words)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("farcall: ")
    assert ended.err.count("\n") == 1
    assert text in ended.err


@pytest.mark.parametrize(
    "words",
    [
        ["call"],
        ["call", "-"],
        ["call", "--unknown", "-", "int abs(int)", "1"],
        ["call", "-", "int abs(int)", "1", "--gil", "sometimes"],
        ["call", "-", "int abs(int)", "1", "--gil"],
        ["calls"],
        ["--unknown"],
        [],
    ],
)
def test_wrong_usage_is_status_2(capsys: Capture, words: list[str]) -> None:
    ended = within(capsys, *words)
    assert (ended.status, ended.out) == (2, "")
    assert "usage: farcall" in ended.err


def test_version_and_help(capsys: Capture) -> None:
    assert within(capsys, "--version") == (0, f"farcall {farcall.__version__}\n", "")
    for words, shown in ((["--help"], "doctor"), (["call", "--help"], "int64:5"), (["call", "-h"], "--gil")):
        ended = within(capsys, *words)
        assert (ended.status, ended.err) == (0, "")
        assert shown in ended.out


def test_it_runs_as_a_module() -> None:
    start = time.perf_counter()
    assert outside("call", "libm.so.6", "double cos(double)", "0") == (0, "1.0\n", "")
    assert time.perf_counter() - start < 30


def test_the_version_is_told_without_loading_what_calls() -> None:
    import subprocess
    import sys

    code = "import sys; from farcall.cli import main; main(['--version']); print(*sys.modules)"
    path = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    assert not {"ctypes", "farcall.cpython", "farcall.high"} & set(done.stdout.split())
