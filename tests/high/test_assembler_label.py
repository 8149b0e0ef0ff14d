"""Functions and variables that an `__asm__` label calls otherwise in the library than in C: by every way in."""

from __future__ import annotations

from typing import Any

import pytest

import farcall
from tests.conftest import Load

SOURCE = "int real(int n) { return 2 * n; } int real_count = 7;"
RENAMED = 'int renamed(int n) __asm__("real")'


def test_a_prototype_or_a_declaration_says_the_label(load_c: Load) -> None:
    library: Any = load_c(SOURCE)
    assert library.function(RENAMED)(4) == 8
    assert library.function("int renamed(int n)")(5) == 10  # as in C, a later declaration keeps it
    assert library.variable('extern int counted __asm__("real_count")').value == 7
    with pytest.raises(farcall.SymbolError, match="has no symbol 'absent'"):
        library.function('int other(int n) __asm__("absent")')
    declared: Any = load_c(SOURCE, RENAMED + ';extern int counted __asm__("real_count");')
    assert (declared.renamed(6), declared.counted) == (12, 7)


def test_a_refused_text_leaves_no_label(load_c: Load) -> None:
    library: Any = load_c(SOURCE)
    for text in ('int real(int n) __asm__("absent") nonsense', 'struct gone real(int n) __asm__("absent")'):
        with pytest.raises(farcall.FarcallError):
            library.function(text)
    assert library.function("int real(int n)")(3) == 6
