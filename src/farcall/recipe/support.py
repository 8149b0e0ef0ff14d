"""Support routines: the out-of-line half of unboxing, through the C API alone.

Each is a C function of its own, made once a process: `int (object, where, self, index[, view])`, which gives 0
and the value, or -1 with an exception that names function and parameter. The naming is done in Python, by the
function that "python:refuse" stands for: it looks at the object again and raises what fits.
"""

from __future__ import annotations

from collections.abc import Callable

from .box import return_none
from .interpreter import Surroundings
from .step import (
    AddressOf,
    At,
    Branch,
    Compute,
    Convert,
    Copy,
    Jump,
    Label,
    Load,
    Local,
    Move,
    Receive,
    Return,
    Routine,
    Store,
    Symbol,
)
from .unbox import F32_INFINITY, F32_MAGNITUDE, VIEW_OWNER
from .writer import Writer

__all__ = ["support"]

#: Flags of PyObject_GetBuffer (Include/cpython/object.h): ND without STRIDES asks for C-contiguous memory.
PYBUF_WRITABLE, PYBUF_FORMAT, PYBUF_ND = 0x1, 0x4, 0x8
#: Fields of Py_buffer in pointers: buf, obj, len, itemsize; then int readonly, ndim; then format.
VIEW_BUF, VIEW_ITEMSIZE, VIEW_FORMAT = 0, 24, 40
FLOATING_CODES = b"efdg"
#: PyTypeObject.tp_as_buffer (Include/cpython/object.h; the same since 3.8), in pointers from the end of ob_base.
TP_AS_BUFFER = 18
#: The prefixes of a format in the machine's byte order, and in the other (PEP 3118; little-endian machines).
NATIVE_PREFIXES, FOREIGN_PREFIXES = b"@=<", b">!"
F64_INFINITY_TOP = 0x7FF00000


def support(name: str, env: Surroundings) -> Routine:
    """The support routine called `name`, "kind" or "kind:detail". Raises KeyError for an unknown kind."""
    kind, _, detail = name.partition(":")
    return _KINDS[kind](Writer(name, env.placement("support:" + kind)), env, detail)


class _Asked:
    """A reading routine under way: its arguments in saved registers and locals, and its ways out."""

    def __init__(self, w: Writer, env: Surroundings) -> None:
        self.w, self.env = w, env
        self.pointer = env.target.model.pointer
        self.self, self.index = At(w.local()), At(w.local())
        w.add(
            Receive(0, "s0", "the object"),
            Receive(1, "s1", "where the value goes"),
            Receive(2, self.self),
            Receive(3, self.index),
        )
        w.aside("refused", self._refuse)

    def _refuse(self) -> None:
        self.w.add(
            self.env.invoke("PyErr_Clear", note="a better message follows"),
            self.env.support("refuse", self.self, self.index, "s0"),
            Return(-1),
        )

    def is_instance(self, cls: Symbol, label: str) -> None:
        """Go to `label` if the object is an instance of `cls`."""
        self.w.add(
            self.env.invoke("PyObject_IsInstance", "s0", cls, result="t0"),
            Branch("eq", "t0", 1, label, 4),
        )

    def integer(self, wide: Local, signed: bool) -> None:
        """The object's 64-bit integer into `wide`, or refuse."""
        convert = "PyLong_AsLongLong" if signed else "PyLong_AsUnsignedLongLong"
        self.w.add(
            self.env.invoke("PyNumber_Index", "s0", result="s2"),
            Branch("eq", "s2", 0, "refused"),
            self.env.invoke(convert, "s2", result=At(wide)),
            self.env.invoke("Py_DecRef", "s2"),
            self.env.invoke("PyErr_Occurred", result="t0"),
            Branch("ne", "t0", 0, "refused"),
        )

    def in_range(self, wide: Local, low: int, high: int) -> None:
        """Refuse a 64-bit integer outside [low, high]."""
        self.w.add(
            self.env.support("outside", At(wide), low, high, result="t0"),
            Branch("ne", "t0", 0, "refused", 4),
        )


