"""The stub of a call: a builtin's body that takes Python objects, calls a C function and returns an object.

In order: count the arguments, read each into a local, make room for the result, let go of the GIL where the
policy says so, call, capture errno, take the GIL back, let go of buffers, make the result's object. What can
fail comes first; nothing after the call can lose its result. Parameters through which C writes results are not among the
arguments: see `written`.
"""

from __future__ import annotations

from ..convention import Placement
from ..ir.builder import Builder
from ..ir.instruction import (
    RESULT,
    AddressOf,
    Branch,
    Indirect,
    Invoke,
    Jump,
    Label,
    Load,
    LoadArgument,
    Local,
    Memory,
    Operand,
    Return,
    Routine,
    SaveResult,
    Store,
    Symbol,
)
from ..record import NamedTuple
from .box import box, unwrapped
from .buffer import buffer_layout
from .call_mark import if_pending, mark, unmark
from .carrier import Carrier, FloatKind, InstanceKind, ObjectKind, PointerKind, VoidKind, in_memory, is_owned
from .crossing import Crossing
from .errno import c_errno
from .errno import give as give_errno
from .errno import keep as keep_errno
from .instance import make_instance
from .interpreter import Surroundings
from .left_set import raise_set
from .link import RESULT_CLASS, SELF, TARGET, cache_of, class_of, python
from .revoked import taken_back
from .unbox import Slot, fetch, reads_inline, unbox
from .written import Room, Written, drop, give_all, held, make_objects, make_room, rooms

__all__ = ["SWAP", "Policy", "call", "closed", "takes_one"]

#: The policy of errno by which a call begins with what the thread's last one left, or Python has set since.
SWAP = "swap"


class Policy(NamedTuple):
    """Whether a call lets go of the GIL while C runs; whether it keeps errno, and with "swap" gives C before what the thread's
    cell holds, where it is 0 otherwise; whether text that it returns is bytes; of which C library errno is, where a process
    has several, "" being Python's; whether an exception that C left set is raised; and which parameters get a reference to
    the object that C takes over."""

    release_gil: bool = False
    errno: bool | str = False
    raw_text: bool = False
    c_library: str = ""
    raise_set: bool = False
    taken_over: tuple[int, ...] = ()


def call(
    whole: Crossing,
    policy: Policy,
    env: Surroundings,
    written: tuple[Written, ...] = (),
    known: tuple[tuple[int, str], ...] = (),
) -> Routine:
    """The builtin's body: `PyObject *(self, argument)` or `PyObject *(self, arguments, count)`. `written` are the parameters
    through which C writes results, in the order in which they are returned. `known` are the numbers of parameters whose
    arguments are of classes that the caller has looked at, and the names of these: see `unbox`."""
    plan = _Call(whole.placement, whole.parameters, whole.result, whole.shape, _given(whole, written), dict(known))
    w = Builder("call", env.placement("METH_O" if plan.one_object else "METH_FASTCALL"))
    pointer = env.target.model.pointer
    failed = "failed"
    if plan.one_object:
        w.add(LoadArgument(1, "s0", "the argument"))
    else:
        if not known:  # else who has looked at their classes has counted them
            _count(w, env, len(plan.given))
        if plan.given:
            w.add(LoadArgument(1, "s0", "the arguments"))

    # What is read comes first: where that of a parameter lies is the same in most routines, and so is the code for it.
    read = [w.local() for _ in plan.given]
    slots = {number: _slot(w, env, plan, number, place, read[place], failed) for place, number in enumerate(plan.given)}
    keeps = [slot.keep for slot in slots.values() if slot.keep]
    for keep in keeps:
        w.add(Store(Memory(keep, buffer_layout(pointer).obj), 0, pointer, "no buffer held yet"))
    found = rooms(w, env, written)
    objects = held(found)
    first = Memory(w.local()) if found and not isinstance(plan.result, VoidKind) else None
    if first:
        w.add(Store(first, 0, pointer))
        objects.insert(0, first)
    for number, slot in slots.items():
        unbox(w, env, plan.parameters[number], slot)

    for room in found:
        if isinstance(room.written.kind, InstanceKind) and room.written.kind.aligned:
            _ask_for_instance(w, env, plan, class_of(room.written.number, written=True), room.object, failed)
            w.add(Load("t0", Memory("s1", env.interpreter.value_data), pointer), Store(room.value, "t0", pointer))
        else:
            make_room(w, env, room, failed)
    if isinstance(plan.result, InstanceKind) and plan.result.aligned:
        _ask_for_instance(w, env, plan, RESULT_CLASS, None, failed)
    elif _is_instance(plan.result):
        make_instance(w, env, RESULT_CLASS, "s1", failed, derived=_may_be_derived(plan.result))
    values = {number: _value(plan.parameters[number], slot) for number, slot in slots.items()}
    values |= {room.written.number: room.argument for room in found}
    arguments = tuple(values[number] for number in range(len(plan.parameters)))
    w.add(*(env.invoke("Py_IncRef", slots[number].place, note="C takes it over") for number in policy.taken_over))
    value, marked = _invoke_target(w, env, plan, policy, arguments, bool(keeps or found))
    if policy.raise_set:
        raise_set(w, env, _is_instance(plan.result) or is_owned(plan.result), marked)
    if_pending(w, env, "pending")
    w.add(Label("calm"))
    if found:
        _give_all(w, env, plan, policy, value, keeps, found, first)
    else:
        _give_back(w, env, plan, policy, value, keeps)
    w.aside("pending", lambda: _pending(w, env, plan, policy, value, marked, keeps))

    def release_and_fail() -> None:
        _release(w, env, keeps)
        drop(w, env, objects)
        w.add(Return(0, "an exception is set"))

    w.aside(failed, release_and_fail)
    return w.finish()


