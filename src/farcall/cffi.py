"""cffi over farcall: `from farcall.cffi import FFI`.

    from farcall.cffi import FFI

    ffi = FFI()
    ffi.cdef("int atoi(const char *);")
    libc = ffi.dlopen(None)
    libc.atoi(b"42")

This is cffi's own package (which has to be installed: `pip install cffi`), its parser and its `FFI` class, over farcall in
place of `_cffi_backend`: libraries' functions are called by generated code, without libffi. In-line and out-of-line ABI mode
work; modules of API mode are compiled against cffi's own C code and cannot be loaded.

`install()` has every later `import cffi` find this package, for programs that are not changed.
"""

import sys as _sys

from .faces.cffi import package as _package
from .faces.cffi.core import core as _core


def install() -> None:
    """Have every later `import cffi` and `import _cffi_backend` of this process find farcall's, so that packages written for
    cffi run unchanged. Raises RuntimeError if cffi is loaded already.

    >>> import farcall.cffi
    >>> farcall.cffi.install()  # doctest: +SKIP
    """
    _package.install(_sys.modules[__name__], _core)


_package.fill(_sys.modules[__name__], _core)
