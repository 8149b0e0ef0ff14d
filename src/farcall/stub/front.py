"""Fronts: builtins that answer the usual arguments themselves, and leave all others to a Python function.

That function is a front's own link. Until a front has code of its own (`cpython.link.front`), it leaves everything to it. Where
a front begins stays the same, since CPython tells builtins apart and hashes them by it: a word in memory says where to go.
Nothing that raises is done here: whatever is unusual begins anew in Python, with the arguments as they came.
"""

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
    TailJump,
)
from .class_facts import CONST, MAKER, MEMORY, POINTER, POINTS_TO, SIZE, TEXT, ZERO, fact, facts_of, unless
from .data_pointer import derive, unless_freed
from .instance import allocate, give_pointer, own_payload
from .interpreter import Surroundings
from .link import FUNCTION, LEADS, NAMED_CLASSES, TARGET, api
from .reference import hold, release

__all__ = [
    "TEXTS", "addressof", "ask_all", "ask_fast", "ask_named", "ask_one", "cast_to", "lead_all", "lead_fast", "lead_one", "new_of",
    "sizeof", "string", "view_as",
]  # fmt: skip

#: How many texts the table of types by their C text holds: pairs of a str and a class, found by the address of the str.
TEXTS = 128


def lead_one(env: Surroundings) -> Routine:
    """METH_O: to where the front's code is."""
    return _lead(env, "METH_O")


def lead_fast(env: Surroundings) -> Routine:
    """METH_FASTCALL: to where the front's code is."""
    return _lead(env, "METH_FASTCALL")


def lead_all(env: Surroundings) -> Routine:
    """METH_FASTCALL with METH_KEYWORDS: to where the front's code is."""
    return _lead(env, "METH_FASTCALL_KEYWORDS")


def ask_one(env: Surroundings) -> Routine:
    """METH_O: whatever the argument, the Python function is called."""
    w = Builder("ask_one", env.placement("METH_O"))
    w.add(Jump("ask"))
    return _finish_one(w, env)


def ask_fast(env: Surroundings) -> Routine:
    """METH_FASTCALL: whatever the arguments, the Python function is called."""
    w = Builder("ask_fast", env.placement("METH_FASTCALL"))
    w.add(
        LoadArgument(1, "s0", "the arguments"),
        LoadArgument(2, "s1", "how many"),
        env.invoke("vectorcall", FUNCTION, "s0", "s1", 0, tail=True),
    )
    return w.finish()


def ask_all(env: Surroundings) -> Routine:
    """METH_FASTCALL with METH_KEYWORDS: whatever the arguments, the Python function is called."""
    w = Builder("ask_all", env.placement("METH_FASTCALL_KEYWORDS"))
    w.add(Jump("ask"))
    return _finish_all(w, env)


def ask_named(env: Surroundings) -> Routine:
    """What a builtin is called through where CPython has not met it yet, or arguments have names (PEP 590):
    `PyObject *(builtin, arguments, nargsf, names)`. Without names it is CPython's own function for builtins, which `target`
    is; with some, the Python function is called, with the addresses as ints."""
    w, pointer = Builder("ask_named", env.placement("tp_vectorcall")), env.target.model.pointer
    names, count = Memory(w.local()), Memory(w.local())
    w.add(LoadArgument(3, "t0", "the names"), Branch("ne", "t0", 0, "named"), Move("t0", TARGET), TailJump("t0"))

    def named() -> None:
        w.add(
            Store(names, "t0", pointer),
            LoadArgument(0, "s0"),
            LoadArgument(1, "t0"),
            LoadArgument(2, count),
            env.invoke("PyLong_FromVoidPtr", "t0", result="s1"),
            Branch("eq", "s1", 0, "failed"),
            env.invoke("PyLong_FromSize_t", count, result="s2"),
            Branch("eq", "s2", 0, "dropped"),
            env.invoke("call_python_4", FUNCTION, "s0", "s1", "s2", names, 0, result="s0"),
            env.invoke("Py_DecRef", "s1"),
            env.invoke("Py_DecRef", "s2"),
            Return("s0"),
            Label("dropped"),
            env.invoke("Py_DecRef", "s1"),
            Label("failed"),
            Return(0),
        )

    w.aside("named", named)
    return w.finish()


def sizeof(env: Surroundings) -> Routine:
    """`sizeof(thing)`: of a class, of a value, of a type as text."""
    w, facts, pointer = Builder("sizeof", env.placement("METH_O")), env.interpreter, env.target.model.pointer
    if not facts.fast:
        return ask_one(env)
    w.add(
        LoadArgument(1, "s0"),
        Load("t0", Memory("s0", facts.type), pointer),
        Branch("eq", "t0", api("PyType_Type"), "class"),
        Branch("eq", "t0", api("PyUnicode_Type"), "text"),
        Label("known"),
    )
    facts_of(w, env, "t0", "t0", "ask")
    w.add(
        Load("t0", fact(env, "t0", SIZE), pointer),
        Branch("le", "t0", 0, "ask", note="not the class's alone"),
        env.invoke("PyLong_FromSsize_t", "t0", tail=True),
    )
    w.aside("class", lambda: w.add(Move("t0", "s0"), Jump("known")))

    def text() -> None:
        _class_of_text(w, env, "t0", "ask")
        w.add(Jump("known"))

    w.aside("text", text)
    return _finish_one(w, env)


