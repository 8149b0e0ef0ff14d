"""Reading pointers and structs: None, text, buffers, and whatever Python can make a pointer or struct of."""

from __future__ import annotations

from ...ir.builder import Builder
from ...ir.instruction import (
    AddressOf,
    Branch,
    Compute,
    Jump,
    Label,
    Load,
    LoadArgument,
    Memory,
    Move,
    Return,
    Routine,
    Store,
)
from ..buffer import COMPLEX, KINDS, PYBUF_FORMAT, PYBUF_ND, PYBUF_WRITABLE
from ..interpreter import TP_AS_BUFFER, TP_NAME, Surroundings
from ..link import NDARRAY, api, python, slot_entry, type_of
from .conversion import Asked

__all__ = ["block", "object", "pointer"]

OBJECT_CODE = ord("O")
#: The first characters of ctypes' formats of pointers, text and functions; NumPy's of complex numbers begin with Z too.
POINTER_CODES = b"&PzZX"
#: How the names of NumPy's classes begin.
NUMPY = b"numpy."
#: The prefixes of a format that mean the machine's byte order, and those that mean one of the two (PEP 3118).
NATIVE_PREFIXES, ORDERED_PREFIXES = b"@=", {"<": b"<", ">": b">!"}


def pointer(w: Builder, env: Surroundings, detail: str) -> Routine:
    """None, text, a buffer of the right kind, else whatever Python can make a pointer of."""
    item_word, *words = detail.split(",")
    item, const = int(item_word), "const" in words
    asked = Asked(w, env)
    view = Memory(w.local())
    w.add(
        LoadArgument(4, view, "the Py_buffer"),
        Branch("eq", "s0", api("_Py_NoneStruct"), "null"),
    )
    w.aside("null", lambda: w.add(Store(Memory("s1"), 0, asked.pointer), Return(0)))
    if "text" in words:
        asked.is_instance(api("PyUnicode_Type"), "text")
        w.aside("text", lambda: _text_argument(asked))
    if item >= 0:
        _if_buffer(asked, "buffer")
        w.aside("buffer", lambda: _buffer_argument(asked, view, item, const, _numbers(words)))
    w.add(Label("convert"))
    _converted(asked, view)
    return w.finish()


def _if_buffer(asked: Asked, label: str) -> None:
    """Go to `label` if the object has the buffer protocol, and is not one of farcall's own values: what those
    stand for as pointers is not their bytes."""
    w, env, pointer = asked.w, asked.env, asked.pointer
    if not env.interpreter.fast:
        asked.is_instance(type_of("value"), "convert")
        w.add(env.invoke("PyObject_CheckBuffer", "s0", result="t0"), Branch("ne", "t0", 0, label, 4))
        return
    w.add(
        Load("t0", Memory("s0", env.interpreter.type), pointer),
        Load("t0", Memory("t0", env.interpreter.header + TP_AS_BUFFER * pointer), pointer, note="tp_as_buffer"),
        Branch("eq", "t0", 0, "convert"),
        Load("t0", Memory("t0"), pointer, note="bf_getbuffer"),
        Branch("eq", "t0", 0, "convert"),
        Branch("eq", "t0", slot_entry("getbuffer"), "convert", note="farcall's own"),
        Branch("ne", "t0", slot_entry("getbuffer_described"), label),
    )


def _text_argument(asked: Asked) -> None:
    """A str's UTF-8, kept by the str itself; lone surrogates go the way of `convert`."""
    w, env, length = asked.w, asked.env, asked.w.local()
    w.add(
        env.invoke("PyUnicode_AsUTF8AndSize", "s0", AddressOf(Memory(length)), result="t0"),
        Branch("eq", "t0", 0, "surrogates"),
        Store(Memory("s1"), "t0", asked.pointer),
        env.invoke("strlen", "t0", result="t0"),
        Branch("ne", Memory(length), "t0", "refused", note="a NUL inside would cut the text"),
        Return(0),
    )
    w.aside("surrogates", lambda: w.add(env.invoke("PyErr_Clear"), Jump("convert")))


def _numbers(words: list[str]) -> str:
    """Which numbers the items are, "whole" where no word says."""
    return next((word for word in words if word in ("floating", "complex", "any")), "whole")


