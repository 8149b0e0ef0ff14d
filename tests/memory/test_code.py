"""Executable memory: what runs, what is reused, what is refused. The kernel's own maps are the witness."""

from __future__ import annotations

import ctypes
import errno
import gc
import mmap
import os
import random
import re
import subprocess
import sys
import textwrap
import threading
from struct import pack

import pytest

from farcall import seed
from farcall.cpython.facts.host import host_target
from farcall.cpython.link.executable import executable_memory
from farcall.errors import MemoryPolicyError
from farcall.memory import CodeMemory, default_memory
from farcall.system.linux import refusal

GRANULE = 64


def x86(number: int) -> bytes:
    return pack("<BIB", 0xB8, number, 0xC3)  # mov eax, number; ret


def aarch64(number: int) -> bytes:
    low, high = number & 0xFFFF, number >> 16
    return pack("<3I", 0x52800000 | low << 5, 0x72A00000 | high << 5, 0xD65F03C0)  # mov w0; movk w0, lsl #16; ret


def arm(number: int) -> bytes:
    low, high = ((half & 0xF000) << 4 | half & 0xFFF for half in (number & 0xFFFF, number >> 16))
    return pack("<3I", 0xE3000000 | low, 0xE3400000 | high, 0xE12FFF1E)  # movw r0; movt r0; bx lr


def riscv64(number: int) -> bytes:
    low, high = number & 0xFFF, number + 0x800 >> 12
    return pack("<3I", 0x537 | high << 12, 0x5051B | low << 20, 0x8067)  # lui a0; addiw a0, a0; ret


def loongarch64(number: int) -> bytes:
    low, high = number & 0xFFF, number >> 12
    return pack("<3I", 0x14000004 | high << 5, 0x03800084 | low << 10, 0x4C000020)  # lu12i.w $a0; ori; jirl $zero, $ra


def s390x(number: int) -> bytes:
    return pack(">HIH", 0xC021, number, 0x07FE)  # lgfi %r2; br %r14


def ppc64le(number: int) -> bytes:
    low, high = number & 0xFFFF, number >> 16
    return pack("<3I", 0x3C600000 | high, 0x60630000 | low, 0x4E800020)  # lis 3; ori 3, 3; blr


def mips(number: int) -> bytes:
    low, high = number & 0xFFFF, number >> 16
    return pack("<4I", 0x3C020000 | high, 0x34420000 | low, 0x03E00008, 0)  # lui $2; ori $2, $2; jr $31; nop


#: Code for this CPU that returns a number.
answer = {
    "x86_64": x86, "i386": x86, "aarch64": aarch64, "arm": arm, "riscv64": riscv64, "ppc64le": ppc64le, "s390x": s390x,
    "mipsel": mips, "mips64el": mips, "loongarch64": loongarch64,
}[host_target().cpu]  # fmt: skip
ANSWER = answer(42)


def fit_memory(**sizes: int) -> CodeMemory:
    """Memory fit for this CPU, as the process's own is."""
    own = executable_memory()
    memory = CodeMemory(own.trap, own.on_commit, **sizes)
    memory.reuse = own.reuse
    return memory


def call(slot) -> int:
    return ctypes.CFUNCTYPE(ctypes.c_int)(slot.address)()


def maps() -> list[tuple[int, str, str]]:
    """(start, permissions, name) of every mapping of this process."""
    with open("/proc/self/maps", encoding="utf-8") as file:
        fields = [line.split(None, 5) for line in file]
    return [(int(row[0].split("-")[0], 16), row[1], row[5].strip() if len(row) > 5 else "") for row in fields]


def writable_and_executable() -> list[tuple[int, str, str]]:
    """The mappings that are both, but for the stack, which is on some CPUs."""
    return [row for row in maps() if "w" in row[1] and "x" in row[1] and row[2] != "[stack]"]


#: Pages both writable and executable that were there before these tests ran.
PAGES_OF_OTHERS = 0


@pytest.fixture(autouse=True)
def _count_pages_of_others() -> None:
    global PAGES_OF_OTHERS
    PAGES_OF_OTHERS = len(writable_and_executable())


def assert_no_page_is_writable_and_executable() -> None:
    """None of the memory room's, that is: libffi's, of the tests that use ctypes callbacks, has no file."""
    both = writable_and_executable()
    assert [row for row in both if "memfd:farcall" in row[2]] == []
    assert len(both) <= PAGES_OF_OTHERS


