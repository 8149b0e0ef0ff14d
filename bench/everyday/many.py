"""A thousand functions of mixed signatures, declared and bound in a process that has done nothing else before."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

__all__ = ["COUNT", "declared", "milliseconds"]

COUNT = 1000
KINDS = (
    "int", "unsigned", "long", "double", "float", "const char *", "void *", "char", "short", "unsigned char", "size_t",
    "int64_t", "int *", "double *", "struct pair *", "const struct pair *", "struct pair", "uint8_t *",
)  # fmt: skip

#: What is run: of farcall and cffi, with the declarations in `text` and the library at `path`. Opening a library and a first
#: function are not counted.
PROGRAMS = {
    "farcall": """
import farcall
first = farcall.Library(path)
first.cdef("int function_0(int);")
first.function_0
start = time.process_time()
lib = farcall.Library(path)
lib.cdef(text)
""",
    "cffi": """
import cffi
first = cffi.FFI()
first.cdef("int function_0(int);")
first.dlopen(path).function_0
start = time.process_time()
ffi = cffi.FFI()
ffi.cdef(text)
lib = ffi.dlopen(path)
""",
}


def declared() -> str:
    """The prototypes of function_0 ... function_999; the same each time."""
    draw = random.Random(1)
    lines = ["struct pair { int x; double y; };"]
    for number in range(COUNT):
        parameters = [f"{draw.choice(KINDS)} a{index}" for index in range(draw.randrange(6))]
        lines.append(f"{draw.choice((*KINDS, 'void'))} function_{number}({', '.join(parameters) or 'void'});")
    return "\n".join(lines)


def milliseconds(peer: str, library: Path) -> float:
    """The CPU time that declaring and binding all takes."""
    program = f"import time\npath, text = {str(library)!r}, {declared()!r}\n{PROGRAMS[peer]}"
    program += f"for number in range({COUNT}):\n    getattr(lib, f'function_{{number}}')\n"
    program += "print((time.process_time() - start) * 1000)\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout)