def addressof(env: Surroundings) -> Routine:
    """`addressof(value)`: of a value whose class knows that of pointers to it."""
    w, facts, pointer = Builder("addressof", env.placement("METH_O")), env.interpreter, env.target.model.pointer
    if not facts.fast:
        return ask_one(env)
    cls = Memory(w.local())
    w.add(LoadArgument(1, "s0"), Load("t0", Memory("s0", facts.type), pointer))
    facts_of(w, env, "t0", "t0", "ask")
    w.add(Load("t0", fact(env, "t0", POINTS_TO), pointer), Branch("eq", "t0", 0, "ask"), Store(cls, "t0", pointer))
    _point_at(w, env, cls)
    return _finish_one(w, env)


def _point_at(w: Builder, env: Surroundings, cls: Memory) -> None:
    """End with a pointer of the class in a local to the value in s0."""
    facts, pointer = env.interpreter, env.target.model.pointer
    unless_freed(w, env, "s0", "ask")
    w.add(Load("s1", Memory("s0", facts.value_data), pointer))
    derive(w, env)
    w.add(Move("s0", "t1"))
    give_pointer(w, env, cls)


def string(env: Surroundings) -> Routine:
    """`string(pointer)`: of bytes behind a pointer to characters."""
    w, facts, pointer = _all("string", env), env.interpreter, env.target.model.pointer
    if not facts.fast:
        return ask_all(env)
    _given(w, env, 1)
    w.add(LoadArgument(1, "t0"), Load("s0", Memory("t0"), pointer), Load("t0", Memory("s0", facts.type), pointer))
    facts_of(w, env, "t0", "t0", "ask")
    unless(w, env, "t0", TEXT, "ask")
    unless_freed(w, env, "s0", "ask")
    w.add(
        Load("t0", Memory("s0", facts.value_data), pointer),
        Load("t0", Memory("t0"), pointer),
        Branch("eq", "t0", 0, "ask", note="NULL"),
        env.support("text", "t0", tail=True),
    )
    return _finish_all(w, env)


def cast_to(env: Surroundings) -> Routine:
    """`cast(type, value)`: to a pointer, from a pointer or of a value's address."""
    w, facts, pointer = _all("cast", env), env.interpreter, env.target.model.pointer
    if not facts.fast:
        return ask_all(env)
    cls = Memory(w.local())
    _given(w, env, 2)
    _first_class(w, env, "t0")
    w.add(Store(cls, "t0", pointer))
    facts_of(w, env, "t0", "t0", "ask")
    unless(w, env, "t0", POINTER, "ask")
    unless(w, env, "t0", ZERO, "ask")
    _second(w, env)
    unless(w, env, "t0", POINTER, "value")
    unless_freed(w, env, "s0", "ask")
    w.add(
        Load("t0", Memory("s0", facts.value_data), pointer),
        Load("s1", Memory("t0"), pointer),
        Load("s0", Memory("s0", facts.value_owner), pointer, note="it keeps what that one keeps"),
    )
    give_pointer(w, env, cls)

    def value() -> None:
        unless(w, env, "t0", MEMORY, "ask")
        _point_at(w, env, cls)

    w.aside("value", value)
    return _finish_all(w, env)


def view_as(env: Surroundings) -> Routine:
    """`view(type, pointer)`: what a pointer to memory that may be written points to, as a value of that type."""
    w, facts, pointer = _all("view_as", env), env.interpreter, env.target.model.pointer
    if not facts.fast:
        return ask_all(env)
    cls, owned = Memory(w.local()), w.label("owned")
    _given(w, env, 2)
    _first_class(w, env, "t0")
    w.add(Store(cls, "t0", pointer))
    facts_of(w, env, "t0", "t0", "ask")
    w.add(Branch("eq", fact(env, "t0", SIZE), 0, "ask", note="no values of it are known"))
    _second(w, env)
    unless(w, env, "t0", POINTER, "ask")
    unless(w, env, "t0", CONST, "ask", set=False)
    unless_freed(w, env, "s0", "ask")
    w.add(
        Load("t0", Memory("s0", facts.value_data), pointer),
        Load("s1", Memory("t0"), pointer),
        Branch("eq", "s1", 0, "ask", note="NULL"),
        Load("t0", Memory("s0", facts.value_owner), pointer),
        Branch("eq", "t0", 0, owned, note="the pointer itself, which so keeps what is stored there"),
        Move("s0", "t0"),
        Label(owned),
    )
    allocate(w, env, cls, "s2", "failed")
    w.add(Store(Memory("s2", facts.value_data), "s1", pointer), Store(Memory("s2", facts.value_owner), "s0", pointer))
    hold(w, env, "s0", "t1")
    w.add(Return("s2"))
    return _finish_all(w, env)


