"""libffi's structures for types and cifs: the way from this layer to the ones below."""

from __future__ import annotations

from functools import cache

from .. import low, seed
from ..convention.libffi_port import port
from ..cpython.facts.host import host_target
from ..cpython.value import Value, address
from ..ctype import (
    Array,
    Complex,
    CType,
    Enum,
    Float,
    Function,
    Integer,
    Pointer,
    Record,
    Void,
    alignof,
    is_signed,
    layout,
    natural,
    sizeof,
    unqualified,
)  # fmt: skip
from ..errors import UnsupportedTargetError, UnsupportedTypeError

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["cif_address", "type_address"]

FLOATS = {"binary32": "float", "binary64": "double", "long": "longdouble"}


def type_address(ctype: CType) -> int:
    """The `ffi_type` of a C type; it is never freed. Raises UnsupportedTypeError for one that libffi has none for."""
    ctype = natural(unqualified(ctype))
    model = host_target().model
    name: str | None = None
    if isinstance(ctype, Void):
        name = "void"
    elif isinstance(ctype, (Pointer, Function)):
        name = "pointer"
    elif isinstance(ctype, (Integer, Enum)):
        whole = ctype.underlying if isinstance(ctype, Enum) else ctype
        name = f"{'sint' if is_signed(whole, model) else 'uint'}{8 * sizeof(whole, model)}"
    elif isinstance(ctype, Float):
        name = FLOATS.get(ctype.format)
    elif isinstance(ctype, Complex):
        name = f"complex_{FLOATS[ctype.part.format]}"
    elif isinstance(ctype, Record):
        return address(_structure(ctype))
    if name is None:
        raise UnsupportedTypeError(f"libffi has no type for {ctype}")
    found: int | None = getattr(low.types, name, None)
    if found is None:
        raise UnsupportedTypeError(f"libffi has no type for {ctype} on {host_target()}")
    return found


@cache
def _structure(record: Record) -> Value:
    """The `ffi_type` of a struct, kept: C may hold its address."""
    model = host_target().model
    placed = layout(record, model)
    if record.is_union or any(member.field.bits is not None for member in placed.members):
        raise UnsupportedTypeError(f"libffi has no type for {record}")
    members = [element for member in placed.members for element in _elements(member.field.type)]
    made: Value = low.ffi_type(type=low.type_tag.STRUCT, elements=low.elements(*members))
    low.get_struct_offsets(low.DEFAULT_ABI, made)
    seen: Any = made
    if (seen.size, seen.alignment) != (placed.size, alignof(record, model)):
        raise UnsupportedTypeError(f"libffi cannot lay out {record} as it is declared")
    return made


def _elements(ctype: CType) -> list[int]:
    """The elements that a member stands for: an array is so many of its own, which is how libffi has it."""
    ctype = unqualified(ctype)
    if isinstance(ctype, Array):
        return _elements(ctype.element) * (ctype.length or 0)
    return [type_address(ctype)]


def cif_address(cif: Any) -> int:
    """A prepared `ffi_cif` for a cif; it is never freed. Raises as `type_address` and `low.prep_cif`."""
    made = low.ffi_cif()
    types = low.pointers(*[type_address(type.ctype) for type in cif.args])
    result, count = type_address(cif.result.ctype), cif.nargs
    abi = port(host_target()).abi_of(cif.abi)
    if abi is None:
        raise UnsupportedTargetError(f"libffi has no number for the convention {cif.abi!r} on {host_target()}")
    if cif.fixed_args is None:
        low.prep_cif(made, abi.number, count, result, types)
    else:
        low.prep_cif_var(made, abi.number, cif.fixed_args, count, result, types)
    seed.hold(types)
    seed.hold(made)
    return address(made)
