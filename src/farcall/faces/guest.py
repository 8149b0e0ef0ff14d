"""Another library's own Python package under a name of farcall's, over another core than its module of C code.

Its modules are compiled from its files as they are. Only what they import is exchanged: each has builtins with an `__import__`
of its own, to which that module is the face's core, and the package the one that is being made. So the library's own Python code
runs, and nothing of the real package is loaded or changed.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import CodeType, ModuleType
from typing import Any

__all__ = ["Guest"]


class Guest:
    """The package that is called `package` elsewhere, as modules called `name`; `native` is what it calls its module of C code,
    in whose place is `core`."""

    def __init__(self, name: str, package: str, native: str, core: ModuleType) -> None:
        self.name, self.package, self.native, self.core = name, package, native, core

    def has(self, fullname: str) -> bool:
        """Whether a module is the package here, or below it."""
        return fullname == self.name or fullname.startswith(self.name + ".")

    def theirs(self, fullname: str) -> str:
        """What a module of the package is called elsewhere."""
        return self.package + fullname[len(self.name) :]

    def run(self, code: CodeType, module: ModuleType) -> None:
        """Run a module's code, with the builtins that import the face's modules."""
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": self.bring}
        exec(code, vars(module))

    def bring(
        self,
        name: str,
        names: Mapping[str, object] | None = None,
        local: Mapping[str, object] | None = None,
        wanted: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """`__import__` of the package's modules."""
        if level == 0 and name == self.native:
            return self.core
        if level == 0 and (name == self.package or name.startswith(self.package + ".")):
            module = import_module(self.name + name[len(self.package) :])
            return module if wanted else sys.modules[self.name]
        return builtins.__import__(name, names, local, wanted or (), level)
