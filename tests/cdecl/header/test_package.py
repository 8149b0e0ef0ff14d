"""Flags from pkg-config: what a package says, and what is said where it does not."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall.cdecl.header.package import flags_of
from tests.cdecl.header.test_include import preprocessor

__all__ = ["preprocessor"]  # a fixture that every test here uses


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pkg-config that knows one package, `made`."""
    (tmp_path / "in cluded").mkdir()
    (tmp_path / "in cluded" / "made.h").write_text("#ifdef MADE_FLAG\nint abs(int);\n#define TEXT MADE_FLAG\n#endif\n")
    program = tmp_path / "a-pkg-config"
    program.write_text(
        "#!/bin/sh\n"
        'for last; do :; done\n'
        'if [ "$1" = --cflags ] && [ "$last" = made ]; then\n'
        f"  echo \"-I'{tmp_path}/in cluded' -DMADE_FLAG='\\\"a b\\\"' -pthread\"\n"
        "else echo \"Package $last was not found in the pkg-config search path.\" >&2; exit 1; fi\n"
    )  # fmt: skip
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PKG_CONFIG", str(program))
    return tmp_path


def test_a_packages_flags(packages: Path) -> None:
    assert flags_of(("made",)) == (f"-I{packages}/in cluded", '-DMADE_FLAG="a b"', "-pthread")
    assert flags_of(()) == ()


def test_a_library_with_a_package(packages: Path) -> None:
    library = farcall.cdef(include="made.h", pkg_config="made")
    assert (library.abs(-3), library.TEXT) == (3, "a b")
    library = farcall.Library(None)
    library.cdef(include="made.h", pkg_config=["made"], defines={"OTHER": 1})
    assert (library.TEXT, library.OTHER) == ("a b", 1)


def test_no_such_package(packages: Path) -> None:
    with pytest.raises(
        farcall.DeclarationError,
        match=r"pkg_config: nosuch: Package nosuch was not found in the pkg-config search path\. Packages for developers",
    ):
        farcall.cdef(include="made.h", pkg_config="nosuch")


def test_no_pkg_config(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PKG_CONFIG", "special-pkg-config --static")
    with pytest.raises(farcall.DeclarationError, match="PKG_CONFIG names 'special-pkg-config', which is not on PATH"):
        flags_of(("made",))
    monkeypatch.delenv("PKG_CONFIG")
    monkeypatch.setenv("PATH", str(packages))
    with pytest.raises(farcall.DeclarationError, match="none of pkg-config, pkgconf is on PATH; install it"):
        flags_of(("made",))


@pytest.mark.parametrize(
    ("given", "error"),
    [("--version", ValueError), (" ", ValueError), ("a\nb", ValueError), (3, TypeError), ([3], TypeError)],
)
def test_wrong_names(given: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="pkg_config"):
        farcall.cdef(include="stdio.h", pkg_config=given)


def test_it_is_for_headers() -> None:
    with pytest.raises(TypeError, match="pkg_config and inline are for include="):
        farcall.cdef("int abs(int);", pkg_config="made")  # type: ignore[call-overload]
