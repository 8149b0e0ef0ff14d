"""A reading routine under way: its arguments, and its ways out."""

from __future__ import annotations

from ...ir.builder import Builder
from ...ir.instruction import Branch, Load, LoadArgument, Local, Memory, Return, Store, Symbol
from ..buffer import buffer_layout
from ..interpreter import Surroundings
from ..revoked import taken_back

__all__ = ["Asked"]


class Asked:
    """A reading routine under way: its arguments in saved registers and locals, and its ways out."""

    def __init__(self, w: Builder, env: Surroundings) -> None:
        self.w, self.env = w, env
        self.pointer = env.target.model.pointer
        self.view = buffer_layout(self.pointer)
        self.self, self.index, self.count = Memory(w.local()), Memory(w.local()), Memory(w.local())
        w.add(
            LoadArgument(0, "s0", "the object"),
            LoadArgument(1, "s1", "where the value goes"),
            LoadArgument(2, self.self),
            LoadArgument(3, self.index),
            *taken_back("t0", self.pointer),
            Store(self.count, "t0", self.pointer),
        )
        w.aside("refused", self._refuse)

    def taken(self) -> None:
        """End with the value in its place: 0, or 1 if memory or code was taken back meanwhile."""
        w, label = self.w, self.w.label("revoked")
        w.add(*taken_back("t0", self.pointer), Branch("ne", self.count, "t0", label), Return(0))
        w.aside(label, lambda: w.add(Return(1)))

    def _refuse(self) -> None:
        self.w.add(
            self.env.support("refuse", self.self, self.index, "s0", note="a better message follows"),
            Return(-1),
        )

    def is_instance(self, cls: Symbol, label: str) -> None:
        """Go to `label` if the object's type is `cls` or derived from it, whatever its `__class__` says."""
        self.w.add(
            Load("t0", Memory("s0", self.env.interpreter.type), self.pointer),
            self.env.invoke("PyType_IsSubtype", "t0", cls, result="t0"),
            Branch("ne", "t0", 0, label, 4),
        )

    def integer(self, to: Local, size: int, signed: bool) -> int:
        """The object's integer into `to`, which has eight bytes, or refuse; its width there in bytes: at least `size`,
        and a pointer's, in which it has its sign."""
        if size > self.pointer:
            convert = "PyLong_AsLongLong" if signed else "PyLong_AsUnsignedLongLong"
        else:
            convert = "PyLong_AsSsize_t" if signed or size < self.pointer else "PyLong_AsSize_t"
        self.w.add(
            self.env.invoke("PyNumber_Index", "s0", result="s2"),
            Branch("eq", "s2", 0, "refused"),
            self.env.invoke(convert, "s2", result=Memory(to)),
            self.env.invoke("Py_DecRef", "s2"),
            self.env.invoke("PyErr_Occurred", result="t0"),
            Branch("ne", "t0", 0, "refused"),
        )
        return max(size, self.pointer)

    def in_range(self, word: Local, low: int, high: int) -> None:
        """Refuse a pointer-sized integer outside [low, high]."""
        self.w.add(
            self.env.support("outside", Memory(word), low, high, result="t0"),
            Branch("ne", "t0", 0, "refused", 4),
        )
