"""A built module's file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from string import ascii_letters, digits

from ..cdecl import Declared, Scope, parse_declarations
from ..convention import target as target_of
from ..cpython.callable.document import notes, parameter_names
from ..ctype import Function, declare
from ..errors import DeclarationError, UnsupportedTargetError
from ..high.out import places_of
from ..lower import CPUS, Code, lower
from ..lower.image import Image, Import, image_file
from ..record import NamedTuple
from ..stub import Policy, Surroundings
from . import errors
from .datum import Data, exported
from .definition import METH_O, NO_METHOD, definition, method, slots
from .python_part import MOST_ASKED, ask, asked, attribute
from .start import FUNCTION, init, start
from .stubs import (
    HELPERS,
    NEVER,
    NOTHING,
    described,
    interpreter_of,
    is_plain,
    slow_paths,
    stub_of,
    texts,
)
from .version import PythonVersion

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["TARGETS", "Built", "build_module"]

#: Where Python runs whose extension modules are files of this format.
TARGETS = tuple(f"{cpu}-linux" for cpu in CPUS)
NAME = frozenset(ascii_letters + digits + "_")
#: What a module calls the classes of the types that its text declares.
TYPES = "types"


class Built(NamedTuple):
    """The file's bytes; the names of functions that need nothing of farcall's at run time, of those for which the module
    imports it when they are first used, and of constants."""

    data: bytes
    plain: tuple[str, ...]
    imported: tuple[str, ...]
    constants: tuple[str, ...]


def build_module(
    name: str, text: str, library: str, target: str, version: tuple[int, int] | PythonVersion, *, gil: str = "release",
    errno: Collection[str] = (), out: Mapping[str, Sequence[str]] | None = None,
) -> Built:  # fmt: skip
    """An extension module called `name` of the functions that C `text` declares, in `library`, for a Python of `version` on
    `target`. `errno` are functions that keep errno for `farcall.errno()`, `out` by function the parameters through which C writes
    results (`Library.function`). `version` is what `version_of` returns, or two numbers for a Python with a GIL. Raises
    DeclarationError for the text, ValueError for a name that Python or C could not have or that the text does not declare,
    TypeError for parameters through which nothing can be written, and UnsupportedTargetError or UnsupportedTypeError, naming
    it, for what there is no code for.

    >>> from farcall.build import build_module
    >>> built = build_module("trig", "double cos(double x);", "libm.so.6", TARGET, (3, 13))
    >>> built.plain, built.imported
    (('cos',), ())
    """
    if not name.isidentifier() or not NAME.issuperset(name):
        raise ValueError(f"a module cannot be called {name!r}")
    if "\0" in library or not library:
        raise ValueError(f"a library cannot be called {library!r}")
    if gil not in ("release", "hold"):
        raise ValueError(f"gil must be 'release' or 'hold', not {gil!r}")
    on = target_of(target)
    if on.name not in TARGETS:
        raise UnsupportedTargetError(f"modules are built for {', '.join(TARGETS)}, not for {target}")
    python = PythonVersion(*version)
    env = Surroundings(on, interpreter_of(python, on))
    scope = Scope(on.model)
    declared = parse_declarations(text, scope)
    if not declared.functions:
        raise DeclarationError("the text declares no function")
    options = _options(declared.functions, errno, out or {})
    plain = {
        word: function
        for word, function in declared.functions.items()
        if word not in options and is_plain(function, on)
    }
    others = tuple([word for word in declared.functions if word not in plain])
    symbols = {word: scope.symbols.get(word, word) for word in plain}
    constants = {
        word: value for word, value in declared.constants.items() if isinstance(value, (int, float, bytes, str))
    }
    imported = (*others, *declared.variables, *_types(declared))
    source = _python_part(
        {
            "NAME": name, "LIBRARY": library, "GIL": gil, "TEXT": text if imported else "", "BOUND": imported,
            "CONSTANTS": constants, "MISSING": symbols, "OPTIONS": options,
        }
    )  # fmt: skip
    told = _told(library, tuple(plain), imported)
    data = _image(name, library, plain, symbols, source, told, env, Policy(gil == "release", False), python)
    return Built(data, tuple(plain), imported, tuple(constants))


def _options(
    functions: Mapping[str, Function], errno: Collection[str], out: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, Any]]:
    """What farcall is told of the functions that it binds otherwise than others."""
    for word in (*errno, *out):
        if word not in functions:
            raise ValueError(f"the text declares no function {word!r}")
    for word, parameters in out.items():
        places_of(word, functions[word], list(parameters))
    options: dict[str, dict[str, Any]] = {word: {"errno": True} for word in errno}
    for word, parameters in out.items():
        options.setdefault(word, {})["out"] = list(parameters)
    return options


def _types(declared: Declared) -> tuple[str, ...]:
    """The name of the classes of what the text declares, if it declares structs, unions or typedefs."""
    return (TYPES,) if (declared.typedefs or declared.tags) and TYPES not in declared.functions else ()


def _told(library: str, plain: tuple[str, ...], imported: tuple[str, ...]) -> str:
    """What the module says of itself."""
    rows = [("without farcall", plain), ("farcall is imported when first used", imported)]
    return f"Functions of {library}." + "".join(f"\n\n{what}: {', '.join(names)}" for what, names in rows if names)


def _python_part(values: Mapping[str, object]) -> str:
    """The source that the module runs when something is asked of its Python part, with its own values."""
    loader: Any = errors.__loader__
    source: str = loader.get_source(errors.__name__)
    return "\n".join([source, *(f"{word} = {value!r}" for word, value in values.items())]) + "\n"


def _image(
    name: str,
    library: str,
    plain: dict[str, Function],
    symbols: dict[str, str],
    source: str,
    told: str,
    env: Surroundings,
    policy: Policy,
    python: PythonVersion,
) -> bytes:
    on = env.target
    stubs = {word: stub_of(word, function, policy, env) for word, function in plain.items()}
    slow = slow_paths([stub.code for stub in stubs.values()], env)
    routines: dict[str, Code] = {f"call:{word}": stub.code for word, stub in stubs.items()} | slow
    own = {"init": init(on), "start": start(on), "asked": asked(on), "attribute": attribute(on)}
    own |= {f"api:call_python_{count}": ask(count, env) for count in range(1, MOST_ASKED + 1)}
    routines |= {word: lower(routine, on, apart=True) for word, routine in own.items()}
    part = f"_{name}_{sha256(source.encode()).hexdigest()[:16]}"
    data = Data(on)
    for link, said in (("name", name), ("library", library), ("part", part), ("source", source), ("told", told)):
        data.text(link, said)
    for helper in (*HELPERS, "attribute"):
        data.text(f"python:{helper}", helper)
    data.text("name:getattr", "__getattr__")
    data.words("getattr", [*method("name:getattr", "attribute", METH_O), *NO_METHOD])
    table: list[str | int] = []
    for word, function in plain.items():
        data.text(f"called:{word}", word)
        data.text(f"symbol:{word}", symbols[word])
        data.text(f"self:{word}", described(word, function, on))
        data.text(f"doc:{word}", _document(word, function, library, policy))
        data.words(f"target:{word}", [0], writable=True)
        row = method(f"called:{word}", f"call:{word}", stubs[word].flags, f"doc:{word}")
        data.words(f"method:{word}", [*row, *NO_METHOD])
        table += [f"symbol:{word}", f"target:{word}", f"method:{word}"]
    data.words("functions", [*table, *[0] * FUNCTION])
    data.words("slots", slots(python))
    data.words("definition", definition(python, on), writable=True)
    for link, words in texts().items():
        data.add(link, words)
    data.nothing("nothing")
    cells = {f"target:{word}": (f"target:{word}", 0) for word in plain}
    links = {cell.name for code in routines.values() for cell in code.cells}
    imports = {
        link: Import(exported(link, python[:2])) for link in links if link.startswith("api:") and link not in routines
    }
    for link in links:  # what is not there
        if link == "ndarray":
            cells[link] = ("of no array", 0)
        elif link.startswith(NOTHING):
            cells[link] = ("of nothing", 0)
        elif link in NEVER:
            cells[link] = ("never", 0)
    data.words("of nothing", ["nothing"])
    data.words("never", [0])
    data.words("no array", [1, 0])  # not 0, which has it be asked for: no class lies there
    data.words("of no array", ["no array"])
    exports = {f"PyInit_{name}": "init"}
    return image_file(Image(on.cpu, routines, data.data, imports, exports=exports, cells=cells, soname=""))


def _document(name: str, function: Function, library: str, policy: Policy) -> str:
    """The docstring, with the signature before it that `inspect` reads."""
    shown = parameter_names(tuple([parameter.name for parameter in function.parameters]))
    told = notes(f"from {library}", "release" if policy.release_gil else "hold")
    return f"{name}({shown})\n--\n\n{declare(function, name)};\n\n{told}."
