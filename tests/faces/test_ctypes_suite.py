"""CPython's own tests of ctypes pass with farcall's as they do with the real one: `make test-faces` shows the counts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faces.counted import counted
from tests.faces.suite import FACE, REAL

#: What is quick, and has a part of all.
SHORT = (
    "test_arrays", "test_as_parameter", "test_bitfields", "test_byteswap", "test_cast", "test_cfuncs", "test_functions",
    "test_keeprefs", "test_parameters", "test_pep3118", "test_pickling", "test_prototypes", "test_struct_fields",
)  # fmt: skip
#: Tests of what is written in C there: which bases and metaclasses classes have, that members' class makes no instances, what a
#: metaclass does in `__init__`, from 3.13 on; and the words for a function that is NULL.
OF_THE_CLASSES_THEMSELVES = (
    "test_inheritance_hierarchy", "test_metaclass_details", "test_cfield_type_flags", "test_swapped_type_creation",
    "test_cfield_inheritance_hierarchy", "test_creating_pointer_in_dunder_init_3", "test_custom_pointer_cache_for_ctypes_type",
    "test_null_dlsym",
)  # fmt: skip


def failed(found: Any) -> list[str]:
    return [test for test in found["failed"] if not any(name in test for name in OF_THE_CLASSES_THEMSELVES)]


def test_a_part_of_them() -> None:
    found = counted("suite", FACE, *SHORT)
    assert found["ran"] > 200
    assert failed(found) == []


@pytest.mark.slow
def test_all_that_passes_with_the_real_one_passes(capsys: pytest.CaptureFixture[str]) -> None:
    real, face = counted("suite", REAL), counted("suite", FACE)
    with capsys.disabled():
        for name, found in ((REAL, real), (FACE, face)):
            print(f"\n{name}: {found['ran']} run, {found['skipped']} skipped, {len(found['failed'])} failed")
    assert (face["ran"], face["skipped"]) == (real["ran"], real["skipped"])
    assert sorted(set(failed(face)) - set(real["failed"])) == []
