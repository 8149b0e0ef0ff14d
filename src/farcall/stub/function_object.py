"""Before a foreign function's code, for an object that stands for it: what a vectorcall slot of an instance points to.

The object's interface converts arguments in ways of its own. Here the usual ones are recognised, which mean the same in both, and
go right to the function's code; with any other the whole call is Python's (`FUNCTION`). A result that needs Python is given to
`FINISH`, with `checked` the arguments behind it.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    AddressOf,
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
from ..record import NamedTuple
from .carrier import Carrier, FloatKind, InstanceKind, ObjectKind, PointerKind
from .inline_cache import POINTER, VALUE, WAYS
from .instance import allocate
from .integer import small_int
from .interpreter import Surroundings
from .link import FINISH, FUNCTION, SELF, TARGET, api, cache_of, class_of
from .reference import hold
from .unbox import Slot, inline

__all__ = ["Guard", "ask", "finish", "guarded", "look", "refer"]


class Guard(NamedTuple):
    """Which objects of a parameter go right on: those that its carrier reads inline, if it is a number's; of pointers None, with
    `integers` and `text` ints and bytes as well, the classes in its cache, and with `referred` 1 what refers to an object of
    just the class `class:N`, with 2 what refers to any (`class:by_reference`, which is in the cache's second word for values); as
    an object any that is not of the class `class:N`.

    `boxed`: objects that have such a number in memory "too", or "only" these. `converted`: it is what Python's function for the
    parameter gives that goes on. Both are looked at by `converting`."""

    kind: Carrier
    integers: bool = False
    text: bool = False
    referred: int = 0
    boxed: str = ""
    converted: bool = False


def guarded(guards: tuple[Guard, ...], at: int, post: str, env: Surroundings) -> Routine:
    """`PyObject *(object, arguments, nargsf, names)`; Python's function is called through the address at `at`. `post`: "" where
    the function's own result is this one's, "result" or "checked" where Python makes it of that."""
    w, pointer = Builder("guarded", env.placement("tp_vectorcall")), env.target.model.pointer
    w.add(
        LoadArgument(3, "t0", "the names"),
        Branch("ne", "t0", 0, "odd"),
        LoadArgument(2, "t0"),
        Compute("shl", "t0", 1, "without PY_VECTORCALL_ARGUMENTS_OFFSET, the highest bit (PEP 590)"),
        Branch("ne", "t0", 2 * len(guards), "odd", note="as many arguments as there are parameters"),
        LoadArgument(1, "s0", "the arguments"),
    )
    # where a function is called by the way, the routine's own arguments are lost
    unfit = "unfit" if any(isinstance(guard.kind, ObjectKind) for guard in guards) else "odd"
    for number, guard in enumerate(guards):
        w.add(Load("s1", Memory("s0", number * pointer), pointer))
        look(w, env, number, guard, unfit)
    one = len(guards) == 1
    placement = env.placement("METH_O" if one else "METH_FASTCALL")
    if one:
        w.add(Load("s1", Memory("s0"), pointer))
    arguments = (SELF, "s1") if one else (SELF, "s0", len(guards))
    if not post:
        w.add(Invoke(TARGET, placement, arguments, tail=True, note="the function's code"))
    else:
        w.add(
            Invoke(TARGET, placement, arguments, "s1", note="the function's code"),
            Branch("eq", "s1", 0, "failed"),
        )
        finish(w, env, len(guards) if post == "checked" else 0)
    w.aside("odd", lambda: ask(w, env, at))
    w.aside("unfit", lambda: w.add(env.invoke("vectorcall", FUNCTION, "s0", len(guards), 0, tail=True)))
    return w.finish()


def look(w: Builder, env: Surroundings, number: int, guard: Guard, odd: str = "odd") -> None:
    """Go to `odd` unless the object in s1 is one that goes right on."""
    facts, pointer, fine = env.interpreter, env.target.model.pointer, w.label("fine")
    kind = guard.kind
    if isinstance(kind, ObjectKind):
        w.add(
            Load("t0", Memory("s1", facts.type), pointer),
            env.invoke("PyType_IsSubtype", "t0", class_of(number), result="t0"),
            Branch("ne", "t0", 0, odd, 4, "what it has in it is passed"),
        )
        return
    if isinstance(kind, FloatKind):
        w.add(
            Load("t1", Memory("s1", facts.type), pointer),
            Branch("eq", "t1", api("PyFloat_Type"), fine, note="exactly float"),
        )
        small_int(w, env, "s1", odd)
        w.add(Label(fine))
        return
    if not isinstance(kind, (PointerKind, InstanceKind)):
        inline(w, env, kind, Slot(number, "s1", None, Memory(w.local()), None, odd), odd)
        return
    w.add(Load("t1", Memory("s1", facts.type), pointer))
    if isinstance(kind, PointerKind):
        w.add(Branch("eq", "s1", api("_Py_NoneStruct"), fine))
        if guard.text:
            w.add(Branch("eq", "t1", api("PyBytes_Type"), fine, note="exactly bytes"))
        if guard.integers:
            number_of = w.label("number")
            w.add(Branch("eq", "t1", api("PyLong_Type"), number_of, note="exactly int"))
            w.aside(number_of, lambda: _address(w, env, fine, odd))
    w.add(Move("t0", cache_of(number)))
    words = [VALUE] if guard.referred else [VALUE + way for way in range(WAYS)]  # the second is `class:by_reference`
    if isinstance(kind, PointerKind):
        words += [POINTER + way for way in range(WAYS)]
    w.add(*(Branch("eq", Memory("t0", word * pointer), "t1", fine) for word in words))
    if guard.referred:
        w.add(Branch("ne", "t1", class_of("by_reference"), odd))
        if guard.referred == 2:
            w.add(Branch("eq", Memory("s1", facts.value_data), 0, odd, note="another argument"))
        else:
            w.add(
                Load("t0", Memory("s1", facts.value_owner), pointer, note="what it refers to"),
                Branch("ne", Memory("t0", facts.type), class_of(number), odd),
            )
    else:
        w.add(Jump(odd))
    w.add(Label(fine))


def _address(w: Builder, env: Surroundings, fine: str, odd: str) -> None:
    """An int as an address: none that is negative, and none that is longer than one."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(Load("t1", Memory("s1", facts.int_tag), pointer))
    if facts.int_tagged:  # 3.12: digits << 3 | (0 positive, 1 zero, 2 negative)
        w.add(
            Branch("above", "t1", 2 << 3 if facts.digit_bits == 30 and pointer == 8 else 1 << 3, odd),
            Compute("and", "t1", 2),
            Branch("eq", "t1", 0, fine),
            Jump(odd),
        )
        return
    w.add(Branch("above", "t1", 2 if facts.digit_bits == 30 and pointer == 8 else 1, odd), Jump(fine))


def finish(w: Builder, env: Surroundings, count: int) -> None:
    """End with what Python makes of the result in s1, given so many arguments as well, which are at s0."""
    pointer = env.target.model.pointer
    row = w.local((count + 1) * pointer)
    w.add(Store(Memory(row), "s1", pointer))
    for number in range(count):
        w.add(
            Load("t0", Memory("s0", number * pointer), pointer),
            Store(Memory(row, (number + 1) * pointer), "t0", pointer),
        )
    w.add(
        env.invoke("vectorcall", FINISH, AddressOf(Memory(row)), count + 1, 0, result="s0"),
        env.invoke("Py_DecRef", "s1"),
        Return("s0"),
    )
    w.aside("failed", lambda: w.add(Return(0)))


def ask(w: Builder, env: Surroundings, at: int) -> None:
    w.add(
        LoadArgument(1, "s0"),
        LoadArgument(2, "s1"),
        LoadArgument(3, "s2"),
        Move("t0", FUNCTION),
        Load("t0", Memory("t0", at), env.target.model.pointer),
        Invoke("t0", env.placement("tp_vectorcall"), (FUNCTION, "s0", "s1", "s2"), tail=True, note="Python's function"),
    )


def refer(env: Surroundings) -> Routine:
    """METH_FASTCALL `byref(thing)`: what refers to an instance of `class:data`. Whatever else is Python's."""
    w, facts, pointer = Builder("refer", env.placement("METH_FASTCALL")), env.interpreter, env.target.model.pointer
    w.add(
        LoadArgument(2, "t0", "how many arguments"),
        Branch("ne", "t0", 1, "odd"),
        LoadArgument(1, "s0"),
        Load("s0", Memory("s0"), pointer),
        Load("t0", Memory("s0", facts.type), pointer),
        env.invoke("PyType_IsSubtype", "t0", class_of("data"), result="t0"),
        Branch("eq", "t0", 0, "other", 4),
    )
    allocate(w, env, class_of("by_reference"), "s1", "failed", derived=True)
    w.add(
        Load("t0", Memory("s0", facts.value_data), pointer),
        Store(Memory("s1", facts.value_data), "t0", pointer),
        Store(Memory("s1", facts.value_owner), "s0", pointer),
    )
    hold(w, env, "s0", "t0")
    w.add(Return("s1"))
    w.aside("failed", lambda: w.add(Return(0)))
    row = Memory(w.local())
    w.aside(
        "other",
        lambda: w.add(
            Store(row, "s0", pointer),
            env.invoke("vectorcall", FUNCTION, AddressOf(row), 1, 0, result="s0", note="Python refuses it"),
            Return("s0"),
        ),
    )
    w.aside(
        "odd",
        lambda: w.add(
            LoadArgument(1, "s0"),
            LoadArgument(2, "s1"),
            env.invoke("vectorcall", FUNCTION, "s0", "s1", 0, tail=True),
        ),
    )
    return w.finish()
