"""Objects of other classes than the declared one, read inline: None, an int for `void *`, and the classes that Python
found to fit this parameter when it last looked.

Each pointer or struct parameter of a bound function has words in private memory, its cache. All but one hold a class, or
0:

    VALUE     of values in memory that are passed by their address: `T` for `T *`
    POINTER   of pointer objects: `T *` for `void *`
    OWNER     of objects that own code, such as a closure, which keep a pointer to it in their first slot
    ENTRY     of such a pointer, whose class says which functions it points to
    CALLABLE  of Python's callables that get a closure for the call; functions and methods do so anyhow
    BUILTIN   of the `__self__` of builtins that get one: `list` for a list's `append`

VALUE and POINTER are two words each, so that two classes that are passed in turn are both found.

CLOSURE is the closure type (see `closure_object`) of a parameter that takes functions, once it has been given one of
Python's, or 0. The Py_buffer of the parameter keeps the closure that is made for a call.

A word is one class alone and is replaced by one store. It says that every instance of that class fits; what depends on the
instance (freed memory, a closed closure) is looked at here. A class that a word holds is kept alive by whoever wrote it
there, and so is the object's class by the object: equal addresses are the same class, whatever other threads do.

Without a GIL what an array has may change at any time, and closures are not made by generated code: then arrays of NumPy's
and callables are left to Python.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Compute, Indirect, Invoke, Jump, Label, Load, LoadAddress, Memory, Move, Store
from .buffer import buffer_layout
from .carrier import InstanceKind, PointerKind
from .closure_cells import CELLS
from .data_pointer import unless_freed
from .interpreter import Surroundings
from .link import NDARRAY, api, type_of
from .ndarray import C_CONTIGUOUS, PLAIN_ARRAY, WRITEABLE, array_layout
from .revoked import taken_back
from .state import state, words

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from .unbox import Slot

__all__ = [
    "BUILTIN",
    "CALLABLE",
    "CALLABLES",
    "CLOSURE",
    "ENTRY",
    "OWNER",
    "POINTER",
    "VALUE",
    "WAYS",
    "WORDS",
    "otherwise",
]

VALUE, POINTER, OWNER, ENTRY, CLOSURE, CALLABLE, BUILTIN = 0, 2, 4, 5, 6, 7, 8
WORDS = 9
#: How many words VALUE and POINTER are.
WAYS = 2

#: The classes of callables that get a closure in any case. A builtin may have code of its own: its `__self__` has it.
CALLABLES = ("PyFunction_Type", "PyMethod_Type")
#: PyCFunctionObject.m_self (Include/cpython/methodobject.h), in pointers from the end of ob_base.
M_SELF = 1


def otherwise(
    w: Builder, env: Surroundings, carrier: PointerKind | InstanceKind, slot: Slot, ours: str, done: str, slow: str
) -> None:
    """Read the object of `slot`, whose class is in t1 and is not the declared one: go to `done` with its value in place,
    to `ours`, which reads objects of the declared class ("" where nothing does), or to `slow`."""
    word = env.target.model.pointer
    if isinstance(carrier, PointerKind):
        null = w.label("null")
        w.add(Branch("eq", slot.register, api("_Py_NoneStruct"), null))
        w.aside(null, lambda: w.add(Store(slot.place, 0, word, "NULL"), Jump(done)))
        if carrier.const and carrier.item in (0, 1) and not carrier.text and carrier.numbers != "floating":
            data = w.label("bytes")
            w.add(Branch("eq", "t1", api("PyBytes_Type"), data, note="exactly bytes"))
            w.aside(data, lambda: _bytes(w, env, slot, done))
        if carrier.item == 0:
            number = w.label("number")
            w.add(Branch("eq", "t1", api("PyLong_Type"), number, note="exactly int"))
            w.aside(number, lambda: _number(w, env, slot, done, slow))
            if env.interpreter.gil:
                array = w.label("array")
                w.add(
                    Move("t0", NDARRAY),
                    Branch("eq", Memory("t0", PLAIN_ARRAY * word), "t1", array, note="exactly NumPy's array"),
                )
                w.aside(array, lambda: _array(w, env, slot, done, slow, carrier.const))
        if carrier.code and slot.cache:
            bound, made = w.label("bound"), w.label("closure") if env.interpreter.gil else slow
            w.add(Branch("eq", "t1", api("PyCFunction_Type"), bound))
            w.aside(bound, lambda: _bound(w, env, slot, done, slow, made))
    if slot.cache is None:
        w.add(Jump(slow))
        return
    w.add(Move("t0", slot.cache))
    if isinstance(carrier, InstanceKind):
        _like_ours(w, VALUE * word, word, slot, ours)
    else:
        value = w.label("value")
        w.add(*_any_way(VALUE * word, word, value))
        w.aside(value, lambda: _stored(w, env, slot, done, slow, through=False))
        if ours:
            _like_ours(w, POINTER * word, word, slot, ours)
        else:
            pointer = w.label("pointer")
            w.add(*_any_way(POINTER * word, word, pointer))
            w.aside(pointer, lambda: _stored(w, env, slot, done, slow, through=True))
        if carrier.code:
            owner = w.label("owner")
            w.add(Branch("eq", Memory("t0", OWNER * word), "t1", owner))
            w.aside(owner, lambda: _owner(w, env, slot, done, slow))
        if carrier.code and env.interpreter.gil:
            w.add(*(Branch("eq", "t1", api(known), made, note="a closure for the call") for known in CALLABLES))
            w.add(Branch("eq", Memory("t0", CALLABLE * word), "t1", made))
            w.aside(made, lambda: _closure(w, env, slot, done, slow))
    w.add(Jump(slow))


def _any_way(first: int, word: int, label: str) -> list[Branch]:
    """To `label` if the class in t1 is in one of the words of the cache at t0 that begin at byte `first`."""
    return [
        Branch("eq", Memory("t0", first + way * word), "t1", label, note="a class that fits") for way in range(WAYS)
    ]


def _like_ours(w: Builder, first: int, word: int, slot: Slot, ours: str) -> None:
    """Objects of the classes in words of the cache, whose address is in t0, are read as those of the declared class are."""
    fetch = slot.fetch
    if fetch is None:
        w.add(*_any_way(first, word, ours))
        return
    alike = w.label("alike")
    w.add(*_any_way(first, word, alike))
    w.aside(alike, lambda: w.add(fetch, Jump(ours)))


def _bytes(w: Builder, env: Surroundings, slot: Slot, done: str) -> None:
    """The bytes themselves."""
    _fetch(w, slot)
    w.add(
        LoadAddress("t0", Memory(slot.register, env.interpreter.bytes_data)),
        Store(slot.place, "t0", env.target.model.pointer, f"parameter {slot.number}: the bytes themselves"),
        Jump(done),
    )


def _fetch(w: Builder, slot: Slot) -> None:
    if slot.fetch:
        w.add(slot.fetch)


def _number(w: Builder, env: Surroundings, slot: Slot, done: str, slow: str) -> None:
    """An int as an address."""
    facts, error, any_size = env.interpreter, w.label("error"), w.label("any_size")
    if facts.digit_bits == 30 and env.target.model.pointer == 8:  # what most addresses have: two digits
        two = 2 << 3 if facts.int_tagged else 2
        w.add(
            Load("t1", Memory(slot.register, facts.int_tag), 8),
            Branch("ne", "t1", two, any_size, note="positive, of two digits"),
            Load("t1", Memory(slot.register, facts.int_digit + facts.digit_size), facts.digit_size),
            Compute("shl", "t1", facts.digit_bits),
            Load("t0", Memory(slot.register, facts.int_digit), facts.digit_size),
            Compute("add", "t0", "t1"),
            Store(slot.place, "t0", 8),
            Jump(done),
            Label(any_size),
        )
    w.add(
        env.invoke("PyLong_AsSize_t", slot.register, result="t0"),
        Branch("eq", "t0", -1, error),
        Store(slot.place, "t0", env.target.model.pointer),
        Jump(done),
    )
    w.aside(error, lambda: w.add(env.invoke("PyErr_Clear", note="a better message follows"), Jump(slow)))


def _array(w: Builder, env: Surroundings, slot: Slot, done: str, slow: str, const: bool) -> None:
    """The memory of an ndarray whose items lie one behind the other in C's order, and may be written if C may write. One of no
    dimensions, which may stand for an address, is left to Python."""
    at = array_layout(env.interpreter.header, env.target.model.pointer)
    wanted = C_CONTIGUOUS if const else C_CONTIGUOUS | WRITEABLE
    _fetch(w, slot)
    w.add(
        Branch("eq", Memory(slot.register, at.dimensions), 0, slow, 4),
        Load("t1", Memory(slot.register, at.flags), 4, signed=True),
    )
    if not const:
        w.add(Branch("lt", "t1", 0, slow, note="whoever writes it is to be warned: WARNS"))
    w.add(
        Compute("and", "t1", wanted),
        Branch("ne", "t1", wanted, slow),
        Load("t0", Memory(slot.register, at.data), env.target.model.pointer),
        Store(slot.place, "t0", env.target.model.pointer, f"parameter {slot.number}: the items themselves"),
        Jump(done),
    )


def _stored(w: Builder, env: Surroundings, slot: Slot, done: str, slow: str, *, through: bool) -> None:
    """Where a value's bytes lie, or what a pointer points to."""
    word = env.target.model.pointer
    _fetch(w, slot)
    unless_freed(w, env, slot.register, slow)
    w.add(Load("t0", Memory(slot.register, env.interpreter.value_data), word))
    if through:
        w.add(Load("t0", Memory("t0"), word))
    w.add(Store(slot.place, "t0", word, f"parameter {slot.number}"), Jump(done))