def _may_be_derived(kind: Carrier) -> bool:
    """Whether the class of what is an instance may be one written in Python: of pointers and structs, not of numbers."""
    return not (isinstance(kind, InstanceKind) and (kind.unwrap or kind.number))


def takes_one(plan: Crossing, written: tuple[Written, ...]) -> bool:
    """Whether a builtin takes exactly one argument, and is METH_O; else METH_FASTCALL."""
    return len(plan.parameters) - len(written) == 1


class _Call(NamedTuple):
    """A crossing, and the parameters of it that the caller gives: C does not write through them."""

    placement: Placement
    parameters: tuple[Carrier, ...]
    result: Carrier
    shape: str
    given: tuple[int, ...]
    known: dict[int, str]

    @property
    def one_object(self) -> bool:
        return len(self.given) == 1


def _given(plan: Crossing, written: tuple[Written, ...]) -> tuple[int, ...]:
    left_out = {one.number for one in written}
    return tuple([number for number in range(len(plan.parameters)) if number not in left_out])


def closed(env: Surroundings) -> Routine:
    """The body of a builtin whose library is closed: has Python raise, whatever the arguments."""
    w = Builder("closed", env.placement("METH_VARARGS"))
    w.add(
        LoadArgument(0, "s0", "self"),
        env.invoke("call_python_1", python("closed"), "s0", 0, tail=True),
    )
    return w.finish()


def _count(w: Builder, env: Surroundings, expected: int) -> None:
    wrong = w.label("count")
    w.add(LoadArgument(2, "t0", "how many"), Branch("ne", "t0", expected, wrong))
    w.aside(wrong, lambda: w.add(env.support("count", SELF, "t0", tail=True)))


def _ask_for_instance(
    w: Builder, env: Surroundings, plan: _Call, cls: Symbol, keep: Memory | None, failed: str
) -> None:
    """An instance of a class that finds memory which is aligned enough, in s1; `keep` is where it is kept for who fails."""
    pointer, count = env.target.model.pointer, Memory(w.local())
    revoked, made, dropped = w.label("revoked"), w.label("made"), w.label("dropped")
    w.add(
        *taken_back("t0", pointer),
        Store(count, "t0", pointer, "it runs Python code"),
        env.invoke("call_python_1", cls, 0, 0, result="s1", note="an instance for what C writes"),
        Branch("eq", "s1", 0, failed),
        *([Store(keep, "s1", pointer)] if keep else []),
        *taken_back("t0", pointer),
        Branch("ne", count, "t0", revoked),
        Label(made),
    )
    w.aside(revoked, lambda: _recheck(w, env, plan, made, failed if keep else dropped))
    if keep is None:
        w.aside(dropped, lambda: w.add(env.invoke("Py_DecRef", "s1"), Jump(failed)))


