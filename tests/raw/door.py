"""Doors to libffi's interface: farcall's from Python, farcall's from C, and Debian's libffi, which is the oracle."""

from __future__ import annotations

import ctypes as c
import ctypes.util
import sys
from collections.abc import Callable
from typing import Any

import pytest

from farcall.convention.libffi_port import port
from farcall.cpython.facts.host import host_target

__all__ = [
    "ABIS", "FARCALL", "PORT", "SIZEOF_CIF", "WORD", "Door", "Memory", "address", "bytes_at", "door", "real", "word_at",
]  # fmt: skip

#: Result and arguments of each function, all addresses as integers: P pointer, i int, u unsigned, z size_t.
PROTOTYPES = {
    "ffi_prep_cif": "iPiuPP", "ffi_prep_cif_var": "iPiuuPP", "ffi_call": "vPPPP", "ffi_get_struct_offsets": "iiPP",
    "ffi_closure_alloc": "PzP", "ffi_closure_free": "vP", "ffi_prep_closure_loc": "iPPPPP",
    "ffi_prep_closure": "iPPPP", "ffi_raw_call": "vPPPP", "ffi_raw_size": "zP", "ffi_ptrarray_to_raw": "vPPP",
    "ffi_raw_to_ptrarray": "vPPP", "ffi_prep_raw_closure": "iPPPP", "ffi_prep_raw_closure_loc": "iPPPPP",
    "ffi_java_raw_call": "vPPPP", "ffi_java_raw_size": "zP", "ffi_java_ptrarray_to_raw": "vPPP",
    "ffi_java_raw_to_ptrarray": "vPPP", "ffi_prep_java_raw_closure": "iPPPP",
    "ffi_prep_java_raw_closure_loc": "iPPPPP", "ffi_prep_go_closure": "iPPP", "ffi_call_go": "vPPPPP",
    "ffi_call_plan_alloc": "PP", "ffi_call_plan_invoke": "vPPPP", "ffi_call_plan_free": "vP",
    "ffi_call_plan_size": "zP", "ffi_get_version": "P", "ffi_get_version_number": "L", "ffi_get_default_abi": "u",
    "ffi_get_closure_size": "z",
}  # fmt: skip
CODES: dict[str, Any] = {
    "P": c.c_void_p, "i": c.c_int, "u": c.c_uint, "z": c.c_size_t, "L": c.c_ulong, "v": None,
}  # fmt: skip
FARCALL = ("python", "C")
#: The width of a pointer, libffi's sizes by that and by its port, and its conventions, of which the first is the default.
WORD = c.sizeof(c.c_void_p)
PORT = port(host_target())
SIZEOF_TYPE, SIZEOF_CIF = 3 * WORD, 16 + 2 * WORD + 4 * PORT.extra_words
#: Names of long double's type objects, where that is double, are macros in libffi's header.
MACROS = (
    {"longdouble": "double", "complex_longdouble": "complex_double"}
    if c.sizeof(c.c_longdouble) == c.sizeof(c.c_double)
    else {}
)
ABIS = tuple(abi.number for abi in PORT.abis)


class Door:
    """libffi's functions as attributes, and the addresses of its type objects in `types`."""

    def __init__(self, name: str, function: Callable[[str], Any], types: Callable[[str], int]) -> None:
        self.name = name
        self._function, self._type = function, types

    def __getattr__(self, name: str) -> Any:
        return self._function(name)

    def type(self, name: str) -> int:
        """The address of `ffi_type_<name>`."""
        return self._type(name)


def door(name: str) -> Door:
    """farcall's own functions ("python"), or the same as C calls them ("C")."""
    from farcall import raw

    def types(short: str) -> int:
        found = getattr(raw, f"ffi_type_{short}")
        assert isinstance(found, int)
        return found

    if name == "python":
        return Door(name, lambda function: getattr(raw, function), types)
    exports = raw.exports()
    return Door(name, lambda function: _foreign(function, exports[function]), types)


def real() -> Door:
    """The installed libffi; skips the test where there is none."""
    name = ctypes.util.find_library("ffi")
    if name is None:
        pytest.skip("needs libffi")
    library = c.CDLL(name)

    def function(name: str) -> Any:
        return _foreign(name, c.cast(getattr(library, name), c.c_void_p).value or 0)

    def types(short: str) -> int:
        return c.addressof(c.c_char.in_dll(library, f"ffi_type_{MACROS.get(short, short)}"))

    return Door("libffi", function, types)


def _foreign(name: str, at: int) -> Any:
    result, *parameters = (CODES[code] for code in PROTOTYPES[name])
    made = c.CFUNCTYPE(result, *parameters)(at)

    def call(*arguments: int) -> int:
        given = made(*arguments)
        return 0 if given is None else given  # ctypes gives None for NULL

    return call


def address(function: Any) -> int:
    """The address of a ctypes function."""
    found = c.cast(function, c.c_void_p).value
    assert found is not None
    return found


class Memory:
    """Structures of libffi's in memory that lives as long as this object."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self._kept: list[Any] = []

    def buffer(self, size: int, content: bytes = b"") -> int:
        """The address of `size` bytes: `content`, then zeros."""
        made = c.create_string_buffer(content, max(size, 1))
        self._kept.append(made)
        return c.addressof(made)

    def pointers(self, *addresses: int) -> int:
        """An array of pointers with a NULL behind it."""
        made = (c.c_void_p * (len(addresses) + 1))(*addresses, None)
        self._kept.append(made)
        return c.addressof(made)

    def type(self, kind: int, elements: int = 0, size: int = 0, alignment: int = 0) -> int:
        """An ffi_type."""
        content = b"".join(
            number.to_bytes(width, sys.byteorder)
            for number, width in ((size, WORD), (alignment, 2), (kind, 2), (0, WORD - 4), (elements, WORD))
        )
        return self.buffer(SIZEOF_TYPE, content)

    def struct(self, *members: int) -> int:
        """An ffi_type of a struct that is to be laid out."""
        return self.type(13, self.pointers(*members))

    def cif(self, result: str | int, *parameters: str | int, abi: int = ABIS[0]) -> int:
        """A prepared cif; types by libffi's names or by address."""
        made = self.buffer(SIZEOF_CIF, b"\xa5" * SIZEOF_CIF)
        types = [self.door.type(name) if isinstance(name, str) else name for name in (result, *parameters)]
        assert self.door.ffi_prep_cif(made, abi, len(parameters), types[0], self.pointers(*types[1:])) == 0
        return made

    def values(self, *values: Any) -> int:
        """The addresses of ctypes values, as ffi_call takes them."""
        self._kept.extend(values)
        return self.pointers(*(c.addressof(value) for value in values))


def bytes_at(at: int, size: int) -> bytes:
    return c.string_at(at, size)


def word_at(at: int) -> int:
    """The pointer or size_t at an address."""
    return int.from_bytes(bytes_at(at, WORD), sys.byteorder)
