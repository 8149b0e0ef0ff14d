"""What attributes do: calling conventions, alignments, vector sizes and machine modes."""

from __future__ import annotations

from ..ctype import (
    BIG,
    LITTLE,
    Array,
    ByteOrder,
    CType,
    Enum,
    Float,
    Function,
    Integer,
    Pointer,
    Qualified,
    Vector,
    names,
    sizeof,
    unqualified,
)
from ..errors import UnsupportedTypeError
from ..record import replace
from .attribute import Attribute
from .expression import Expressions
from .literal import string

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import NoReturn

__all__ = [
    "alignment",
    "checked_alignment",
    "storage_order",
    "with_convention",
    "with_machine_mode",
    "with_vector_size",
]

#: Conventions that are taken wherever they are written.
CONVENTIONS = frozenset(["ms_abi", "sysv_abi", "vectorcall"])
#: Conventions of 32-bit targets. GCC, clang and Microsoft's compiler ignore them elsewhere, and so does this. `pascal` is
#: Borland's, which libffi has too; clang knows the word and calls as C does.
CONVENTIONS_32 = frozenset(["stdcall", "fastcall", "thiscall", "cdecl", "pascal", "regparm"])

#: The integer and floating types of GCC's machine modes, in bytes ("GCC Internals", Machine Modes).
INTEGER_MODES = {
    "QI": "8",
    "byte": "8",
    "HI": "16",
    "SI": "32",
    "DI": "64",
    "TI": "128",
    "word": "pointer",
    "pointer": "pointer",
}
FLOAT_MODES: dict[str, Float] = {
    "HF": names.float16, "BF": names.bfloat16, "SF": names.float_, "DF": names.double, "XF": names.longdouble,
    "TF": names.float128,
}  # fmt: skip

#: The largest alignment that is taken, in bytes (an ELF section's limit in GCC).
MOST_ALIGNED = 1 << 28


def _fail(parser: Expressions, attribute: Attribute, message: str) -> NoReturn:
    raise parser.fault_at(attribute.offset, message)


def with_convention(parser: Expressions, type: CType, attributes: list[Attribute]) -> CType:
    """The type with the calling convention among the attributes, on the function it is or points to."""
    found: list[tuple[str, Attribute]] = []
    for attribute in attributes:
        if attribute.name in CONVENTIONS:
            found.append((attribute.name, attribute))
        elif attribute.name == "pcs":
            found.append((f'pcs("{_text(parser, attribute)}")', attribute))
        elif attribute.name in CONVENTIONS_32 and parser.model.pointer == 4:
            name = attribute.name
            if name == "regparm":
                name = f"regparm({_argument(parser, attribute)})"
            found.append((name, attribute))
    if len({name for name, _ in found}) > 1:
        _fail(parser, found[1][1], f"{found[1][0]} and {found[0][0]} exclude each other")
    return _led_to(type, found[0][0]) if found else type


def _led_to(type: CType, name: str) -> CType:
    """GCC: a convention on a declaration is that of the function it declares or leads to by pointers."""
    if isinstance(type, Function):
        return replace(type, convention=name)
    if isinstance(type, Pointer):
        return Pointer(_led_to(type.target, name))
    if isinstance(type, Array):
        return Array(_led_to(type.element, name), type.length)
    if isinstance(type, Qualified):
        return Qualified(_led_to(type.type, name), type.qualifiers)
    return type


def _argument(parser: Expressions, attribute: Attribute) -> int:
    if not attribute.arguments:
        _fail(parser, attribute, f"{attribute.name} needs an argument")
    return parser.evaluate(attribute.arguments)


def _text(parser: Expressions, attribute: Attribute) -> str:
    if not attribute.arguments or any(token.kind != "string" for token in attribute.arguments):
        _fail(parser, attribute, f"{attribute.name} needs a name in quotes")
    return string([token.text for token in attribute.arguments])


def alignment(parser: Expressions, attribute: Attribute) -> int:
    """The bytes of `aligned(n)`; without n the largest alignment of any type on the target."""
    if not attribute.arguments:
        return parser.model.largest_align
    value = _argument(parser, attribute)
    if not checked_alignment(value):
        _fail(parser, attribute, f"an alignment of {value} bytes: it must be a power of two")
    return value


def storage_order(parser: Expressions, attribute: Attribute) -> ByteOrder:
    """The byte order of `scalar_storage_order("big-endian")`."""
    name = _text(parser, attribute)
    order = next((order for order in (BIG, LITTLE) if str(order) == name), None)
    if order is None:
        _fail(parser, attribute, f'scalar_storage_order is "big-endian" or "little-endian", not {name!r}')
    return order


def checked_alignment(value: int) -> bool:
    return 0 < value <= MOST_ALIGNED and not value & (value - 1)


def with_vector_size(parser: Expressions, base: CType, attribute: Attribute) -> CType:
    """`vector_size(n)`: n bytes of the base type (GCC manual, "Using Vector Instructions")."""
    lane = unqualified(base)
    if isinstance(lane, Enum):
        lane = lane.underlying
    if not isinstance(lane, (Integer, Float)) or (isinstance(lane, Integer) and lane.rank == "bool"):
        _fail(parser, attribute, f"a vector of {base}")
    size = _argument(parser, attribute)
    count, rest = divmod(size, sizeof(lane, parser.model))
    if size <= 0 or rest or count & (count - 1):
        _fail(parser, attribute, f"a vector of {size} bytes is not a power of two times {lane}")
    vector = Vector(lane, count)
    return Qualified(vector, base.qualifiers) if isinstance(base, Qualified) else vector


def with_machine_mode(parser: Expressions, base: CType, attribute: Attribute) -> CType:
    """`mode(XX)`: the type of the base's kind and signedness with that machine mode."""
    mode = attribute.arguments[0].text.strip("_") if len(attribute.arguments) == 1 else ""
    if isinstance(base, Integer) and mode in INTEGER_MODES:
        signed = base.signed is not False
        rank = INTEGER_MODES[mode]
        if rank == "128":
            return names.int128 if signed else names.uint128
        if rank == "pointer":
            return names.intptr if signed else names.uintptr
        return Integer(f"{'' if signed else 'u'}int{rank}_t", rank, signed)
    if isinstance(base, Float) and mode in FLOAT_MODES:
        return FLOAT_MODES[mode]
    message = f"mode({mode}) of {base} is not supported"
    raise UnsupportedTypeError(str(parser.fault_at(attribute.offset, message)))
