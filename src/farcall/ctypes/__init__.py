"""The interpreter's own `ctypes` package over farcall: `import farcall.ctypes as ctypes`.

`install()` has every later `import ctypes` give this one, for packages that are used unchanged; so does
`python -m farcall.ctypes program.py` for a whole program.
"""

import sys

from farcall.faces.ctypes.core import core
from farcall.faces.ctypes.package import take_over

take_over(sys.modules[__name__], core)


def install() -> None:
    """Have `import ctypes` give this package, in all modules that are imported from now on."""
    from farcall.faces.ctypes.installed import install as installed

    installed(sys.modules[__name__])