def _owner(w: Builder, env: Surroundings, slot: Slot, done: str, slow: str) -> None:
    """The code of an object whose first slot is an entry."""
    _fetch(w, slot)
    w.add(Load("t0", Memory(slot.register, env.interpreter.header), env.target.model.pointer))
    _entry(w, env, slot, done, slow)


def _closure(w: Builder, env: Surroundings, slot: Slot, done: str, slow: str) -> None:
    """A closure of a Python function, for as long as the call takes. To make it may start a garbage collection, and so
    Python code, which may take memory or code back."""
    facts, word = env.interpreter, env.target.model.pointer
    assert slot.cache is not None
    assert slot.keep is not None
    assert slot.again is not None
    count, kind, layout = Memory(w.local()), Memory(w.local()), Memory(w.local())
    again, back, where = slot.again, w.label("revoked"), words(word)
    w.add(
        *taken_back("t1", word),
        Store(count, "t1", word),
        Load("t0", Memory("t0", CLOSURE * word), word, note="the closure type"),
        Branch("eq", "t0", 0, slow),
        Store(kind, "t0", word),
        Load("t0", Memory("t0", facts.header), word),
        Load("t0", Memory("t0", facts.value_data), word, note="its words"),
        Store(layout, "t0", word),
        Load("t1", Memory("t0", where.make), word),
    )
    _fetch(w, slot)
    made = env.placement("support:make_closure")
    w.add(
        Invoke("t1", made, (Indirect(layout, where.cls), kind, slot.register), "t0", note="make_closure"),
        Branch("eq", "t0", 0, slow),
        Store(Memory(slot.keep, buffer_layout(word).obj), "t0", word, "kept until the call is over"),
        Load("t0", Memory("t0", facts.header + CELLS * word), word),
        Load("t0", Memory("t0", state(word).address), word),
        Store(slot.place, "t0", word, f"parameter {slot.number}: the closure's code"),
        *taken_back("t0", word),
        Branch("ne", count, "t0", back),
        Jump(done),
    )
    w.aside(back, lambda: again(done))


