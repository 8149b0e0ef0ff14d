"""What is known of a class of C data: size, alignment, how its values are read and written, how it is passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...ctype import CType

if TYPE_CHECKING:
    from .letters import Letter

__all__ = ["MISSING", "Shape", "kind_of", "shape_of"]

#: What stands for an attribute that is not there: None is a value.
MISSING: Any = object()


class Shape:
    """The facts of one class. They are settled when an instance is made of it, or it becomes part of another (`final`).

    `kind` is "simple", "struct", "union", "array", "pointer" or "function"; `length` the number of parts that may need something
    kept; `proto` the class of items or of what is pointed to; `letter` that of a simple type; `ctype` what C is told of it
    where it is passed; `reads` the letter where a value of Python's own is read, no object; `format` and `dimensions` what
    buffers say; `points`: whether there are addresses in it. Structs and unions have their `fields`, and how they are packed
    (`microsoft`: bit-fields as on Windows); `pointer` is the class of pointers
    to these, where classes tell it; functions `flags`, `argtypes`, `restype` and the result's `checker`.
    """

    __slots__ = (
        "align",
        "argtypes",
        "called",
        "checker",
        "ctype",
        "described",
        "dimensions",
        "fields",
        "final",
        "flags",
        "format",
        "items",
        "kind",
        "length",
        "letter",
        "microsoft",
        "pack",
        "pointer",
        "points",
        "proto",
        "reads",
        "restype",
        "size",
    )  # fmt: skip

    def __init__(
        self,
        kind: str,
        size: int,
        align: int,
        length: int = 0,
        *,
        proto: Any = None,
        letter: Letter | None = None,
        format: str = "B",
        dimensions: tuple[int, ...] = (),
        points: bool = False,
    ) -> None:
        self.kind, self.size, self.align, self.length, self.proto, self.letter = (
            kind,
            size,
            align,
            length,
            proto,
            letter,
        )
        self.format, self.dimensions, self.points = format, dimensions, points
        self.ctype: CType | None = None
        self.described: Any = None
        self.items: Any = None
        self.called: Any = None
        self.final = False
        self.pack, self.microsoft = 0, False
        self.reads: Letter | None = None
        self.pointer: Any = None
        self.fields: list[Any] = []
        self.flags = 0
        self.argtypes: tuple[Any, ...] | None = None
        self.restype: Any = None
        self.checker: Any = None


def shape_of(cls: Any) -> Shape:
    """The facts of a class. Raises TypeError for one that is none of C data, or too abstract."""
    try:
        return cls.__shape__  # type: ignore[no-any-return]
    except AttributeError:
        raise TypeError("abstract class") from None


def kind_of(cls: Any) -> str:
    """The kind of a class; "" for one that is none of C data, or too abstract."""
    found = getattr(cls, "__shape__", None)
    return found.kind if isinstance(found, Shape) else ""
