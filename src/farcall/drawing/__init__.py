"""Pictures of where bytes are passed and lie: from a `Placement`, or a type's layout, to shapes, and from these to text, SVG
and data.

`shape` holds the records; `placed` and `laid_out` make them, by way of `field`, the bytes of a value by their fields, and
`cell`. All that renderers share is pure too: `row` folds what is long, `difference` compares targets, `words` says it in
words. `text`, `svg` (with its `palette`) and `data` render; a `picture` has all three. No file here knows a processor.
"""

from .difference import differing
from .laid_out import laid_out
from .picture import Picture
from .placed import placed
from .shape import Box, Cell, Drawing, Value

__all__ = ["Box", "Cell", "Drawing", "Picture", "Value", "differing", "laid_out", "placed"]
