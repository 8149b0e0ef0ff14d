"""C values as Python objects: `base` is their root, `scalar`, `number`, `vector`, `pointer`, `record` and `array` the kinds,
`classes` makes one class for each C type."""

from .access import read_at, write_at
from .array import Array
from .base import Keep, Value, address, alive, holder, keep, own, owner, qualified_type, view
from .block import Arena, aligned, free, with_destructor, zeroed
from .classes import class_of
from .number import Complex, Number, Precise, Wide
from .pointer import Pointer, place_of, pointer_at, target_keeper
from .record import Record, Struct, Union
from .scalar import Scalar
from .vector import Vector

__all__ = [
    "Arena",
    "Array",
    "Complex",
    "Keep",
    "Number",
    "Pointer",
    "Precise",
    "Record",
    "Scalar",
    "Struct",
    "Union",
    "Value",
    "Vector",
    "Wide",
    "address",
    "aligned",
    "alive",
    "class_of",
    "free",
    "holder",
    "keep",
    "own",
    "owner",
    "place_of",
    "pointer_at",
    "qualified_type",
    "read_at",
    "target_keeper",
    "view",
    "with_destructor",
    "write_at",
    "zeroed",
]
