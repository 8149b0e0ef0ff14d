"""The process's executable memory, made fit for the CPU it runs on: what is written there is what runs.

Many CPUs have caches of instructions that do not notice when memory changes; they are told by a routine that the
CPU's package brings (`lower.hardware`). That routine is code too, but needs none before it: it is the only one in
pages that nothing has run in before, and the kernel, which loads every program in this way, makes such pages visible
when they are first fetched from.

Emulators that translate code, qemu above all, may keep what they have translated until the memory is written at the
address that runs. Here it is written at another one, where the same memory is mapped a second time. Whether new
bytes in an old place run is therefore tried once, and where they do not, no place is used twice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ... import seed
from ...lower.cpu_facts import Hardware, hardware
from ...memory import CodeMemory, default_memory, exclusive
from ...system import running
from ..facts.host import host_target

__all__ = ["executable_memory", "synchronise"]

Told = Callable[[int, int], None]

_ready: list[CodeMemory] = []


def executable_memory() -> CodeMemory:
    """The process's executable memory, with this CPU's traps and whatever it has to be told of changes.

    MemoryPolicyError if the system refuses such memory.
    """
    return _ready[0] if _ready else _prepare()


def synchronise(address: int, size: int) -> None:
    """Make `size` bytes of code visible at `address`, where they run, that were written without a slot's methods."""
    told = executable_memory().on_commit
    if told is not None:
        told(address, size)


def _prepare() -> CodeMemory:
    with exclusive():
        if _ready:  # by another thread, meanwhile
            return _ready[0]
        memory, facts = default_memory(), hardware(host_target().cpu)
        memory.trap = facts.trap
        memory.on_commit = _caches(facts) if facts.synchronise else None
        memory.library = _rooms(host_target().cpu, facts)
        _try_rewriting(memory, facts)
        _ready.append(memory)
    return memory


def _caches(facts: Hardware) -> Told:
    """What tells the CPU's caches."""
    slot = CodeMemory(facts.trap, first=running().page_size()).reserve(len(facts.synchronise))
    slot.commit(facts.synchronise)
    call = seed.word_function(slot.address, 2)

    def told(address: int, size: int) -> None:
        call(address, address + size)

    return told


def _rooms(cpu: str, facts: Hardware) -> Callable[[int], bytes] | None:
    """What makes the libraries that the memory lies in, for unwinders that know of nothing else; None for others."""
    if not facts.dynamic.unwound:
        return None
    from ...lower.image import room  # not imported where it is not needed

    return partial(room, cpu)


def _try_rewriting(memory: CodeMemory, facts: Hardware) -> None:
    """See whether a routine that has run and is then overwritten runs anew, for `memory.reuse`."""
    first, second = facts.samples
    slot = memory.reserve(len(first))
    slot.commit(first)
    call = seed.word_function(slot.address, 0)
    call()
    slot.write(0, second)
    memory.reuse = call() == 2
    slot.free()
