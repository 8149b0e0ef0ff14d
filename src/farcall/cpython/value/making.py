"""What the classes of all kinds are made with: names, slots for items, room for alignment; and the seal at the end."""

from __future__ import annotations

from ... import seed
from ...ctype import Array as ArrayType
from ...ctype import CType, Function, Void, alignof, is_const, is_modifiable, sizeof, unfinished, unqualified
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ...stub.carrier import lies_apart
from ...stub.class_facts import CONST, FLAGS, MEMORY, POINTER, SIZE, STRIDE, TEXT, ZERO
from ...stub.item import Items
from ..facts.host import WORD, host_target
from ..link.linker import linker
from ..link.native import MP_ASS_SUBSCRIPT, MP_SUBSCRIPT, SQ_ASS_ITEM, SQ_ITEM, Kept, bound
from ..link.typeobject import seal, set_vectorcall
from .base import view
from .classes import class_read
from .enum_members import members_word
from .keep import Keep
from .member import kind_of
from .text import width_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["ASSIGNMENTS", "counts_calls", "finished", "item_slots", "python_name"]

#: The slots by which items are written, and their stubs.
ASSIGNMENTS = ((MP_ASS_SUBSCRIPT, "ass_subscript"), (SQ_ASS_ITEM, "ass_item"))


def finished(cls: Any, ctype: CType) -> Any:
    """The class with its C type, open to no more change."""
    cls.__ctype__ = ctype
    plain, zero = unqualified(ctype), ZERO
    if not isinstance(plain, PointerType) and lies_apart(plain, host_target().model):
        cls.__new__ = staticmethod(_new_aligned)
        zero = 0
    _note(cls, plain, zero)
    seal(cls)
    return cls


def counts_calls(cls: Any) -> None:
    """Have calls of a class counted, so that one that is called again gets code for it (`constructor.construct`)."""
    address = linker().address("support:construct")
    assert address is not None
    set_vectorcall(cls, address)


def _note(cls: Any, plain: CType, zero: int) -> None:
    """Write down what generated code may know of a class."""
    kept, model = vars(cls)["__native__"], host_target().model
    flags = 0 if cls.__const__ or unfinished(plain) else zero
    if isinstance(plain, PointerType):
        flags |= POINTER | (CONST if is_const(plain.target) else 0) | (TEXT if width_of(plain.target) == 1 else 0)
        kept.know(STRIDE, _stride(plain.target))
    elif isinstance(plain, (ArrayType, RecordType)):
        flags |= MEMORY
    kept.know(SIZE, -1 if cls.__open_ended__ else sizeof(plain, model))
    kept.know(FLAGS, flags)


def _stride(target: CType) -> int:
    """The size of what a pointer points to; 0 where it has none."""
    plain = unqualified(target)
    while isinstance(plain, ArrayType) and plain.length is not None:
        plain = unqualified(plain.element)
    unsized = isinstance(plain, (Void, Function, ArrayType)) or (isinstance(plain, RecordType) and plain.fields is None)
    return 0 if unsized else sizeof(target, host_target().model)


def item_slots(element: CType, count: int, kept: Kept, *, through: bool = False) -> list[tuple[int, int]]:
    """The slots by which items are read and, unless const, written."""
    kind, detail = kind_of(element)
    items = Items(kind, sizeof(element, host_target().model), detail, through)
    kept.items = bytearray(2 * WORD)
    own = {"length": count, "writer": kept.add(kept.items)}
    if kind in ("pointer", "view"):
        cls = class_read(element)
        kept.things.append(cls)
        own["class:item"] = id(cls)
    elif kind == "member":
        own["class:item"] = members_word(element)
    slots = [(MP_SUBSCRIPT, "subscript")]
    if not through:
        slots.append((SQ_ITEM, "item"))
    if not is_const(element):
        slots += [(slot, stub) for slot, stub in ASSIGNMENTS if not (through and slot == SQ_ASS_ITEM)]
    written = items if is_modifiable(element) else Items("ask", 0, None, through)  # or Python says why not
    rows = [(slot, stub, items if slot in (MP_SUBSCRIPT, SQ_ITEM) else written) for slot, stub in slots]
    return [(slot, kept.code(bound(stub, items, own=own))) for slot, stub, items in rows]


def python_name(name: str) -> str:
    """The name of a class of numbers or of a vector."""
    return name.replace(" ", "_")


def _new_aligned(cls: Any, /, *values: object, **fields: object) -> Any:
    """A zeroed instance of a type that is aligned to more than malloc's blocks are, or larger than an object."""
    native = next(base for base in cls.__mro__ if "__ctype__" in vars(base))
    align = alignof(native.__ctype__, host_target().model)
    memory = bytearray(sizeof(native.__ctype__, host_target().model) + align)
    place = -(-seed.address_of(memory) // align) * align
    keep = Keep(memory)
    keep.sizes[place] = 0  # it has no more than its type says
    return view(cls, place, keep)
