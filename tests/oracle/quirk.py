"""Where gcc 12 is no oracle: types on which it goes wrong, or on which the ABI's document and gcc part. They are
not generated for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from farcall.convention import target
from farcall.ctype import Array, CType, Float, Pointer, Record, Vector, alignof, layout, leaves, sizeof, unqualified

from .scalar import MODEL, scalars

__all__ = [
    "AARCH64",
    "CLANG",
    "CLANG_LINUX",
    "CLANG_WIDE",
    "NO_QUIRKS",
    "RISCV_CLANG",
    "RISCV_GCC",
    "X86_64",
    "Quirks",
    "breaks_va_arg",
    "lets_unions_go",
    "misaligns_elements",
    "misreads_bit_fields",
    "misses_reference",
]

RISCV = target("riscv64-linux").model


def breaks_va_arg(type: CType) -> bool:
    """Whether gcc 12 cannot take `type` from a variadic tail, whoever the caller is.

    A record aligned to 16 with an integer in it crashes: va_arg loads it from the register save area, which
    is aligned to 8 there, with the aligned `movdqa`. A union with a vector over 16 bytes ends the compiler;
    of records with one, only plain structs around it are left.
    """
    type = unqualified(type)
    if not isinstance(type, Record):
        return False
    parts = [scalar for _, scalar, _ in scalars(type)]
    if any(isinstance(scalar, Vector) and sizeof(scalar, MODEL) > 16 for scalar in parts):
        inner: CType = type
        while isinstance(inner, Record) and not inner.is_union and len(inner.fields or ()) == 1:
            inner = unqualified((inner.fields or ())[0].type)
        return not isinstance(inner, Vector)
    return alignof(type, MODEL) == 16 and not all(isinstance(scalar, (Float, Vector)) for scalar in parts)


def misses_reference(type: CType) -> bool:
    """Whether gcc's va_arg, in a function with `ms_abi`, takes the address of a `type` for the value.

    gcc's own callers pass these by reference to a variadic tail too, so a callee has to ask for the pointer.
    """
    type = unqualified(type)
    lone = isinstance(type, Vector) and type.count == 1 and isinstance(type.lane, Float)
    return lone or sizeof(type, MODEL) not in (1, 2, 4, 8)


def misaligns_elements(type: CType) -> bool:
    """Whether an array of `type` puts a scalar of its later elements off its alignment.

    gcc looks at the first element only and may pass such an array in registers; by the psABI it "contains
    unaligned fields" and goes by memory, as in farcall.
    """
    size = sizeof(type, MODEL)
    return any(size % alignof(leaf.type, MODEL) for leaf in leaves(type, MODEL))


def misreads_bit_fields(type: CType) -> bool:
    """Whether gcc takes the bit-fields of `type` for something else.

    - In a union it counts those of width 0, and takes one that lies off the alignment of its declared type for
      an unaligned member.
    - One that fills an integer of 16, 32 or 64 bits is a plain member, so unaligned where packing moves its record.
    - An array of them it takes to fill all its bytes, padding too, which shows where packing moves the array.
    - A record of nothing but bit-fields without names, which C does not define (C11 6.7.2.1p8), may pass as if
      it were empty.
    """
    return _misread(type, 0) or (sizeof(type, MODEL) > 0 and not any(True for _ in scalars(type)))


def _misread(type: CType, at: int) -> bool:
    type = unqualified(type)
    if isinstance(type, Array):
        stride = sizeof(type.element, MODEL)
        moved = any((at + leaf.offset) % alignof(leaf.type, MODEL) for leaf in leaves(type.element, MODEL))
        if moved and any(is_field for _, _, is_field in scalars(type.element)):
            return True
        return any(_misread(type.element, at + index * stride) for index in range(type.length or 0))
    if not isinstance(type, Record):
        return False
    for member in layout(type, MODEL).members:
        width, offset = member.field.bits, at + member.offset
        if width is None:
            if _misread(member.field.type, offset):
                return True
        elif type.is_union and (width == 0 or offset % alignof(member.field.type, MODEL)):
            return True
        elif width in (16, 32, 64):
            inside = 8 * member.offset + member.bit_offset
            if inside % width == 0 and (8 * at + inside) % width:
                return True
    return False


class Quirks(NamedTuple):
    """Which types not to make for a compiler: not for a variadic tail, not for an array, not at all."""

    breaks_va_arg: Callable[[CType], bool]
    misaligns_elements: Callable[[CType], bool]
    misreads_bit_fields: Callable[[CType], bool]


def never(type: CType) -> bool:
    """No type."""
    return False


def counts_nothing(type: CType) -> bool:
    """Whether gcc takes a bit-field of width 0 in `type` for a member, as it does in unions.

    Such a union is then no homogeneous aggregate. By AAPCS64 that test is one of the layout; clang has it so.
    """
    type = unqualified(type)
    if isinstance(type, Array):
        return counts_nothing(type.element)
    if not isinstance(type, Record):
        return False
    fields = type.fields or ()
    return (type.is_union and any(field.bits == 0 for field in fields)) or any(counts_nothing(f.type) for f in fields)


def misplaces_bit_fields(type: CType) -> bool:
    """Whether clang, for RISC-V, goes wrong with a bit-field of `type` that has a register to itself, or counts one of
    width 0 for a member.

    Where a real and a bit-field travel in a register each, it moves the whole declared type of the bit-field, from its
    first byte on: into the real, or past the end.
    """
    type = unqualified(type)
    if isinstance(type, Array):
        return misplaces_bit_fields(type.element)
    if not isinstance(type, Record):
        return False
    members = layout(type, RISCV).members
    for member in members:
        if member.field.bits is None:
            if misplaces_bit_fields(member.field.type):
                return True
            continue
        first = member.offset + member.bit_offset // 8
        end = first + sizeof(member.field.type, RISCV)
        others = [other.offset for other in members if other is not member and other.offset >= first]
        if not member.field.bits or end > min([*others, sizeof(type, RISCV)]):
            return True
    return False


def counts_empty_members(type: CType) -> bool:
    """Whether there is an empty union or an array of no bytes in `type`, which gcc for RISC-V does not flatten: what is
    around it then travels in general registers. By the psABI both are ignored; clang has it so."""
    type = unqualified(type)
    if isinstance(type, Array):
        return not sizeof(type, RISCV) or counts_empty_members(type.element)
    if not isinstance(type, Record):
        return False
    return (type.is_union and not sizeof(type, RISCV)) or any(counts_empty_members(f.type) for f in type.fields or ())


def skips_unnamed(type: CType) -> bool:
    """Whether `type` holds a bit-field without a name, which clang before 24 does not count as a member."""
    type = unqualified(type)
    if isinstance(type, Array):
        return skips_unnamed(type.element)
    if not isinstance(type, Record):
        return False
    return any((field.name is None and field.bits) or skips_unnamed(field.type) for field in type.fields or ())


def misses_arrays(type: CType) -> bool:
    """Whether there is a union with an array of over 16 bytes in `type`: with AVX clang does not look at the array, and
    takes the union for a vector of its size if another member is one of any size."""
    type = unqualified(type)
    if isinstance(type, Array):
        return misses_arrays(type.element)
    if not isinstance(type, Record):
        return False
    members = [field.type for field in type.fields or ()]
    arrays = [member for member in members if isinstance(member, Array)]
    return (type.is_union and any(sizeof(array, MODEL) > 16 for array in arrays)) or any(map(misses_arrays, members))


def puts_off(type: CType) -> bool:
    """Whether a record of nothing but bit-fields may lie off its alignment in `type`: clang sends that to memory.

    Packing is what puts it there, so every packed member that is a record with bit-fields counts.
    """
    type = unqualified(type)
    if isinstance(type, Array):
        return puts_off(type.element)
    if not isinstance(type, Record):
        return False
    packed = [field for field in type.fields or () if field.packed or type.pack]
    return any(is_field for f in packed if f.bits is None for _, _, is_field in scalars(f.type)) or any(
        puts_off(field.type) for field in type.fields or ()
    )


def lets_unions_go(type: CType) -> bool:
    """Whether there is a union with bit-fields in `type`, or it points to one: in Microsoft's layout clang aligns it
    less than gcc."""
    type = unqualified(type)
    if isinstance(type, (Array, Pointer)):
        return lets_unions_go(type.element if isinstance(type, Array) else type.target)
    if not isinstance(type, Record):
        return False
    fields = type.fields or ()
    return any((type.is_union and f.bits is not None) or lets_unions_go(f.type) for f in fields)


#: gcc 12 for x86-64.
X86_64 = Quirks(breaks_va_arg, misaligns_elements, misreads_bit_fields)
NO_QUIRKS = Quirks(never, never, never)
#: gcc 12 for AArch64, and for 32-bit Arm.
AARCH64 = Quirks(never, never, counts_nothing)
#: gcc 12 for RISC-V.
RISCV_GCC = Quirks(never, never, counts_empty_members)
#: clang 19 for RISC-V.
RISCV_CLANG = Quirks(never, never, misplaces_bit_fields)
#: clang 19 for x86-64.
CLANG = Quirks(never, never, skips_unnamed)
#: The same on Linux, where gcc's way is the system's.
CLANG_LINUX = Quirks(never, never, lambda type: skips_unnamed(type) or puts_off(type))
#: The same with vector registers of more than 16 bytes.
CLANG_WIDE = Quirks(never, never, lambda type: skips_unnamed(type) or puts_off(type) or misses_arrays(type))
