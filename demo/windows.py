"""The main job on Windows: its own libraries, sqlite3.dll as it comes with Python, and qsort of its C runtime.

What is printed after `>>>` is what is run.
"""

from __future__ import annotations

import datetime
import sqlite3

from shown import NAMES, run, run_wrong, say

import farcall

NAMES |= {"datetime": datetime, "farcall": farcall, "sqlite3": sqlite3}

say("A function of the system's by its declaration: the types of <windows.h> are known by name. It is not called.")
say(
    "Where Windows has 32 bits its functions are called otherwise than C's, which __stdcall says; elsewhere that means nothing."
)
run('user32 = farcall.Library("user32")')
run('MessageBoxW = user32.function("int __stdcall MessageBoxW(HWND window, LPCWSTR text, LPCWSTR title, UINT type)")')
run("print(MessageBoxW.__self__.placement)")

say("A struct that it fills in: the time in units of 100 ns since 1601.")
run('kernel32 = farcall.Library("kernel32", last_error=True)')
run('get_time = kernel32.function("void __stdcall GetSystemTimeAsFileTime(FILETIME *time)", out=["time"])')
run("now = get_time()")
run("ticks = now.dwHighDateTime << 32 | now.dwLowDateTime")
run("since = datetime.datetime(1601, 1, 1) + datetime.timedelta(microseconds=ticks // 10)")
run("abs(since - datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)) < datetime.timedelta(minutes=1)")

say("Text of 16 bits is str both ways, and a Python function is called for each of something.")
run("""
    declared = kernel32.cdef("BOOL __stdcall EnumSystemLocalesW(BOOL (__stdcall *each)(LPWSTR name), DWORD flags);")
""")
run("names = []")
run("""
    def note(name):
        names.append(farcall.string(name))
        return True
""")
run("kernel32.EnumSystemLocalesW(note, 2)")
run("len(names) > 9, all(int(name, 16) for name in names)")

say("What went wrong, where it is wanted.")
run('open_file = kernel32.function("HANDLE __stdcall OpenFileMappingW(DWORD access, BOOL inherit, LPCWSTR name)")')
run('open_file(4, False, "no such name")')
run("farcall.last_error()")

say("A library that comes with Python, and its own answer beside it.")
run('lib = farcall.Library("sqlite3.dll")')
run('''
    declared = lib.cdef("""
        typedef struct sqlite3 sqlite3;
        const char *sqlite3_libversion(void);
        int sqlite3_open(const char *name, sqlite3 **database);
        int sqlite3_exec(sqlite3 *database, const char *sql, int (*row)(void *, int, char **, char **), void *, char **);
        int sqlite3_close(sqlite3 *database);
    """)
''')
run("lib.sqlite3_libversion() == sqlite3.sqlite_version")
run('status, database = lib.function("sqlite3_open", out=["database"])(":memory:")')
run("rows = []")
run("""
    def row(_, count, values, titles):
        rows.append({farcall.string(titles[i]): farcall.string(values[i]) for i in range(count)})
        return 0
""")
run("""lib.sqlite3_exec(database, "SELECT 6 * 7 AS answer, 'naïve' AS word", row, None, None)""")
run("rows")
run("lib.sqlite3_close(database)")

say("A Python callable where C wants a function pointer.")
run('msvcrt = farcall.Library("msvcrt")')
run('declared = msvcrt.cdef("void qsort(void *, size_t, size_t, int (*)(const int *, const int *));")')
run("values = farcall.array(farcall.int_, 5)([3, 1, 4, 1, 5])")
run('msvcrt.qsort(values, len(values), farcall.sizeof("int"), lambda a, b: a[0] - b[0])')
run("list(values)")

say("What is wrong is said, and nothing is called.")
run_wrong('MessageBoxW(None, "text", b"title", 0)')
run_wrong('MessageBoxW(None, "text", "title", -1)')
run_wrong('user32.function("int MessageBox(HWND, LPCWSTR, LPCWSTR, UINT)")')
run_wrong('farcall.Library("kernel23")')