def _buffer_argument(asked: Asked, view: Memory, item: int, const: bool, numbers: str) -> None:
    """Borrow a buffer: C-contiguous, writable unless the target is const, with items of the target's size."""
    w, env = asked.w, asked.env
    flags = PYBUF_FORMAT | PYBUF_ND | (0 if const else PYBUF_WRITABLE)
    w.add(Load("s2", view, asked.pointer))
    if item == 0:
        w.add(
            Move("t1", NDARRAY),
            Load("t1", Memory("t1"), asked.pointer),
            Branch("eq", "t1", 0, "unnoted"),
            Label("noted"),
            Branch("eq", Memory("s0", env.interpreter.type), "t1", "array", note="its memory is plain"),
            Label("other"),
        )
        w.aside("unnoted", lambda: _note(asked))

        def array() -> None:  # NumPy takes a while to say what its items are
            plain = env.invoke("PyObject_GetBuffer", "s0", "s2", flags & ~PYBUF_FORMAT, result="t0")
            w.add(plain, Branch("ne", "t0", 0, "no_buffer", 4), Jump("memory"))

        w.aside("array", array)
    w.add(
        env.invoke("PyObject_GetBuffer", "s0", "s2", flags, result="t0"),
        Branch("ne", "t0", 0, "no_buffer", 4),
    )
    _unless_pointer(asked)
    if item == 0:
        w.add(Label("memory"))
        w.add(Branch("eq", Memory("s2", asked.view.ndim), 0, "indirect", 4, "one number may be an address"))
    if item > 0:
        _check_items(asked, item, numbers)
        w.aside("misfit", lambda: w.add(env.invoke("PyBuffer_Release", "s2"), Jump("refused")))
    w.add(
        Label("fits"),
        Load("t0", Memory("s2", asked.view.buf), asked.pointer),
        Store(Memory("s1"), "t0", asked.pointer),
    )
    asked.taken()

    def no_buffer() -> None:
        w.add(Store(Memory("s2", asked.view.obj), 0, asked.pointer))
        if item == 0 and not const:  # a number of NumPy's, which is no memory to write to, may be an address
            w.add(env.invoke("PyErr_Clear"), Jump("convert"))
        else:
            w.add(Jump("refused"))

    w.aside("no_buffer", no_buffer)


def _note(asked: Asked) -> None:
    """Have Python note the class of NumPy's arrays, if the object's own class is called as NumPy's are: it was imported after
    the function was bound."""
    w, env = asked.w, asked.env
    name = Memory("t0", env.interpreter.header + TP_NAME * asked.pointer)
    w.add(Load("t0", Memory("s0", env.interpreter.type), asked.pointer), Load("t0", name, asked.pointer))
    for at, letter in enumerate(NUMPY):
        w.add(Load("t1", Memory("t0", at), 1), Branch("ne", "t1", letter, "other"))
    w.add(
        env.invoke("call_python_1", python("note_ndarray"), "s0", 0, result="t0"),
        Branch("eq", "t0", 0, "raised"),
        env.invoke("Py_DecRef", "t0"),
        Move("t1", NDARRAY),
        Load("t1", Memory("t1"), asked.pointer),
        Jump("noted"),
    )


def _unless_pointer(asked: Asked) -> None:
    """A buffer whose items are pointers, which is what a ctypes pointer shows of itself, stands for its target: Python
    finds that."""
    w = asked.w
    w.add(
        Load("t0", Memory("s2", asked.view.format), asked.pointer),
        Branch("eq", "t0", 0, "plain"),
        Load("t1", Memory("t0"), 1),
        Branch("ne", "t1", ord(asked.env.target.byteorder.format), "first", note="what ctypes writes first"),
        Load("t1", Memory("t0", 1), 1),
        Label("first"),
    )
    w.add(*(Branch("eq", "t1", code, "indirect", note="a pointer's format") for code in POINTER_CODES))
    w.add(Label("plain"))

    def indirect() -> None:
        w.add(
            env.invoke("PyBuffer_Release", "s2"),
            Store(Memory("s2", asked.view.obj), 0, asked.pointer),
            Jump("convert"),
        )

    env = asked.env
    w.aside("indirect", indirect)


