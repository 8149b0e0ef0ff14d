"""gcc for the machine that the tests run on: what it has, where it is no oracle, and how it is told.

A test that calls its code asks it for `HERE.kinds` of types at most, laid out by `HERE.model`, in each of
`HERE.conventions`. Where farcall has no target for the machine, `HERE` is x86-64's and `needs_here` skips.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from random import Random
from typing import NamedTuple

import pytest

from farcall.convention import Placement, Target, place, target
from farcall.convention.decorated import decorated_names
from farcall.convention.i386_variant import VARIANTS
from farcall.convention.placement import Register
from farcall.cpython.facts.host import host_target
from farcall.ctype import (
    Array,
    Complex,
    CType,
    DataModel,
    Float,
    Function,
    Parameter,
    Pointer,
    Record,
    Vector,
    alignof,
    leaves,
    sizeof,
    unqualified,
)
from farcall.errors import UnsupportedTargetError
from farcall.record import replace

from .quirk import AARCH64, NO_QUIRKS, RISCV_GCC, X86_64, Quirks, misses_reference
from .signature import EXTRA, Case, random_cases
from .value import Values, random_values

__all__ = ["HERE", "Here", "cases_here", "exported_name", "needs_here", "values_here"]


I386 = target("i386-linux").model


def always(case: Case) -> bool:
    """Any signature."""
    return True


def pads_nothing(case: Case, align: int = 16) -> bool:
    """Not one with an empty struct aligned to `align` bytes, two words, behind which gcc aligns what is on the stack. By the
    psABIs an empty argument is ignored."""
    empty = (type for type in case.signature.parameters if not sizeof(type, case.model))
    return all(alignof(type, case.model) < align for type in empty)


def answers_mingw(case: Case) -> bool:
    """What MinGW's gcc answers of System V's functions, and clang of vectorcall's, which have no variadic tail. Not one of gcc's
    whose variadic tail has what Win64 passes by reference: it
    takes the value that it gets there for an address. Nor one with what is aligned to more than Win64's stack is: it does not
    align the stack for that (its bug 54412)."""
    signature = case.signature
    if signature.convention == "vectorcall":
        return signature.fixed is None
    if signature.convention != "sysv_abi":
        return True
    if any(alignof(parameter, case.model) > 16 for parameter in signature.parameters):
        return False
    if signature.fixed is None:
        return True
    return not any(map(misses_reference, signature.parameters[signature.fixed :]))


def answers_i386(case: Case) -> bool:
    """What gcc answers on i386: see what it does by its own choice."""
    return keeps_x87(case) and not any(map(mixes_vectors, (case.signature.result, *case.signature.parameters)))


def answers_mingw_i386(case: Case) -> bool:
    """What MinGW's gcc answers of Microsoft's rules: where its own have all in the same places, of the function with its tail and
    without, as closures are."""
    here = target("i386-windows-msvc")
    its_own = replace(target("i386-windows-gnu"), model=here.model)
    forms = (case.signature, replace(case.signature, fixed=None))
    return all(_places(place(form, here)) == _places(place(form, its_own)) for form in forms) and keeps_x87(case)


def _places(placement: Placement) -> list[object]:
    """Where the values are, and what is popped, without the rules."""
    passed = (placement.result, *placement.arguments)
    return [placement.callee_pops, *((one.pieces, one.by_reference) for one in passed)]


def mixes_vectors(type: CType) -> bool:
    """Whether a record is in `type`, or pointed to, with a member of 8 bytes that is itself a record around a vector.
    gcc aligns that as a long long where it takes it for one, which no document gives."""
    type = unqualified(type)
    if isinstance(type, Pointer):
        return isinstance(type.target, Record) and mixes_vectors(type.target)
    if isinstance(type, Array):
        return mixes_vectors(type.element)
    if not isinstance(type, Record):
        return False
    for field in type.fields or ():
        inner = unqualified(field.type)
        while isinstance(inner, Array):
            inner = unqualified(inner.element)
        whole = isinstance(inner, Record) and sizeof(inner, I386) == 8
        if whole and any(isinstance(leaf.type, Vector) for leaf in leaves(inner, I386)):
            return True
        if mixes_vectors(inner):
            return True
    return False


def keeps_x87(case: Case) -> bool:
    """Not one with an MMX register among the arguments that needs the x87 too: gcc's code never ends the one for the
    other (`emms`), so what it makes of the numbers is lost. By the psABI a function does so before it returns."""
    placement = place(case.signature, target("i386-linux"))
    banks = {
        piece.place.bank for one in placement.arguments for piece in one.pieces if isinstance(piece.place, Register)
    }
    if "mmx" not in banks:
        return True
    results = {piece.place.bank for piece in placement.result.pieces if isinstance(piece.place, Register)}
    return "x87" not in results and not any(map(extended, (case.signature.result, *case.signature.parameters)))


def unwraps_no_union(case: Case) -> bool:
    """Not one whose result is a union around one floating number, which gcc leaves in general registers. To clang, whose
    rule it is, it is that number."""
    result = place(case.signature, target("i386-freebsd")).result
    unwrapped = any(piece.place == Register("st0", "x87") for piece in result.pieces)
    return not (unwrapped and has_union(case.signature.result))


def has_union(type: CType) -> bool:
    """Whether `type` is a union, or a record or an array around one."""
    type = unqualified(type)
    while isinstance(type, Array):
        type = unqualified(type.element)
    return isinstance(type, Record) and (type.is_union or any(has_union(field.type) for field in type.fields or ()))


def extended(type: CType) -> bool:
    """Whether gcc moves values of `type` through the x87, though it computes elsewhere."""
    type = unqualified(type)
    part = type.part if isinstance(type, Complex) else type
    return isinstance(part, Float) and part.format == "long"


class Here(NamedTuple):
    """`kinds`: of EXTRA, what gcc has types for; `conventions`: the attributes it has for functions, None for the
    target's own; `flags`: what it wants for those types; `answers`: whether it is right about a signature;
    `wide`: flags for vectors of 32 and 64 bytes in registers; `extends`: whether a caller may rely on a result narrower
    than int being extended to it; `nan`: where a float that is no number loses its bits on its way from or to
    Python's, which is a double, what it is then; `share`: the least part of the signatures that it answers."""

    target: Target
    kinds: frozenset[str]
    conventions: tuple[str | None, ...]
    quirks: Quirks
    flags: tuple[str, ...] = ()
    answers: Callable[[Case], bool] = always
    wide: tuple[str, ...] = ()
    extends: bool = True
    nan: str = ""
    share: float = 0.6

    @property
    def model(self) -> DataModel:
        return self.target.model

    @property
    def word(self) -> int:
        """sizeof(ffi_arg), and of a pointer."""
        return self.model.pointer


