"""Stubs of what is done with pointers: arithmetic, comparison, hash and address, as slots of all pointer classes.

They answer for pointers of classes that farcall made, of one class where there are two, and for small ints. Whatever else
there is, NULL strides and an address space that ends too, is for Python.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
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
from .class_facts import BOUND, POINTER, STRIDE, fact, facts_of, unless
from .data_pointer import locate, unless_freed
from .instance import give_pointer
from .integer import small_int
from .interpreter import Surroundings
from .link import api, python, type_of
from .reference import hold, release
from .revoked import taken_back

__all__ = ["pointer_add", "pointer_call", "pointer_compare", "pointer_hash", "pointer_int", "pointer_subtract"]

#: The operations of `tp_richcompare` (Include/object.h: Py_LT to Py_GE), and what they are of addresses.
COMPARISONS = ("below", "below_eq", "eq", "ne", "above", "above_eq")
#: Strides by which a distance is divided: powers of two.
DIVISORS = (1, 2, 4, 8, 16, 32)
#: The largest stride and index with which a product stays inside a register of four bytes; its square is the largest
#: stride where registers have eight, and indices one digit.
MOST = 1 << 15


def pointer_add(env: Surroundings) -> Routine:
    """`nb_add`: `pointer + n`; the other way round it is left to Python."""
    w, facts = Builder("pointer_add", env.placement("nb_binary")), env.interpreter
    if not facts.fast:
        return _ask(w, env, "pointer_add")
    _pointer_and_int(w, env)
    _moved(w, env)
    return _ask(w, env, "pointer_add")


def pointer_subtract(env: Surroundings) -> Routine:
    """`nb_subtract`: `pointer - n`, and the distance of two pointers."""
    w, facts, pointer = (
        Builder("pointer_subtract", env.placement("nb_binary")),
        env.interpreter,
        env.target.model.pointer,
    )
    if not facts.fast:
        return _ask(w, env, "pointer_subtract")
    w.add(LoadArgument(0, "s0"), LoadArgument(1, "t0"), Load("t1", Memory("s0", facts.type), pointer))
    w.add(Branch("eq", Memory("t0", facts.type), "t1", "distance"))
    _pointer_and_int(w, env)
    w.add(Compute("neg", "s1", 0))
    _moved(w, env)

    def distance() -> None:
        w.add(Load("t0", Memory("s0", facts.type), pointer))
        facts_of(w, env, "t0", "s2", "ask")
        unless(w, env, "s2", POINTER, "ask")
        unless_freed(w, env, "s0", "ask")
        w.add(LoadArgument(1, "s1"))
        unless_freed(w, env, "s1", "ask")
        w.add(
            *_target(env, "s0", "t0"),
            *_target(env, "s1", "t1"),
            Compute("sub", "t0", "t1"),
            Load("t1", fact(env, "s2", STRIDE), pointer),
        )
        w.add(*(Branch("eq", "t1", stride, f"stride_{stride}") for stride in DIVISORS), Jump("ask"))
        for stride in DIVISORS:
            w.add(
                Label(f"stride_{stride}"),
                Move("t1", "t0"),
                Compute("and", "t1", stride - 1),
                Branch("ne", "t1", 0, "ask", note="not a whole number"),
            )
            if stride > 1:
                w.add(Compute("sar", "t0", stride.bit_length() - 1))
            w.add(Jump("number"))
        w.add(Label("number"), env.invoke("PyLong_FromSsize_t", "t0", tail=True))

    w.aside("distance", distance)
    return _ask(w, env, "pointer_subtract")


def _pointer_and_int(w: Builder, env: Surroundings) -> None:
    """The first operand, a pointer that is not freed, in s0, the end of its class's facts in s2, the second in s1."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(LoadArgument(0, "s0"), Load("t0", Memory("s0", facts.type), pointer))
    facts_of(w, env, "t0", "s2", "ask")
    unless(w, env, "s2", POINTER, "ask")
    w.add(LoadArgument(1, "t0"))
    small_int(w, env, "t0", "ask")
    w.add(Move("s1", "t0"))
    unless_freed(w, env, "s0", "ask")


