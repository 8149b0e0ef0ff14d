"""The names of <windows.h> that Windows' declarations have: widths as MinGW's compiler has them, and only there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from farcall.cdecl import Scope, parse_declarations, parse_function
from farcall.cdecl.windows_h import windows_types
from farcall.convention import target
from farcall.ctype import alignof, sizeof
from farcall.errors import DeclarationError

WINDOWS = ["x86_64-windows-msvc", "x86_64-windows-gnu", "i386-windows-msvc", "i386-windows-gnu"]
DECLARED = "HANDLE CreateFileW(LPCWSTR name, DWORD access, DWORD share, LPVOID security, DWORD how, DWORD flags, HANDLE template)"


@pytest.mark.parametrize("name", WINDOWS)
def test_a_declaration_as_the_documentation_has_it(name: str) -> None:
    model = target(name).model
    function = parse_function(DECLARED, Scope(model))[1]
    pointer = model.pointer
    assert [sizeof(parameter, model) for parameter in (p.type for p in function.parameters)] == [
        pointer, 4, 4, pointer, 4, 4, pointer,
    ]  # fmt: skip


def test_a_text_may_define_them_otherwise() -> None:
    scope = Scope(target("x86_64-windows-msvc").model)
    parse_declarations(
        "typedef struct _GUID { long long halves[2]; } GUID; typedef unsigned BOOL; BOOL f(GUID *);", scope
    )
    assert sizeof(scope.typedefs["GUID"], scope.model) == 16
    assert alignof(scope.typedefs["GUID"], scope.model) == 8


def test_they_are_not_known_elsewhere() -> None:
    with pytest.raises(DeclarationError):
        parse_function("HANDLE f(void)", Scope(target("x86_64-linux").model))


def test_sizes_and_alignments_are_those_of_the_header(tmp_path: Path) -> None:
    compiler = shutil.which("x86_64-w64-mingw32-gcc")
    if compiler is None:
        pytest.skip("needs x86_64-w64-mingw32-gcc")
    model = target("x86_64-windows-msvc").model
    checks = [
        f'_Static_assert(sizeof({name}) == {sizeof(type, model)} && _Alignof({name}) == {alignof(type, model)}, "{name}");'
        for name, type in windows_types().items()
        if name not in ("TCHAR", "LPTSTR", "LPCTSTR", "LARGE_INTEGER", "ULARGE_INTEGER")
    ]
    source = tmp_path / "c.c"
    source.write_text("#define UNICODE\n#include <windows.h>\n" + "\n".join(checks))
    done = subprocess.run([compiler, "-fsyntax-only", source], capture_output=True, text=True, check=False)
    assert done.stderr == ""
