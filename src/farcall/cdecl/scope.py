"""A scope: the C names that are known. What parses texts stands above it."""

from __future__ import annotations

from ..ctype import LP64, CType, DataModel, Function, Parameter, Pointer, Record
from ..lock import new_lock
from ..record import NamedTuple
from .standard import standard

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from .header.header import Header

__all__ = ["Address", "Constant", "Declared", "Scope"]


class Address(NamedTuple):
    """A constant that C casts to a pointer: `((void *)-1)`."""

    type: Pointer
    value: int


#: What a named constant can be.
Constant = int | float | complex | str | Address


class Declared(NamedTuple):
    """What one text declared, by C name; `tags` by ("struct" | "union" | "enum", tag)."""

    typedefs: dict[str, CType]
    tags: dict[tuple[str, str], CType]
    constants: dict[str, Constant]
    functions: dict[str, Function]
    variables: dict[str, CType]


class Scope:
    """The names of C declarations under a data model.

    `typedefs`, `tags`, `constants`, `functions` and `variables` are as in `Declared`; read them freely, add
    to them by `cdecl.parse_declarations`. A new scope knows the standard typedefs (`size_t`, `uint8_t`, `FILE`, `__m128`,
    ...), which a text may define otherwise. `alignments` holds typedefs with an alignment of their own, in
    bytes, `predefined` the standard typedefs not yet declared by a text, `transparent` the unions with the
    attribute `transparent_union`, as parameters of which their first member is passed. `symbols` has the
    functions and variables that a library knows by another name. What `headers` declare is found by name (`find`):
    until then it is not in here.
    """

    def __init__(self, model: DataModel = LP64) -> None:
        self.model = model
        self.typedefs, self.tags = standard(model)
        self.constants: dict[str, Constant] = {}
        self.functions: dict[str, Function] = {}
        self.variables: dict[str, CType] = {}
        self.alignments: dict[str, int] = {}
        self.transparent: set[Record] = set()
        self.predefined = set(self.typedefs)
        self.symbols: dict[str, str] = {}
        self.headers: list[Header] = []
        self.lock = new_lock()  # who adds to the scope has it from the first look to the last change
        self.kept: dict[tuple[str, str], object] = {}  # prototypes and types already parsed, by text
        #: Pointers, qualified types, parameters and types of functions that were made, by the identity of what they are made of,
        #: which they keep: the same again are the same objects, so that what is known of them is found at once.
        self.derived: dict[tuple[int, object], CType | Parameter] = {}

    def find(self, name: str) -> None:
        """Declare what the headers say of a name. Raises DeclarationError or UnsupportedTypeError, with file and
        line, where that cannot be understood."""
        for header in self.headers:
            header.find(name)

    def find_in(self, text: str) -> None:
        """Declare the types and constants of the headers that a text names."""
        for header in self.headers:
            header.find_in(text)
