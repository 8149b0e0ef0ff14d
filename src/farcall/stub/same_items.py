"""Buffers of just the items that an array has: numbers of the same size and kind, one behind the other, so many of them.
Their bytes are copied as they are."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import AddressOf, Branch, Compute, Jump, Label, Load, Local, Memory
from .buffer import KINDS, PYBUF_FORMAT, PYBUF_ND, buffer_layout
from .carrier import Carrier, FloatKind, InstanceKind, IntKind
from .interpreter import Surroundings

__all__ = ["borrow", "items_kind"]


def items_kind(carrier: Carrier | None) -> str:
    """The kind of numbers among KINDS that items of a carrier are; "" for others, which Python looks at one by one."""
    if isinstance(carrier, IntKind):
        return "signed" if carrier.signed else "unsigned"
    if isinstance(carrier, FloatKind):
        return "floating"
    return "complex" if isinstance(carrier, InstanceKind) and carrier.number.startswith("complex") else ""


def borrow(
    w: Builder, env: Surroundings, value: str | Memory, view: Local, kind: str, size: Memory, total: Memory, slow: str
) -> None:
    """Have the object `value` show its items in `view`, a Py_buffer, if they are numbers of the kind and of `size` bytes, in
    `total` bytes; else to `slow`, with nothing borrowed or raised. This may run Python code. Temporaries are lost."""
    pointer, order = env.target.model.pointer, env.target.byteorder
    fields = buffer_layout(pointer)
    w.add(
        env.invoke("PyObject_GetBuffer", value, AddressOf(Memory(view)), PYBUF_FORMAT | PYBUF_ND, result="t0"),
        Branch("ne", "t0", 0, "not_shown", 4),
        Branch("ne", Memory(view, fields.ndim), 1, "other_items", 4),
        Load("t0", Memory(view, fields.itemsize), pointer),
        Branch("ne", size, "t0", "other_items"),
        Load("t0", Memory(view, fields.len), pointer),
        Branch("ne", total, "t0", "other_items"),
        Load("t0", Memory(view, fields.format), pointer),
        Branch("eq", "t0", 0, "other_items"),
        Load("t1", Memory("t0"), 1),
    )
    w.add(*(Branch("eq", "t1", prefix, "native", note="the machine's order") for prefix in (*b"@=", ord(order.format))))
    w.add(Label("number"))
    if kind == "complex":
        w.add(Branch("ne", "t1", ord("Z"), "other_items"), Compute("add", "t0", 1), Load("t1", Memory("t0"), 1))
    w.add(*(Branch("eq", "t1", code, "its_code") for code in KINDS[kind]))
    w.add(Jump("other_items"), Label("its_code"), Load("t1", Memory("t0", 1), 1), Branch("ne", "t1", 0, "other_items"))
    w.aside("native", lambda: w.add(Compute("add", "t0", 1), Load("t1", Memory("t0"), 1), Jump("number")))
    w.aside("other_items", lambda: w.add(env.invoke("PyBuffer_Release", AddressOf(Memory(view))), Jump(slow)))
    w.aside("not_shown", lambda: w.add(env.invoke("PyErr_Clear", note="Python tries otherwise"), Jump(slow)))