def _recheck(w: Builder, env: Surroundings, plan: _Call, label: str, failed: str) -> None:
    """Memory or code was taken back while an argument was converted: have Python look at all of them again."""
    arguments: Operand = "s0" if plan.given else 0
    if plan.one_object:
        alone = Memory(w.local())
        w.add(Store(alone, "s0", env.target.model.pointer))
        arguments = AddressOf(alone)
    w.add(
        env.support("recheck", SELF, arguments, len(plan.given), result="t0"),
        Branch("ne", "t0", 0, failed, 4),
        Jump(label),
    )


def _slot(w: Builder, env: Surroundings, plan: _Call, number: int, place: int, to: Local, failed: str) -> Slot:
    """Parameter `number`, which is the argument at `place`."""
    carrier, pointer = plan.parameters[number], env.target.model.pointer
    known = plan.known.get(number, "") if reads_inline(env, carrier, given=True) else ""
    cached = isinstance(carrier, (PointerKind, InstanceKind)) and not known
    kept = cached or isinstance(carrier, ObjectKind) or known == "str"
    return Slot(
        number,
        "s0" if plan.one_object else "t0",
        None if plan.one_object else fetch(place, pointer),
        to,
        w.local(buffer_layout(pointer).size) if kept else None,
        failed,
        which=number,
        cache=cache_of(number) if cached else None,
        again=None if known else lambda label: _recheck(w, env, plan, label, failed),  # those run no Python code
        known=known,
        brief=bool(plan.known),
    )


def _value(carrier: Carrier, slot: Slot) -> Operand:
    """What C gets of an argument that was read."""
    return Indirect(slot.to) if isinstance(carrier, InstanceKind) else slot.place


def _invoke_target(
    w: Builder, env: Surroundings, plan: _Call, policy: Policy, arguments: tuple[Operand, ...], busy_after: bool
) -> tuple[Operand | None, Local]:
    """The call itself between its policies; gives where the result is, and where the mark was."""
    interpreter, result, pointer = env.interpreter, plan.result, env.target.model.pointer
    busy = (
        busy_after or policy.release_gil or policy.errno or policy.raise_set
    )  # something is called before the result is boxed
    value: Operand | None
    into: str | Memory | Indirect | None
    if isinstance(result, VoidKind):
        value = into = None
    elif _is_instance(result):
        value, into = "s1", Memory("s1", interpreter.value_payload)
        if isinstance(result, InstanceKind) and result.aligned:
            into = Indirect(Memory("s1", interpreter.value_data))
    elif isinstance(result, InstanceKind):
        value = into = Memory(w.local(result.size, 2 * pointer))
    elif isinstance(result, FloatKind) and result.size == 8 == pointer and not busy:
        value, into = RESULT, None
    elif in_memory(result, env.target.model):
        value = into = Memory(w.local(8))
    else:
        value = into = "s1" if busy else "t0"

    if policy.errno and policy.errno != SWAP:
        errno = c_errno(w, env, policy.c_library)
        w.add(Store(errno, 0, 4, "errno = 0: what it holds afterwards is this call's"))
    if policy.release_gil:
        w.add(env.invoke("PyEval_SaveThread", result="s2", note="let go of the GIL"))
    if policy.errno == SWAP:
        give_errno(w, env, policy.c_library)
    elif policy.errno:
        w.add(*env.set_last_error(0))
    marked = mark(w, env)
    w.add(Invoke(TARGET, plan.placement, arguments, into, note="the C function"))
    unmark(w, env, marked)
    if policy.errno:
        keep_errno(w, env, policy.c_library)
    if policy.release_gil:
        w.add(env.invoke("PyEval_RestoreThread", "s2", note="take the GIL back"))
    return value, marked


