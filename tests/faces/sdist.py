"""The source of a package from PyPI, of the version that is installed, with its tests."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import tarfile
from pathlib import Path

__all__ = ["source"]

#: Where sources are kept.
CACHE = Path.home() / ".cache" / "farcall-tests"


def source(package: str, there: str) -> Path:
    """The directory of a package's source, in which a file `there` is; what FARCALL_PACKAGE_SOURCE says, in capitals, is taken
    first. Raises LookupError where it cannot be had."""
    given = os.environ.get(f"FARCALL_{package.upper()}_SOURCE")
    if given:
        return Path(given)
    try:
        version = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        raise LookupError(f"{package} is not installed") from None
    place = CACHE / f"{package.lower()}-{version}"
    if not (place / there).exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        options = ["--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(CACHE)]
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", *options, f"{package}=={version}"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise LookupError(f"pip has no source of {package} {version}: {done.stderr.strip()}")
        with tarfile.open(CACHE / f"{place.name}.tar.gz") as archive:
            archive.extractall(CACHE, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))  # type: ignore[arg-type]
    return place
