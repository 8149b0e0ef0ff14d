"""Libraries with their headers, as a package for developers installs them; a test without one is skipped by name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import pytest

import farcall

__all__ = ["installed"]

#: What is large to install is tested on request: `make test-real`.
ON_REQUEST = os.environ.get("FARCALL_REAL", "") == "true"


def installed(
    names: Sequence[str],
    include: str | list[str],
    package: str,
    *,
    pkg_config: str = "",
    include_dirs: Sequence[str] = (),
    on_request: bool = False,
) -> Any:
    """The first of the libraries that is here, with the headers of Debian's `package`."""
    for name in names:
        try:
            library = farcall.Library(name)
            library.cdef(include=include, pkg_config=pkg_config, include_dirs=include_dirs)
        except (farcall.LibraryError, farcall.DeclarationError) as error:
            reason = str(error).splitlines()[0]
        else:
            return library
    if on_request and not ON_REQUEST:
        pytest.skip(f"on request (make test-real): {package}")
    pytest.skip(f"needs {package}: {reason}")
