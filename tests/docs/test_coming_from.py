"""The pages for those who come from ctypes and cffi have every public name of theirs."""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
#: Of ctypes on other systems and Pythons than the running one, and of its instances.
ELSEWHERE = """
    WinDLL OleDLL windll oledll HRESULT WINFUNCTYPE FormatError GetLastError WinError get_last_error set_last_error c_time_t
    DllCanUnloadNow DllGetClassObject memoryview_at c_float_complex c_double_complex c_longdouble_complex find_library wintypes
    restype argtypes errcheck paramflags from_buffer from_buffer_copy from_address from_param in_dll contents raw value _fields_
    _pack_ _anonymous_ _align_ _layout_ _as_parameter_ c_int8 c_int64 c_uint8 c_uint64
"""
#: Of cffi's FFI, and what its documentation has beside that.
CFFI = """
    FFI CData CType NULL addressof alignof buffer callback cast cdef compile def_extern distutils_extension dlclose dlopen
    embedding_api embedding_init_code emit_c_code emit_python_code errno error from_buffer
    from_handle gc getctype getwinerror include
    init_once list_types memmove new new_allocator new_handle offsetof onerror release set_source set_source_pkgconfig
    set_unicode sizeof string typeof unpack verify
"""
CTYPES = sorted(
    {
        *ELSEWHERE.split(),
        *(name for name in dir(ctypes) if name[0] != "_" and not name.startswith(("c_int1", "SIZEOF_"))),
    }
)


@pytest.mark.parametrize(("page", "names"), [("from-ctypes", CTYPES), ("from-cffi", CFFI.split())])
def test_it_has_a_row_for_each_name(page: str, names: list[str]) -> None:
    lines = [
        line for line in (DOCS / f"{page}.md").read_text(encoding="utf-8").splitlines() if not line.startswith("```")
    ]
    said = " ".join(re.findall(r"`([^`]+)`", "\n".join(lines)))
    assert [name for name in names if not re.search(rf"(?<![\w]){name}(?!\w)", said)] == []
