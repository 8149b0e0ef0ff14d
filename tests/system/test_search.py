"""Where names lead: the linker's cache as ldconfig prints it, directories made for the test, scripts."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess

import pytest

from farcall.system.linux import search
from farcall.system.linux.linker_cache import CACHE, CacheEntry, cached_libraries, parse_cache
from farcall.system.linux.linker_script import redirections
from farcall.system.linux.search import candidates, short_name, similar_libraries

LDCONFIG = shutil.which("ldconfig", path=os.environ.get("PATH", "") + ":/sbin:/usr/sbin")


@pytest.fixture
def quiet(monkeypatch):
    """No library anywhere but where the test says."""
    monkeypatch.setattr(search, "cached_libraries", lambda: ())
    monkeypatch.setattr(search, "_system_directories", list)
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    return monkeypatch


@pytest.mark.skipif(LDCONFIG is None, reason="ldconfig is missing")
def test_the_cache_is_what_ldconfig_prints():
    printed = subprocess.run([LDCONFIG, "-p"], capture_output=True, text=True, check=True).stdout
    expected = re.findall(r"^\t(\S+) \(.*\) => (.*)$", printed, re.MULTILINE)
    assert [(entry.soname, entry.path) for entry in cached_libraries()] == expected
    assert len(expected) > 0
    assert cached_libraries() is cached_libraries()


def test_no_cache_is_an_empty_one(tmp_path):
    assert cached_libraries(str(tmp_path / "absent")) == ()
    (tmp_path / "other").write_bytes(b"ld.so-1.7.0" + bytes(100))
    assert cached_libraries(str(tmp_path / "other")) == ()


def test_a_cache_behind_the_older_form_and_damaged_ones():
    strings = b"libz.so.1\0/lib/libz.so.1\0"
    start = 48 + 24
    data = struct.pack("=20sIIB3xI12x", b"glibc-ld.so.cache1.1", 1, len(strings), 2, 0)
    data += struct.pack("=iIIIQ", 0x303, start, start + 10, 0, 0) + strings
    assert parse_cache(b"ld.so-1.7.0\0" + bytes(20) + data) == [CacheEntry("libz.so.1", "/lib/libz.so.1", 0x303)]
    for broken in (data[:40], data[:60], data[:-1], b""):
        with pytest.raises(ValueError, match=r"cache|not found"):
            parse_cache(broken)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("z", "z"),
        ("libz", "z"),
        ("libz.so", "z"),
        ("/usr/lib/libz.so.1.2", "z"),
        ("python3.11", "python3.11"),
        ("libpython3.11.so.1.0", "python3.11"),
        ("ld-linux.so.2", "ld-linux"),
        ("lib", "lib"),
        ("libsomething.social", "something.social"),
    ],
)
def test_short_names(name, short):
    assert short_name(name) == short


def test_a_path_stands_for_itself(quiet):
    assert list(candidates("./libz.so")) == ["./libz.so"]
    assert list(candidates("/lib/z")) == ["/lib/z"]


def test_file_names_and_short_names(quiet):
    quiet.setattr(
        search,
        "cached_libraries",
        lambda: tuple(
            CacheEntry(soname, "", 3)
            for soname in ("libz.so.1", "libz.so.10", "libz.so.9.5", "libz.so.1", "libzz.so.3")
        ),
    )
    assert list(candidates("libz.so.1")) == ["libz.so.1"]
    assert list(candidates("libz.so")) == ["libz.so", "libz.so.10", "libz.so.9.5", "libz.so.1"]
    assert list(candidates("z")) == ["libz.so", "libz.so.10", "libz.so.9.5", "libz.so.1", "z"]
    assert list(candidates("libz")) == ["libz.so", "libz.so.10", "libz.so.9.5", "libz.so.1", "libz"]


def test_the_environment_comes_first_and_the_system_last(quiet, tmp_path):
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    for directory, names in (
        (mine, ["libq.so.2", "libq.so.11", "libq.so.bak", "q"]),
        (theirs, ["libq.so", "libqq.so"]),
    ):
        directory.mkdir()
        for name in names:
            (directory / name).touch()
    quiet.setenv("LD_LIBRARY_PATH", f"{mine}:/no/such/directory")
    quiet.setattr(search, "_system_directories", lambda: [str(theirs)])
    assert list(candidates("q")) == [
        f"{mine}/libq.so.11",
        f"{mine}/libq.so.2",
        f"{mine}/libq.so.bak",
        "libq.so",
        f"{theirs}/libq.so",
        "q",
    ]
    assert list(candidates("libq.so.2")) == ["libq.so.2", f"{mine}/libq.so.2"]


def test_similar_libraries(quiet, tmp_path):
    quiet.setenv("LD_LIBRARY_PATH", str(tmp_path))
    for name in ("libsqlite3.so", "libsqlite3.so.0", "libsqlite3.so.0.8.6", "libm.so.6", "notes.txt"):
        (tmp_path / name).touch()
    assert similar_libraries("sqlite") == ["libsqlite3.so.0"]
    assert similar_libraries("libm.so.7") == ["libm.so.6"]
    assert similar_libraries("entirely_else") == []
    assert similar_libraries(f"{tmp_path}/libm.so.5") == [f"{tmp_path}/libm.so.6"]


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        (
            "/* GNU ld script\n*/\nOUTPUT_FORMAT(elf64-x86-64)\n"
            "GROUP ( /lib/libm.so.6  AS_NEEDED ( /lib/libmvec.so.1 ) )\n",
            ["/lib/libm.so.6"],
        ),
        (
            "GROUP ( /lib/libc.so.6 /usr/lib/libc_nonshared.a  AS_NEEDED ( /lib/ld.so ) )",
            ["/lib/libc.so.6", "/usr/lib/libc_nonshared.a"],
        ),
        ("INPUT(libncurses.so.6 -ltinfo)", ["libncurses.so.6", "tinfo"]),
        ('INPUT("libodd.so", libother.so)', ["libodd.so", "libother.so"]),
        ("/* GROUP(no) */", []),
        ("just text", []),
        ("\x7fELF GROUP(x)", []),
    ],
)
def test_linker_scripts(tmp_path, text, targets):
    path = tmp_path / "libx.so"
    path.write_text(text)
    assert redirections(str(path)) == targets


def test_a_script_that_is_not_there():
    assert redirections("/no/such/script") == []


@pytest.mark.skipif(not os.path.exists(CACHE), reason="this system has no /etc/ld.so.cache")
def test_known_libraries_contain_the_c_library():
    assert "libc.so.6" in search.known_libraries()