def _whole(w: Writer, env: Surroundings, detail: str) -> Routine:
    """An integer by `__index__`, in range."""
    asked = _Asked(w, env)
    signed, size = detail[0] == "s", int(detail[1:])
    wide = w.local(8)
    asked.integer(wide, signed or size < 8)
    if detail == "b1":
        asked.in_range(wide, 0, 1)
    elif size < 8:
        bits = size * 8
        asked.in_range(wide, -(1 << (bits - 1)) if signed else 0, (1 << (bits - signed)) - 1)
    low_end = 8 - size if env.target.model.big_endian else 0
    w.add(Copy(At("s1"), At(wide, low_end), size), Return(0))
    return w.finish()


def _outside(w: Writer, env: Surroundings, detail: str) -> Routine:
    """`int outside(int64_t value, int64_t low, int64_t high)`: whether value is not in [low, high]."""
    w.add(
        Receive(0, "t0"),
        Receive(1, "t1"),
        Branch("lt", "t0", "t1", "out"),
        Receive(2, "t1"),
        Branch("gt", "t0", "t1", "out"),
        Return(0),
    )
    w.aside("out", lambda: w.add(Return(1)))
    return w.finish()


def _character(w: Writer, env: Surroundings, detail: str) -> Routine:
    """`bytes` of length one, or an integer in range."""
    asked = _Asked(w, env)
    text, size = At(w.local()), At(w.local())
    asked.is_instance(Symbol("api:PyBytes_Type"), "bytes")
    wide = w.local(8)
    asked.integer(wide, True)
    asked.in_range(wide, *((-128, 127) if detail[0] == "s" else (0, 255)))
    w.add(Load("t0", At(wide, 7 if env.target.model.big_endian else 0), 1), Label("store"))
    w.add(Store(At("s1"), "t0", 1), Return(0))

    def take_bytes() -> None:
        w.add(
            env.invoke("PyBytes_AsStringAndSize", "s0", AddressOf(text), AddressOf(size), result="t0"),
            Branch("ne", "t0", 0, "refused", 4),
            Branch("ne", size, 1, "refused"),
            Load("t0", text, asked.pointer),
            Load("t0", At("t0"), 1),
            Jump("store"),
        )

    w.aside("bytes", take_bytes)
    return w.finish()


def _real(w: Writer, env: Surroundings, detail: str) -> Routine:
    """A floating number by `__float__` or `__index__`; a finite double that no float holds is refused."""
    _Asked(w, env)
    value = w.local(8)
    w.add(
        env.invoke("PyFloat_AsDouble", "s0", result=At(value)),
        env.invoke("PyErr_Occurred", result="t0"),
        Branch("ne", "t0", 0, "refused"),
    )
    if detail == "8":
        w.add(Copy(At("s1"), At(value), 8), Return(0))
        return w.finish()
    w.add(
        Convert("f64:f32", At("s1"), At(value)),
        Load("t0", At("s1"), 4),
        Compute("and", "t0", F32_MAGNITUDE),
        Branch("eq", "t0", F32_INFINITY, "infinite", 4),
        Label("fits"),
        Return(0),
    )

    def infinite() -> None:  # it may have been infinite before
        w.add(
            Load("t0", At(value, 0 if env.target.model.big_endian else 4), 4),
            Compute("and", "t0", F32_MAGNITUDE),
            Branch("eq", "t0", F64_INFINITY_TOP, "fits", 4),
            Jump("refused"),
        )

    w.aside("infinite", infinite)
    return w.finish()


def _pointer(w: Writer, env: Surroundings, detail: str) -> Routine:
    """None, text, a buffer of the right kind, else whatever Python can make a pointer of."""
    item_word, *words = detail.split(",")
    item, const = int(item_word), "const" in words
    asked = _Asked(w, env)
    view = At(w.local())
    w.add(
        Receive(4, view, "the Py_buffer"),
        Branch("eq", "s0", Symbol("api:_Py_NoneStruct"), "null"),
    )
    w.aside("null", lambda: w.add(Store(At("s1"), 0, asked.pointer), Return(0)))
    if "text" in words:
        asked.is_instance(Symbol("api:PyUnicode_Type"), "text")
        w.aside("text", lambda: _text_argument(asked))
    if item >= 0:
        _if_buffer(asked, "buffer")
        w.aside("buffer", lambda: _buffer_argument(asked, view, item, const, "floating" in words))
    w.add(Label("convert"))
    _converted(asked, view)
    return w.finish()


