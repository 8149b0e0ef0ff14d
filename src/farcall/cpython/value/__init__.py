"""C values as Python objects: `base` is their root, `scalar`, `number`, `vector`, `pointer`, `record` and `array` the kinds,
each with what makes its classes, reads, writes and accepts its values; `classes` has one class for each C type."""

from .access import accept, read_at, writable, write_at
from .array import Array
from .base import (
    Value,
    address,
    alive,
    holder,
    made_class,
    native_class,
    own,
    owner,
    place_of,
    point,
    qualified_type,
    target,
    target_keeper,
    view,
)
from .block import Arena, aligned, free, with_destructor, zeroed
from .classes import class_of, outdated, pointer_at
from .keep import CyclicKeep, Keep, keep
from .number import Complex, Number, Precise, Wide
from .pointee import is_va_list
from .pointer import Pointer
from .record import Record, Struct, Union
from .scalar import Scalar
from .variable import number_attribute
from .vector import Vector

__all__ = [
    "Arena",
    "Array",
    "Complex",
    "CyclicKeep",
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
    "accept",
    "address",
    "aligned",
    "alive",
    "class_of",
    "free",
    "holder",
    "is_va_list",
    "keep",
    "made_class",
    "native_class",
    "number_attribute",
    "outdated",
    "own",
    "owner",
    "place_of",
    "point",
    "pointer_at",
    "qualified_type",
    "read_at",
    "target",
    "target_keeper",
    "view",
    "with_destructor",
    "writable",
    "write_at",
    "zeroed",
]
