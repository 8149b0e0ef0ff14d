"""What a system refuses, and what the error then says of it."""

from __future__ import annotations

import errno
import gc
import mmap
import os

import pytest

from farcall.errors import MemoryPolicyError
from farcall.memory import CodeMemory
from farcall.system.linux import refusal
from tests.memory.runnable import in_child


@pytest.mark.parametrize("number", [errno.EPERM, errno.EACCES, errno.ENOSYS])
@pytest.mark.parametrize("act", ["memfd_create", "ftruncate", "mmap"])
def test_refusals_name_the_policy_and_the_way_out(monkeypatch, act, number):
    def refuse(*args, **keywords):
        raise OSError(number, os.strerror(number))

    if act == "mmap":
        real = mmap.mmap

        def refuse_code(*args, prot, **keywords):
            return refuse() if prot & mmap.PROT_EXEC else real(*args, prot=prot, **keywords)

        monkeypatch.setattr(mmap, "mmap", refuse_code)
    else:
        monkeypatch.setattr(os, act, refuse)
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(MemoryPolicyError, match=rf"{act}.*Policy: .*Way out: ") as caught:
        CodeMemory().reserve(10)
    assert caught.value.errno == number
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_system_without_memfd(monkeypatch):
    monkeypatch.delattr(os, "memfd_create")
    with pytest.raises(MemoryPolicyError, match=r"has no memfd_create.*Way out") as caught:
        CodeMemory().reserve(10)
    assert caught.value.errno == errno.ENOSYS


def test_a_shortage_is_no_policy(monkeypatch):
    def short(*args):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "memfd_create", short)
    with pytest.raises(OSError, match="Too many open files") as caught:
        CodeMemory().reserve(10)
    assert not isinstance(caught.value, MemoryPolicyError)


def test_the_real_limit_on_file_sizes():
    in_child(
        """
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        with pytest.raises(MemoryPolicyError, match="RLIMIT_FSIZE.*ulimit -f"):
            CodeMemory().reserve(10)
        """
    )


@pytest.mark.parametrize(
    ("act", "file", "text", "named"),
    [
        (refusal.MAPPING_CODE, "SELINUX_ENFORCE", "1", "SELinux"),
        (refusal.MAKING, "MEMFD_NOEXEC", "2\n", "is 2. Way out: set it to 0 or 1"),
        (refusal.MAPPING_CODE, "STATUS", "Name:\tx\nSeccomp:\t2\n", "seccomp"),
    ],
)
def test_the_policy_is_read_off_the_system(monkeypatch, tmp_path, act, file, text, named):
    for name in ("SELINUX_ENFORCE", "MEMFD_NOEXEC", "STATUS"):
        monkeypatch.setattr(refusal, name, str(tmp_path / name))
    (tmp_path / file).write_text(text)
    message = str(refusal.refused(act, OSError(errno.EACCES, "")))
    assert named in message
    assert "not visible" not in message
    (tmp_path / file).unlink()
    assert "not visible" in str(refusal.refused(act, OSError(errno.EACCES, "")))
