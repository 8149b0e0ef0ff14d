"""C's types as frozen values, and their size, alignment and members under a data model.

This room knows no registers. `types` holds the kinds of types, each of which writes itself in C, `names` C's own named ones,
`model` the data models, `byteorder` which end of a number comes first, `storage_order` records that have a byte order of
their own, `layout` sizes and offsets, `leaf` the walk over aggregates, `structure` what is left of a type without names,
`facts` what others found out about types, `python_object` which types are pointers to Python's objects.
"""

from .byteorder import BIG, LITTLE, ByteOrder
from .canonical import canonical, keep_apart, unfinished
from .compatible import assignable, callable_as, compatible, generic_function, same_members, same_scalars
from .facts import Facts
from .layout import Layout, Member, alignof, is_const, is_modifiable, is_signed, layout, sizeof, unqualified
from .leaf import Leaf, leaves
from .model import ILP32, ILP32_I386, LLP64, LP64, DataModel
from .python_object import is_python_object, mentions_object
from .storage_order import in_machine_order, in_order
from .structure import Structure, structure
from .types import (
    Array,
    Complex,
    CType,
    Enum,
    Field,
    Float,
    Function,
    Integer,
    Parameter,
    Pointer,
    Qualified,
    Record,
    Swapped,
    Vector,
    Void,
    declare,
    natural,
)

__all__ = [
    "BIG",
    "ILP32",
    "ILP32_I386",
    "LITTLE",
    "LLP64",
    "LP64",
    "Array",
    "ByteOrder",
    "CType",
    "Complex",
    "DataModel",
    "Enum",
    "Facts",
    "Field",
    "Float",
    "Function",
    "Integer",
    "Layout",
    "Leaf",
    "Member",
    "Parameter",
    "Pointer",
    "Qualified",
    "Record",
    "Structure",
    "Swapped",
    "Vector",
    "Void",
    "alignof",
    "assignable",
    "callable_as",
    "canonical",
    "compatible",
    "declare",
    "generic_function",
    "in_machine_order",
    "in_order",
    "is_const",
    "is_modifiable",
    "is_python_object",
    "is_signed",
    "keep_apart",
    "layout",
    "leaves",
    "mentions_object",
    "natural",
    "same_members",
    "same_scalars",
    "sizeof",
    "structure",
    "unfinished",
    "unqualified",
]
