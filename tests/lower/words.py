"""Listings of other CPUs than x86, against objdump."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from itertools import product
from types import ModuleType

from farcall.lower import Line
from tests.lower.objdump import disassemble

__all__ = ["agree", "encoders", "instances"]

#: More than objdump needs to see of any one encoder.
MOST = 1500

Encoder = Callable[..., bytes]


def encoders(package: ModuleType, others: Iterable[str]) -> list[str]:
    """The names of a CPU's encoders: of all functions in the package but the `others`."""
    functions = [name for name in dir(package) if name.islower() and hasattr(getattr(package, name), "__code__")]
    return [name for name in functions if name not in others]


def instances(encoder: Encoder, samples: Callable[[str], Iterable[object]]) -> list[tuple[object, ...]]:
    """Operands that an encoder takes: combinations of the samples of each parameter that it does not refuse."""
    code = encoder.__code__
    parameters = code.co_varnames[: code.co_argcount]
    combinations = list(product(*map(samples, parameters)))
    step = max(1, len(combinations) // (8 * MOST))
    found = []
    for operands in combinations[:: step | 1]:  # an odd step, so as not to fall in with the samples' counts
        try:
            encoder(*operands)
        except ValueError:
            continue
        found.append(operands)
    return found[:: max(1, len(found) // MOST) | 1]


def agree(cpu: str, made: Iterable[tuple[Encoder, tuple[object, ...]]]) -> None:
    """Fails unless the listing shows these instructions as objdump does, one behind the other."""
    text = import_module(f"farcall.lower.{cpu}.listing").text
    data, ours = bytearray(), []
    for encoder, operands in made:
        shown = text(Line(len(data), encoder, operands, "", ""))
        for number, instruction in enumerate(shown.split("; ")):  # several words of a constant
            ours.append((len(data) + 4 * number, instruction))
        data += encoder(*operands)
    assert ours
    theirs = [(one.offset, one.text) for one in disassemble(bytes(data), cpu)]
    wrong = [(o, t) for o, t in zip(ours, theirs, strict=True) if o != t]
    assert not wrong, f"{len(wrong)} of {len(ours)} differ:\n" + "\n".join(map(str, wrong[:20]))
