"""The closure object's own routines: how it is made, collected and freed. Its words, and how it comes to have cells, are in
`closure_cells`."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Compute,
    Invoke,
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
from .box import return_none
from .closure_cells import (
    CELLS,
    DICT,
    ENTRY,
    WEAK,
    Found,
    drop,
    exchange,
    fill,
    freed_last,
    take_callable,
    word_of,
)
from .interpreter import TP_CALL, TP_FREE, TP_VECTORCALL_OFFSET, Surroundings
from .link import CLOSURE_TEXTS, api, interned, type_of
from .reference import hold, release
from .state import state

__all__ = [
    "closure_clear", "closure_close", "closure_construct", "closure_dealloc", "closure_held",
    "closure_open", "closure_traverse", "make_closure",
]  # fmt: skip


def closure_dealloc(env: Surroundings) -> Routine:
    """`tp_dealloc`: close it, put its cells into quarantine, let go of the rest."""
    w, facts, pointer = (
        Builder("closure_dealloc", env.placement("tp_dealloc")),
        env.interpreter,
        env.target.model.pointer,
    )
    cells, oldest = state(pointer), Memory(w.local())
    w.add(LoadArgument(0, "s0", "the closure"))
    if not facts.gil:
        w.add(Move("s2", 0), Load("s1", word_of(env, "s0", CELLS), pointer), Branch("eq", "s1", 0, "alone"))
        freed_last(w, env, "s0", "s1", "used")
        w.add(Label("alone"))
        w.aside("used", lambda: w.add(Return()))
    w.add(
        env.invoke("PyObject_GC_UnTrack", "s0"),
        Branch("ne", word_of(env, "s0", WEAK), 0, "referred"),
        Label("unreferred"),
        Load("s1", word_of(env, "s0", CELLS), pointer),
        Branch("eq", "s1", 0, "let_go", note="it was never made"),
        Store(word_of(env, "s0", CELLS), 0, pointer),
    )
    if facts.gil:
        w.add(
            Load("s2", Memory("s1", cells.callable), pointer),
            Store(Memory("s1", cells.callable), 0, pointer, "closed"),
        )
    exchange(w, env, oldest)
    w.add(Branch("eq", "s2", 0, "callable_gone"))
    release(w, env, "s2")
    w.add(
        Label("callable_gone"),
        Load("s1", oldest, pointer),
        Branch("eq", "s1", 0, "let_go"),
        env.support("recycle_closure", "s1"),
        Label("let_go"),
    )
    for word in (DICT, ENTRY):
        drop(w, env, word_of(env, "s0", word))
    w.add(
        Load("s1", Memory("s0", facts.type), pointer),
        Load("t0", Memory("s1", facts.header + TP_FREE * pointer), pointer, note="tp_free"),
        Invoke("t0", env.placement("PyObject_Free"), ("s0",)),
    )
    release(w, env, "s1")
    w.add(Return())
    w.aside("referred", lambda: w.add(env.invoke("PyObject_ClearWeakRefs", "s0"), Jump("unreferred")))
    return w.finish()


def closure_traverse(env: Surroundings) -> Routine:
    """`tp_traverse`: the class, the attributes and the callable; not the closure type, which the cells need for longer."""
    w, pointer = Builder("closure_traverse", env.placement("tp_traverse")), env.target.model.pointer
    argument, cells = Memory(w.local()), state(pointer)
    w.add(
        LoadArgument(0, "s0", "the closure"),
        LoadArgument(1, "s1", "what is told of each object"),
        LoadArgument(2, argument),
        Load("s2", word_of(env, "s0", CELLS), pointer),
    )

    def visit(place: Memory) -> None:
        none = w.label("none")
        w.add(
            Load("t0", place, pointer),
            Branch("eq", "t0", 0, none),
            Invoke("s1", env.placement("visitproc"), ("t0", argument), "t0"),
            Branch("ne", "t0", 0, "stop", 4),
            Label(none),
        )

    visit(Memory("s0", env.interpreter.type))
    visit(word_of(env, "s0", DICT))
    w.add(Branch("eq", "s2", 0, "done"))
    visit(Memory("s2", cells.callable))
    w.add(Label("done"), Return(0))
    w.aside("stop", lambda: w.add(Return("t0")))
    return w.finish()


def closure_clear(env: Surroundings) -> Routine:
    """`tp_clear`: close it, and let go of the attributes."""
    w = Builder("closure_clear", env.placement("tp_clear"))
    w.add(LoadArgument(0, "s0", "the closure"))
    _close(w, env)
    drop(w, env, word_of(env, "s0", DICT))
    w.add(Return(0))
    return w.finish()


def closure_close(env: Surroundings) -> Routine:
    """The builtin `close(closure)`: no call begins from now on."""
    w = Builder("closure_close", env.placement("METH_O"))
    w.add(LoadArgument(1, "s0", "the closure"))
    _close(w, env)
    return_none(w, env)
    return w.finish()


def _close(w: Builder, env: Surroundings) -> None:
    w.add(
        Load("t0", word_of(env, "s0", CELLS), env.target.model.pointer),
        Branch("eq", "t0", 0, "closed"),
        Move("s1", "t0"),
    )
    if env.interpreter.gil:
        drop(w, env, Memory("s1", state(env.target.model.pointer).callable))
    else:
        take_callable(w, env, "s1")
        w.add(env.invoke("Py_DecRef", "s2", note="NULL is allowed"))
    w.add(Label("closed"))


def closure_held(env: Surroundings) -> Routine:
    """The builtin `held(closure, offset)`: the object that the cells of a closure which was made hold there."""
    w, pointer = Builder("closure_held", env.placement("METH_FASTCALL")), env.target.model.pointer
    w.add(
        LoadArgument(1, "s0", "the arguments: closure, where in its cells"),
        Load("t0", Memory("s0", pointer), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result="s1"),
        Load("t0", Memory("s0"), pointer),
        Load("t0", word_of(env, "t0", CELLS), pointer),
        Compute("add", "s1", "t0"),
        Load("s1", Memory("s1"), pointer),
        env.invoke("Py_IncRef", "s1"),
        Return("s1"),
    )
    return w.finish()


def closure_open(env: Surroundings) -> Routine:
    """The builtin `open(closure, type, callable, name, vectorcall)`: gives a new closure object cells. False if the type's
    list is empty."""
    w, pointer = Builder("closure_open", env.placement("METH_FASTCALL")), env.target.model.pointer
    found = Found(w)
    w.add(
        LoadArgument(1, "s0", "the arguments: closure, type, callable, name, where its vectorcall is"),
        Load("t0", Memory("s0", 4 * pointer), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result=found.vectorcall),
    )
    for position, to in ((1, found.kind), (2, found.callable), (3, found.name)):
        w.add(Load("t0", Memory("s0", position * pointer), pointer), Store(to, "t0", pointer))
    for held in (found.kind, found.name):
        w.add(Load("t0", held, pointer))
        hold(w, env, "t0", "t1")
    w.add(Load("s2", Memory("s0"), pointer))
    fill(w, env, found, "empty")
    return_none(w, env)

    def empty() -> None:
        for held in (found.kind, found.name):
            w.add(Load("t0", held, pointer))
            release(w, env, "t0")
        w.add(env.invoke("PyBool_FromLong", 0, tail=True))

    w.aside("empty", empty)
    return w.finish()


def make_closure(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`PyObject *make_closure(class, type, callable)`: a closure of a callable. NULL, with no exception, where Python has to
    make it, or say why not. For the tier that knows the layouts of objects."""
    facts, pointer = env.interpreter, env.target.model.pointer
    cls, found = Memory(w.local()), Found(w)
    w.add(
        LoadArgument(0, cls),
        LoadArgument(1, "s1", "the closure type"),
        LoadArgument(2, "s0", "the callable"),
        Store(found.kind, "s1", pointer),
        Store(found.callable, "s0", pointer),
        Load("t1", Memory("s0", facts.type), pointer),
    )
    for known in ("PyFunction_Type", "PyMethod_Type", "PyCFunction_Type"):
        w.add(Branch("eq", "t1", api(known), "known"))
    w.add(
        Branch("eq", Memory("t1", facts.header + TP_CALL * pointer), 0, "no", note="not callable"),
        Store(found.vectorcall, 0, pointer, "its type may change"),
        Jump("vectored"),
        Label("known"),
        Load("t0", Memory("t1", facts.header + TP_VECTORCALL_OFFSET * pointer), pointer, note="tp_vectorcall_offset"),
        Store(found.vectorcall, "t0", pointer),
        Compute("add", "t0", "s0"),
        Branch("eq", Memory("t0"), 0, "without", note="a builtin may have none"),
        Label("vectored"),
    )
    hold(w, env, "s1", "t1")
    w.add(env.invoke("PyObject_GetAttr", "s0", interned("__name__"), result="s2"), Branch("eq", "s2", 0, "unnamed"))
    _if_text(w, env, "odd_name")
    w.add(
        Label("named"),
        Store(found.name, "s2", pointer),
        env.invoke("PyType_GenericAlloc", cls, 0, result="s2"),
        Branch("eq", "s2", 0, "no_memory"),
    )
    fill(w, env, found, "empty")
    w.add(Return("s2"))
    w.aside("without", lambda: w.add(Store(found.vectorcall, 0, pointer), Jump("vectored")))

    def of_type() -> None:
        """The name of the callable's class stands for one that it has not."""
        w.add(
            env.invoke("PyErr_Clear"),
            Label("of_type"),
            Load("t0", Memory("s0", facts.type), pointer),
            env.invoke("PyObject_GetAttr", "t0", interned("__name__"), result="s2"),
            Branch("eq", "s2", 0, "no_name"),
        )
        _if_text(w, env, "very_odd_name")
        w.add(Jump("named"))

    w.aside("unnamed", of_type)
    w.aside("odd_name", lambda: w.add(env.invoke("Py_DecRef", "s2"), Jump("of_type")))
    w.aside("very_odd_name", lambda: w.add(env.invoke("Py_DecRef", "s2"), Jump("give_up")))
    w.aside("no_name", lambda: w.add(env.invoke("PyErr_Clear"), Jump("give_up")))
    w.aside("empty", lambda: w.add(env.invoke("Py_DecRef", "s2"), env.invoke("Py_DecRef", found.name), Jump("give_up")))
    w.aside("no_memory", lambda: w.add(env.invoke("PyErr_Clear"), env.invoke("Py_DecRef", found.name), Jump("give_up")))
    w.aside("give_up", lambda: w.add(env.invoke("Py_DecRef", found.kind), Jump("no")))
    w.aside("no", lambda: w.add(Return(0)))
    return w.finish()