def _bound(w: Builder, env: Surroundings, slot: Slot, done: str, slow: str, made: str) -> None:
    """The C function behind a builtin, if that is farcall's; else to `made`, if its `__self__` is of a class without one."""
    facts, word, other = env.interpreter, env.target.model.pointer, w.label("builtin")
    assert slot.cache is not None
    cache = slot.cache
    w.add(
        Load("t0", Memory(slot.register, facts.header + M_SELF * word), word, note="its __self__"),
        Branch("eq", "t0", 0, slow),
        Branch("ne", Memory("t0", facts.type), type_of("description"), other),
        Load("t0", Memory("t0", facts.header), word),
    )
    _entry(w, env, slot, done, slow)

    def of_another() -> None:
        w.add(
            Load("t1", Memory("t0", facts.type), word),
            Move("t0", cache),
            Branch("ne", Memory("t0", BUILTIN * word), "t1", slow),
            Jump(made),
        )

    w.aside(other, of_another)


def _entry(w: Builder, env: Surroundings, slot: Slot, done: str, slow: str) -> None:
    """The address in the pointer in t0, if it is there, is of the class that fits, and has not been taken back."""
    facts, word = env.interpreter, env.target.model.pointer
    assert slot.cache is not None
    w.add(
        Branch("eq", "t0", 0, slow),
        Move("t1", slot.cache),
        Load("t1", Memory("t1", ENTRY * word), word),
        Branch("ne", Memory("t0", facts.type), "t1", slow),
        Load("t0", Memory("t0", facts.value_data), word),
        Load("t0", Memory("t0"), word),
        Branch("eq", "t0", 0, slow, note="closed"),
        Store(slot.place, "t0", word, f"parameter {slot.number}: its code"),
        Jump(done),
    )
