"""`farcall doctor`: what farcall finds on this machine, and whether it works."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..system.record import Description

__all__ = ["arranged", "parser", "run"]

#: Packages that farcall works with, and what for.
PACKAGES = {
    "numpy": "arrays are passed without a copy",
}


def arranged(words: list[str]) -> list[str]:
    """The words as they are."""
    return words


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = argparse.ArgumentParser(
        prog="farcall doctor",
        description="Tell what farcall finds on this machine, and test that it works. Status 1 if it does not.",
    )
    made.add_argument("--json", action="store_true", help="all of it as JSON")
    return made


def run(options: argparse.Namespace) -> int:
    """Look, test, tell."""
    kind, how = _bootstrap()
    if kind == "none":  # then nothing else can be asked
        print(f"farcall: {how}", file=sys.stderr)
        return 1
    from .selftest import checks_in_child

    found = _findings()
    checks = checks_in_child()
    well = all(check.ok for check in checks)
    if options.json:
        import json

        print(json.dumps({**found, "checks": [check._asdict() for check in checks], "ok": well}, indent=2))
    else:
        for name, value in _rows(found):
            print(f"{name:12} {value}")
        print()
        for check in checks:
            print(f"{'ok' if check.ok else 'FAILED':6}  {check.name:16} {check.detail}")
    if not well:
        first = next(check for check in checks if not check.ok)
        print(f"farcall: {first.name}: {first.detail}", file=sys.stderr)
    return 0 if well else 1


def _findings() -> dict[str, Any]:
    import platform

    from . import version

    target, convention = _target()
    tier, why = _tier()
    kind, how = _bootstrap()
    described, policy, directories, libraries = _system()
    return {
        "farcall": version(),
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "executable": sys.executable,
        **described._asdict(),
        "target": target,
        "convention": convention,
        "tier": tier,
        "tier_because": why,
        "bootstrap": kind,
        "bootstrap_because": how,
        "cache": _cache(),
        "lacks": _lacks(),
        "memory_policy": policy,
        "library_directories": directories,
        "libraries": libraries,
        "packages": {name: _version(name) for name in PACKAGES},
    }


def _rows(found: dict[str, Any]) -> list[tuple[str, str]]:
    rows = [
        ("farcall", found["farcall"]),
        ("python", f"{found['implementation']} {found['python']}, {found['executable']}"),
        ("host", f"{found['system']}, {found['machine']}, {found['libc']}"),
        ("target", f"{found['target']}, convention {found['convention']}" if found["convention"] else found["target"]),
        ("tier", f"{found['tier']}: {found['tier_because']}"),
        ("bootstrap", f"{found['bootstrap']}: {found['bootstrap_because']}"),
        ("cache", found["cache"]),
        ("lacks", "; ".join(found["lacks"]) or "nothing that the newest Python has"),
        ("memory", found["memory_policy"]),
        ("libraries", f"{found['libraries']} found, searched in {', '.join(found['library_directories'])}"),
    ]
    rows += [(name, f"{found['packages'][name] or 'not installed'}: {what}") for name, what in PACKAGES.items()]
    return rows


def _target() -> tuple[str, str]:
    """The host's target and its convention, or why there is none."""
    from ..cpython.facts.host import host_target
    from ..errors import UnsupportedTargetError

    try:
        target = host_target()
    except UnsupportedTargetError as error:
        return str(error), ""
    return target.name, target.convention


def _system() -> tuple[Description, str, list[str], int]:
    """The system, how it has executable memory, where it looks for libraries and how many there are; of one that farcall
    does not know, what can be said of any."""
    import platform

    from ..errors import UnsupportedTargetError
    from ..system import running
    from ..system.record import Description

    try:
        system = running()
    except UnsupportedTargetError as error:
        return Description(str(error), platform.machine(), "unknown"), "none", [], 0
    return system.description(), system.code_policy, system.directories(), len(system.known_libraries())


def _tier() -> tuple[str, str]:
    """The tier in use and why."""
    import os

    from ..cpython.facts import interpreter

    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    try:
        chosen = interpreter.interpreter()
    except ValueError as error:
        return "none", f"{interpreter.TIER_VARIABLE}: {error}"
    if chosen.fast:
        return "fast", f"the layouts of {chosen.name} agree with live objects"
    if os.environ.get(interpreter.TIER_VARIABLE) == "api":
        return "api", f"{interpreter.TIER_VARIABLE} asks for it"
    if not chosen.gil:
        return "api", "Python has no GIL here" + ("; arguments of calls are read inline" if chosen.unchanging else "")
    row = interpreter.known()
    if row is not None and row.header != interpreter.HEADER:
        return "api", f"objects start with {interpreter.HEADER} bytes here, as in no build that is known"
    if interpreter.counts_references():
        return "api", "this build counts all references, as debug builds do"
    if row is None:
        return "api", f"no object layouts are known for Python {version}"
    return "api", f"live objects do not look as those of Python {version} should"


def _bootstrap() -> tuple[str, str]:
    """The first way into native code, and why that one."""
    try:
        from ..seed import BOOTSTRAP
    except (ImportError, ValueError) as error:
        return "none", str(error)
    return BOOTSTRAP.kind, BOOTSTRAP.why


def _cache() -> str:
    """Where images of code are kept, or why they are not."""
    import os

    from ..cache.place import USERS, VARIABLE, directory, private, wanted

    try:
        if not USERS:
            return "not used: files have no owners here, who could be trusted with code"
        if not wanted():
            return f"not used: {VARIABLE}, another variable or option, or this Python does not let it be"
    except ValueError as error:
        return f"not used: {error}"
    place = directory()
    if not place:
        return "not used: there is no place for it"
    if os.path.exists(place) and not private(place):
        return f"{place}: ignored, since others could write what is there"
    return place


def _lacks() -> list[str]:
    """What this Python lacks of what farcall has on the newest."""
    from ..cpython.facts.lacking import lacking

    return lacking(sys.version_info[:2], getattr(sys, "abiflags", ""))  # which not every system's Python has


def _version(package: str) -> str | None:
    """What is installed of a package; "of unknown version" where it came without its metadata, as programs that are
    packed into one file have it; None if it is not there."""
    from importlib.metadata import PackageNotFoundError, version
    from importlib.util import find_spec

    try:
        return version(package)
    except PackageNotFoundError:
        return "of unknown version" if find_spec(package) else None
