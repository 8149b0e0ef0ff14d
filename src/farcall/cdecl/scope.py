"""A scope: the C names that are known, and the texts that add to them."""

from __future__ import annotations

from typing import NamedTuple

from ..ctype import LP64, CType, DataModel, Function, Record

__all__ = ["Declared", "Scope"]


class Declared(NamedTuple):
    """What one text declared, by C name; `tags` by ("struct" | "union" | "enum", tag)."""

    typedefs: dict[str, CType]
    tags: dict[tuple[str, str], CType]
    constants: dict[str, int]
    functions: dict[str, Function]
    variables: dict[str, CType]


class Scope:
    """The names of C declarations under a data model.

    `typedefs`, `tags`, `constants`, `functions` and `variables` are as in `Declared`; read them freely, add
    to them by `declare`. A new scope knows the standard typedefs (`size_t`, `uint8_t`, `FILE`, `__m128`,
    ...), which a text may define otherwise. `alignments` holds typedefs with an alignment of their own, in
    bytes, `predefined` the standard typedefs not yet declared by a text, `transparent` the unions with the
    attribute `transparent_union`, as parameters of which their first member is passed.
    """

    def __init__(self, model: DataModel = LP64) -> None:
        from .standard import standard

        self.model = model
        self.typedefs, self.tags = standard(model)
        self.constants: dict[str, int] = {}
        self.functions: dict[str, Function] = {}
        self.variables: dict[str, CType] = {}
        self.alignments: dict[str, int] = {}
        self.transparent: set[Record] = set()
        self.predefined = set(self.typedefs)
        self.kept: dict[tuple[str, str], object] = {}  # prototypes and types already parsed, by text

    def declare(self, text: str) -> Declared:
        """Add a text of declarations: prototypes, typedefs, structs, unions, enums, variables, `static const`
        integers, `#define` of integer constants. Gives what the text declared.

        Raises DeclarationError with line and column where the text is wrong or contradicts the scope,
        UnsupportedTypeError for a type or attribute that is not modelled; the scope is then unchanged.
        """
        from .prototype import declare

        return declare(text, self)