#: On x86, wide vectors want flags, and a processor, that not every one has: tests that need them say so.
KINDS = EXTRA - {"wide vector"}
X86_CONVENTIONS = (None, "stdcall", "fastcall", "thiscall")
FLOAT128 = ("-D__float128=_Float128",)
HOSTS: dict[str, Callable[[Target], Here]] = {
    "x86_64-linux": lambda on: Here(on, KINDS, (None, "ms_abi"), X86_64, wide=("-mavx512f",)),
    "i386-linux": lambda on: Here(
        on,
        KINDS - {"int128"},
        (*X86_CONVENTIONS, "regparm(3)"),
        NO_QUIRKS,
        ("-msse2", "-mfpmath=sse"),
        answers_i386,
    ),
    # MinGW's gcc, as far as it has Microsoft's types and rules: of bit-fields in unions it has others.
    "x86_64-windows-msvc": lambda on: Here(
        on,
        frozenset({"long double", "complex", "int128", "packed", "aligned"}),
        (None, "sysv_abi", "vectorcall"),
        X86_64,
        ("-mlong-double-64",),
        answers_mingw,
    ),
    # The same of 32 bits; by MinGW's own rules, all of gcc's types.
    "i386-windows-msvc": lambda on: Here(
        on,
        frozenset({"long double", "complex", "packed", "aligned", "vector", "empty"}),
        X86_CONVENTIONS,
        NO_QUIRKS,
        ("-mlong-double-64", "-msse2", "-mfpmath=sse"),
        answers_mingw_i386,
        share=0.1,
    ),
    "i386-windows-gnu": lambda on: Here(
        on,
        KINDS - {"int128", "float128", "bit-field"},
        X86_CONVENTIONS,
        NO_QUIRKS,
        ("-mlong-double-64", "-msse2", "-mfpmath=sse"),
        answers_i386,
    ),
    # Records in registers, and a stack aligned to 4: what gcc's switches give of the rules that are clang's there.
    "i386-freebsd": lambda on: Here(
        on,
        frozenset({"complex", "packed", "bit-field"}),
        (None,),
        NO_QUIRKS,
        ("-msse2", "-mfpmath=sse", "-freg-struct-return", "-mincoming-stack-boundary=2"),
        unwraps_no_union,
    ),
    "aarch64-linux": lambda on: Here(on, EXTRA, (None,), AARCH64, FLOAT128, extends=False),
    "arm-linux": lambda on: Here(
        on,
        EXTRA - {"int128", "float128"},
        (None, 'pcs("aapcs")'),
        AARCH64,
        ("-mfpu=neon", "-mfp16-format=ieee"),
        partial(pads_nothing, align=8),
    ),
    # The manual's volume I, "NaN Generation and Propagation": what a conversion gives is the canonical NaN.
    "riscv64-linux": lambda on: Here(on, KINDS - {"float16"}, (None,), RISCV_GCC, FLOAT128, pads_nothing, nan="first"),
    "loongarch64-linux": lambda on: Here(on, KINDS - {"float16"}, (None,), NO_QUIRKS, FLOAT128, pads_nothing),
    "ppc64le-linux": lambda on: Here(on, EXTRA - {"float16"}, (None,), NO_QUIRKS, (), pads_nothing),
    # The old encoding of what is no number: the canonical one has the first bit of the fraction clear, all others set.
    "mipsel-linux": lambda on: Here(
        on,
        EXTRA - {"float16", "int128", "float128"},
        (None,),
        NO_QUIRKS,
        (),
        partial(pads_nothing, align=8),
        nan="old",
    ),
    "mips64el-linux": lambda on: Here(
        on, EXTRA - {"float16"}, (None,), NO_QUIRKS, FLOAT128, partial(pads_nothing, align=16), nan="old"
    ),
    "s390x-linux": lambda on: Here(on, EXTRA - {"float16"}, (None,), NO_QUIRKS, (*FLOAT128, "-march=z13")),
}


