"""The same as `function_object.guarded`, for functions some of whose arguments are others once they are converted: by Python's
function for a parameter (`class:convert_N`), or numbers that are in objects of C data (of the class `class:boxed_N`)."""

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
    Local,
    Memory,
    Move,
    Return,
    Routine,
    Store,
)
from .box_from_memory import load_number
from .function_object import Guard, ask, finish, look
from .interpreter import Surroundings
from .link import FUNCTION, SELF, TARGET, class_of

__all__ = ["converting"]


def converting(guards: tuple[Guard, ...], at: int, post: str, env: Surroundings) -> Routine:
    """`PyObject *(object, arguments, nargsf, names)`, as `guarded`. What was converted and does not go right on is Python's by
    `class:converted`; that an argument could not be, tells `class:refuse`, given its number and the exception."""
    w, pointer, count = Builder("converting", env.placement("tp_vectorcall")), env.target.model.pointer, len(guards)
    #: The arguments as they go on; and those made here, to be dropped: what was converted, and behind these numbers.
    row, made = w.local(count * pointer), w.local(2 * count * pointer)
    w.add(
        LoadArgument(3, "t0", "the names"),
        Branch("ne", "t0", 0, "odd"),
        LoadArgument(2, "t0"),
        Compute("shl", "t0", 1, "without PY_VECTORCALL_ARGUMENTS_OFFSET, the highest bit (PEP 590)"),
        Branch("ne", "t0", 2 * count, "odd", note="as many arguments as there are parameters"),
        LoadArgument(1, "s0", "the arguments"),
        *(Store(Memory(made, number * pointer), 0, pointer) for number in _made(guards)),
    )
    for number, guard in enumerate(guards):
        w.add(Load("s1", Memory("s0", number * pointer), pointer))
        if guard.converted:
            _convert(w, env, number, Memory(made, number * pointer))
        w.add(Store(Memory(row, number * pointer), "s1", pointer))
    for number, guard in enumerate(guards):
        w.add(Load("s1", Memory(row, number * pointer), pointer))
        fine = w.label("passed")
        if guard.boxed:
            _open(w, env, number, guard, Memory(row, number * pointer), Memory(made, (count + number) * pointer), fine)
        if guard.boxed != "only":
            look(w, env, number, guard, "unfit")
        w.add(Label(fine))
    if count == 1:
        w.add(Load("s1", Memory(row), pointer))
        w.add(Invoke(TARGET, env.placement("METH_O"), (SELF, "s1"), "s1", note="the function's code"))
    else:
        arguments = (SELF, AddressOf(Memory(row)), count)
        w.add(Invoke(TARGET, env.placement("METH_FASTCALL"), arguments, "s1", note="the function's code"))
    _drop(w, env, guards, made)
    if not post:
        w.add(Return("s1"))
    else:
        w.add(Branch("eq", "s1", 0, "failed"))
        finish(w, env, count if post == "checked" else 0)

    def undone() -> None:
        _drop(w, env, guards, made)
        w.add(Return(0))

    w.aside("odd", lambda: ask(w, env, at))
    w.aside("unfit", lambda: _unfit(w, env, guards, Memory(row), made))
    w.aside("refused", lambda: _refuse(w, env, guards, made))
    w.aside("undone", undone)
    return w.finish()


def _made(guards: tuple[Guard, ...]) -> list[int]:
    """Which of the words of what is made here can be other than 0."""
    count = len(guards)
    converted = [number for number, guard in enumerate(guards) if guard.converted]
    return converted + [count + number for number, guard in enumerate(guards) if guard.boxed]


