"""The names that Microsoft's and GNU's compilers for Windows give functions ("Decorated names", Microsoft Learn)."""

from __future__ import annotations

import pytest

from farcall.cdecl import Scope, parse_declarations, parse_function
from farcall.convention import target
from farcall.convention.decorated import decorated_names

ROWS = [
    ("i386-windows-msvc", "int __stdcall f(int a, double b)", ["_f@12", "f@12"]),
    ("i386-windows-gnu", "int __stdcall f(void)", ["_f@0", "f@0"]),
    ("i386-windows-msvc", "int __fastcall f(char a, short b)", ["@f@8"]),
    ("i386-windows-msvc", "int __cdecl f(int a)", []),
    ("i386-windows-msvc", "int f(int a)", []),
    ("i386-linux", "int __stdcall f(int a)", []),
    ("x86_64-windows-msvc", "int __stdcall f(int a)", []),
    ("x86_64-windows-msvc", "int __vectorcall f(struct s a, char b)", ["f@@24"]),
    ("x86_64-windows-msvc", "int __vectorcall f()", ["f@@0"]),
]


@pytest.mark.parametrize(("on", "text", "names"), ROWS)
def test_rows(on: str, text: str, names: list[str]) -> None:
    scope = Scope(target(on).model)
    parse_declarations("struct s { float x[3]; };", scope)
    name, function = parse_function(text, scope)
    assert decorated_names(name, function, target(on)) == names
