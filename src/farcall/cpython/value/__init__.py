"""C values as Python objects: `base` is their root, `scalar`, `number`, `vector`, `pointer`, `record` and `array` the kinds,
`classes` makes one class for each C type."""

from .array import Array
from .base import Keep, Value, address, keep, own, owner, view
from .classes import class_of, read_at, write_at
from .number import Complex, Number, Precise, Wide
from .pointer import Pointer, pointer_at
from .record import Record, Struct, Union
from .scalar import Scalar
from .vector import Vector

__all__ = [
    "Array",
    "Complex",
    "Number",
    "Keep",
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
    "class_of",
    "keep",
    "own",
    "owner",
    "pointer_at",
    "read_at",
    "view",
    "write_at",
]