def _pending(
    w: Builder,
    env: Surroundings,
    plan: _Call,
    policy: Policy,
    value: Operand | None,
    marked: Local,
    keeps: list[Local],
) -> None:
    """Some callback's exception waits: raise it if it is for this call, else go on with the result."""
    saved = Memory(w.local(8))
    if value is RESULT:
        w.add(SaveResult(plan.placement, saved))
    elif value == "t0":
        w.add(Store(saved, "t0", env.target.model.pointer))
    w.add(
        env.support("raise_pending", SELF, AddressOf(Memory(marked)), result="t0"),
        Branch("ne", "t0", 0, "raised", 4),
    )
    if value is RESULT:
        _give_back(w, env, plan, policy, saved, keeps)
    else:
        if value == "t0":
            w.add(Load("t0", saved, env.target.model.pointer))
        w.add(Jump("calm"))

    def raised() -> None:
        if _is_instance(plan.result) or is_owned(plan.result):
            w.add(env.invoke("Py_DecRef", "s1", note="the result nobody gets"))
        w.add(Jump("failed"))

    w.aside("raised", raised)


def _is_instance(result: Carrier) -> bool:
    """Whether the result is an object made before the call, and filled by it: not what a number is made of at once."""
    if isinstance(result, InstanceKind):
        return not result.gives_way
    return isinstance(result, PointerKind) and not result.text


def _give_back(
    w: Builder, env: Surroundings, plan: _Call, policy: Policy, value: Operand | None, keeps: list[Local]
) -> None:
    result, raw = plan.result, policy.raw_text
    if _is_instance(result):
        _release(w, env, keeps)
        if isinstance(result, InstanceKind) and result.unwrap:
            w.add(env.support(unwrapped(result), "s1", tail=True, note="the number in the instance"))
        else:
            w.add(Return("s1"))
        return
    owned = is_owned(result)
    if (
        isinstance(result, (PointerKind, ObjectKind)) and keeps
    ):  # it may lie in, or belong to, what is about to be released
        assert value is not None
        box(w, env, result, value, result="s1", raw_text=raw, owned=owned)
        _release(w, env, keeps)
        w.add(Return("s1"))
        return
    _release(w, env, keeps)
    box(w, env, result, value if value is not None else 0, result=None, raw_text=raw, owned=owned)


def _give_all(
    w: Builder,
    env: Surroundings,
    plan: _Call,
    policy: Policy,
    value: Operand | None,
    keeps: list[Local],
    found: tuple[Room, ...],
    first: Memory | None,
) -> None:
    """The result, and what was written; all are objects before buffers are let go of, in which text may lie."""
    pointer = env.target.model.pointer
    if first:
        if not _is_instance(plan.result):
            assert value is not None
            box(w, env, plan.result, value, result="s1", raw_text=policy.raw_text, owned=is_owned(plan.result))
        elif isinstance(plan.result, InstanceKind) and plan.result.unwrap:
            w.add(env.support(unwrapped(plan.result), "s1", result="s1", note="the number in the instance"))
        w.add(Store(first, "s1", pointer), Branch("eq", "s1", 0, "failed"))
    make_objects(w, env, found, "failed")
    _release(w, env, keeps)
    give_all(w, env, [*([first] if first else []), *(room.object for room in found)], "lost")

    def lost() -> None:
        drop(w, env, [*([first] if first else []), *(room.object for room in found)])
        w.add(Return(0))

    if len(found) + bool(first) > 1:
        w.aside("lost", lost)


def _release(w: Builder, env: Surroundings, keeps: list[Local]) -> None:
    for keep in keeps:
        release, released = w.label("release"), w.label("released")
        held = Memory(keep, buffer_layout(env.target.model.pointer).obj)
        w.add(Branch("ne", held, 0, release), Label(released))
        _release_aside(w, env, keep, release, released)


def _release_aside(w: Builder, env: Surroundings, keep: Local, release: str, released: str) -> None:
    def write() -> None:
        w.add(env.invoke("PyBuffer_Release", AddressOf(Memory(keep))), Jump(released))

    w.aside(release, write)
