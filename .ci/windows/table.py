"""Which tests run on Windows, and why others do not."""

from __future__ import annotations

__all__ = ["BY_BITS", "LEFT_OUT", "NOT_RUN", "SHORT", "SHORT_COUNT", "TESTS", "WITHOUT"]

TESTS = (
    "tests/test_oracle_calls.py", "tests/test_oracle_closures.py", "tests/system/test_windows_frames.py",
    "tests/system/test_windows_search.py", "tests/system/test_windows_threads.py", "tests/library",
    "tests/cpython/callable/test_last_error.py", "tests/middle",
    "tests/low", "tests/high/test_around.py", "tests/high/test_hresult.py", "tests/high/test_transfer.py",
    "tests/high/test_variables.py", "tests/cli/test_windows_commands.py", "tests/test_windows_demo.py",
    "tests/cdecl/header/test_windows_headers.py", "tests/high/test_assembler_label.py", "tests/high/test_draw.py",
    "tests/high/test_exchange.py", "tests/cli/test_argument.py", "tests/raw/test_cells.py", "tests/raw/test_closure.py",
    "tests/raw/test_known.py", "tests/raw/test_layout.py", "tests/raw/test_status.py", "tests/raw/test_struct_offsets.py",
)  # fmt: skip
#: Of those, single tests that have no meaning there.
LEFT_OUT = {
    "tests/high/test_around.py::test_a_check_raises": "the Universal C Runtime has no close",
    "tests/high/test_around.py::test_a_library_s_check_is_for_all_its_functions_but_those_that_say_otherwise": "nor has it dup",
    "tests/high/test_variables.py::test_an_array_without_a_length_has_its_symbol_s": "files say no sizes of variables",
    "tests/high/test_variables.py::test_subclasses_of_structs_are_structs": "such structs are passed by reference, not to abs",
    "tests/middle/test_middle_cif.py::test_a_variadic_call": "the Universal C Runtime has no snprintf",
    "tests/middle/test_middle_cif.py::test_the_way_to_the_low_door": "it calls snprintf, too",
    "tests/middle/test_middle_closure.py::test_a_closure_on_a_thread_of_c": "there are no POSIX threads",
    "tests/middle/test_middle_closure.py::test_an_exception_where_no_call_waits_for_it": "there are no POSIX threads",
    "tests/raw/test_closure.py::test_memory_of_ones_own": "Python's mmap makes no pages there that can be run",
}
#: The part that the whole check runs: calls and closures of random types against gcc.
SHORT = ("tests/test_oracle_calls.py", "tests/test_oracle_closures.py")
#: By the bits of Python's addresses, what is run too, and what is not.
BY_BITS: dict[int, tuple[tuple[str, ...], dict[str, str]]] = {
    64: ((), {}),
    32: (
        ("tests/test_oracle_systems.py",),
        {
            "tests/system/test_windows_frames.py": "Windows of 32 bits has no function tables",
            **dict.fromkeys(
                (test for test in TESTS if test.startswith("tests/raw/")), "not gone through for 32 bits yet"
            ),
        },
    ),
}
#: How many random signatures of each sort it takes.
SHORT_COUNT = 16
#: What the tests may lack there.
WITHOUT = ("numpy", "scipy", "mypy", "gdb", "perf", "valgrind")
NOT_RUN = {
    "tests/encode, tests/convention, tests/lower, tests/ir, tests/cdecl, tests/drawing": "the same on every host",
    "tests/system, but for those of Windows": "Linux' own ways, and its files",
    "tests/raw/test_threads.py": "there are no POSIX threads",
    "tests/raw/test_beside_libffi.py": "it compares with the libffi that is installed",
    "tests/libffi": "it looks at the runner for Linux; make test-libffi CPU=windows runs the programs",
    "tests/build, tests/unwind, tests/real": "what they are about is not there on Windows yet",
    "all others": "written with Linux' names of libraries and flags; not gone through for Windows yet",
}
