"""The C library's own headers, preprocessed by gcc: they are read, and every record in them lies as gcc has it."""

from __future__ import annotations

import subprocess

import pytest

from farcall.cdecl import Scope, parse_declarations
from farcall.ctype import Record, layout, sizeof, unqualified
from farcall.errors import IncompleteTypeError, UnsupportedTypeError
from tests.ctype import measure

HEADERS = [
    "stdio", "stdlib", "string", "math", "complex", "wchar", "time", "signal", "unistd", "pthread", "locale", "elf",
    "fenv", "search", "setjmp", "spawn", "regex", "netdb", "ucontext", "sys/stat", "sys/socket", "sys/epoll",
    "immintrin",
]  # fmt: skip


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_is_read_with_gccs_layouts(header: str) -> None:
    measure.need(measure.HERE)
    include = f"#define _GNU_SOURCE\n#include <{header}.h>\n"
    done = subprocess.run(["gcc", "-E", "-x", "c", "-"], input=include, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"needs the header {header}.h")
    scope = Scope(measure.HERE)
    found = parse_declarations(done.stdout, scope)
    assert found.functions or found.typedefs

    asked: list[tuple[str, Record]] = []
    for name, type in [*found.tags.items(), *((("", name), type) for name, type in found.typedefs.items())]:
        if isinstance(type, Record) and type.fields is not None and type.name in (None, name[1]):
            asked.append((" ".join(name).strip(), type))
    for (name, record), theirs in zip(asked, measure.records(include, asked, measure.HERE), strict=True):
        ours = layout(record, measure.HERE)
        places = tuple(
            measure.Place(8 * m.offset + m.bit_offset, -1 if m.field.bits is None else m.field.bits)
            for m in ours.members
            if m.field.name
        )
        assert (name, measure.Measured(ours.size, max(ours.align, scope.alignments.get(name, 0)), places)) == (
            name,
            theirs,
        )

    sizes = {}
    for name, type in found.typedefs.items():
        try:
            sizes[name] = sizeof(unqualified(type), measure.HERE)
        except (IncompleteTypeError, UnsupportedTypeError):
            continue  # an opaque struct, a function
    expected = measure.numbers(include, [f"sizeof({name})" for name in sizes], measure.HERE) if sizes else []
    assert sizes == dict(zip(sizes, expected, strict=True))

    if found.constants:
        values = measure.numbers(include, list(found.constants), measure.HERE)
        assert {k: v % 2**64 for k, v in found.constants.items()} == dict(zip(found.constants, values, strict=True))
