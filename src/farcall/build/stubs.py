"""The routines of a built module's functions, and what stands for what they refer to: the same as at run time, but nothing
of the process. No object is of a class of farcall's there, no library is closed, no callback raises."""

from __future__ import annotations

from ..convention import Signature, Target
from ..cpython.facts.interpreter import ROWS, ROWS_32, free_threaded, without_layouts
from ..ctype import BIG, CType, Float, Function, Integer, Pointer, Void, declare, unqualified
from ..errors import UnsupportedTypeError
from ..lower import Code, lower
from ..record import NamedTuple, replace
from ..stub import Interpreter, Policy, Surroundings, call, crossing
from ..stub import support as support_routine
from ..stub.call import takes_one
from ..stub.carrier import BoolKind, CharKind, FloatKind, IntKind, PointerKind, VoidKind, carrier
from ..stub.link import TEXTS, link_named
from .version import PythonVersion

__all__ = ["HELPERS", "Stub", "described", "interpreter_of", "is_plain", "own", "plain_stub", "slow_paths", "stub_of"]

#: What a module's Python part does (see `errors`).
HELPERS = ("refuse", "count", "convert", "real", "truth")
#: Links to what is never there: words of zeros, of which the address is the address of nothing.
NOTHING = ("class:", "type:", "entry:", "cache:", "ndarray", "revoked", "pending")
#: What is never called where nothing is taken back, no callback raises, and the class of NumPy's arrays is not to be learnt.
NEVER = ("support:recheck", "support:raise_pending", "python:note_ndarray")
METH_FASTCALL, METH_O = 0x0080, 0x0008  # Include/methodobject.h
#: Names of characters that are wider than a byte, which a str stands for.
WIDE = ("wchar_t", "char16_t", "char32_t", "wint_t")


class Stub(NamedTuple):
    """The code of a function, and how it is called."""

    code: Code
    flags: int


def interpreter_of(python: PythonVersion, target: Target) -> Interpreter:
    """The layouts of a Python's objects; as at run time none are relied on where the machine is big-endian, on which bits of
    words have other places. Raises UnsupportedTypeError where they are not known."""
    rows, version = ROWS if target.model.pointer == 8 else ROWS_32, python[:2]
    if version not in rows:
        raise UnsupportedTypeError(f"no layouts are known of Python {python}")
    if python.free_threaded:
        facts = free_threaded(version, target.model)
        return replace(facts, unchanging=False) if target.byteorder == BIG else facts
    if target.byteorder == BIG:
        return replace(without_layouts(target.model.pointer), own_state=version >= (3, 12))
    return rows[version]


def is_plain(function: Function, target: Target) -> bool:
    """Whether a function is called without anything of farcall's: numbers, text, and pointers to numbers or void."""
    if function.takes_any or function.convention:
        return False
    kind = carrier(function.result, target.model)
    result = isinstance(kind, (VoidKind, IntKind, BoolKind, CharKind, FloatKind)) or (
        isinstance(kind, PointerKind) and kind.text
    )
    return result and all(_plain_parameter(parameter.type, target) for parameter in function.parameters)


def _plain_parameter(type: CType, target: Target) -> bool:
    kind = carrier(type, target.model)
    if isinstance(kind, (IntKind, BoolKind, CharKind, FloatKind)):
        return True
    plain = unqualified(type)
    if not (isinstance(kind, PointerKind) and isinstance(plain, Pointer)):
        return False
    item = unqualified(plain.target)
    if isinstance(item, Integer):
        return (
            item.rank != "wchar" and item.name not in WIDE and not isinstance(carrier(item, target.model), PointerKind)
        )
    return isinstance(item, (Void, Float)) and (kind.item in (0, 4, 8))


def stub_of(name: str, function: Function, policy: Policy, env: Surroundings) -> Stub:
    """The code of a plain function; its own links have its name behind them."""
    code, flags = plain_stub(function, policy, env)
    return Stub(own(code, name), flags)


def plain_stub(function: Function, policy: Policy, env: Surroundings) -> Stub:
    """The code of all plain functions of a type."""
    types = tuple(unqualified(parameter.type) for parameter in function.parameters)
    plan = crossing(Signature(function.result, types), env.target)
    code = lower(call(plan, policy, env), env.target, apart=True)
    return Stub(code, METH_O if takes_one(plan, ()) else METH_FASTCALL)


def own(code: Code, name: str) -> Code:
    """Code whose own links have a name behind them."""
    cells = [one._replace(name=f"{one.name}:{name}") if link_named(one.name).is_own else one for one in code.cells]
    return code._replace(cells=tuple(cells))


def slow_paths(codes: list[Code], env: Surroundings) -> dict[str, Code]:
    """The slow paths that these lead to, by their links."""
    found: dict[str, Code] = {}
    waiting = [cell.name for code in codes for cell in code.cells]
    while waiting:
        link = waiting.pop()
        if link.startswith("support:") and link not in found and link not in NEVER:
            found[link] = lower(support_routine(link.partition(":")[2], env), env.target, apart=True)
            waiting += [cell.name for cell in found[link].cells]
    return found


def described(name: str, function: Function, target: Target) -> str:
    """What errors say of a function, as `errors` reads it."""
    rows = [name, declare(function, name)]
    for parameter in function.parameters:
        kind, low, high, flags = carrier(parameter.type, target.model), 0, 0, []
        if isinstance(kind, BoolKind):
            word, high = "int", 1
        elif isinstance(kind, (IntKind, CharKind)):
            word, bits = "char" if isinstance(kind, CharKind) else "int", 8 * kind.size
            low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if kind.signed else (0, (1 << bits) - 1)
        elif isinstance(kind, PointerKind):
            plain = unqualified(parameter.type)
            assert isinstance(plain, Pointer)
            word = "pointer"
            void = isinstance(unqualified(plain.target), Void)
            flags = [flag for flag, set in (("const", kind.const), ("text", kind.text), ("void", void)) if set]
        else:
            word = "real"
        size = kind.item if isinstance(kind, PointerKind) else kind.size
        fields = (parameter.name, str(parameter.type), word, str(size), ",".join(flags), str(low), str(high))
        rows.append("\x1e".join(fields))
    return "\x1f".join(rows)


def texts() -> dict[str, bytes]:
    """C strings that routines refer to, by their links."""
    return {f"text:{name}": text for name, text in TEXTS.items()}