def _if_buffer(asked: _Asked, label: str) -> None:
    """Go to `label` if the object has the buffer protocol, and is not one of farcall's own values: what those
    stand for as pointers is not their bytes."""
    w, env, pointer = asked.w, asked.env, asked.pointer
    if not env.interpreter.fast:
        asked.is_instance(Symbol("class:value"), "convert")
        w.add(env.invoke("PyObject_CheckBuffer", "s0", result="t0"), Branch("ne", "t0", 0, label, 4))
        return
    w.add(
        Load("t0", At("s0", env.interpreter.type), pointer),
        Load("t0", At("t0", env.interpreter.header + TP_AS_BUFFER * pointer), pointer, note="tp_as_buffer"),
        Branch("eq", "t0", 0, "convert"),
        Load("t0", At("t0"), pointer, note="bf_getbuffer"),
        Branch("eq", "t0", 0, "convert"),
        Branch("ne", "t0", Symbol("entry:getbuffer"), label, note="not farcall's own"),
    )


def _text_argument(asked: _Asked) -> None:
    """A str's UTF-8, kept by the str itself; lone surrogates go the way of `convert`."""
    w, env, length = asked.w, asked.env, asked.w.local()
    w.add(
        env.invoke("PyUnicode_AsUTF8AndSize", "s0", AddressOf(At(length)), result="t0"),
        Branch("eq", "t0", 0, "surrogates"),
        Store(At("s1"), "t0", asked.pointer),
        env.invoke("strlen", "t0", result="t0"),
        Branch("ne", At(length), "t0", "refused", note="a NUL inside would cut the text"),
        Return(0),
    )
    w.aside("surrogates", lambda: w.add(env.invoke("PyErr_Clear"), Jump("convert")))


def _buffer_argument(asked: _Asked, view: At, item: int, const: bool, floating: bool) -> None:
    """Borrow a buffer: C-contiguous, writable unless the target is const, with items of the target's size."""
    w, env = asked.w, asked.env
    flags = PYBUF_FORMAT | PYBUF_ND | (0 if const else PYBUF_WRITABLE)
    w.add(
        Load("s2", view, asked.pointer),
        env.invoke("PyObject_GetBuffer", "s0", "s2", flags, result="t0"),
        Branch("ne", "t0", 0, "no_buffer", 4),
    )
    if item > 0:
        _check_items(asked, item, floating)
        w.aside("misfit", lambda: w.add(env.invoke("PyBuffer_Release", "s2"), Jump("refused")))
    w.add(
        Label("fits"),
        Load("t0", At("s2", VIEW_BUF), asked.pointer),
        Store(At("s1"), "t0", asked.pointer),
        Return(0),
    )
    w.aside("no_buffer", lambda: w.add(Store(At("s2", VIEW_OWNER), 0, asked.pointer), Jump("refused")))


def _check_items(asked: _Asked, item: int, floating: bool) -> None:
    """bytes and bytearray are raw memory; of others the item size and the kind of number must agree."""
    w = asked.w
    w.add(Branch("eq", At("s2", VIEW_ITEMSIZE), item, "sized"))
    asked.is_instance(Symbol("api:PyByteArray_Type"), "fits")
    asked.is_instance(Symbol("api:PyBytes_Type"), "fits")
    w.add(
        Jump("misfit"),
        Label("sized"),
        Load("t0", At("s2", VIEW_FORMAT), asked.pointer),
        Branch("eq", "t0", 0, "misfit" if floating else "fits", note="no format means bytes"),
        Load("t1", At("t0"), 1),
    )
    w.add(*(Branch("eq", "t1", prefix, "prefixed") for prefix in NATIVE_PREFIXES))
    w.add(*(Branch("eq", "t1", prefix, "misfit", note="byte order") for prefix in FOREIGN_PREFIXES))
    w.add(Label("code"))
    w.add(*(Branch("eq", "t1", code, "fits" if floating else "misfit") for code in FLOATING_CODES))
    w.add(Jump("misfit" if floating else "fits"))
    w.aside("prefixed", lambda: w.add(Load("t1", At("t0", 1), 1), Jump("code")))


