"""Structures, constants and type objects beside those of the system's ffi.h and libffi.so."""

from __future__ import annotations

import ctypes as c
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import farcall
from farcall import raw
from farcall.cpython.facts.host import host_target
from farcall.ctype import alignof, names
from tests.raw.door import PORT, WORD, bytes_at, real

BETWEEN = () if PORT.native_raw else ("translate_args", "this_closure")
FIELDS = {
    "ffi_type": ("size", "alignment", "type", "elements"),
    "ffi_cif": ("abi", "nargs", "arg_types", "rtype", "bytes", "flags", *(field.name for field in PORT.extra)),
    "ffi_closure": ("tramp", "cif", "fun", "user_data"),
    "ffi_raw_closure": ("tramp", "cif", *BETWEEN, "fun", "user_data"),
    "ffi_java_raw_closure": ("tramp", "cif", *BETWEEN, "fun", "user_data"),
    "ffi_go_closure": ("tramp", "cif", "fun"),
    "ffi_raw": ("sint", "uint", "flt", "data", "ptr"),
    "ffi_arg": (),
    "ffi_sarg": (),
}
#: libffi 3.8 has more kinds of type than older headers, and says its own version.
NEWER = {
    "FFI_TYPE_UINT128", "FFI_TYPE_SINT128", "FFI_TYPE_VECTOR", "FFI_TYPE_LAST", "FFI_VERSION_NUMBER",
    "FFI_TARGET_HAS_INT128", "FFI_TARGET_HAS_VECTOR_TYPE",
}  # fmt: skip
#: Macros without a value, constants of this package, and what libffi's own headers keep to themselves.
WITHOUT_VALUE = {"FFI_TARGET_HAS_COMPLEX_TYPE", "FFI_VERSION_STRING", "FFI_NO_RAW_API"}
TYPES = (
    "void", "uint8", "sint8", "uint16", "sint16", "uint32", "sint32", "uint64", "sint64", "float", "double",
    "longdouble", "pointer", *(("complex_float", "complex_double", "complex_longdouble") if PORT.complex else ()),
)  # fmt: skip
ALIASES = ("uchar", "schar", "ushort", "sshort", "uint", "sint", "ulong", "slong")


@pytest.fixture(scope="module")
def header(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Every size, offset and number, as C that includes ffi.h has them."""
    gcc = shutil.which("gcc")
    if gcc is None:
        pytest.skip("needs gcc")
    constants = [name for name in dir(raw) if name.startswith("FFI_") and name not in NEWER | WITHOUT_VALUE]
    wanted = [f"sizeof({name})" for name in FIELDS]
    wanted += [f"offsetof({name}, {field})" for name, fields in FIELDS.items() for field in fields]
    wanted += constants
    directory = tmp_path_factory.mktemp("header")
    source, library = directory / "header.c", directory / "header.so"
    numbers = "".join(f"    (long long)({text}),\n" for text in wanted)
    source.write_text(f"#include <ffi.h>\n#include <stddef.h>\nlong long numbers[] = {{\n{numbers}}};\n")
    command = [gcc, "-shared", "-fPIC", source, "-o", library]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "ffi.h: No such file" in done.stderr:
        pytest.skip("needs ffi.h")
    assert not done.returncode, done.stderr
    found = (c.c_longlong * len(wanted)).in_dll(c.CDLL(str(library)), "numbers")
    return dict(zip(wanted, found, strict=True))


@pytest.mark.parametrize("name", FIELDS)
def test_structures(header: dict[str, int], name: str) -> None:
    cls = getattr(raw, name)
    assert farcall.sizeof(cls) == header[f"sizeof({name})"]
    for field in FIELDS[name]:
        assert farcall.offsetof(cls, field) == header[f"offsetof({name}, {field})"], field


def test_constants(header: dict[str, int]) -> None:
    compared = [name for name in header if name.startswith("FFI_")]
    assert len(compared) > 25
    for name in compared:
        assert getattr(raw, name) == header[name], name


@pytest.mark.parametrize("name", ["type", "cif", "closure", "raw_closure", "go_closure"])
def test_sizes_that_are_constants(header: dict[str, int], name: str) -> None:
    assert getattr(raw, f"SIZEOF_FFI_{name.upper()}") == header[f"sizeof(ffi_{name})"]


@pytest.mark.parametrize("name", TYPES)
def test_type_objects(name: str) -> None:
    at = getattr(raw, f"ffi_type_{name}")
    assert bytes_at(at, WORD + 4) == bytes_at(real().type(name), WORD + 4)  # size, alignment, kind
    elements = c.c_void_p.from_address(at + 2 * WORD).value
    if name.startswith("complex_"):
        assert elements is not None
        part = getattr(raw, f"ffi_type_{name.removeprefix('complex_')}")
        assert bytes_at(elements, 2 * WORD) == part.to_bytes(WORD, sys.byteorder) + bytes(WORD)
    else:
        assert elements is None


def test_names_of_the_same_type(tmp_path: Path) -> None:
    """libffi's ffi_type_uint and the like are macros: what they stand for is in the header only."""
    gcc = shutil.which("gcc")
    if gcc is None:
        pytest.skip("needs gcc")
    text = "#include <ffi.h>\n" + "".join(f"{name}: ffi_type_{name}\n" for name in ALIASES)
    done = subprocess.run([gcc, "-E", "-P", "-"], input=text, capture_output=True, text=True, check=False)
    if "ffi.h: No such file" in done.stderr:
        pytest.skip("needs ffi.h")
    for line in done.stdout.splitlines()[-len(ALIASES) :]:
        name, _, meant = line.partition(": ")
        assert getattr(raw, f"ffi_type_{name}") == getattr(raw, meant.strip())


@pytest.mark.skipif(not PORT.int128, reason="there are no integers of 128 bits here")
def test_integers_of_128_bits() -> None:
    for name, kind in (("uint128", raw.FFI_TYPE_UINT128), ("sint128", raw.FFI_TYPE_SINT128)):
        at = getattr(raw, f"ffi_type_{name}")
        align = alignof(names.int128, host_target().model)
        assert bytes_at(at, 12) == b"".join(n.to_bytes(s, sys.byteorder) for n, s in ((16, 8), (align, 2), (kind, 2)))


def test_versions() -> None:
    text = c.c_char_p(raw.ffi_get_version()).value
    assert text is not None
    assert text.decode() == raw.FFI_VERSION_STRING
    major, minor, micro = (int(part) for part in text.decode().split("."))
    assert raw.ffi_get_version_number() == raw.FFI_VERSION_NUMBER == major * 10000 + minor * 100 + micro
    assert raw.ffi_get_default_abi() == raw.FFI_DEFAULT_ABI
    assert raw.ffi_get_closure_size() == raw.SIZEOF_FFI_CLOSURE


def test_exports_are_every_function() -> None:
    functions = {name for name in raw.__all__ if name.startswith("ffi_") and callable(getattr(raw, name))}
    functions -= {name for name in functions if isinstance(getattr(raw, name), type)}
    assert set(raw.exports()) == functions
    assert all(raw.exports().values())


def test_the_page_for_libffis_users_names_everything() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "from-libffi.md").read_text(encoding="utf-8")
    for name in (*raw.exports(), *FIELDS):
        assert f"`{name}`" in page, name