def in_child(body: str) -> None:
    """Runs test code in an interpreter of its own, which must end well."""
    script = f"import sys; sys.path[:0] = {sys.path!r}\nfrom tests.memory.test_code import *\n" + textwrap.dedent(body)
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_code_runs_and_can_be_rewritten():
    memory = fit_memory()
    slot = memory.reserve(100)
    assert slot.address % GRANULE == 0
    assert slot.size == 100
    slot.write(1, b"later overwritten")
    slot.commit(ANSWER)
    assert call(slot) == 42
    slot.write(0, answer(7))
    assert seed.read(slot.address, len(ANSWER)) == answer(7)
    assert call(slot) == 7 or not memory.reuse
    slot.free()


def test_rest_of_a_slot_and_freed_slots_are_traps():
    memory = CodeMemory()
    keep = memory.reserve(64)
    slot = memory.reserve(100)
    slot.commit(ANSWER)
    assert seed.read(slot.address, 128) == ANSWER + b"\xcc" * (128 - len(ANSWER))
    slot.free()
    assert seed.read(slot.address, 128) == b"\xcc" * 128
    aborted = memory.reserve(64)
    aborted.write(0, b"half done")
    aborted.abort()
    assert seed.read(aborted.address, 64) == b"\xcc" * 64
    keep.abort()


def test_the_trap_of_another_processor_keeps_its_phase():
    trap = bytes.fromhex("000020d4")  # four bytes long
    memory = CodeMemory(trap)
    slot = memory.reserve(30)
    slot.commit(b"\x11" * 6)
    assert seed.read(slot.address, 64) == b"\x11" * 6 + trap[2:] + trap * 14
    keep = memory.reserve(8)
    slot.free()
    assert seed.read(slot.address, 64) == trap * 16
    keep.abort()


@pytest.mark.parametrize("trap", [b"", b"\xcc" * 3, b"\xcc" * 128])
def test_a_trap_divides_the_granule(trap):
    with pytest.raises(ValueError, match="trap"):
        CodeMemory(trap)


def test_freed_slots_are_reused():
    memory = CodeMemory()
    slots = [memory.reserve(300) for _ in range(50)]
    for slot in slots:
        slot.commit(b"\xc3")
    addresses = {slot.address for slot in slots}
    assert len(addresses) == 50
    keep = memory.reserve(1)
    for slot in slots:
        slot.free()
    assert {memory.reserve(320).address for _ in range(50)} == addresses
    assert memory.statistics().regions == 1
    keep.abort()


def test_regions_grow_double_and_are_released():
    memory = CodeMemory(first=64 * 1024, largest=128 * 1024)
    slots = [memory.reserve(32 * 1024) for _ in range(14)]
    for slot in slots:
        slot.commit(ANSWER)
    statistics = memory.statistics()
    assert (statistics.regions, statistics.reserved) == (4, (64 + 128 * 3) * 1024)  # 2 + 4 + 4 + 4 slots
    assert (statistics.slots, statistics.in_use) == (14, 14 * 32 * 1024)
    code = {start for start, flags, name in maps() if "farcall" in name and "x" in flags}
    for slot in slots:
        slot.free()
    statistics = memory.statistics()
    assert (statistics.regions, statistics.slots, statistics.in_use) == (1, 0, 0)
    gone = code - {start for start, flags, name in maps() if "farcall" in name and "x" in flags}
    assert len(gone) == 3


def test_a_slot_larger_than_any_region():
    slot = CodeMemory(first=4096, largest=4096).reserve(100_000)
    slot.commit(b"\x90" * 99_999 + b"\xc3")
    assert seed.read(slot.address + 99_999, 1) == b"\xc3"


@pytest.mark.parametrize("size", [0, -1])
def test_sizes_are_positive(size):
    with pytest.raises(ValueError, match="positive size"):
        CodeMemory().reserve(size)


def test_misuse_is_an_error():
    memory = CodeMemory()
    slot = memory.reserve(16)
    with pytest.raises(ValueError, match="do not fit"):
        slot.commit(b"x" * 17)
    for offset, data in ((-1, b"x"), (16, b"x"), (10, b"1234567")):
        with pytest.raises(ValueError, match="do not lie within"):
            slot.write(offset, data)
    with pytest.raises(RuntimeError, match="not committed"):
        slot.free()
    slot.commit(ANSWER)
    with pytest.raises(RuntimeError, match="not freshly reserved"):
        slot.commit(ANSWER)
    with pytest.raises(RuntimeError, match="not reserved"):
        slot.abort()
    slot.free()
    for act in (slot.free, slot.abort, lambda: slot.write(0, b"x"), lambda: slot.commit(b"x")):
        with pytest.raises(RuntimeError, match="freed"):
            act()
    other = memory.reserve(10)
    other.abort()
    for act in (other.free, other.abort, lambda: other.write(0, b"x"), lambda: other.commit(b"x")):
        with pytest.raises(RuntimeError, match="aborted"):
            act()


