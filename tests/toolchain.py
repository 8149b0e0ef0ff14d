"""x86-64's compiler and binutils by name, on a host of any CPU: `gcc` is the host's own, Debian names them all. And
what the host's own gcc knows."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

__all__ = ["gcc_knows", "x86"]


@cache
def x86(name: str) -> str:
    """The name of the tool for x86-64 and i386: the plain one where the compilers of this host are for them."""
    full = f"x86_64-linux-gnu-{name}"
    if shutil.which(full):
        return full
    return name if _machine().partition("-")[0] in ("x86_64", "i686", "i386", "") else full


def _machine() -> str:
    """What gcc compiles for: "aarch64-linux-gnu"; "" without gcc."""
    if not shutil.which("gcc"):
        return ""
    return subprocess.run(["gcc", "-dumpmachine"], capture_output=True, text=True, check=False).stdout.strip()


@cache
def gcc_knows(attribute: str) -> bool:
    """Whether gcc has an attribute on its CPU, and does not ignore it with a warning."""
    command = ["gcc", "-E", "-P", "-x", "c", "-"]
    done = subprocess.run(command, input=f"__has_attribute({attribute})", capture_output=True, text=True, check=True)
    return done.stdout.strip() != "0"