def new_of(env: Surroundings) -> Routine:
    """`new(type)`, of zeros, and `new(type, number)`."""
    w, facts, pointer = _all("new", env), env.interpreter, env.target.model.pointer
    if not facts.fast:
        return ask_all(env)
    w.add(
        LoadArgument(3, "t0", "the names"),
        Branch("ne", "t0", 0, "ask"),
        LoadArgument(2, "s1", "how many"),
        Branch("above", "s1", 2, "ask"),
        Branch("eq", "s1", 0, "ask"),
    )
    _first_class(w, env, "s0")
    facts_of(w, env, "s0", "t0", "ask")
    w.add(Branch("eq", "s1", 2, "given"))
    unless(w, env, "t0", ZERO, "ask")
    hold(w, env, "s0", "t1")  # a collection of garbage may free a class that only the table of texts had
    w.add(env.invoke("PyType_GenericAlloc", "s0", 0, result="s1"))
    release(w, env, "s0")
    w.add(Branch("eq", "s1", 0, "failed"))
    own_payload(w, env, "s1")
    w.add(Return("s1"))

    def given() -> None:
        arguments, count = Memory(w.local()), Memory(w.local())
        w.add(
            Load("s2", fact(env, "t0", MAKER), pointer),
            Branch("eq", "s2", 0, "ask"),
            LoadArgument(1, "s1"),
            LoadArgument(2, "t0"),
            Store(arguments, "s1", pointer),
            Store(count, "t0", pointer),
        )
        hold(w, env, "s0", "t1")
        w.add(Load("t0", Memory("s1", pointer), pointer), Invoke("s2", env.placement("METH_O"), ("s0", "t0"), "s1"))
        release(w, env, "s0")
        w.add(Branch("eq", "s1", 0, "refused"), Return("s1"))
        w.aside(
            "refused",
            lambda: w.add(
                env.invoke("PyErr_Clear"), env.invoke("call_function", FUNCTION, arguments, count, 0, tail=True)
            ),
        )

    w.aside("given", given)
    return _finish_all(w, env)


def _all(name: str, env: Surroundings) -> Builder:
    return Builder(name, env.placement("METH_FASTCALL_KEYWORDS"))


def _given(w: Builder, env: Surroundings, count: int) -> None:
    """To `ask` unless there are so many arguments, all by position."""
    w.add(
        LoadArgument(2, "t0", "how many"),
        Branch("ne", "t0", count, "ask"),
        LoadArgument(3, "t0", "the names"),
        Branch("ne", "t0", 0, "ask"),
    )


def _first_class(w: Builder, env: Surroundings, to: str) -> None:
    """The class that the first argument is, or is the text of, into `to`. t1 and s2 are lost."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(
        LoadArgument(1, to),
        Load(to, Memory(to), pointer, note="a class, or a type's text"),
        Load("t1", Memory(to, facts.type), pointer),
        Branch("ne", "t1", api("PyType_Type"), "named"),
        Label("class"),
    )

    def named() -> None:
        w.add(Branch("ne", "t1", api("PyUnicode_Type"), "ask"), Move("s0", to))
        _class_of_text(w, env, to, "ask")
        w.add(Jump("class"))

    w.aside("named", named)


def _class_of_text(w: Builder, env: Surroundings, to: str, slow: str) -> None:
    """The class of the type whose text is the str in s0, if that very str was seen before. t1 and s2 are lost."""
    pointer = env.target.model.pointer
    w.add(
        Move("t1", "s0"),
        Compute("shr", "t1", pointer.bit_length(), "what blocks are aligned to"),
        Compute("and", "t1", TEXTS - 1),
        Compute("shl", "t1", pointer.bit_length(), "two words"),
        Move("s2", NAMED_CLASSES),
        Compute("add", "t1", "s2"),
        Branch("ne", Memory("t1"), "s0", slow),
        Load(to, Memory("t1", pointer), pointer),
    )


def _second(w: Builder, env: Surroundings) -> None:
    """The second argument into s0, and the address behind its class's facts into t0."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(
        LoadArgument(1, "t0"),
        Load("s0", Memory("t0", pointer), pointer),
        Load("t0", Memory("s0", facts.type), pointer),
    )
    facts_of(w, env, "t0", "t0", "ask")


def _finish_one(w: Builder, env: Surroundings) -> Routine:
    w.aside("ask", lambda: w.add(LoadArgument(1, "t0"), env.invoke("call_python_1", FUNCTION, "t0", 0, tail=True)))
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def _finish_all(w: Builder, env: Surroundings) -> Routine:
    def ask() -> None:
        w.add(
            LoadArgument(1, "s0"),
            LoadArgument(2, "s1"),
            LoadArgument(3, "t0"),
            env.invoke("call_function", FUNCTION, "s0", "s1", "t0", tail=True),
        )

    w.aside("ask", ask)
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def _lead(env: Surroundings, shape: str) -> Routine:
    w = Builder("lead", env.placement(shape))
    w.add(Move("t0", LEADS), Load("t0", Memory("t0"), env.target.model.pointer), TailJump("t0"))
    return w.finish()