def _convert(w: Builder, env: Surroundings, number: int, made: Memory) -> None:
    """What Python's function for a parameter makes of the argument in s1, into s1."""
    given, failed = Memory(w.local()), w.label("unconverted")
    w.add(
        Store(given, "s1", env.target.model.pointer),
        env.invoke("vectorcall", class_of(f"convert_{number}"), AddressOf(given), 1, 0, result="s1"),
        Branch("eq", "s1", 0, failed),
        Store(made, "s1", env.target.model.pointer),
    )
    w.aside(failed, lambda: w.add(Move("s2", number), Jump("refused")))


def _open(w: Builder, env: Surroundings, number: int, guard: Guard, place: Memory, made: Memory, fine: str) -> None:
    """The number in the object in s1, if that is of the class, in place of it; then go to `fine`."""
    facts, pointer = env.interpreter, env.target.model.pointer
    other = "unfit" if guard.boxed == "only" else w.label("other")
    w.add(
        Load("t0", Memory("s1", facts.type), pointer),
        Branch("ne", "t0", class_of(f"boxed_{number}"), other),
        Load("t0", Memory("s1", facts.value_data), pointer),
    )
    load_number(w, env, guard.kind, "t0")
    w.add(Branch("eq", "t0", 0, "undone"), Store(place, "t0", pointer), Store(made, "t0", pointer))
    if other != "unfit":
        w.add(Jump(fine), Label(other))


def _drop(w: Builder, env: Surroundings, guards: tuple[Guard, ...], made: Local) -> None:
    """Give back what was made here."""
    for number in _made(guards):
        none = w.label("none")
        place = Memory(made, number * env.target.model.pointer)
        w.add(Branch("eq", place, 0, none), env.invoke("Py_DecRef", place), Label(none))


def _unfit(w: Builder, env: Surroundings, guards: tuple[Guard, ...], row: Memory, made: Local) -> None:
    """End with what Python makes of arguments that are converted already, or as they came where none is."""
    pointer = env.target.model.pointer
    if any(guard.converted for guard in guards):
        numbers = [number for number in _made(guards) if number >= len(guards)]
        for number in numbers:  # what was taken out of an object goes back into it
            w.add(*_as_it_came(number - len(guards), guards, row, made, pointer))
        function = class_of("converted")
        w.add(env.invoke("vectorcall", function, AddressOf(row), len(guards), 0, result="s1"))
    else:
        w.add(env.invoke("vectorcall", FUNCTION, "s0", len(guards), 0, result="s1"))
    _drop(w, env, guards, made)
    w.add(Return("s1"))


def _as_it_came(
    number: int, guards: tuple[Guard, ...], row: Memory, made: Local, pointer: int
) -> tuple[Load | Store, ...]:
    """The object that a number was taken from, in its place again: what was converted, or the argument."""
    source = Memory(made, number * pointer) if guards[number].converted else Memory("s0", number * pointer)
    return Load("t0", source, pointer), Store(Memory(row.base, row.offset + number * pointer), "t0", pointer)


def _refuse(w: Builder, env: Surroundings, guards: tuple[Guard, ...], made: Local) -> None:
    """End with the exception that says that the argument of the number in s2 cannot be converted."""
    pointer = env.target.model.pointer
    error, trace, row = [Memory(w.local()) for _ in range(2)], Memory(w.local()), w.local(2 * pointer)
    at = [AddressOf(one) for one in (*error, trace)]
    _drop(w, env, guards, made)
    w.add(
        env.invoke("PyErr_Fetch", *at),
        env.invoke("PyErr_NormalizeException", *at),
        env.invoke("PyLong_FromSsize_t", "s2", result="t0"),
        Store(Memory(row), "t0", pointer),
        Load("t0", error[1], pointer),
        Store(Memory(row, pointer), "t0", pointer),
        env.invoke("vectorcall", class_of("refuse"), AddressOf(Memory(row)), 2, 0, result="s1"),
        env.invoke("Py_DecRef", Memory(row)),
        env.invoke("Py_DecRef", error[0]),
        env.invoke("Py_DecRef", error[1]),
        env.invoke("Py_DecRef", trace),
        Return("s1"),
    )