def _converted(asked: _Asked, view: At) -> None:
    """Ask Python for a pointer object; the view keeps it until the call is over."""
    w, env = asked.w, asked.env
    w.add(
        env.support("convert", asked.self, asked.index, "s0", result="s2"),
        Branch("eq", "s2", 0, "raised"),
        Load("t1", view, asked.pointer),
        Store(At("t1", VIEW_OWNER), "s2", asked.pointer),
        Load("t0", At("s2", env.interpreter.value_data), asked.pointer),
        Load("t0", At("t0"), asked.pointer),
        Store(At("s1"), "t0", asked.pointer),
        Return(0),
    )
    w.aside("raised", lambda: w.add(Return(-1)))


def _block(w: Writer, env: Surroundings, detail: str) -> Routine:
    """An instance of the declared struct, made by Python of what was given; the view keeps it."""
    asked = _Asked(w, env)
    view = At(w.local())
    w.add(
        Receive(4, view),
        env.support("convert", asked.self, asked.index, "s0", result="s2"),
        Branch("eq", "s2", 0, "raised"),
        Load("t1", view, asked.pointer),
        Store(At("t1", VIEW_OWNER), "s2", asked.pointer),
        Load("t0", At("s2", env.interpreter.value_data), asked.pointer),
        Store(At("s1"), "t0", asked.pointer),
        Return(0),
    )
    w.aside("raised", lambda: w.add(Return(-1)))
    return w.finish()


def _text(w: Writer, env: Surroundings, detail: str) -> Routine:
    """`PyObject *text(const char *)`: a str by UTF-8 with surrogateescape; None of NULL."""
    w.add(
        Receive(0, "s0"),
        Branch("eq", "s0", 0, "null"),
        env.invoke("strlen", "s0", result="t0"),
        env.invoke("PyUnicode_DecodeUTF8", "s0", "t0", Symbol("text:surrogateescape"), tail=True),
    )
    w.aside("null", lambda: return_none(w, env))
    return w.finish()


def _refuse(w: Writer, env: Surroundings, detail: str) -> Routine:
    """`void refuse(self, index, object)`: has Python raise what is wrong with an argument."""
    _ask_python(w, env, "refuse")
    w.add(env.invoke("Py_DecRef", "t0"), Return())
    return w.finish()


def _convert(w: Writer, env: Surroundings, detail: str) -> Routine:
    """`PyObject *convert(self, index, object)`: a pointer or struct object made in Python, or NULL."""
    _ask_python(w, env, "convert")
    w.add(Return("t0"))
    return w.finish()


def _ask_python(w: Writer, env: Surroundings, function: str) -> None:
    """Call a Python function with (self, index, object); its result in t0."""
    w.add(
        Receive(0, "s0", "self"),
        Receive(2, "s1", "the object"),
        Receive(1, "t0", "which parameter"),
        env.invoke("PyLong_FromSsize_t", "t0", result="s2"),
        Branch("eq", "s2", 0, "failed"),
        env.invoke("call_python_3", Symbol("python:" + function), "s0", "s2", "s1", 0, result="s1"),
        env.invoke("Py_DecRef", "s2"),
        Move("t0", "s1"),
    )
    w.aside("failed", lambda: w.add(Return(0)))


def _count(w: Writer, env: Surroundings, detail: str) -> Routine:
    """`PyObject *count(self, given)`: has Python raise for a wrong number of arguments."""
    w.add(
        Receive(0, "s0", "self"),
        Receive(1, "t0", "how many were given"),
        env.invoke("PyLong_FromSsize_t", "t0", result="s1"),
        Branch("eq", "s1", 0, "failed"),
        env.invoke("call_python_2", Symbol("python:count"), "s0", "s1", 0, result="s2"),
        env.invoke("Py_DecRef", "s1"),
        Return("s2"),
    )
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


_KINDS: dict[str, Callable[[Writer, Surroundings, str], Routine]] = {
    "block": _block,
    "character": _character,
    "convert": _convert,
    "count": _count,
    "outside": _outside,
    "pointer": _pointer,
    "real": _real,
    "refuse": _refuse,
    "text": _text,
    "whole": _whole,
}
