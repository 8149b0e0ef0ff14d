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
extern int optind; size_t wcslen(const wchar_t *); struct tail {{ int n; int items[]; }}; double frexp(double, int *e);
struct all {{ int n; double d[3]; struct all *next; int (*f)(int); const char *text; __int128 i; int bits : 3; }};
void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
''')
class Last:
    def __del__(self, libc=libc, errno=farcall.errno, type=type, Closure=farcall.Closure, list=list, int=int, bytearray=bytearray):
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
    "libc.wcslen('four')": "4",
    "libc.types.div_t(7, 2).rem": "2",
    "libc.types.all(5, [1, 2], text='x').d[1]": "2.0",
    "libc.types.all(next=libc.types.all(3), i=4, bits=2).next.n": "3",
    "libc.types.all(f=lambda n: n + 1).f(3)": "0",  # callbacks give their error value by then
    "libc.qsort(bytearray(b'ba'), 2, 1, lambda a, b: 0)": "None",
    "list(libc.new('int[3]', [1, 2, 3]))": "[1, 2, 3]",
    "list(libc.new('struct tail', {'items': [1, 2]}).items)": "[1, 2]",
    "int(libc.cast('int *', 5))": "5",
    "libc.function('double frexp(double, int *e)', out=['e'])(8.0)": "(0.5, 4)",
    "libc.cdef('long labs(long);') and libc.labs(-3)": "3",
    "libc.nosuch": "SymbolError libc.so.6: 'nosuch' is not declared",
    "Closure(lambda n: n, 'int (*)(int)')(3)": "0",
}


@pytest.mark.parametrize("step", ["libc.abs(-3)", "libc.free(libc.malloc(10))", "libc.strlen('four')"])
def test_a_first_use_at_the_end_of_a_program_without_callbacks(step: str) -> None:
    code = textwrap.dedent(FINALIZER).replace(" Closure=farcall.Closure,", "").format(step=step)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.strip(), done.stderr) == (STEPS[step], "")


@pytest.mark.parametrize("step", STEPS)
def test_a_first_use_at_the_end(step: str) -> None:
    code = textwrap.dedent(FINALIZER).format(step=step)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.strip(), done.stderr) == (STEPS[step], "")
