"""Which names are a header's own, where it is made of others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from farcall.cdecl import Scope
from farcall.cdecl.header import Header, Include, include
from farcall.cdecl.header.line_markers import Preprocessed, makes_up, standard, system
from tests.cdecl.header.test_include import preprocessor
from tests.ctype.measure import HERE

__all__ = ["preprocessor"]  # a fixture that every test here uses


def header(*names: str | Path) -> Header:
    return include(Include.checked(names), Scope(HERE))


@pytest.mark.parametrize(
    ("name", "functions", "constants"),
    [
        ("poll.h", {"poll"}, {"POLLIN"}),
        ("syslog.h", {"openlog", "syslog"}, {"LOG_PID", "LOG_EMERG"}),
        ("sys/prctl.h", {"prctl"}, {"PR_SET_NAME"}),
        ("errno.h", set(), {"EPERM", "EWOULDBLOCK", "ENOTSUP"}),
        ("sys/socket.h", {"socket"}, {"AF_INET", "SOL_SOCKET", "SO_REUSEADDR"}),
        ("stdint.h", set(), {"INT32_MAX"}),
        ("limits.h", set(), {"INT_MAX"}),
        ("sys/vfs.h", {"statfs"}, set()),
        ("wait.h", {"waitpid"}, {"WNOHANG"}),
        ("memory.h", {"memcpy"}, set()),
    ],
)
def test_headers_that_are_made_of_others(name: str, functions: set[str], constants: set[str]) -> None:
    found = header(name)
    assert functions <= set(found.functions)
    assert constants <= set(found.constants)
    assert functions | constants <= found.names()
    assert not {"printf", "malloc", "__USE_MISC", "_FEATURES_H", "__GLIBC__"} & found.names()


def test_one_that_has_names_of_its_own_does_not_take_in_others(tmp_path: Path) -> None:
    (tmp_path / "mine.h").write_text("#ifndef MINE_H\n#define MINE_H\n#include <poll.h>\nint mine(void);\n#endif\n")
    found = header(tmp_path / "mine.h")
    assert set(found.functions) == {"mine"}
    assert found.constants == {}


@pytest.mark.parametrize("guard", ["MINE_H", "_MINE_H_", "MINE_H_INCLUDED", "__MINE_H__"])
def test_one_that_only_includes(tmp_path: Path, guard: str) -> None:
    (tmp_path / "mine.h").write_text(f"#ifndef {guard}\n#define {guard} 1\n#include <poll.h>\n#endif\n")
    found = header(tmp_path / "mine.h")
    assert "poll" in found.functions
    assert "POLLIN" in found.constants


def test_an_umbrella_of_a_library_takes_in_its_own_alone(tmp_path: Path) -> None:
    (tmp_path / "all.h").write_text('#include <poll.h>\n#include "one.h"\n')
    (tmp_path / "one.h").write_text("#include <string.h>\nint one(void);\n")
    assert set(header(tmp_path / "all.h").functions) == {"one"}


@pytest.mark.parametrize(
    ("file", "outer", "part"),
    [
        ("/usr/include/x86_64-linux-gnu/sys/poll.h", "/usr/include/poll.h", True),
        ("/usr/include/linux/prctl.h", "/usr/include/x86_64-linux-gnu/sys/prctl.h", True),
        ("/usr/include/asm-generic/errno-base.h", "/usr/include/asm-generic/errno.h", True),
        ("/usr/include/x86_64-linux-gnu/asm/ioctls.h", "/usr/include/x86_64-linux-gnu/bits/ioctls.h", True),
        ("/usr/include/stdint.h", "/usr/lib/gcc/x86_64-linux-gnu/12/include/stdint.h", True),
        ("/usr/include/strings.h", "/usr/include/string.h", False),
        ("/usr/include/stdio.h", "/usr/include/poll.h", False),
        ("/usr/include/linux/prctl.h", "/usr/include/mine/prctl.h", False),
    ],
)
def test_what_makes_up_one_of_cs_headers(file: str, outer: str, part: bool) -> None:
    assert makes_up(file, outer) is part


def test_what_is_the_systems() -> None:
    assert standard("/usr/include/poll.h")
    assert not standard("/usr/include/bits/poll.h")
    assert system("/usr/include/bits/poll.h")
    assert not system("/usr/include/zlib.h")


def test_the_compilers_own_macros_are_nobodys() -> None:
    preprocessed = Preprocessed(
        '# 0 "<built-in>"\n#define __BUILT_IN 1\n# 0 "<command-line>"\n#define GIVEN 2\n#define ELSE 3\n'
        '# 1 "/usr/include/stdc-predef.h" 1 3 4\n#define PREDEF 4\n# 0 "<command-line>" 2\n# 1 "<stdin>"\n'
        '# 1 "/x/a.h" 1\n#define MINE 5\n#define CALL(x) x\n# 2 "<stdin>" 2\n',
        ["GIVEN"],
    )
    assert preprocessed.macros == {"GIVEN": True, "PREDEF": False, "MINE": True}
    assert preprocessed.calls == {"CALL": "CALL(x) x"}
    assert [os.path.basename(file) for file in preprocessed.files if "a.h" in file] == ["a.h"]
