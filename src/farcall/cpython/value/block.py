"""Memory made for values: zeroed, with room for more than the type says; or freed on demand, of one value with a
destructor, or of an arena. Whoever uses that later gets FreedMemoryError, however he came to his pointer or view."""

from __future__ import annotations

from collections.abc import Callable

from ... import seed
from ...ctype import alignof, sizeof
from ...errors import FreedMemoryError
from ..facts.host import host_target
from .base import Lease, Value, alive, end, lease, lent, owner, view
from .keep import Keep

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self

__all__ = ["Arena", "free", "with_destructor", "zeroed"]


class _Block(Keep):
    """The memory of one value, and the destructor that runs once: when the value is freed, or gone."""

    __slots__ = ("cls", "destructor", "place")

    def __init__(self, cls: Any, place: int, memory: object, destructor: Callable[[Any], object]) -> None:
        Keep.__init__(self, memory)
        self.cls = cls
        self.place = place
        self.destructor: Callable[[Any], object] | None = destructor

    def destroy(self) -> None:
        destructor, self.destructor = self.destructor, None
        if destructor is not None:
            keep = Keep(self.owner)
            keep.sizes.update(self.sizes)
            destructor(view(self.cls, self.place, keep))

    def __del__(self) -> None:
        self.destroy()


class Arena:
    """Memory for many values, freed at once: `with farcall.arena() as a: p = a.new("struct point")`.

    What it made raises FreedMemoryError after `close()`, which the end of the `with` block calls. Objects that its
    pointers need are kept until then. Memory that others see through the buffer protocol stays as long as they do.
    """

    __slots__ = ("_keep", "_lease", "_memory")

    def __init__(self) -> None:
        self._memory: list[bytearray] = []
        self._keep = Keep(self._memory)  # values hold on to it, also where the arena itself is gone
        self._lease: Lease | None = lease(self._keep)

    @property
    def closed(self) -> bool:
        """Whether its memory is freed."""
        return self._lease is None

    def take(self, cls: Any, size: int) -> Any:
        """A zeroed value of class `cls` in the arena's memory, with at least `size` bytes."""
        if self._lease is None:
            raise FreedMemoryError("the arena is closed")
        memory, place = aligned(cls, size)
        self._memory.append(memory)
        self._keep.sizes[place] = size
        return view(cls, place, self._lease)

    def close(self) -> None:
        """Free all that the arena made. More than once is no error.

        >>> a = farcall.arena()
        >>> number = a.new("int", 5)
        >>> a.close()
        >>> number.value
        Traceback (most recent call last):
        farcall.errors.FreedMemoryError: ...
        """
        held, self._lease = self._lease, None
        if held is None:
            return
        end(held)
        if not lent(held):  # else somebody sees it through a buffer: it goes with the last value
            self._keep.owner = None
        self._memory = []
        self._keep.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self.closed else f"{len(self._memory)} values"
        return f"<farcall.arena, {state}>"

    def __reduce__(self) -> Any:
        raise TypeError("an arena cannot be pickled or copied")


def with_destructor(cls: Any, size: int, destructor: Callable[[Any], object]) -> Any:
    """A zeroed value of class `cls` with at least `size` bytes; `destructor` is called with it when it is freed or gone."""
    memory, place = aligned(cls, size)
    block = _Block(cls, place, memory, destructor)
    block.sizes[place] = size
    return view(cls, place, lease(block))


def zeroed(cls: Any, room: int = 0) -> Any:
    """A zeroed value of class `cls` in memory of its own; with `room`, of so many bytes up to the last item of its flexible
    array member."""
    if not room:
        return cls.__new__(cls)
    memory, place = aligned(cls, room)
    keep = Keep(memory)
    keep.sizes[place] = room
    return view(cls, place, keep)


def free(value: Value) -> None:
    """Run the destructor of a value made with one, now; every later use of it raises FreedMemoryError."""
    if not isinstance(value, Value):
        raise TypeError(f"only farcall values are freed, not {type(value).__name__}")
    held = owner(value)
    block = owner(held) if isinstance(held, Lease) else None
    if not isinstance(block, _Block):
        raise TypeError(f"{value!r} was not made with a destructor; the others free themselves")
    if not alive(held):
        raise FreedMemoryError(f"this {value.__ctype__} was freed before")
    end(held)  # type: ignore[arg-type]
    block.destroy()


def aligned(cls: Any, size: int) -> tuple[bytearray, int]:
    """Zeroed memory for a value of class `cls`, of at least `size` bytes, and where in it the value goes."""
    align = alignof(cls.__ctype__, host_target().model)
    memory = bytearray(max(size, sizeof(cls.__ctype__, host_target().model)) + align)
    return memory, -(-seed.address_of(memory) // align) * align