def _check_items(asked: Asked, item: int, numbers: str) -> None:
    """bytes and bytearray are raw memory, of whole items; of others the item size and the kind of number must agree."""
    w = asked.w
    w.add(Branch("eq", Memory("s2", asked.view.itemsize), item, "sized"))
    asked.is_instance(api("PyByteArray_Type"), "raw")
    asked.is_instance(api("PyBytes_Type"), "raw")

    def raw() -> None:
        if item & (item - 1):
            w.add(Jump("indirect", "Python divides"))
            return
        w.add(
            Load("t0", Memory("s2", asked.view.len), asked.pointer),
            Compute("and", "t0", item - 1),
            Branch("eq", "t0", 0, "fits"),
            Jump("misfit"),
        )

    w.aside("raw", raw)
    w.add(
        Jump("misfit"),
        Label("sized"),
        Load("t0", Memory("s2", asked.view.format), asked.pointer),
        Branch("eq", "t0", 0, "fits" if numbers in ("whole", "any") else "misfit", note="no format means bytes"),
        Load("t1", Memory("t0"), 1),
    )
    w.add(*(Branch("eq", "t1", prefix, "prefixed") for prefix in NATIVE_PREFIXES))
    for order, prefixes in ORDERED_PREFIXES.items():
        native = order == asked.env.target.byteorder.format
        label, note = ("prefixed", "") if native else ("misfit", "byte order")
        w.add(*(Branch("eq", "t1", prefix, label, note=note) for prefix in prefixes))
    w.add(Label("code"))
    if numbers in ("floating", "complex"):
        codes = KINDS["floating"] if numbers == "floating" else COMPLEX
        w.add(*(Branch("eq", "t1", code, "fits") for code in codes), Jump("misfit"))
    else:
        w.add(Branch("eq", "t1", OBJECT_CODE, "misfit", note="references, for Python to count"))
        codes = KINDS["floating"] + (COMPLEX if numbers == "whole" else b"")
        w.add(*(Branch("eq", "t1", code, "misfit") for code in codes), Jump("fits"))
    w.aside("prefixed", lambda: w.add(Load("t1", Memory("t0", 1), 1), Jump("code")))


def object(w: Builder, env: Surroundings, detail: str) -> Routine:
    """An object, whatever it is; of farcall's own values those that are pointers to objects stand for these."""
    asked, view = Asked(w, env), Memory(w.local())
    w.add(LoadArgument(4, view, "the Py_buffer"))
    asked.is_instance(type_of("value"), "own")
    w.add(Store(Memory("s1"), "s0", asked.pointer), Return(0), Label("own"))
    _converted(asked, view, "convert:convert_object")
    return w.finish()


def _converted(asked: Asked, view: Memory, convert: str = "convert") -> None:
    """Ask Python for a pointer object; the view keeps it until the call is over."""
    w, env = asked.w, asked.env
    w.add(
        env.support(convert, asked.self, asked.index, "s0", result="s2"),
        Branch("eq", "s2", 0, "raised"),
        Load("t1", view, asked.pointer),
        Store(Memory("t1", asked.view.obj), "s2", asked.pointer),
        Load("t0", Memory("s2", env.interpreter.value_data), asked.pointer),
        Load("t0", Memory("t0"), asked.pointer),
        Store(Memory("s1"), "t0", asked.pointer),
    )
    asked.taken()
    w.aside("raised", lambda: w.add(Return(-1)))


def block(w: Builder, env: Surroundings, detail: str) -> Routine:
    """An instance of the declared struct, made by Python of what was given; the view keeps it."""
    asked = Asked(w, env)
    view = Memory(w.local())
    w.add(
        LoadArgument(4, view),
        env.support("convert", asked.self, asked.index, "s0", result="s2"),
        Branch("eq", "s2", 0, "raised"),
        Load("t1", view, asked.pointer),
        Store(Memory("t1", asked.view.obj), "s2", asked.pointer),
        Load("t0", Memory("s2", env.interpreter.value_data), asked.pointer),
        Store(Memory("s1"), "t0", asked.pointer),
    )
    asked.taken()
    w.aside("raised", lambda: w.add(Return(-1)))
    return w.finish()
