"""Real headers: all of their own declarations are understood, and mean to farcall what they mean to gcc."""

from __future__ import annotations

import math
import struct
import subprocess

import pytest

from farcall.cdecl import Address
from farcall.ctype import Record, declare, layout, sizeof, unqualified
from farcall.errors import IncompleteTypeError, UnsupportedTypeError
from tests.cdecl.header.headers import HEADERS, Case, need, read
from tests.ctype import measure

pytestmark = pytest.mark.parametrize("case", HEADERS, ids=lambda case: case.header)


def test_everything_is_understood(case: Case) -> None:
    need(case)
    header, scope = read(case)
    assert header.refused == {}
    counts = len(header.functions), len(header.typedefs) + len(header.tags), len(header.constants)
    assert all(count >= least for count, least in zip(counts, case.least, strict=True)), counts
    for name in case.names:
        known = [scope.functions, scope.variables, scope.typedefs, scope.constants, {tag for _, tag in scope.tags}]
        assert any(name in names for names in known), name


def test_functions_are_those_of_gcc(case: Case) -> None:
    """gcc refuses a second declaration of a function that differs from its first."""
    need(case)
    header, scope = read(case)
    lines = []
    for name, function in header.functions.items():
        text = declare(function, f"({name})")
        if name in scope.symbols and scope.symbols[name] in scope.functions:
            continue  # a macro: another name of a function
        if "__va_list_tag" in text or "struct {" in text or "union {" in text or "enum {" in text:
            continue  # of types that C cannot name a second time
        lines += [f"#undef {name}", f"extern {text};"]
    assert len(lines) > 1.5 * len(header.functions)
    source = case.source + "\n".join([*lines, ""])
    done = subprocess.run(["gcc", "-fsyntax-only", "-w", "-x", "c", "-"], input=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[:3000]


def test_structs_lie_as_gcc_has_them(case: Case) -> None:
    need(case)
    measure.need(measure.HERE)
    header, scope = read(case)
    asked: list[tuple[str, Record]] = []
    named = [*header.tags.items(), *((("", name), type) for name, type in header.typedefs.items())]
    for name, type in named:
        if isinstance(type, Record) and type.fields is not None and type.name in (None, name[1]):
            asked.append((" ".join(name).strip(), type))
    for (name, record), theirs in zip(asked, measure.records(case.source, asked, measure.HERE), strict=True):
        ours = layout(record, measure.HERE)
        places = tuple(
            measure.Place(8 * m.offset + m.bit_offset, -1 if m.field.bits is None else m.field.bits)
            for m in ours.members
            if m.field.name
        )
        align = max(ours.align, scope.alignments.get(name, 0))
        assert (name, measure.Measured(ours.size, align, places)) == (name, theirs)


def test_types_are_as_large_as_gcc_has_them(case: Case) -> None:
    need(case)
    measure.need(measure.HERE)
    header, _ = read(case)
    sizes = {}
    for name, type in header.typedefs.items():
        try:
            sizes[name] = sizeof(unqualified(type), measure.HERE)
        except (IncompleteTypeError, UnsupportedTypeError):
            continue  # an opaque struct, a function
    expected = measure.numbers(case.source, [f"sizeof({name})" for name in sizes], measure.HERE) if sizes else []
    assert sizes == dict(zip(sizes, expected, strict=True))


def test_constants_are_those_of_gcc(case: Case) -> None:
    need(case)
    measure.need(measure.HERE)
    header, _ = read(case)
    whole = {
        name: value.value if isinstance(value, Address) else value
        for name, value in header.constants.items()
        if isinstance(value, (int, Address))
    }
    values = measure.numbers(case.source, list(whole), measure.HERE) if whole else []
    for (name, value), theirs in zip(whole.items(), values, strict=True):
        wide = measure.HERE.pointer if isinstance(header.constants[name], Address) else 8  # gcc widens it as it likes
        assert (name, value % 2 ** (8 * wide)) == (name, theirs % 2 ** (8 * wide))

    real = {name: value for name, value in header.constants.items() if isinstance(value, float)}
    texts = {name: value for name, value in header.constants.items() if isinstance(value, str)}
    lines = [f"double real_{name} {measure.SECTION} = {name};" for name in real]
    lines += [f"char text_{name}[] {measure.SECTION} = {name};" for name in texts]
    raw, offsets = measure.section("\n".join([case.source, *lines, ""]), measure.HERE) if lines else (b"", {})
    for name, number in real.items():
        (theirs,) = struct.unpack_from("<d", raw, offsets[f"real_{name}"])
        assert number == theirs or (math.isnan(number) and math.isnan(theirs)), name
    for name, text in texts.items():
        data = text.encode("utf-8", "surrogateescape") + b"\0"
        start = offsets[f"text_{name}"]
        assert raw[start : start + len(data)] == data, name
