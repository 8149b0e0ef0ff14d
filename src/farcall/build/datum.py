"""Data of an image, by the links of code and of other data."""

from __future__ import annotations

from collections.abc import Sequence

from ..convention import Target
from ..cpython.facts.api import EXPORTED_AS
from ..lower import Relocation
from ..lower.image import Datum

__all__ = ["Data", "Int", "exported"]

C_INT = 4  # bytes, on all that there is code for
#: Bytes for links to what is not there: as many as code may read behind the address.
NOTHING_SIZE = 512
#: Since when Pythons export what older ones have under another name (`facts.api.EXPORTED_AS`).
SINCE = {"PyObject_Vectorcall": (3, 11), "PyThreadState_GetUnchecked": (3, 13), "Py_IsFinalizing": (3, 13)}


class Int(int):
    """A C int in a struct of pointers, with padding behind it."""


class Data:
    """Data by its links."""

    def __init__(self, target: Target) -> None:
        self.data: dict[str, Datum] = {}
        self._word, self._order = target.model.pointer, target.byteorder.name

    def text(self, link: str, text: str) -> None:
        """A C string."""
        self.add(link, text.encode("utf-8", "surrogateescape") + b"\0")

    def add(self, link: str, data: bytes, align: int = 1) -> None:
        """What nobody writes."""
        self.data[link] = Datum(data, align=align)

    def nothing(self, link: str) -> None:
        """Zeros, for links to what is not there."""
        self.add(link, bytes(NOTHING_SIZE), align=16)

    def words(self, link: str, words: Sequence[str | int], *, writable: bool = False) -> None:
        """Numbers, and addresses by their links, each as wide as a pointer."""
        numbers = b"".join(map(self._number, words))
        cells = [Relocation(self._word * at, one) for at, one in enumerate(words) if isinstance(one, str)]
        self.data[link] = Datum(numbers, tuple(cells), writable, self._word)

    def _number(self, one: str | int) -> bytes:
        if isinstance(one, Int):
            return one.to_bytes(C_INT, self._order).ljust(self._word, b"\0")
        return (0 if isinstance(one, str) else one).to_bytes(self._word, self._order)


def exported(link: str, version: tuple[int, int]) -> str:
    """The symbol of a link to the interpreter's or the C library's."""
    name = link.partition(":")[2]
    newest, *older = EXPORTED_AS.get(name, (name,))
    return older[0] if older and version < SINCE[newest] else newest
