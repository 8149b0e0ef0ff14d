"""Hides ctypes from farcall, in this process and, found by PYTHONPATH, in those that it starts.

Tests compare with ctypes, so it is not hidden from them. `farcall.seed` itself is let through: it imports ctypes where an
object of ctypes asks for a pointer of its own, which tests of that have it do.
"""

from __future__ import annotations

import builtins

HIDDEN, ALLOWED = frozenset({"ctypes", "_ctypes"}), "farcall.seed"
_import = builtins.__import__


def _hiding(name, globals=None, locals=None, fromlist=(), level=0):  # type: ignore[no-untyped-def]
    """`__import__`, as on a Python that was built without libffi."""
    importer = (globals or {}).get("__name__") or ""
    if level == 0 and name in HIDDEN and importer.startswith("farcall.") and importer != ALLOWED:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return _import(name, globals, locals, fromlist, level)


builtins.__import__ = _hiding
