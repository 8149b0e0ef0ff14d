"""The one table from a calling convention's name to the file that knows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib import import_module

from ..ctype import Swapped, in_machine_order, unqualified
from ..errors import UnsupportedTargetError, UnsupportedTypeError
from ..record import replace
from .placement import Placement, Signature
from .remembered import PLACEMENTS
from .target import Target

__all__ = ["FILES", "conventions", "place"]

Convention = Callable[[Signature, Target], Placement]

#: By CPU, the files of this room that know its conventions: each says in PLACES by which names. They are imported when
#: first asked.
FILES = {
    "x86_64": ("sysv_x86_64", "win64", "vectorcall"),
    "i386": ("i386",),
    "aarch64": ("aapcs64",),
    "aarch64_be": ("aapcs64",),
    "riscv64": ("riscv",),
    "loongarch64": ("loongarch",),
    "riscv32": ("riscv",),
    "s390x": ("s390x",),
    "ppc64le": ("elfv2",),
    "ppc64": ("elfv1",),
    "ppc": ("sysv_powerpc",),
    "arm": ("aapcs32", "apcs"),
    "mipsel": ("o32",),
    "mips": ("o32",),
    "mips64el": ("n64",),
    "mips64": ("n64",),
    "sparc64": ("sparc_v9",),
    "sparc": ("sparc_v8",),
    "alpha": ("alpha",),
    "m68k": ("m68k",),
    "sh4": ("sh4",),
}

#: By CPU, the names that its compilers know and ignore: there is one convention for all of them, the target's own.
I386_ONLY = frozenset({"cdecl", "stdcall", "fastcall", "thiscall", *(f"regparm({n})" for n in range(4))})
IGNORED: dict[str, frozenset[str]] = {"x86_64": I386_ONLY, "arm": I386_ONLY}
#: Of conventions that one file has for addresses of two widths, the bytes of an address: a program has those of its own.
WIDTHS = {
    **dict.fromkeys(("lp64d", "lp64f", "lp64", "n64", "n64-soft"), 8),
    **dict.fromkeys(("ilp32d", "ilp32f", "ilp32", "n32", "n32-soft"), 4),
}


@lru_cache(PLACEMENTS)
def place(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call is passed, by the convention that the signature names, else by the target's.

    Pure: one signature and target, one Placement. Raises UnsupportedTargetError for a
    convention that the target does not have, UnsupportedTypeError and IncompleteTypeError for a type that
    cannot be passed; both name its position.
    """
    name = signature.convention
    if name is None or name in IGNORED.get(target.cpu, ()):
        name = target.convention
    pointer = target.model.pointer
    convention = _convention(target.cpu, name) if WIDTHS.get(name, pointer) == pointer else None
    if convention is None:
        there = (
            ", ".join(sorted(one for one in conventions(target.cpu) if WIDTHS.get(one, pointer) == pointer)) or "none"
        )
        raise UnsupportedTargetError(f"{target} has no calling convention {name!r}; there are: {there}")
    plain = _in_machine_order(signature)
    placed = convention(plain, target)
    return placed if plain is signature else _in_own_orders(signature, placed)


def _in_machine_order(signature: Signature) -> Signature:
    """The signature as conventions see it: the byte order of members does not matter to them. Raises UnsupportedTypeError
    for a number of another order itself, which C passes in the machine's."""
    for position, type in enumerate((signature.result, *signature.parameters)):
        if isinstance(unqualified(type), Swapped):
            name = f"argument {position - 1}" if position else "the result"
            raise UnsupportedTypeError(f"{name}: a {type} is a number in memory, which C does not pass by value")
    parameters = tuple([in_machine_order(type) for type in signature.parameters])
    result = in_machine_order(signature.result)
    if result is signature.result and all(a is b for a, b in zip(parameters, signature.parameters, strict=True)):
        return signature
    return replace(signature, result=result, parameters=parameters)


def _in_own_orders(signature: Signature, placed: Placement) -> Placement:
    """A placement with the types that the signature has."""
    arguments = tuple(
        [replace(location, type=type) for location, type in zip(placed.arguments, signature.parameters, strict=True)]
    )
    return replace(
        placed, signature=signature, arguments=arguments, result=replace(placed.result, type=signature.result)
    )


@cache
def _convention(cpu: str, name: str) -> Convention | None:
    """A CPU's convention; None where it has none of this name. Files behind the one that has it are not imported."""
    return next((one[name] for one in _tables(cpu) if name in one), None)


@cache
def conventions(cpu: str) -> dict[str, Convention]:
    """A CPU's conventions by name; none for a CPU that is not known."""
    found = {}
    for one in _tables(cpu):
        found.update(one)
    return found


def _tables(cpu: str) -> Iterator[dict[str, Convention]]:
    """What the files of a CPU have, one after the other."""
    for file in FILES.get(cpu, ()):
        yield import_module(f".{file}", __package__).PLACES
