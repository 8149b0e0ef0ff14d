"""CPython's own tests of ctypes, with the real package or with farcall's in its place: `python -m tests.faces.suite farcall`.

Prints, as JSON, how many ran, how many were skipped, and which did not pass.
"""

from __future__ import annotations

import importlib
import io
import json
import pkgutil
import sys
import unittest
from contextlib import redirect_stdout
from typing import Any

#: What `ctypes` is: the interpreter's own, or farcall's.
REAL, FACE = "real", "farcall"
#: Where the tests are, by version.
PACKAGES = ("test.test_ctypes", "ctypes.test")


def package() -> Any:
    """The package of the tests. Raises SkipTest where the interpreter was installed without it."""
    for name in PACKAGES:
        try:
            found = importlib.import_module(name)
        except ImportError:
            continue
        if hasattr(found, "__path__"):
            importlib.import_module("_ctypes_test")
            return found
    raise ImportError("this Python was installed without test.test_ctypes")


def run(found: Any, modules: tuple[str, ...]) -> dict[str, Any]:
    """Run the tests of modules, of all if none are named."""
    ran, skipped, failed = 0, 0, []
    for name in sorted(module.name for module in pkgutil.iter_modules(found.__path__)):
        if not name.startswith("test_") or (modules and name not in modules):
            continue
        try:
            module = importlib.import_module(f"{found.__name__}.{name}")
        except unittest.SkipTest:
            skipped += 1
            continue
        result = unittest.TextTestRunner(io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromModule(module))
        ran, skipped = ran + result.testsRun, skipped + len(result.skipped)
        failed += [f"{name}: {test}" for test, _ in (*result.failures, *result.errors)]
    return {"ran": ran, "skipped": skipped, "failed": sorted(failed)}


def main() -> None:
    """Run what the command line names."""
    which, *modules = sys.argv[1:]
    if which == FACE:
        import farcall.ctypes

        farcall.ctypes.install()
    try:
        found = package()
    except ImportError as error:
        print(json.dumps({"missing": str(error)}))
        return
    with redirect_stdout(io.StringIO()):
        done = run(found, tuple(modules))
    print(json.dumps(done))


if __name__ == "__main__":
    main()
