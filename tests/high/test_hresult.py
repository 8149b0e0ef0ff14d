"""What functions of Windows' component model return, looked at; and a call through an interface's table."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

import farcall

on_windows = pytest.mark.skipif(sys.platform != "win32", reason="Windows has a component model")
E_FAIL, S_FALSE = -0x7FFFBFFB, 1
SOURCE = """
int answered(int number) { return number; }
int written(int number, int *to) { return *to = number; }
void nothing(void) {}
"""


@pytest.fixture
def answered(load_c: Callable[..., farcall.Library]) -> farcall.Library:
    return load_c(SOURCE, "int answered(int number); int written(int number, int *to); void nothing(void);")


def test_what_went_well_is_given_as_it_is(answered: farcall.Library) -> None:
    checked = answered.function("answered", check=farcall.check_hresult)
    assert [checked(0), checked(S_FALSE)] == [0, 1]


def test_a_failure_is_an_error_that_names_the_function(answered: farcall.Library) -> None:
    checked = answered.function("answered", check=farcall.check_hresult)
    with pytest.raises(OSError, match="answered") as caught:
        checked(E_FAIL)
    if sys.platform == "win32":
        assert (caught.value.winerror, caught.value.filename) == (E_FAIL, "answered")
        assert caught.value.strerror
    else:
        assert str(caught.value) == "answered() returned 0x80004005"


def test_it_is_the_first_of_what_comes_with_outputs(answered: farcall.Library) -> None:
    checked = answered.function("written", out=["to"], check=farcall.check_hresult)
    assert checked(3) == (3, 3)
    with pytest.raises(OSError, match="written"):
        checked(E_FAIL)


def test_what_is_no_hresult(answered: farcall.Library) -> None:
    with pytest.raises(TypeError, match=r"nothing\(\): an HRESULT is an int, not NoneType"):
        answered.function("nothing", check=farcall.check_hresult)()


@on_windows
def test_an_interface_is_called_by_its_table() -> None:
    ole32 = farcall.Library("ole32", check=farcall.check_hresult)
    ole32.cdef(
        "typedef struct IUnknown { const struct IUnknownVtbl *table; } IUnknown;"
        "typedef struct IUnknownVtbl { HRESULT (__stdcall *QueryInterface)(IUnknown *self, REFIID id, void **object);"
        "  ULONG (__stdcall *AddRef)(IUnknown *self); ULONG (__stdcall *Release)(IUnknown *self); } IUnknownVtbl;"
        "HRESULT __stdcall CreateStreamOnHGlobal(HGLOBAL memory, BOOL delete_on_release, IUnknown **stream);"
        "HRESULT __stdcall IIDFromString(LPCOLESTR text, IID *id);"
    )
    _, stream = ole32.function("CreateStreamOnHGlobal", out=["stream"])(None, True)
    identity = ole32.new("IID")
    ole32.IIDFromString("{00000000-0000-0000-C000-000000000046}", identity)  # IUnknown
    table, found = stream[0].table[0], ole32.new("void *")
    assert table.QueryInterface(stream, identity, farcall.addressof(found)) == 0
    again = farcall.cast(type(stream), found)
    assert int(again) == int(stream)
    assert (table.Release(again), table.Release(stream)) == (1, 0)
