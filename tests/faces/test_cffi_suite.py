"""cffi's own tests pass with farcall's backend as they do with the real one: `make test-faces` shows the counts."""

from __future__ import annotations

import os

import pytest

from tests.faces.cffi_suite import FACE, REAL
from tests.faces.counted import counted

#: Tests that fail here, and why.
OTHERWISE = {
    "what a message or a name says exactly": (
        "test_buffer", "test_bug_delattr", "test_cast_to_signed_char", "test_cdata_name_module_doc", "test_from_buffer",
        "test_no_inheritance", "test_struct_instance", "test_type_available_with_correct_names",
        "test_more_buffer_warning", "test_void_p_arithmetic",
    ),
    "structs are passed by value that cffi refuses": (
        "test_cannot_call_with_a_autocompleted_struct", "test_packed_with_bitfields",
    ),
    "bit-fields are laid out for this system, and no other": (
        "test_bitfield_as_arm_gcc", "test_bitfield_as_msvc", "test_bitfield_as_ppc_gcc",
    ),
    "what a pointer was made of lives as long as pointers into it": ("test_nokeepalive_struct", "test_ffi_new_allocator_2"),
    "errno is what the last call left, and not given to the next": ("test_errno_callback", "test_setting_errno"),
    "Python's files are no FILE *": ("test_FILE", "test_FILE_object", "test_fputs_custom_FILE"),
    "what modules of API mode need": (
        "test_struct_array_no_length_explicit_position", "test_bitfield_anonymous_no_align", "test_bitfield_basic",
        "test_bitfield_reuse_if_enough_space", "test_bitfield_zero",
    ),
    "not yet": (
        "test_complex_types", "test_struct_array_no_length",
        "test_bogus_struct_containing_struct_containing_array_varsize",
    ),
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
    assert face["passed"] > 380
    failed = [test for test in face["failed"] if not test.endswith(KNOWN)]
    assert sorted(set(failed) - set(real["failed"])) == []
