"""cffi's own Python package under another name, over another `_cffi_backend`: its parser and its `FFI` run unchanged, and nothing
of the real package is loaded or changed."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import spec_from_file_location
from types import ModuleType
from typing import Any

from ..guest import Guest

__all__ = ["fill", "install"]

#: What cffi calls its package, and the module of C code below it.
PACKAGE, CORE = "cffi", "_cffi_backend"
#: The module of `ffi.verify`, which without that module makes libraries that are for any program.
GENERIC = ".verifier"
MISSING = (
    "farcall.cffi runs cffi's own parser and FFI class, and the package cffi is not installed: pip install cffi "
    "(of which its compiled module is not used)"
)


def fill(module: ModuleType, core: ModuleType) -> None:
    """Make a module the package: its modules are found below it, and it has what cffi has. Raises ImportError where cffi is
    not installed."""
    spec = PathFinder.find_spec(PACKAGE)
    if spec is None or spec.loader is None or not spec.submodule_search_locations:
        raise ImportError(MISSING, name=PACKAGE)
    places = module.__path__ = list(spec.submodule_search_locations)
    module.__package__ = module.__name__
    if module.__spec__ is not None:
        module.__spec__.submodule_search_locations = places
    guest = Cffi(module.__name__, PACKAGE, CORE, core)
    if not any(isinstance(one, Finder) and one.guest.name == guest.name for one in sys.meta_path):
        sys.meta_path.insert(0, Finder(guest))
    Loader(guest, spec.loader).exec_module(module)
    core.__version__ = module.__version__  # type: ignore[attr-defined]


def install(package: ModuleType, core: ModuleType) -> None:
    """Have every `import cffi` and `import _cffi_backend` from now on find the face. Raises RuntimeError where the real ones are
    loaded already: objects of both would meet."""
    loaded = sys.modules.get(PACKAGE), sys.modules.get(CORE)
    if loaded == (package, core):
        return
    if loaded != (None, None):
        raise RuntimeError(f"{PACKAGE} is loaded already: call farcall.cffi.install() before anything imports it")
    sys.modules[PACKAGE], sys.modules[CORE] = package, core
    sys.meta_path.insert(0, Alias(package.__name__))


class Alias:
    """Finds the modules of the face's package where a program asks for those of cffi."""

    def __init__(self, name: str) -> None:
        self.name = name

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, target: object = None) -> Any:
        if not fullname.startswith(PACKAGE + "."):
            return None
        ours = self.name + fullname[len(PACKAGE) :]
        found = sys.modules.get(ours)
        if found is None:
            try:
                found = import_module(ours)
            except ModuleNotFoundError:
                return None
        return spec_from_file_location(fullname, getattr(found, "__file__", None), loader=Same(found))  # type: ignore[arg-type]


class Same:
    """Gives a module that is loaded already."""

    def __init__(self, module: ModuleType) -> None:
        self.module, self.spec = module, module.__spec__

    def create_module(self, spec: Any) -> ModuleType:
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self.spec


class Finder:
    """Finds the package's modules in the directory of cffi."""

    def __init__(self, guest: Guest) -> None:
        self.guest = guest

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, target: object = None) -> Any:
        if fullname == self.guest.name or not self.guest.has(fullname):
            return None
        found = PathFinder.find_spec(self.guest.theirs(fullname), path)
        if found is None or found.origin is None or found.loader is None:
            return None
        made = spec_from_file_location(
            fullname, found.origin, submodule_search_locations=found.submodule_search_locations
        )
        if made is not None:
            made.loader = Loader(self.guest, found.loader)  # type: ignore[assignment]
        return made


class Cffi(Guest):
    """cffi's package; the module of `ffi.verify` is told that there is no C code."""

    def bring(
        self,
        name: str,
        names: Mapping[str, object] | None = None,
        local: Mapping[str, object] | None = None,
        wanted: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """`__import__` of the package's modules."""
        if level == 0 and name == self.native and names is not None and names.get("__name__") == self.name + GENERIC:
            raise ImportError(f"{self.native} has no C interface here")
        return super().bring(name, names, local, wanted, level)


class Loader:
    """Runs a module's code as the guest's."""

    def __init__(self, guest: Guest, source: Any) -> None:
        self.guest, self.source = guest, source

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        self.guest.run(self.get_code(module.__name__), module)

    def get_code(self, fullname: str) -> Any:
        return self.source.get_code(self.guest.theirs(fullname))

    def get_source(self, fullname: str) -> Any:
        return self.source.get_source(self.guest.theirs(fullname))