def _if_text(w: Builder, env: Surroundings, odd: str) -> None:
    """Go to `odd` unless the object in s2 is exactly a str, and not empty."""
    facts = env.interpreter
    w.add(
        Load("t0", Memory("s2", facts.type), env.target.model.pointer),
        Branch("ne", "t0", api("PyUnicode_Type"), odd),
        Branch("eq", Memory("s2", facts.text_length), 0, odd),
    )


def closure_construct(env: Surroundings) -> Routine:
    """`tp_vectorcall` of a class of closures: `Class(callable, text)`, `Class(callable, class)`, for types that were used
    before. All else is left to Python."""
    w, facts, pointer = (
        Builder("closure_construct", env.placement("tp_vectorcall")),
        env.interpreter,
        env.target.model.pointer,
    )
    cls, nargsf, names = (Memory(w.local()) for _ in range(3))
    kept = w.local()
    w.add(
        LoadArgument(0, cls),
        LoadArgument(1, "s0", "the arguments"),
        LoadArgument(2, "s1"),
        Store(nargsf, "s1", pointer),
        LoadArgument(3, "t0", "the names"),
        Store(names, "t0", pointer),
        Branch("ne", "t0", 0, "ask"),
        Compute("shl", "s1", 1, "the flag in the highest bit falls out"),
        Branch("ne", "s1", 4, "ask", note="two arguments"),
        Load("s2", Memory("s0", pointer), pointer, note="the declaration"),
        Load("t1", Memory("s2", facts.type), pointer),
        Branch("eq", "t1", api("PyUnicode_Type"), "text"),
        Branch("ne", "t1", api("PyType_Type"), "ask"),
        env.invoke("PyObject_GetAttr", "s2", interned("__native__"), result="s2", note="what a class of farcall's has"),
        Branch("eq", "s2", 0, "no_class"),
        Store(Memory(kept), "s2", pointer),
        Load("t1", Memory("s2", facts.type), pointer),
        Branch("ne", "t1", type_of("kept"), "none"),
        Load("s1", Memory("s2", facts.header), pointer, note="its closure type"),
        Branch("eq", "s1", 0, "none"),
    )
    hold(w, env, "s1", "t1")
    release(w, env, "s2")
    w.add(Label("known"), Load("t0", Memory("s0"), pointer))
    w.add(env.support("make_closure", cls, "s1", "t0", result="s2"))
    release(w, env, "s1")
    w.add(Branch("eq", "s2", 0, "ask"), Return("s2"))

    def text() -> None:
        w.add(
            env.invoke("PyDict_GetItemWithError", CLOSURE_TEXTS, "s2", result="s1"),
            Branch("eq", "s1", 0, "unknown"),
        )
        hold(w, env, "s1", "t1")
        w.add(Jump("known"))

    w.aside("text", text)
    w.aside("unknown", lambda: w.add(env.invoke("PyErr_Clear"), Jump("ask")))
    w.aside("no_class", lambda: w.add(env.invoke("PyErr_Clear"), Jump("ask")))
    w.aside("none", lambda: w.add(env.invoke("Py_DecRef", Memory(kept)), Jump("ask")))
    note = "Python tries, and says why not"
    w.aside("ask", lambda: w.add(env.support("construct:closure", cls, "s0", nargsf, names, tail=True, note=note)))
    return w.finish()
