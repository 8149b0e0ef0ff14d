"""The text of a type stub: classes of structs and unions, and of a library with its functions and constants."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Iterable, Mapping

from ..cdecl import Address, Constant
from ..cpython.callable.plan import written_type
from ..cpython.value.member import aliases_of
from ..ctype import CType, Field, Function, Pointer, Record, Void, unqualified
from .annotation import Annotator

__all__ = ["Declarations", "Stub"]

HEAD = '''"""{title}"""

{imports}
_T = TypeVar("_T")

class Pointer(farcall.Pointer, Generic[_T]):
    def __getitem__(self, index: int) -> _T: ...

class Array(farcall.Array, Generic[_T]):
    def __getitem__(self, index: Any) -> Any: ...
'''

#: What can be passed for pointers to items: before Python 3.12 NumPy's arrays have no buffers that type checkers know of.
BUFFERS = """
class _Array(Protocol):
    @property
    def __array_interface__(self) -> dict[str, Any]: ...

_Readable: TypeAlias = ReadableBuffer | _Array
_Writeable: TypeAlias = WriteableBuffer | _Array
"""

#: What is imported from where, as far as the text names it.
IMPORTS = {
    "collections.abc": ("Callable", "Mapping", "Sequence"),
    "typing": ("Any", "Final", "Generic", "SupportsComplex", "SupportsFloat", "TypeVar", "Protocol", "TypeAlias"),
    "_typeshed": ("ReadableBuffer", "WriteableBuffer"),
    "farcall.cpython.value": ("Value",),
    "farcall.high.namespace": ("Types",),
}


class Declarations:
    """What a library's class has in it: C's functions, variables, constants, and its types by name."""

    def __init__(
        self,
        functions: Mapping[str, Function],
        variables: Mapping[str, CType],
        constants: Mapping[str, Constant],
        types: Mapping[str, CType],
    ) -> None:
        self.functions = functions
        self.variables = variables
        self.constants = constants
        self.types = types


class Stub:
    """A stub in the making. Texts are added, then the whole is `written`."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.annotator = Annotator()
        self._parts: list[str] = []

    def line(self, text: str) -> None:
        """A line of the module."""
        self._parts.append(text + "\n")

    def function(self, name: str, function: Function, out: tuple[int, ...] = ()) -> None:
        """A function of the module; `out` are the parameters through which C writes what it returns."""
        self._parts.append(self._signature(name, function, "", out) + "\n")

    def constant(self, name: str, value: Constant) -> None:
        """A constant of the module."""
        self.line(f"{name}: {self._constant(value)}")

    def variable(self, name: str, ctype: CType) -> None:
        """A variable of the module, which is read."""
        self.line(f"{name}: {self.annotator.out(ctype)}")

    def record(self, name: str, record: Record) -> None:
        """A struct or union under a name of the module."""
        known = self.annotator.name(record)
        if known != name:
            self.line(f"{name}: TypeAlias = {known}")

    def library(self, name: str, found: Declarations, taken: Iterable[str]) -> None:
        """A library's class. Names in `taken` are farcall's own there, and left out."""
        reserved = {*taken, *keyword.kwlist}
        self._types(f"_{name}Types", found.types)
        self.annotator.hidden = {*found.constants, *found.variables, *found.functions} - reserved
        lines = [f"class {name}(farcall.Library):", f"    @{self.annotator.seen('property')}"]
        lines.append(f"    def types(self) -> _{name}Types: ...")
        lines.append("    __getattr__: None  # type: ignore[misc, assignment]  # all names are here: others are errors")
        lines += [
            f"    {constant}: {self._constant(value)}"
            for constant, value in sorted(found.constants.items())
            if constant not in reserved
        ]
        for variable, ctype in sorted(found.variables.items()):
            if variable in reserved:
                continue
            plain = unqualified(ctype)
            if isinstance(plain, Record) and plain.fields is None:  # there is only the address
                lines.append(f"    @{self.annotator.seen('property')}")
                lines.append(f"    def {variable}(self) -> {self.annotator.out(Pointer(ctype))}: ...")
            else:
                lines += self._member(variable, ctype)
        for function, kind in sorted(found.functions.items()):
            if function not in reserved:
                lines.append(self._signature(function, kind, "    "))
        self.annotator.hidden = set()
        self._add(lines)

    def types(self, name: str, types: Mapping[str, CType]) -> None:
        """Under a name of the module, the classes of types by their C names."""
        self._types("_Types", types)
        self.line(f"{name}: _Types")

    def written(self) -> str:
        """The stub, whole."""
        body, self._parts = self._parts, []
        done: set[Record] = set()
        while len(done) < len(self.annotator.classes):  # writing one may name another
            for record in [record for record in self.annotator.classes if record not in done]:
                done.add(record)
                self._record(record)
        records, self._parts = self._parts, []
        aliases = [f"_C_{name}: TypeAlias = {name}\n" for name in sorted(self.annotator.aliases)]
        text = "\n".join([*records, *["".join(aliases)] * bool(aliases), *body])
        title = self.title.replace("\\", "/").replace('"', "'")
        buffers = BUFFERS if "_Readable" in text or "_Writeable" in text else ""
        return "\n".join([HEAD.format(title=title, imports=_imports(HEAD + buffers + text)) + buffers, text])

    # Parts

    def _types(self, cls: str, types: Mapping[str, CType]) -> None:
        lines = [f"class {cls}(Types):"]
        self.annotator.hidden = set(types)
        for typename, ctype in sorted(types.items()):
            plain = unqualified(ctype)
            if isinstance(plain, Record) and not keyword.iskeyword(typename):
                lines.append(f"    {typename}: " + self.annotator.seen(f"type[{self.annotator.name(plain)}]"))
        self.annotator.hidden = set()
        self._add([*lines, "    def __getattr__(self, name: str) -> Any: ..."])

    def _record(self, record: Record) -> None:
        fields = list(_fields(record))
        others = [Field(other.name, other.ctype) for other in aliases_of(record)]
        base = "Union" if record.is_union else "Struct"
        lines = [f"class {self.annotator.name(record)}(farcall.{base}):"]
        self.annotator.hidden = {str(field.name) for field in (*fields, *others)}
        given = []
        for field in fields:
            lines += self._member(str(field.name), field.type)
            given.append(f"{_parameter(str(field.name))}: {self.annotator.into(field.type)} = ...")
        for field in others:  # known by a header's macro: a keyword alone
            lines += self._member(str(field.name), field.type)
            given += ["*"] * (field is others[0])
            given.append(f"{field.name}: {self.annotator.into(field.type)} = ...")
        if given:
            lines.append(f"    def __init__(self, {', '.join(given)}) -> None: ...")
        else:
            lines[0] += " ..."
        self.annotator.hidden = set()
        self._add(lines)

    def _add(self, lines: list[str]) -> None:
        self._parts.append("\n".join(lines) + "\n")

    def _member(self, name: str, ctype: CType) -> list[str]:
        out, into = self.annotator.out(ctype), self.annotator.into(ctype)
        if out == into:
            return [f"    {name}: {out}"]
        return [
            f"    @{self.annotator.seen('property')}",
            f"    def {name}(self) -> {out}: ...",
            f"    @{name}.setter",
            f"    def {name}(self, value: {into}) -> None: ...",
        ]

    def _constant(self, value: Constant) -> str:
        if isinstance(value, Address):
            return f"{self.annotator.seen('Final')}[{self.annotator.out(value.type)}]"
        if isinstance(value, float) and not math.isfinite(value):
            return self.annotator.seen("Final[float]")
        if isinstance(value, complex):
            return self.annotator.seen("Final[complex]")
        return f"{self.annotator.seen('Final')} = {value!r}"

    def _signature(self, name: str, function: Function, indent: str, out: tuple[int, ...] = ()) -> str:
        parts = ["self"] if indent else []
        seen = {"self", "args"}
        given = [parameter for number, parameter in enumerate(function.parameters) if number not in out]
        for number, parameter in enumerate(given, 1):
            label = parameter.name.lstrip("_") or f"arg{number}"  # C libraries put underscores before all of theirs
            label = label + "_" if keyword.iskeyword(label) else label
            while label in seen:
                label += "_"
            seen.add(label)
            parts.append(f"{label}: {self.annotator.into(parameter.type)}")
        parts += ["/"] if given or indent else []
        parts += [f"*args: {self.annotator.seen('Any')}"] if function.takes_any else []
        results = [] if out and isinstance(function.result, Void) else [self.annotator.out(function.result)]
        results += [self.annotator.out(written_type(function.parameters[number])) for number in out]
        result = results[0] if len(results) == 1 else f"tuple[{', '.join(results)}]"
        return f"{indent}def {name}({', '.join(parts)}) -> {result}: ..."


def _imports(text: str) -> str:
    """The lines that import what a text names, and farcall itself."""
    lines = []
    for module, names in IMPORTS.items():
        if module == "_typeshed":
            lines += ["", "import farcall"]
        used = [name for name in names if re.search(rf"\b{name}\b", text)]
        lines += [f"from {module} import {', '.join(used)}"] * bool(used)
    return "\n".join(lines) + "\n"


def _parameter(name: str) -> str:
    """A member as a parameter: to type checkers, one that begins with two underscores cannot be given by name."""
    return name if not name.startswith("__") or name.endswith("__") else f"_{name.lstrip('_')}"


def _fields(record: Record) -> Iterable[Field]:
    """The members by name; those of an anonymous member count as the record's own."""
    for field in record.fields or ():
        inner = unqualified(field.type)
        if field.name and not keyword.iskeyword(field.name):
            yield field
        elif field.name is None and isinstance(inner, Record):
            yield from _fields(inner)
