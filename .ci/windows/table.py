"""Which tests run on Windows, and why others do not."""

from __future__ import annotations

__all__ = ["NOT_RUN", "SHORT", "SHORT_COUNT", "TESTS", "WITHOUT"]

TESTS = (
    "tests/test_oracle_calls.py", "tests/test_oracle_closures.py", "tests/system/test_windows_frames.py",
    "tests/system/test_windows_search.py", "tests/cpython/callable/test_last_error.py",
)  # fmt: skip
#: The part that the whole check runs: calls and closures of random types against gcc.
SHORT = ("tests/test_oracle_calls.py", "tests/test_oracle_closures.py")
#: How many random signatures of each sort it takes.
SHORT_COUNT = 10
#: What the tests may lack there.
WITHOUT = ("numpy", "scipy", "mypy", "gdb", "perf", "valgrind")
NOT_RUN = {
    "tests/encode, tests/convention, tests/lower, tests/ir, tests/cdecl, tests/drawing": "the same on every host",
    "tests/raw, tests/libffi": "a face of libffi's for C, with Linux' numbers",
    "tests/build, tests/unwind, tests/real": "what they are about is not there on Windows yet",
    "all others": "written with Linux' names of libraries and flags; not gone through for Windows yet",
}