def _moved(w: Builder, env: Surroundings) -> None:
    """End with the pointer s1 items on from the one in s0."""
    facts, pointer = env.interpreter, env.target.model.pointer
    cls, back, done = Memory(w.local()), w.label("back"), w.label("moved")
    w.add(Load("t0", fact(env, "s2", STRIDE), pointer), Branch("eq", "t0", 0, "ask", note="it has no stride"))
    if pointer == 4:
        w.add(
            Branch("above", "t0", MOST, "ask"),
            Branch("gt", "s1", MOST, "ask"),
            Branch("lt", "s1", -MOST, "ask"),
        )
    else:
        w.add(Branch("above", "t0", MOST**2, "ask"))
    w.add(
        Compute("mul", "t0", "s1"),
        *_target(env, "s0", "t1"),
        Compute("add", "t0", "t1"),
        Branch("lt", "s1", 0, back),
        Branch("below", "t0", "t1", "ask", note="beyond the end of the address space"),
        Label(done),
        Move("s1", "t0"),
        Load("t0", Memory("s0", facts.type), pointer),
        Store(cls, "t0", pointer),
        Load("s0", Memory("s0", facts.value_owner), pointer),
    )
    w.aside(back, lambda: w.add(Branch("below", "t0", "t1", done), Jump("ask", "before its beginning")))
    give_pointer(w, env, cls)


def pointer_compare(env: Surroundings) -> Routine:
    """`tp_richcompare`, of two pointers of one class."""
    w, facts, pointer = (
        Builder("pointer_compare", env.placement("tp_richcompare")),
        env.interpreter,
        env.target.model.pointer,
    )
    if facts.fast:
        w.add(
            LoadArgument(0, "s0"),
            LoadArgument(1, "s1"),
            Load("t0", Memory("s0", facts.type), pointer),
            Branch("ne", Memory("s1", facts.type), "t0", "ask"),
        )
        facts_of(w, env, "t0", "t0", "ask")
        unless(w, env, "t0", POINTER, "ask")
        unless_freed(w, env, "s0", "ask")
        unless_freed(w, env, "s1", "ask")
        w.add(LoadArgument(2, "s2", "the operation"), *_target(env, "s0", "t0"), *_target(env, "s1", "t1"))
        w.add(*(Branch("eq", "s2", number, f"if_{word}", 4) for number, word in enumerate(COMPARISONS)), Jump("ask"))
        for word in COMPARISONS:
            w.add(Label(f"if_{word}"), Branch(word, "t0", "t1", "true"), Jump("false"))
        w.add(Label("true"), env.invoke("PyBool_FromLong", 1, tail=True))
        w.add(Label("false"), env.invoke("PyBool_FromLong", 0, tail=True))
    else:
        w.add(Jump("ask"))

    def ask() -> None:
        w.add(
            LoadArgument(0, "s0"),
            LoadArgument(1, "s1"),
            LoadArgument(2, "t0"),
            env.invoke("PyLong_FromSsize_t", "t0", result="s2"),
            Branch("eq", "s2", 0, "failed"),
            env.invoke("call_python_3", python("pointer_compare"), "s0", "s1", "s2", 0, result="s0"),
            env.invoke("Py_DecRef", "s2"),
            Return("s0"),
        )

    w.aside("ask", ask)
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def pointer_call(env: Surroundings) -> Routine:
    """`tp_call`, of pointers to functions: the builtin for the address that was called last. What may have ended is for Python to
    look at: memory that is freed, and the function of a library, which it looks at once until something is taken back; and all,
    where threads may change the words of the class simultaneously."""
    w, facts, pointer = Builder("pointer_call", env.placement("tp_call")), env.interpreter, env.target.model.pointer
    if facts.fast and facts.gil:
        w.add(LoadArgument(0, "s0"), Load("t0", Memory("s0", facts.type), pointer))
        facts_of(w, env, "t0", "t0", "ask")
        w.add(
            Load("s1", fact(env, "t0", BOUND), pointer),
            Branch("eq", "s1", 0, "ask"),
            Load("t1", Memory("s0", facts.value_owner), pointer),
            Branch("ne", "t1", 0, "owned"),
            Label("lasts"),
            *_target(env, "s0", "t0"),
            Branch("ne", Memory("s1"), "t0", "ask", note="another address"),
            Branch("eq", "t0", 0, "ask", note="NULL"),
            Load("s2", Memory("s1", pointer), pointer),
        )
        hold(w, env, "s2", "t1")  # the class may lead to another meanwhile
        w.add(LoadArgument(1, "s0"), LoadArgument(2, "s1"), env.invoke("PyObject_Call", "s2", "s0", "s1", result="s0"))
        release(w, env, "s2")
        w.add(Return("s0"))

        def owned() -> None:
            w.add(
                Load("t0", Memory("t1", facts.type), pointer),
                Branch("eq", "t0", type_of("lease"), "ask"),
                Branch("ne", "t0", api("PyCFunction_Type"), "lasts"),
                Branch("ne", Memory("s1", 2 * pointer), "t1", "ask", note="which library's is not looked at yet"),
                *taken_back("t0", pointer),
                Branch("eq", Memory("s1", 3 * pointer), "t0", "lasts"),
                Jump("ask"),
            )

        w.aside("owned", owned)
    else:
        w.add(Jump("ask"))

    def ask() -> None:
        w.add(
            LoadArgument(0, "s0"),
            LoadArgument(1, "s1"),
            LoadArgument(2, "t0", "the names, or NULL"),
            env.invoke("call_python_3", python("pointer_call"), "s0", "s1", "t0", 0, tail=True),
        )

    w.aside("ask", ask)
    return w.finish()