def test_on_commit_is_told_of_every_change_of_committed_code():
    told = []
    slot = CodeMemory(on_commit=lambda address, size: told.append((address, size))).reserve(32)
    slot.write(0, b"early")
    assert told == []
    slot.commit(ANSWER)
    slot.write(1, b"\x07")
    assert told == [(slot.address, 32), (slot.address + 1, 1)]


def test_without_reuse_no_byte_is_handed_out_twice():
    """As long as its region lives; a region goes when nothing in it is left and it has no room any more."""
    memory = CodeMemory(first=4096, largest=4096)
    memory.reuse = False
    kept, taken = memory.reserve(64), {}
    for size in [64, 200, 1000, 64] * 200:
        slot = memory.reserve(size)
        assert slot.region.slots == 1 + (slot.region is kept.region)
        spans = taken.setdefault(id(slot.region), (slot.region, []))[1]  # held, so that no other one is at its place
        assert all(slot.offset >= end for end in spans)
        spans.append(slot.offset + slot.length)
        slot.commit(b"\xc3")
        slot.free()
        assert memory.statistics().regions <= 2
    assert len(taken) > 50
    found = memory.statistics()
    assert (found.slots, found.in_use) == (1, 64)
    kept.abort()
    assert memory.statistics().slots == memory.statistics().in_use == 0
    assert memory.statistics().regions == 1


