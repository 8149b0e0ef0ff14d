"""The face under the names of the real package, for programs that import `ctypes`."""

from __future__ import annotations

import sys
from types import ModuleType

from .core import core
from .package import CORE, PACKAGE

__all__ = ["install"]


def install(package: ModuleType) -> None:
    """Have `import ctypes` give a package of the face's, in all modules that are imported from now on."""
    if sys.modules.get(PACKAGE) is package:
        return
    for name in [name for name in sys.modules if name.startswith(PACKAGE + ".")]:
        del sys.modules[name]
    sys.modules[PACKAGE], sys.modules[CORE] = package, core
    for name, module in list(sys.modules.items()):
        if name.startswith(package.__name__ + "."):
            sys.modules[PACKAGE + name[len(package.__name__) :]] = module
