"""Extension modules ahead of time: files that a Python imports, made on any machine for any target, without a toolchain.

`stubs` makes the routines of a module's functions, `start` the code that Python runs when it imports the module, `errors` is the
Python that the module runs when something is wrong, `python_part` how code reaches that, `module` puts all together.
"""

from .module import TARGETS, Built, build_module
from .version import PythonVersion, suffix, version_of

__all__ = ["TARGETS", "Built", "PythonVersion", "build_module", "suffix", "version_of"]
