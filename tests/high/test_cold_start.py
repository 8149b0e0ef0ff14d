"""What a program's first call loads: of the standard library and of farcall only what such a call needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import farcall

#: Modules that cost more than what most calls do with them; and the rooms that a call of numbers has nothing of.
NEEDLESS = (
    "typing", "dataclasses", "inspect", "contextlib", "pathlib", "threading", "ast", "tempfile", "ctypes",
    "farcall.cpython.value", "farcall.cdecl.header", "farcall.drawing", "farcall.raw",
)  # fmt: skip
PROGRAM = f"""
import sys
before = set(sys.modules)
import farcall
libm = farcall.Library("libm.so.6")
ldexp = libm.function("double ldexp(double x, int exponent)")
assert ldexp(1.0, 3) == 8.0
print(sorted((set(sys.modules) - before).intersection({NEEDLESS!r})))
try:
    ldexp("1", 3)
except TypeError as error:
    print(error)
class Number:
    def __float__(self):
        return 2.0
print(ldexp(Number(), 1))
libm.close()
try:
    ldexp(1.0, 3)
except farcall.LibraryClosedError as error:
    print(error)
print("farcall.cpython.value" in sys.modules)
"""


def test_a_call_of_numbers_loads_no_classes_of_values() -> None:
    place = str(Path(farcall.__file__).parent.parent)
    program = f"import sys; sys.path.insert(0, {place!r}); import os; os.environ['FARCALL_CACHE'] = 'off'"
    program += f"; os.environ.pop('FARCALL_SEED', None)\n{PROGRAM}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "[]",
        "ldexp() parameter 'x' must be a number for double, not str",
        "4.0",
        "ldexp(): libm.so.6 is closed",
        "True",
    ]
