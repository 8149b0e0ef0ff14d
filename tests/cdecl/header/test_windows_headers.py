"""<windows.h>, as MinGW's compiler reads it: all is understood, structs lie as that has them, and functions can be called."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import pytest

import farcall
from farcall.cpython.facts.host import host_target
from farcall.ctype import Record, layout
from tests.conftest import Compile

pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="about Windows' own headers")


@pytest.fixture(scope="module")
def kernel32() -> tuple[farcall.Library, Any]:
    """The library, and what the header declares."""
    library = farcall.Library("kernel32")
    return library, library.cdef(include="windows.h")


def test_everything_is_understood(kernel32: tuple[farcall.Library, Any]) -> None:
    header = kernel32[1]
    assert header.refused == {}
    assert len(header.functions) > 5000
    assert (header.constants["MAX_PATH"], header.constants["GENERIC_READ"]) == (260, 0x80000000)


def test_functions_are_called(kernel32: tuple[farcall.Library, Any]) -> None:
    library = kernel32[0]
    assert library.lstrlenW("héllo") == 5
    assert library.GetCurrentProcessId() == ctypes.windll.kernel32.GetCurrentProcessId()  # type: ignore[attr-defined,unused-ignore]


def test_structs_lie_as_gcc_has_them(kernel32: tuple[farcall.Library, Any], compile_c: Compile) -> None:
    header, model = kernel32[1], host_target().model
    asked: dict[str, list[int]] = {}
    named = [*((" ".join(name), type) for name, type in header.tags.items()), *header.typedefs.items()]
    for name, record in named:
        if isinstance(record, Record) and record.fields is not None and record.name in (None, name.rpartition(" ")[2]):
            ours = layout(record, model)
            asked[f"sizeof({name})"] = [ours.size]
            asked[f"_Alignof({name})"] = [ours.align]
            for member in ours.members:
                if member.field.name and member.field.bits is None:
                    asked[f"__builtin_offsetof({name}, {member.field.name})"] = [member.offset]
    assert len(asked) > 10_000
    # A macro that is defined behind the struct, one of whose members has the name.
    source = "#include <windows.h>\n#undef SetPort\nunsigned found[] = {\n" + ",\n".join(asked) + "};\n"
    theirs = (ctypes.c_uint * len(asked)).in_dll(ctypes.CDLL(str(compile_c(source, "windows"))), "found")
    assert [row for row, found in zip(asked.items(), theirs, strict=True) if row[1] != [found]] == []
