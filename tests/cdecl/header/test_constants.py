"""Constants of headers: what gcc calls constant is one, and an enum outlives what cannot be valued."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest

from farcall.cdecl import Scope
from farcall.cdecl.header import Header, Include, include
from farcall.errors import DeclarationError
from tests.ctype.measure import HERE

TEXT = """
#include <stddef.h>
struct s { int a, b; };
struct u { char p[sizeof(((struct s *)0)->b)]; };
#define OFF offsetof(struct s, b)
#define OFF2 ((long)&((struct s *)0)->b)
#define LENGTH (sizeof("MySQL") - 1)
#define TYPED ((__typeof__(1))5)
#define EXTENSION (__extension__ 5)
#define GENERIC _Generic(1, int: 2, default: 3)
#define STRING ((const char *)"s")
#define COMPLEX 1.0iF
#define SNAN_ __builtin_nans("")
#define SIZE sizeof(((struct s *)0)->b)
#define BIG 1e400L
static const double PI2 = 6.28;
static const char NAME[] = "x", *const OTHER = "y";
typedef __typeof__(sizeof(int)) size;
typedef enum kind : unsigned char { KIND = 255 } kind;
"""


@pytest.fixture(autouse=True)
def preprocessor() -> None:
    if shutil.which("cc") is None:
        pytest.skip("needs cc")


def included(directory: Path, text: str) -> tuple[Header, Scope]:
    file = directory / "made.h"
    file.write_text(text)
    scope = Scope(HERE)
    return include(Include.checked(file), scope), scope


def test_constants_of_every_kind(tmp_path: Path) -> None:
    header, _ = included(tmp_path, TEXT)
    found = header.constants
    assert header.refused == {}
    assert math.isnan(found.pop("SNAN_"))  # type: ignore[arg-type]
    assert found == {
        "OFF": 4, "OFF2": 4, "LENGTH": 5, "TYPED": 5, "EXTENSION": 5, "GENERIC": 2, "STRING": "s", "COMPLEX": 1j,
        "SIZE": 4, "BIG": math.inf, "PI2": 6.28, "NAME": "x", "OTHER": "y", "KIND": 255,
    }  # fmt: skip


def test_an_enum_outlives_a_constant_that_cannot_be_valued(tmp_path: Path) -> None:
    header, scope = included(
        tmp_path, "struct gone;\nenum e { A = 1, B = sizeof(struct gone), C, D = 4 };\nvoid f(enum e);\n"
    )
    scope.find("D")
    scope.find("f")
    assert scope.constants == {"A": 1, "D": 4}
    for name, reason in (("B", "sizeof of struct gone"), ("C", "follows one that is not understood")):
        with pytest.raises(DeclarationError, match=f"made.h:2: '{name}' is not understood: .*{reason}"):
            scope.find(name)
    assert set(header.refused) == {"B", "C"}
    assert header.constants == {"A": 1, "D": 4}
    assert ("enum", "e") in header.tags
