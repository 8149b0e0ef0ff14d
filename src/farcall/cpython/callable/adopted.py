"""Functions that were bound when only an image of their code was there (`cache`): they become what all others are.

They keep their code, whose cells get the addresses that code has in its pool elsewhere.
"""

from __future__ import annotations

from weakref import ref

from ...cache.early import Early
from ...cache.image import Image
from ...ctype import Function
from ..facts.host import WORD
from ..link.linker import linker
from ..value.base import memory
from ..value.ndarray import note as note_ndarray
from .classes import classes_of
from .function import Description
from .functions import Functions
from .inline_cache import links
from .plan import caches_among, facts_of_types, wanted_classes
from .reach import Reach

__all__ = ["adopt_function", "fill"]

#: The words of a PyMethodDef.
METHOD = 4
#: How the class of an object is set, also of one that says another of itself.
_become = vars(object)["__class__"].__set__


def adopt_function(early: Early, function: Function, functions: Functions) -> Description:
    """Make an early function's description of what stands for it, one of a library's `functions`; `function` is its type, which
    nobody has told it yet."""
    link, code = linker(""), early.slot
    self: Description = early  # type: ignore[assignment]
    self.text = "str"
    self.function, self.errno, self.tier, self.variadic_from, self.out = function, False, "", None, ()
    self.stubs, self.cells, self.seen, self.waiting = {}, None, None, None
    self.known = ()
    self.texts = memory(code.method, METHOD * WORD), b""
    wanted = wanted_classes(function, link)
    self.classes = classes_of(function, wanted, facts_of_types(function))
    own = {one.link: id(cls) for one, cls in zip(wanted, self.classes, strict=True)}
    caches = caches_among(code.own)
    if caches:
        self.cells = links(len(function.parameters), caches, own)
        note_ndarray()
    _become(self, Description)
    self.reach = Reach(id(self), code.leads(), None, functions)
    self.reach.cells = self.cells
    functions.references.add(ref(self, functions.references.discard))
    code.fill(own)
    return self


def fill(image: Image) -> None:
    """Have an image's code know all that generated code of this process knows."""
    link = linker("")
    image.fill({name: address for name in image.shared_names if (address := link.address(name)) is not None})
