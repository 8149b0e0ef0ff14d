"""Why the system refused memory that can be executed, in words, with how to fix it."""

from __future__ import annotations

import errno
import os

from ...errors import MemoryPolicyError

__all__ = ["MAKING", "MAPPING_CODE", "MAPPING_DATA", "REFUSALS", "SIZING", "refused"]

# The four acts that make a region, as they appear in messages.
MAKING = "memfd_create"
SIZING = "ftruncate of a memfd"
MAPPING_DATA = "mmap of a memfd with PROT_READ|PROT_WRITE"
MAPPING_CODE = "mmap of a memfd with PROT_READ|PROT_EXEC"

# What a policy answers. Anything else (no descriptors left, no memory) is a shortage and stays as it is.
REFUSALS = frozenset({errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EFBIG, errno.EINVAL, errno.ENODEV})

HOUSEKEEPING = "farcall keeps generated code in a memfd mapped twice, never in a page both writable and executable"

MEMFD_NOEXEC = "/proc/sys/vm/memfd_noexec"
SELINUX_ENFORCE = "/sys/fs/selinux/enforce"
STATUS = "/proc/self/status"


def refused(act: str, error: OSError | None = None) -> MemoryPolicyError:
    """The exception for a refused act: what was refused, by which policy as far as can be seen, how to fix it.

    `error` is the system's answer; None means that the act does not exist on this system.
    """
    if error is None:
        return MemoryPolicyError(
            errno.ENOSYS,
            f"{act}: this system or this build of Python has no {act}. {HOUSEKEEPING}. Way out: Linux 3.17 "
            "or later with a Python built against glibc 2.27 or later, or musl",
        )
    reasons = _reasons(act, error.errno or 0)
    return MemoryPolicyError(
        error.errno or 0,
        f"{act}: {os.strerror(error.errno or 0)}. {HOUSEKEEPING}, and that is refused here. " + " ".join(reasons),
    )


def _reasons(act: str, number: int) -> list[str]:
    if act == SIZING and number == errno.EFBIG:
        return ["Policy: the limit on file sizes (RLIMIT_FSIZE) counts memfds too. Way out: raise `ulimit -f`."]
    found = []
    if act == MAPPING_CODE and _first_line(SELINUX_ENFORCE) == "1":
        found.append(
            "Policy: SELinux is enforcing. Way out: allow this domain to map and execute its memfd (tmpfs) "
            "files; `ausearch -m avc -ts recent` shows the rule that is missing."
        )
    if _status("Seccomp") == "2":
        found.append(
            "Policy: a seccomp filter is active (a container, or systemd's SystemCallFilter= or "
            "MemoryDenyWriteExecute=). Way out: let memfd_create and mmap with PROT_EXEC through it."
        )
    if act == MAKING and _first_line(MEMFD_NOEXEC) not in ("", "0"):
        found.append(f"Policy: {MEMFD_NOEXEC} is {_first_line(MEMFD_NOEXEC)}. Way out: set it to 0 or 1.")
    if not found:
        found.append(
            "Policy: not visible from here; a security module (SELinux execmem, AppArmor, PaX), a seccomp "
            "filter or a sandbox without memfd support does this. Way out: allow this process memfd_create "
            "and mmap with PROT_EXEC."
        )
    return found


def _first_line(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.readline().strip()
    except OSError:
        return ""


def _status(field: str) -> str:
    """One field of /proc/self/status, "" where there is none."""
    try:
        with open(STATUS, encoding="ascii", errors="replace") as file:
            for line in file:
                name, _, value = line.partition(":")
                if name == field:
                    return value.strip()
    except OSError:
        pass
    return ""
