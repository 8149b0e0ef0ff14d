"""What `pkg-config` says that a package's headers need of the compiler: directories, macros, other flags."""

from __future__ import annotations

import os

from ...errors import DeclarationError

__all__ = ["description_files", "flags_of"]

#: The programs that are tried, in order, where the environment variable PKG_CONFIG names none.
PROGRAMS = ("pkg-config", "pkgconf")

#: A program that needs longer, in seconds, hangs.
LONGEST = 60


def flags_of(packages: tuple[str, ...]) -> tuple[str, ...]:
    """The flags for packages by pkg-config's names, each perhaps with a version (`gtk+-3.0 >= 3.20`).

    Raises DeclarationError where there is no pkg-config, or no such package, with its own words; ValueError for what
    is no name.
    """
    import shlex
    import subprocess

    if not packages:
        return ()
    for package in packages:
        if not package.strip() or package.startswith("-") or not package.isprintable():
            raise ValueError(f"pkg_config: {package!r} is not the name of a package")
    command = [*_program(), "--cflags", *packages]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="surrogateescape", timeout=LONGEST)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DeclarationError(f"pkg_config: {command[0]} does not run: {error}") from None
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        told = next((line for line in said if "not found" in line or "version" in line.lower()), "; ".join(said[:2]))
        raise DeclarationError(
            f"pkg_config: {', '.join(packages)}: {told.rstrip('.') or 'pkg-config fails'}. "
            "Packages for developers (-dev, -devel) bring what pkg-config reads; PKG_CONFIG_PATH names more places"
        )
    return tuple(shlex.split(done.stdout))


def description_files() -> list[str]:
    """pkg-config's program, the directories in which it finds what describes packages, and all that is there."""
    import subprocess

    command = _program()
    asked = [*command, "--variable", "pc_path", "pkg-config"]
    told = subprocess.run(asked, capture_output=True, encoding="utf-8", errors="surrogateescape").stdout.strip()
    places = os.environ.get("PKG_CONFIG_PATH", "").split(os.pathsep)
    places += os.environ.get("PKG_CONFIG_LIBDIR", told).split(os.pathsep)
    places = [place for place in places if os.path.isdir(place)]
    return [command[0], *places, *[os.path.join(place, name) for place in places for name in os.listdir(place)]]


def _program() -> list[str]:
    """pkg-config's command. Raises DeclarationError where there is none."""
    import shlex
    import shutil

    chosen = shlex.split(os.environ.get("PKG_CONFIG", ""))
    for name in chosen[:1] or PROGRAMS:
        found = shutil.which(name)
        if found is not None:
            return [found, *chosen[1:]]
    if chosen:
        raise DeclarationError(
            f"pkg_config: the environment variable PKG_CONFIG names {chosen[0]!r}, which is not on PATH"
        )
    raise DeclarationError(
        f"pkg_config needs the program pkg-config, and none of {', '.join(PROGRAMS)} is on PATH; install it (Debian,"
        " Ubuntu: apt-get install pkg-config), or give include_dirs and defines yourself"
    )
