"""First uses in finalizers that run as Python ends, when nothing can be imported any more."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

FINALIZER = """
import farcall
libc = farcall.Library("libc.so.6")
libc.cdef('''
int abs(int); void *malloc(size_t); void free(void *); size_t strlen(const char *); double strtod(const char *, void *);
int snprintf(char *, size_t, const char *, ...); typedef struct {{ int quot; int rem; }} div_t; div_t div(int, int);
extern int optind;
''')
class Last:
    def __del__(self, libc=libc, errno=farcall.errno, type=type):
        try:
            print({step})
        except BaseException as error:
            print(type(error).__name__, error)
last = Last()
"""
STEPS = {
    "libc.abs(-3)": "3",
    "libc.free(libc.malloc(10))": "None",
    "libc.strlen('four')": "4",
    "libc.strlen(b'four')": "4",
    "libc.snprintf(bytearray(9), 9, '%d %s', 5, 'x')": "3",
    "libc.div(7, 2).quot": "3",
    "libc.strtod('2.5', None)": "2.5",
    "libc.optind": "1",
    "(setattr(libc, 'optind', 4), libc.optind)": "(None, 4)",
    "(libc.function('abs', errno=True)(-1), errno())": "(1, 0)",
}


@pytest.mark.parametrize("step", STEPS)
def test_a_first_use_at_the_end(step: str) -> None:
    code = textwrap.dedent(FINALIZER).format(step=step)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.strip(), done.stderr) == (STEPS[step], "")
