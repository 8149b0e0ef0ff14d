"""Names that headers have only with a macro that is not defined: the place and the macro are told."""

from __future__ import annotations

from pathlib import Path

import pytest

import farcall
from farcall.cdecl.header.condition import conditional
from tests.cdecl.header.test_include import preprocessor

__all__ = ["preprocessor"]  # a fixture that every test here uses

HEADER = """
#ifndef GUARD_H
#define GUARD_H
/* #ifdef COMMENTED
   int commented(void);
*/
#ifdef WITH_EXTRA
int extra(int);
# if defined(DEEPER) && \\
    defined(HERE)
#define deeper 5
# endif
struct wide { int a; };
#elif defined WITH_OTHER || defined(KNOWN)
int other(int);
#else
int rest(int);
#endif
#if __GLIBC_USE (LIB_EXT2)
int printed(void);
#endif
# ifdef __USE_GNU
#  ifdef __cplusplus
extern "C" int both(int);
#  else
int both(int);
#  endif
# endif
#ifdef __cplusplus
int never(int);
#endif
#if defined KNOWN
int there(int);
#endif
#endif
"""


@pytest.mark.parametrize(
    ("name", "macro"),
    [
        ("extra", "WITH_EXTRA"),
        ("deeper", "WITH_EXTRA"),
        ("other", "WITH_OTHER"),
        ("printed", "_GNU_SOURCE"),
        ("both", "_GNU_SOURCE"),
        ("rest", ""),
        ("never", ""),
        ("there", ""),
        ("commented", ""),
        ("nosuch", ""),
    ],
)
def test_the_macro(tmp_path: Path, name: str, macro: str) -> None:
    file = tmp_path / "made.h"
    file.write_text(HEADER)
    found = conditional(name, [str(tmp_path / "gone.h"), str(file)], {"KNOWN"}.__contains__)
    if not macro:
        assert found is None
        return
    assert found is not None
    assert (found.file, found.macro) == (str(file), macro)
    assert name in HEADER.splitlines()[found.line - 1]


def test_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "made.h").write_text("#ifdef MORE\nint abs(int);\ntypedef int number;\n#endif\nint labs(int);\n")
    lib = farcall.Library("c")
    lib.cdef(include="made.h", include_dirs=tmp_path)
    place = f"{tmp_path}/made.h:2 has it only with MORE"
    for ask in (lambda: lib.abs, lambda: lib.function("abs")):
        with pytest.raises(farcall.SymbolError) as caught:
            ask()
        assert f'{place}: cdef(include=..., defines={{"MORE": 1}})' in str(caught.value)
    with pytest.raises(farcall.SymbolError, match=r"made\.h:3 has it only with MORE"):
        _ = lib.types.number
    lib.cdef(include="made.h", include_dirs=tmp_path, defines={"MORE": 1})
    assert lib.abs(-3) == 3


@pytest.mark.parametrize("name", ["asprintf", "CPU_SET", "memmem"])
def test_extensions_of_the_c_library(name: str) -> None:
    lib = farcall.Library("c")
    lib.cdef(include=["stdio.h", "sched.h", "string.h"])
    with pytest.raises(farcall.SymbolError) as caught:
        getattr(lib, name)
    assert 'defines={"_GNU_SOURCE": 1}' in str(caught.value)
