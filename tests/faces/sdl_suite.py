"""PySDL2's own tests, with the real ctypes or with farcall's in its place: `python -m tests.faces.sdl_suite farcall`.

Prints, as JSON, how many passed and were skipped, and which failed. The tests are in the package itself; SDL has no screen and no
sound.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.faces.own_tests import FACE, Counts

QUIET = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "SDL_RENDER_DRIVER": "software"}


def main() -> None:
    """Run the tests with what the command line names."""
    which, *options = sys.argv[1:]
    found = find_spec("sdl2")
    if found is None or found.origin is None:
        print(json.dumps({"missing": "needs the package PySDL2"}))
        return
    os.environ.update(QUIET)
    if which == FACE:
        import farcall.ctypes

        farcall.ctypes.install()
    place = Path(found.origin).parent
    counts = Counts()
    os.chdir(tempfile.mkdtemp())  # they leave files
    settings = ["-q", "--tb=short", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(place.parent)]
    pytest.main([*settings, *options, *map(str, sorted((place / "test").glob("*_test.py")))], plugins=[counts])
    print()
    print(json.dumps({"passed": counts.passed, "skipped": counts.skipped, "failed": sorted(set(counts.failed))}))


if __name__ == "__main__":
    main()
