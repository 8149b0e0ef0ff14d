"""The interpreter's own `ctypes` package under another name, over another `_ctypes`: every version's own Python code runs, and
nothing of the real package is loaded or changed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import spec_from_file_location
from types import ModuleType
from typing import Any

from ..guest import Guest

__all__ = ["CORE", "PACKAGE", "load", "take_over"]

#: What the interpreter calls the package, and the module below it.
PACKAGE, CORE = "ctypes", "_ctypes"


def load(name: str, core: ModuleType) -> ModuleType:
    """The package, and a finder for what is below it, as modules called `name`. Raises ImportError where the interpreter was
    installed without its `ctypes`."""
    if name in sys.modules:
        return sys.modules[name]
    finder = _Finder(name, core)
    sys.meta_path.insert(0, finder)
    try:
        return import_module(name)
    except BaseException:
        sys.meta_path.remove(finder)
        raise


def take_over(module: ModuleType, core: ModuleType) -> None:
    """Have a module that is being imported become the package itself: it runs the package's code, and what is below it is
    found. Raises ImportError where the interpreter was installed without its `ctypes`."""
    finder = _Finder(module.__name__, core)
    spec = PathFinder.find_spec(PACKAGE)
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError("this interpreter was installed without its ctypes package", name=PACKAGE)
    module.__path__ = [*module.__path__, *spec.submodule_search_locations]
    sys.meta_path.insert(0, finder)
    own = {name: thing for name, thing in vars(module).items() if name.startswith("__")}
    try:
        _Loader(finder.guest, spec.loader, PACKAGE).exec_module(module)
    except BaseException:
        sys.meta_path.remove(finder)
        raise
    vars(module).update(
        {name: thing for name, thing in own.items() if name not in ("__builtins__", "__version__", "__doc__")}
    )


class _Finder:
    """Finds the package's modules in the interpreter's own directories."""

    def __init__(self, name: str, core: ModuleType) -> None:
        self.guest = Guest(name, PACKAGE, CORE, core)

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        if not self.guest.has(fullname):
            return None
        found = PathFinder.find_spec(self.guest.theirs(fullname), path)
        if found is None or found.origin is None or fullname.endswith(".__main__"):
            return None
        made = spec_from_file_location(
            fullname, found.origin, submodule_search_locations=found.submodule_search_locations
        )
        if made is not None:
            made.loader = _Loader(self.guest, made.loader)  # type: ignore[assignment]
        return made


class _Loader:
    """Runs a module's code as the guest's."""

    def __init__(self, guest: Guest, source: Any, named: str = "") -> None:
        self.guest, self.source, self.named = guest, source, named

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        self.guest.run(self.source.get_code(self.named or module.__name__), module)

    def get_code(self, fullname: str) -> Any:
        return self.source.get_code(fullname)

    def get_source(self, fullname: str) -> Any:
        return self.source.get_source(fullname)
