"""Extension modules ahead of time: files that a Python imports, made on any machine for any target, without a toolchain.

`content` says what a module has, `stubs` makes the routines of its functions, `start` the code that Python runs when it
imports the module, `errors` is the Python that the module runs when something is wrong, `module` puts all together.
"""

from .module import TARGETS, Built, build_module, suffix, version_of

__all__ = ["TARGETS", "Built", "build_module", "suffix", "version_of"]
