"""cffi's own tests pass with farcall's backend as they do with the real one: `make test-faces` shows the counts."""

from __future__ import annotations

import os

import pytest

from tests.faces.cffi_suite import FACE, REAL
from tests.faces.counted import counted

#: Tests that fail here, and why.
OTHERWISE = {
    "what a message or a name says exactly": (
        "test_bug_delattr", "test_struct_instance", "test_type_available_with_correct_names",),
    "pointers have the buffer protocol": ("test_buffer",),
    "functions of a library are builtins": (
        "test_re_python.py::test_function", "test_function_with_varargs", "test_dlopen_handle",
    ),
    "constants of a library have addresses": ("test_global_const_int", "test_global_const_nonint"),
    "structs are passed by value that cffi refuses": (
        "test_cannot_call_with_a_autocompleted_struct", "test_packed_with_bitfields",
    ),
    "bit-fields are laid out for this system, and no other": (
        "test_bitfield_as_arm_gcc", "test_bitfield_as_msvc", "test_bitfield_as_ppc_gcc",
    ),
    "what a pointer was made of lives as long as pointers into it": ("test_ffi_new_allocator_2",),
}  # fmt: skip
KNOWN = tuple(name for names in OTHERWISE.values() for name in names)


@pytest.mark.slow
@pytest.mark.skipif("FARCALL_FACES" not in os.environ, reason="make test-faces runs it")
def test_all_that_passes_with_the_real_one_passes(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cffi", reason="needs cffi's Python files")
    real, face = counted("cffi_suite", REAL), counted("cffi_suite", FACE)
    with capsys.disabled():
        for name, found in ((REAL, real), (FACE, face)):
            print(f"\n{name}: {found['passed']} passed, {found['skipped']} skipped, {len(found['failed'])} failed")
    assert face["passed"] > 430
    failed = [test for test in face["failed"] if not test.endswith(KNOWN)]
    assert sorted(set(failed) - set(real["failed"])) == []
