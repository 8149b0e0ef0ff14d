"""What an image is made of. Names are those that routines use for what they refer to; symbols are names in the file."""

from __future__ import annotations

from collections.abc import Mapping

from ...record import NamedTuple
from ..code import Code, Relocation

__all__ = ["Datum", "Image", "Import"]


class Datum(NamedTuple):
    """Bytes of an image. `cells` are pointers in them, by what they point to. What is neither `writable` nor has cells is
    the same in all processes; what has cells is read-only once it is loaded."""

    data: bytes
    cells: tuple[Relocation, ...] = ()
    writable: bool = False
    align: int = 16


class Import(NamedTuple):
    """A symbol that the process has to have, or the library `library`, which is then loaded with the image; of that, in a
    `version` of the symbol. A `weak` one may be missing, and is 0 then. Of one that is each `thread`'s own the name stands for
    how far it is from the thread's pointer."""

    symbol: str
    library: str = ""
    version: str = ""
    weak: bool = False
    thread: bool = False


class Image(NamedTuple):
    """The whole: routines lowered with their cells apart, data, and what every name stands for that these do not define.

    numbers     names that stand for a number, the same wherever the image lies
    exports     symbols, by the names of what they are
    soname      what the image calls itself, if anything
    needed      libraries that are loaded with it, beside those of imports
    cells       names whose cells are not the linker's own, but words of data: of which datum, and where in it
    thread      how many bytes each thread has of its own, zeros at first, aligned to as many: a power of two, or none
    offsets     names that stand for how far from the thread's pointer these bytes are, and how many of them are passed over
    local       whether the file tells debuggers the names of all routines
    """

    cpu: str
    routines: Mapping[str, Code] = {}
    data: Mapping[str, Datum] = {}
    imports: Mapping[str, Import] = {}
    numbers: Mapping[str, int] = {}
    exports: Mapping[str, str] = {}
    soname: str = ""
    needed: tuple[str, ...] = ()
    local: bool = True
    cells: Mapping[str, tuple[str, int]] = {}
    thread: int = 0
    offsets: Mapping[str, int] = {}
