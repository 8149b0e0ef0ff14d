"""The stub of a call: a builtin's body that takes Python objects, calls a C function and returns an object.

In order: count the arguments, read each into a local, make room for the result, let go of the GIL where the
policy says so, call, capture errno, take the GIL back, let go of buffers, make the result's object. What can
fail comes first; nothing after the call can lose its result.
"""

from __future__ import annotations

from typing import NamedTuple

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
)
from .box import box, make_instance
from .buffer import buffer_layout
from .call_mark import if_pending, mark, unmark
from .carrier import Carrier, FloatKind, InstanceKind, PointerKind, VoidKind, in_memory
from .crossing import Crossing
from .errno import keep as keep_errno
from .interpreter import Surroundings
from .link import RESULT_CLASS, SELF, TARGET, cache_of, python
from .revoked import taken_back
from .unbox import Slot, unbox

__all__ = ["Policy", "call", "closed", "forward"]


class Policy(NamedTuple):
    """Whether a call lets go of the GIL while C runs, and whether it keeps errno."""

    release_gil: bool = False
    errno: bool = False


def call(plan: Crossing, policy: Policy, env: Surroundings) -> Routine:
    """The builtin's body: `PyObject *(self, argument)` or `PyObject *(self, arguments, count)`."""
    w = Builder("call", env.placement("METH_O" if plan.one_object else "METH_FASTCALL"))
    pointer = env.target.model.pointer
    failed = "failed"
    if plan.one_object:
        w.add(LoadArgument(1, "s0", "the argument"))
    else:
        _count(w, env, len(plan.parameters))
        if plan.parameters:
            w.add(LoadArgument(1, "s0", "the arguments"))

    slots = [_slot(w, env, plan, i, failed) for i in range(len(plan.parameters))]
    keeps = [slot.keep for slot in slots if slot.keep]
    for keep in keeps:
        w.add(Store(Memory(keep, buffer_layout(pointer).obj), 0, pointer, "no buffer held yet"))
    for carrier, slot in zip(plan.parameters, slots, strict=True):
        unbox(w, env, carrier, slot)

    if isinstance(plan.result, InstanceKind) and plan.result.aligned:  # its class finds memory that is aligned enough
        make = env.invoke("call_python_1", RESULT_CLASS, 0, 0, result="s1", note="an instance for the result")
        count = Memory(w.local())
        w.add(*taken_back("t0", pointer), Store(count, "t0", pointer, "it runs Python code"))
        w.add(make, Branch("eq", "s1", 0, failed), *taken_back("t0", pointer))
        w.add(Branch("ne", count, "t0", "revoked"), Label("made"))
        w.aside("revoked", lambda: _recheck(w, env, plan, "made", "dropped"))
        w.aside("dropped", lambda: w.add(env.invoke("Py_DecRef", "s1"), Jump(failed)))
    elif _is_instance(plan.result):
        make_instance(w, env, RESULT_CLASS, "s1", failed)
    value, marked = _invoke_target(w, env, plan, policy, slots, bool(keeps))
    if_pending(w, env, "pending")
    w.add(Label("calm"))
    _give_back(w, env, plan, value, keeps)
    w.aside("pending", lambda: _pending(w, env, plan, value, marked, keeps))

    def release_and_fail() -> None:
        _release(w, env, keeps)
        w.add(Return(0, "an exception is set"))

    w.aside(failed, release_and_fail)
    return w.finish()


def forward(env: Surroundings) -> Routine:
    """The body of a variadic function's builtin, METH_VARARGS: hands all to the Python function that knows a
    stub for each variadic tail."""
    w = Builder("forward", env.placement("METH_VARARGS"))
    w.add(
        LoadArgument(0, "s0", "self"),
        LoadArgument(1, "s1", "the tuple of arguments"),
        env.invoke("call_python_2", python("dispatch"), "s0", "s1", 0, tail=True),
    )
    return w.finish()


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


def _recheck(w: Builder, env: Surroundings, plan: Crossing, label: str, failed: str) -> None:
    """Memory or code was taken back while an argument was converted: have Python look at all of them again."""
    arguments: Operand = "s0" if plan.parameters else 0
    if plan.one_object:
        alone = Memory(w.local())
        w.add(Store(alone, "s0", env.target.model.pointer))
        arguments = AddressOf(alone)
    w.add(
        env.support("recheck", SELF, arguments, len(plan.parameters), result="t0"),
        Branch("ne", "t0", 0, failed, 4),
        Jump(label),
    )


