"""cffi's own tests, and those of packages that use it, pass with farcall's backend as they do with the real one: `make test-faces`
shows the counts."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any

import pytest

from tests.faces.counted import counted
from tests.faces.own_tests import FACE, PACKAGES, REAL

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
    real, face = _both("cffi", capsys)
    assert face["passed"] > 430
    failed = [test for test in face["failed"] if not test.endswith(KNOWN)]
    assert sorted(set(failed) - set(real["failed"])) == []


@pytest.mark.slow
@pytest.mark.skipif("FARCALL_FACES" not in os.environ, reason="make test-faces runs it")
@pytest.mark.parametrize("package", [name for name in PACKAGES if name != "cffi"])
def test_a_package_passes_its_own_tests(package: str, capsys: pytest.CaptureFixture[str]) -> None:
    for name in (package, *PACKAGES[package].needs):
        if find_spec(name) is None:
            pytest.skip(f"needs the package {name}")
    real, face = _both(package, capsys)
    assert real["passed"] > 0
    assert sorted(set(face["failed"]) - set(real["failed"])) == []
    assert _ran(face) == _ran(real)


def _ran(counts: dict[str, Any]) -> int:
    return int(counts["passed"]) + int(counts["skipped"]) + len(counts["failed"])


def _both(package: str, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a package's tests give with the real backend, and with farcall's."""
    found = {which: counted("own_tests", package, which) for which in (REAL, FACE)}
    with capsys.disabled():
        for which, counts in found.items():
            passed, skipped, failed = counts["passed"], counts["skipped"], len(counts["failed"])
            print(f"\n{package}, {which}: {passed} passed, {skipped} skipped, {failed} failed")
    return found[REAL], found[FACE]