def test_never_writable_and_executable_through_many_operations():
    memory = fit_memory(first=16 * 1024, largest=64 * 1024)
    chance = random.Random(1)
    live = []
    for step in range(3000):
        if chance.random() < 0.55 or not live:
            slot = memory.reserve(chance.randrange(len(ANSWER), 2000))
            if chance.random() < 0.1:
                slot.abort()
            else:
                slot.commit(answer(step))
                live.append((slot, step))
        else:
            slot, number = live.pop(chance.randrange(len(live)))
            assert call(slot) == number
            slot.free()
        if step % 300 == 0:
            assert_no_page_is_writable_and_executable()
    assert [call(slot) for slot, _ in live] == [number for _, number in live]
    statistics = memory.statistics()
    assert statistics.slots == len(live)
    assert statistics.in_use == sum(-(-slot.size // GRANULE) * GRANULE for slot, _ in live)


def test_threads_share_one_memory():
    memory = fit_memory(first=16 * 1024)
    wrong: list[object] = []

    def work(seed_number: int) -> None:
        chance = random.Random(seed_number)
        live = []
        for step in range(400):
            slot = memory.reserve(chance.randrange(len(ANSWER), 900))
            slot.commit(answer(seed_number * 1000 + step))
            live.append((slot, seed_number * 1000 + step))
            if len(live) > 20:
                old, number = live.pop(chance.randrange(len(live)))
                if call(old) != number:
                    wrong.append((old, number))
                old.free()
        for old, number in live:
            if call(old) != number:
                wrong.append((old, number))
            old.free()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert memory.statistics()[2:] == (0, 0, 0)


def test_a_finalizer_may_free_and_reserve_in_the_middle_of_a_reservation(monkeypatch):
    memory = CodeMemory(first=4096)
    doomed = memory.reserve(64)
    doomed.commit(ANSWER)
    made = []
    from farcall.memory.code import CodeMemory as Inner

    take = Inner._take

    def interrupted(self, length):
        result = take(self, length)
        if not made:
            made.append(memory.reserve(64))
            doomed.free()
        return result

    monkeypatch.setattr(Inner, "_take", interrupted)
    slot = memory.reserve(64)
    assert len({slot.address, made[0].address, doomed.address}) == 3
    assert memory.statistics().slots == 2
    assert seed.read(doomed.address, 64) == b"\xcc" * 64


FORK = """
memory = fit_memory()
old = memory.reserve(64); old.commit(answer(1))
freed = memory.reserve(64); freed.commit(answer(2))
pending = memory.reserve(64)
pid = os.fork()
if pid == 0:
    try:
        assert call(old) == 1 and call(freed) == 2 and old.frozen
        new = memory.reserve(64); new.commit(answer(3))
        assert call(new) == 3 and not new.frozen
        assert new.address not in (old.address, freed.address, pending.address)
        for act in (lambda: old.write(0, b"x"), lambda: pending.commit(b"x"), lambda: pending.write(0, b"x")):
            with pytest.raises(RuntimeError, match="fork"):
                act()
        old.free()
        with pytest.raises(RuntimeError):
            old.free()
        freed.free()
        assert call(freed) == 2  # still mapped, untouched: `pending` keeps the region
        statistics = memory.statistics()
        assert (statistics.frozen, statistics.slots) == (1, 2)
        pending.abort()
        assert memory.statistics().frozen == 0
        assert_no_page_is_writable_and_executable()
        os._exit(0)
    except BaseException:
        import traceback
        traceback.print_exc()
        os._exit(1)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
assert call(old) == 1 and call(freed) == 2 and old.frozen
with pytest.raises(RuntimeError, match="fork"):
    old.write(0, b"x")
pending.commit(answer(4))
assert call(pending) == 4
freed.free()
assert call(freed) == 2
new = [memory.reserve(64) for _ in range(3)]
assert not {slot.address for slot in new} & {old.address, freed.address, pending.address}
new[0].commit(answer(5))
assert call(new[0]) == 5
old.free(); pending.free()
assert memory.statistics()[3:] == (3, 0)
assert_no_page_is_writable_and_executable()
"""


def test_a_slot_that_there_is_no_memory_to_free_is_freed_later(monkeypatch):
    memory = fit_memory()
    slots = [memory.reserve(64) for _ in range(3)]
    for slot in slots:
        slot.commit(ANSWER)
    traps = memory.traps

    def short(start: int, length: int) -> bytes:
        monkeypatch.setattr(memory, "traps", traps)
        raise MemoryError

    monkeypatch.setattr(memory, "traps", short)
    slots[0].free()  # from a finalizer, say, which has nobody to tell
    assert memory.statistics().slots == 3
    slots[1].free()
    assert memory.statistics().slots == 1
    monkeypatch.setattr(memory, "traps", short)
    slots[2].free()
    memory.reserve(64).abort()
    assert memory.statistics().slots == 0


def test_fork_freezes_both_sides():
    in_child(FORK)


def test_fork_of_a_fork_and_forks_beside_busy_threads():
    in_child(
        """
        import warnings
        warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads is the test
        memory = executable_memory()
        stop = threading.Event()
        failures = []
        def work(base):
            number = base
            while not stop.is_set():
                number += 1
                slot = memory.reserve(64)
                slot.commit(answer(number))
                if call(slot) != number:
                    failures.append(number)
                slot.free()
        threads = [threading.Thread(target=work, args=(n << 20,)) for n in range(3)]
        for thread in threads:
            thread.start()
        for round in range(15):
            pid = os.fork()
            if pid == 0:
                code = 1
                try:
                    slot = memory.reserve(64); slot.commit(answer(round))
                    grandchild = os.fork()
                    if grandchild == 0:
                        other = memory.reserve(64); other.commit(answer(99))
                        os._exit(0 if call(slot) == round and call(other) == 99 else 1)
                    status = os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1])
                    slot.free()
                    code = status
                finally:
                    os._exit(code)
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        stop.set()
        for thread in threads:
            thread.join()
        assert failures == []
        assert memory.statistics().frozen == 0
        """
    )


def test_works_where_the_kernel_denies_write_then_execute():
    in_child(
        """
        PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN = 65, 1
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0:
            raise SystemExit(0 if ctypes.get_errno() == errno.EINVAL else 1)  # a kernel before 6.3
        with pytest.raises(OSError):
            mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        slot = fit_memory().reserve(64)
        slot.commit(ANSWER)
        assert call(slot) == 42
        """
    )


def test_code_outlives_its_memory_object():
    in_child(
        """
        memory = CodeMemory()
        slot = memory.reserve(64); slot.commit(ANSWER)
        address = slot.address
        del slot, memory
        gc.collect()
        assert seed.read(address, len(ANSWER)) == ANSWER
        """
    )


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


def test_the_default_memory_is_one():
    assert default_memory() is default_memory()
    assert re.fullmatch(r"<Slot 5 bytes at 0x[0-9a-f]+, reserved>", repr(default_memory().reserve(5)))


def test_place_is_reserve_and_commit_in_one() -> None:
    told: list[tuple[int, int]] = []
    memory = CodeMemory(trap=b"\x0f\x0b", on_commit=lambda address, size: told.append((address, size)))
    for size in (1, 63, 64, 65, 200):
        code = bytes([0x90]) * size
        slot = memory.place(code)
        assert (slot.state, slot.size, slot.address % 64) == ("committed", size, 0)
        assert told.pop() == (slot.address, size)
        rest = slot.length - size
        shift = size % 2
        assert seed.read(slot.address, slot.length) == code + (b"\x0f\x0b" * 64)[shift : shift + rest]
        slot.free()
        assert seed.read(slot.address, slot.length) == b"\x0f\x0b" * (slot.length // 2)
    with pytest.raises(ValueError, match="no bytes"):
        memory.place(b"")


def test_place_in_the_middle_of_a_change_stays_away_from_it() -> None:
    memory = CodeMemory()
    memory.place(b"first")
    memory._busy = True
    apart = memory.place(b"second")
    memory._busy = False
    assert seed.read(apart.address, 6) == b"second"
    assert memory.statistics().regions == 2
    apart.free()