def _slot(w: Builder, env: Surroundings, plan: Crossing, index: int, failed: str) -> Slot:
    carrier, pointer = plan.parameters[index], env.target.model.pointer
    kept = isinstance(carrier, (PointerKind, InstanceKind))
    return Slot(
        index,
        "s0" if plan.one_object else "t0",
        None if plan.one_object else Load("t0", Memory("s0", index * pointer), pointer, note=f"argument {index}"),
        w.local(8),
        w.local(buffer_layout(pointer).size) if kept else None,
        failed,
        which=index,
        cache=cache_of(index) if kept else None,
        again=lambda label: _recheck(w, env, plan, label, failed),
    )


def _invoke_target(
    w: Builder, env: Surroundings, plan: Crossing, policy: Policy, slots: list[Slot], busy_after: bool
) -> tuple[Operand | None, Local]:
    """The call itself between its policies; gives where the result is, and where the mark was."""
    arguments = tuple(
        Indirect(slot.to) if isinstance(carrier, InstanceKind) else slot.place
        for carrier, slot in zip(plan.parameters, slots, strict=True)
    )
    interpreter, result, pointer = env.interpreter, plan.result, env.target.model.pointer
    busy = busy_after or policy.release_gil or policy.errno  # something is called before the result is boxed
    value: Operand | None
    into: str | Memory | Indirect | None
    if isinstance(result, VoidKind):
        value = into = None
    elif _is_instance(result):
        value, into = "s1", Memory("s1", interpreter.value_payload)
        if isinstance(result, InstanceKind) and result.aligned:
            into = Indirect(Memory("s1", interpreter.value_data))
    elif isinstance(result, FloatKind) and result.size == 8 == pointer and not busy:
        value, into = RESULT, None
    elif in_memory(result, env.target.model):
        value = into = Memory(w.local(8))
    else:
        value = into = "s1" if busy else "t0"

    if policy.errno:
        w.add(
            env.errno("t0"),
            Store(Memory("t0"), 0, 4, "errno = 0: what it holds afterwards is this call's"),
        )
    if policy.release_gil:
        w.add(env.invoke("PyEval_SaveThread", result="s2", note="let go of the GIL"))
    marked = mark(w, env)
    w.add(Invoke(TARGET, plan.placement, arguments, into, note="the C function"))
    unmark(w, env, marked)
    if policy.errno:
        keep_errno(w, env)
    if policy.release_gil:
        w.add(env.invoke("PyEval_RestoreThread", "s2", note="take the GIL back"))
    return value, marked


def _pending(
    w: Builder, env: Surroundings, plan: Crossing, value: Operand | None, marked: Local, keeps: list[Local]
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
        _give_back(w, env, plan, saved, keeps)
    else:
        if value == "t0":
            w.add(Load("t0", saved, env.target.model.pointer))
        w.add(Jump("calm"))

    def raised() -> None:
        if _is_instance(plan.result):
            w.add(env.invoke("Py_DecRef", "s1", note="the result nobody gets"))
        w.add(Jump("failed"))

    w.aside("raised", raised)


def _is_instance(result: Carrier) -> bool:
    """Whether the result is an object made before the call, and filled by it."""
    return isinstance(result, InstanceKind) or (isinstance(result, PointerKind) and not result.text)


def _give_back(w: Builder, env: Surroundings, plan: Crossing, value: Operand | None, keeps: list[Local]) -> None:
    result = plan.result
    if _is_instance(result):
        _release(w, env, keeps)
        if isinstance(result, InstanceKind) and result.unwrap:
            w.add(env.support("unwrap", "s1", tail=True, note="the number in the instance"))
        else:
            w.add(Return("s1"))
        return
    if isinstance(result, PointerKind) and keeps:  # the text may lie in a buffer about to be released
        assert value is not None
        box(w, env, result, value, result="s1")
        _release(w, env, keeps)
        w.add(Return("s1"))
        return
    _release(w, env, keeps)
    box(w, env, result, value if value is not None else 0, result=None)


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
