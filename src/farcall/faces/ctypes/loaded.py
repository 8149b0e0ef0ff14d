"""The libraries that are loaded, by the dynamic linker's own list."""

from __future__ import annotations

import os
import struct
from typing import Any

from ... import seed
from ...cpython.callable.closure import Closure
from ...cpython.callable.function import bind
from ...cpython.facts.host import WORD
from ...cpython.value.base import peek
from ...ctype import Function, Parameter, names

__all__ = ["dllist"]

VISIT = Function(names.int_, tuple([Parameter("", names.uintptr)] * 3))
ITERATE = Function(names.int_, tuple([Parameter("", names.uintptr)] * 2))


def dllist() -> list[str]:
    """dllist() return a list of loaded shared libraries"""
    found: list[str] = []

    def visit(info: int, *rest: Any) -> int:
        name = struct.unpack("P", peek(info + WORD, WORD))[0]  # dl_phdr_info: dlpi_addr, dlpi_name (link.h)
        if name:
            found.append(os.fsdecode(seed.c_string(name)))
        return 0

    each = Closure(visit, _function=VISIT)
    bind("dl_iterate_phdr", ITERATE, seed.symbol("dl_iterate_phdr"), gil="release")(each.address, 0)
    return found