def _here() -> tuple[Here, str]:
    """And why it is not this machine's, if so."""
    if system := os.environ.get("FARCALL_ORACLE_AS"):  # its rules in place of the host's, in all that this process does
        on = host_target()
        VARIANTS[on.name] = VARIANTS[system]
        return HOSTS[system](on), ""
    try:
        on = host_target()
        return HOSTS[on.name](on), ""
    except UnsupportedTargetError as error:
        reason = str(error)
    except KeyError as error:
        reason = f"no gcc is described for {error}"
    on = target("x86_64-linux")
    return HOSTS[on.name](on), reason


HERE, _reason = _here()
needs_here = pytest.mark.skipif(bool(_reason), reason=_reason or "this machine is known")


def cases_here(
    seed: int | str, count: int, extra: frozenset[str] = frozenset(), first: int = 0, convention: str | None = None
) -> list[Case]:
    """`random_cases` that gcc here is an oracle for: as many as it answers."""
    made = random_cases(seed, count, sorted(extra), first, convention, HERE.model, HERE.quirks)
    return [case for case in made if HERE.answers(case)]


def exported_name(case: Case) -> str:
    """What a library of gcc's has a case's function as."""
    signature = case.signature
    parameters = tuple(map(Parameter, (["x"] * len(signature.parameters)), signature.parameters))
    function = Function(signature.result, parameters, signature.fixed is not None, signature.convention)
    return [case.name, *decorated_names(case.name, function, HERE.target)][-1]


def values_here(rng: Random, case: Case) -> Values:
    """`random_values` that come through whole where Python's floats are converted."""
    return random_values(rng, case, nan=HERE.nan)
