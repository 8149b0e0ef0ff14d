"""The main job, from a declaration to a call: libm, libc and libz, and what a mistake looks like.

What is printed after `>>>` is what is run.
"""

from __future__ import annotations

import os
import pydoc
import zlib

from shown import NAMES, run, run_wrong, say

import farcall

NAMES |= {"farcall": farcall, "os": os, "zlib": zlib}

say("A C function by its declaration. It is a builtin, as if it came from an extension module.")
run('libm = farcall.Library("libm.so.6")')
run('cos = libm.function("double cos(double x)")')
run("cos(0.0)")
run("type(cos)")
run('libm.function("double pow(double, double)")(2, 10)')

say("The same from annotations.")
run("""
    @libm.function
    def hypot(x: farcall.double, y: farcall.double) -> farcall.double: ...
""")
run("hypot(3, 4)")

say("Many at once, as a header says it: types by name, structs by value, functions with `...`.")
run('libc = farcall.Library("libc.so.6", gil="hold")')
run('''
    declared = libc.cdef("""
        typedef struct { int quot; int rem; } div_t;
        div_t div(int numerator, int denominator);
        int snprintf(char *s, size_t n, const char *format, ...);
        size_t strlen(const char *s);
    """)
''')
run("list(declared.functions)")
run("libc.div(17, 5)")
run("libc.div(17, 5).rem")
run("libc.div(17, 5) == libc.types.div_t(quot=3, rem=2)")
run('libc.strlen("naïve")')
run("buffer = bytearray(64)")
run('libc.snprintf(buffer, len(buffer), "%s is %d, %.2f", "answer", 42, 2.5)')
run('buffer.partition(b"\\0")[0].decode()')

say("A Python callable where C wants a function pointer.")
run('declared = libc.cdef("void qsort(void *, size_t, size_t, int (*)(const int *, const int *));")')
run("values = farcall.array(farcall.int_, 5)([3, 1, 4, 1, 5])")
run('libc.qsort(values, len(values), farcall.sizeof("int"), lambda a, b: a[0] - b[0])')
run("list(values)")

say("errno, where it is wanted.")
run('close = libc.function("int close(int fd)", gil="release", errno=True)')
run("close(-1)")
run("os.strerror(farcall.errno())")

say("Another library, and Python's own answer beside it.")
run('libz = farcall.Library("libz.so.1")')
run("""
    crc32 = libz.function("unsigned long crc32(unsigned long, const unsigned char *, unsigned int)")
""")
run('crc32(0, b"hello", 5) == zlib.crc32(b"hello")')

say("What is wrong is said, and nothing is called.")
run_wrong('cos("zero")')
run_wrong("libc.div(2**31, 1)")
run_wrong("libc.div(1)")
run_wrong('libm.function("double coss(double x)")')
run_wrong('libm.function("double cos(dobule x)")')
run_wrong('farcall.Library("libpthreads.so.0")')

say("What a function is, and where its arguments travel.")
run("libc.div.__self__")
run("print(libc.div.__self__.placement)")

say("And its help.")
print(">>> help(cos)")
print(pydoc.plain(pydoc.render_doc(NAMES["cos"])).strip())
