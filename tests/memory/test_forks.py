"""Code memory where the process forks, and where the system is stricter than usual: each in a process of its own."""

from __future__ import annotations

from tests.memory.runnable import in_child

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
