"""Macros that name members of structs: read, written and given to constructors under these names."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall.cpython.value import copying
from tests.cdecl.header.test_include import preprocessor
from tests.conftest import Load

__all__ = ["preprocessor"]  # a fixture that every test here uses

DECLARED = """
struct moment { long sec, nsec; };
struct info {
    char code;
    struct moment last;
    union { void (*handler)(int); struct { int pid; short list[3]; const int fixed; unsigned a : 3, b : 5; } kill; } in;
    const char *text;
    struct { int unnamed; struct moment deep; };
    struct moment many[2];
    struct moment *behind;
};
struct holder { struct info info; const struct info *seen; };
union either { struct moment when; int other; };
struct small { int x, y; };
"""
MACROS = """
#define last_sec last.sec
#define pid_of in.kill.pid
#define handler_of in.handler
#define second in.kill.list[1]
#define listed in.kill.list
#define fixed_of in.kill.fixed
#define bits_of in.kill.b
#define words text
#define deep_sec deep.sec
#define later many[1].nsec
#define the_last last
#define when_sec when.sec
#define last_of info.last
#define through behind.sec
#define beyond many[2].sec
#define abscissa x
"""


@pytest.fixture
def lib(load_c: Load, tmp_path: Path) -> farcall.Library:
    (tmp_path / "members.h").write_text(
        DECLARED
        + MACROS
        + "extern struct info global;\nstruct info *where(void);\nlong read_nsec(const struct info *);\n"
    )
    library = load_c(
        DECLARED + "struct info global; struct info *where(void) { return &global; }\n"
        "long read_nsec(const struct info *i) { return i->many[1].nsec; }\n"
    )
    library.cdef(include=tmp_path / "members.h")
    return library


def test_reading_and_writing(lib: farcall.Library) -> None:
    info = lib.types.info(code=b"c", last=(5, 6))
    assert (info.last_sec, info.last.sec) == (5, 5)
    info.last_sec = 7
    info.later = 11
    info.pid_of = 12
    info.second = -3
    info.bits_of = 31
    info.words = "text"
    info.deep_sec = 13
    assert (info.last.sec, info.many[1].nsec, info.pid_of) == (7, 11, 12)
    kill = getattr(info, "in").kill
    assert (kill.pid, kill.list[1], kill.b, info.text, info.deep.sec) == (12, -3, 31, "text", 13)
    assert list(info.listed) == [0, -3, 0]
    info.the_last.sec = 20
    assert info.last_sec == 20
    info.the_last = (1, 2)
    assert (info.last.sec, info.last.nsec) == (1, 2)
    assert lib.read_nsec(info) == 11


def test_pointers_and_variables(lib: farcall.Library) -> None:
    where = lib.where()
    where.last_sec = 5
    assert (where.last_sec, where[0].last_sec, lib.variable("struct info global").last.sec) == (
        5,
        5,
        5,
    )
    calls: list[int] = []
    handler = farcall.Closure(calls.append, "void (*)(int)")  # one made for a callable would be gone at once
    where.handler_of = handler
    farcall.function(where.handler_of)(3)
    assert calls == [3]
    holder = lib.types.holder(info=lib.types.info(last_sec=9))
    holder.seen = farcall.addressof(holder.info)
    assert (holder.last_of.sec, holder.seen.last_sec, holder.seen[0].last_sec) == (9, 9, 9)
    with pytest.raises(TypeError, match="const"):
        holder.seen.last_sec = 3
    with pytest.raises(TypeError, match="const"):
        holder.seen[0].last_sec = 3


@pytest.mark.parametrize(
    ("name", "value"),
    [("last_sec", 5), ("pid_of", -2), ("second", 3), ("bits_of", 7), ("words", "w"), ("deep_sec", 1), ("fixed_of", 4)],
)
def test_construction(lib: farcall.Library, name: str, value: object) -> None:
    for _ in range(4):  # Python makes the first ones, code of its own those behind
        assert getattr(lib.types.info(**{name: value}), name) == value
        assert getattr(farcall.new(lib.types.info, {name: value}), name) == value


def test_small_structs_have_constructors_in_code(lib: farcall.Library) -> None:
    for _ in range(4):
        made = lib.types.small(abscissa=3, y=4)
        assert (made.x, made.abscissa, made.y, repr(made)) == (3, 3, 4, "small(x=3, y=4)")
        assert lib.types.small(5, 6).abscissa == 5
    made.abscissa = -1
    assert made.x == -1
    assert lib.types.either(when_sec=4).when.sec == 4
    with pytest.raises(TypeError, match="one member at a time"):
        lib.types.either(when_sec=4, other=5)


def test_what_a_value_refuses_it_refuses_under_any_name(lib: farcall.Library) -> None:
    info = lib.types.info()
    with pytest.raises(OverflowError, match=r"field 'bits_of': 32 is out of range"):
        info.bits_of = 32
    with pytest.raises(OverflowError, match=r"field 'second'"):
        info.second = 1 << 15
    with pytest.raises(TypeError, match=r"field 'last_sec' must be an int"):
        info.last_sec = "5"
    with pytest.raises(TypeError, match=r"field 'last_sec' must be an int"):
        lib.where().last_sec = "5"
    with pytest.raises(TypeError, match=r"field 'last_sec' must be an int"):
        lib.types.info(last_sec="5")
    with pytest.raises(TypeError, match="const"):
        info.fixed_of = 3
    for name in ("through", "beyond", "when_sec"):  # behind a pointer, no such item, of another struct
        assert not hasattr(info, name)
        with pytest.raises(TypeError, match=f"no field {name!r}"):
            lib.types.info(**{name: 1})


def test_they_change_nothing_else(lib: farcall.Library) -> None:
    types = lib.types
    made = types.small(1, 2)
    assert made == types.small(abscissa=1, y=2)
    assert copy.copy(made).abscissa == 1
    assert pickle.loads(pickle.dumps(made)).abscissa == 1
    with pytest.raises(TypeError, match="2 fields, 3 values"):
        types.small(1, 2, 3)
    assert farcall.offsetof(types.info, "last_sec") == farcall.offsetof(types.info, "last")
    assert farcall.offsetof(types.small, "abscissa") == 0
    with pytest.raises(TypeError, match="bit-field"):
        farcall.offsetof(types.info, "bits_of")


def test_another_process_knows_them_too(lib: farcall.Library, monkeypatch: pytest.MonkeyPatch) -> None:
    data = pickle.dumps(lib.types.small(3, 4))
    monkeypatch.setattr(copying, "_records", {})  # as where nobody has declared the struct
    made = pickle.loads(data)
    assert (made.abscissa, made.x) == (3, 3)


def test_the_systems_own() -> None:
    libc: Any = farcall.cdef(include=["signal.h", "sys/stat.h", "netinet/in.h"], defines={"_GNU_SOURCE": None})
    types = libc.types
    assert types.stat(st_mtime=5).st_mtim.tv_sec == 5
    assert types["struct sigaction"](sa_handler=libc.SIG_IGN).sa_handler == libc.SIG_IGN
    assert types.siginfo_t(si_pid=7).si_pid == 7
    assert list(types["struct in6_addr"](s6_addr=range(16)).s6_addr) == list(range(16))
    status = types.stat()
    assert libc.function("int stat(const char *, struct stat *)")(__file__, status) == 0
    assert status.st_mtime == int(Path(__file__).stat().st_mtime)
    with pytest.raises(farcall.SymbolError, match="a member: it is an attribute of the structs that have that"):
        _ = libc.st_mtime
