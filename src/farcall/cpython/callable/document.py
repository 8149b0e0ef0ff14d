"""The docstring of a foreign function: `name(parameters)`, which `inspect` reads, then what `help()` shows."""

from __future__ import annotations

from functools import lru_cache
from keyword import iskeyword

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from ...ctype import Function
    from .function import Description
    from .parameter_facts import TypeFacts

__all__ = ["frame", "notes", "parameter_names", "parameter_words"]


def frame(function: Function, types: list[TypeFacts], out: tuple[int, ...], told: str) -> tuple[str, ...]:
    """The C strings of a function's name and its docstring, `__text_signature__` before `__doc__`, in pieces: its name comes
    between each two of them. `types` are the facts of the result's type and of the parameters'; `told` is what `notes` say."""
    words, declared = [], []
    for index, parameter in enumerate(function.parameters, 1):
        word, facts = parameter.name, types[index]
        words.append(word)
        declared.append(f"{facts.before}{word}{facts.after}" if word else facts.bare)
    if function.variadic:
        declared.append("...")
    elif not declared and function.prototyped:
        declared.append("void")
    convention = f"__attribute__(({function.convention})) " if function.convention else ""
    result = types[0]
    if out:
        written = [function.parameters[number].name or f"arg{number + 1}" for number in out]
        told += f", returns what is written through {', '.join(written)}"
    names = parameter_names(tuple(words), function.takes_any, out, named=True)
    before = f"({names})\n--\n\n{result.before}{convention}"
    return "", "\0", before, f"({', '.join(declared)}){result.after};\n\n{told}.\0"  # the prototype as `declare` has it


#: What is said of the GIL, by policy.
POLICIES = {
    "release": "GIL released during the call",
    "hold": "GIL held during the call",
    "python": "GIL held during the call, Python exceptions that it leaves set are raised",
}


@lru_cache(maxsize=256)  # by library and options
def notes(where: str, gil: str, errno: bool | str = False) -> str:
    """Where the function is, and how it is called."""
    policy = POLICIES[gil]
    return f"{where}, {policy}" + (", errno kept for farcall.errno()" if errno else "")


def parameter_words(self: Description) -> tuple[list[str], int]:
    """The Python names of the parameters that the caller gives, and how many of them are by position alone: C gives the
    last of these no name."""
    words, anonymous = _words(tuple([p.name for p in self.function.parameters]), self.function.takes_any, self.out)
    return list(words), anonymous


@lru_cache(maxsize=1024)  # lists of names that many functions share; one that comes again later is made again
def parameter_names(
    given: tuple[str, ...], takes_any: bool = False, out: tuple[int, ...] = (), *, named: bool = False
) -> str:
    """The parameters' Python names, without those that are left out; with `named`, those that C names are so given too."""
    words, anonymous = _words(given, takes_any, out)
    names, last = list(words), anonymous if named else len(words)
    if last:
        names.insert(last, "/")
    if takes_any:
        names.append("*args")
    return ", ".join(names)


def _words(given: tuple[str, ...], takes_any: bool, out: tuple[int, ...]) -> tuple[tuple[str, ...], int]:
    rest, anonymous = ["args"] if takes_any else [], 0
    names: list[str] = []
    for index, name in enumerate(given):
        if index not in out:
            names.append(_identifier(name, index, [*names, *rest]))
            anonymous = anonymous if name.isidentifier() else len(names)
    return tuple(names), anonymous


def _identifier(given: str, index: int, taken: list[str]) -> str:
    """A Python name for a parameter: its own where Python allows it."""
    name = given if given.isidentifier() else f"arg{index + 1}"
    while iskeyword(name) or name in taken:
        name += "_"
    return name
