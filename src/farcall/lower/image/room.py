"""Rooms: libraries whose code is nothing yet, for CPUs whose unwinders go by the tables of libraries alone.

Such an unwinder asks the dynamic linker to which library an address belongs, and cannot be told of code that belongs to
none. So the dynamic linker loads a library with an empty room, of which its tables say what they say of all routines, and
generated code comes to lie in that.
"""

from __future__ import annotations

from ..code import Code
from ..cpu_facts import hardware
from .content import Image
from .linking import PAGE, image_file

__all__ = ["room"]

NAME = "room"


def room(cpu: str, size: int) -> bytes:
    """The file of a library with so many bytes of code, wherever pages start, and what pages themselves want: exported as
    "room", all zeros. b"" for a CPU that is told of frames otherwise."""
    if not hardware(cpu).dynamic.unwound:
        return b""
    empty = bytes(size + 2 * PAGE)
    return image_file(Image(cpu, {NAME: Code(cpu, empty, len(empty), (), ())}, exports={NAME: NAME}, local=False))