def pointer_int(env: Surroundings) -> Routine:
    """`nb_int`: the address."""
    w, pointer = Builder("pointer_int", env.placement("nb_unary")), env.target.model.pointer
    w.add(LoadArgument(0, "s0"))
    locate(w, env, "s0", Move("t0", "s0"))
    w.add(Load("t0", Memory("t0"), pointer), env.invoke("PyLong_FromVoidPtr", "t0", tail=True))
    return w.finish()


def pointer_hash(env: Surroundings) -> Routine:
    """`tp_hash`: that of the address."""
    w, pointer = Builder("pointer_hash", env.placement("tp_hash")), env.target.model.pointer
    w.add(LoadArgument(0, "s0"))
    locate(w, env, "s0", Move("t0", "s0"), failure=-1)
    w.add(
        Load("t0", Memory("t0"), pointer),
        Move("t1", "t0"),
        Compute("shr", "t1", 8 * pointer - 4),
        Branch("ne", "t1", 0, "large", note="far below the modulus of hashes a number is its own"),
        Return("t0"),
        Label("large"),
        env.invoke("PyLong_FromVoidPtr", "t0", result="s0"),
        Branch("eq", "s0", 0, "failed"),
        env.invoke("PyObject_Hash", "s0", result="s1"),
        env.invoke("Py_DecRef", "s0"),
        Return("s1"),
    )
    w.aside("failed", lambda: w.add(Return(-1)))
    return w.finish()


def _target(env: Surroundings, obj: str, to: str) -> tuple[Load, Load]:
    """What a pointer object points to."""
    pointer = env.target.model.pointer
    return Load(to, Memory(obj, env.interpreter.value_data), pointer), Load(to, Memory(to), pointer)


def _ask(w: Builder, env: Surroundings, function: str) -> Routine:
    """The end: the Python function of two operands, at `ask`."""
    if not env.interpreter.fast:
        w.add(Jump("ask"))

    def ask() -> None:
        w.add(
            LoadArgument(0, "s0"),
            LoadArgument(1, "s1"),
            env.invoke("call_python_2", python(function), "s0", "s1", 0, tail=True),
        )

    w.aside("ask", ask)
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()
