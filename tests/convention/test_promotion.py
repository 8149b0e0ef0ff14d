"""The default argument promotions: C11 6.5.2.2p6, with 6.3.1.1p2 for integers."""

from __future__ import annotations

import pytest

from farcall.convention import promote
from farcall.convention.target import LP64_ARM
from farcall.ctype import LLP64, LP64, CType, DataModel, Enum, Pointer, Qualified, Record
from farcall.ctype import names as c

SAME = (
    c.int_, c.uint, c.long, c.ulonglong, c.int32, c.size_t, c.int128, c.double, c.longdouble, c.float16,
    c.complex_float, Pointer(c.char), Record("struct", "s", ()),
)  # fmt: skip


@pytest.mark.parametrize(
    ("type", "model", "promoted"),
    [
        (c.float_, LP64, c.double),
        (c.fp16, LP64_ARM, c.double),
        (c.bool_, LP64, c.int_),
        (c.char, LP64, c.int_),
        (c.uchar, LP64, c.int_),
        (c.ushort, LP64, c.int_),
        (c.int16, LP64, c.int_),
        (c.wchar, LP64, c.wchar),
        (c.wchar, LLP64, c.int_),
        (Enum("e", c.uint, ()), LP64, c.uint),
        (Enum("e", c.uint8, ()), LP64, c.int_),
        (Qualified(c.float_, frozenset({"const"})), LP64, c.double),
        (Qualified(c.long, frozenset({"volatile"})), LP64, c.long),
        *((type, LP64, type) for type in SAME),
    ],
    ids=str,
)
def test_promotion(type: CType, model: DataModel, promoted: CType) -> None:
    assert promote(type, model) == promoted
