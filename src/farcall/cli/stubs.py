"""`farcall stubs`: a type stub for headers, or for a Python module that declares C."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable
from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Any

from .stubtext import Declarations, Stub

if TYPE_CHECKING:
    from ..cdecl.header import Header
    from ..high import Library

__all__ = ["arranged", "parser", "run"]

#: The end of the help.
EXAMPLES = """\
  farcall stubs zlib.h --class Zlib --output zlib_types.pyi
  farcall stubs mypackage.native --output mypackage/native.pyi
"""


def arranged(words: list[str]) -> list[str]:
    """The words as they are."""
    return words


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = argparse.ArgumentParser(
        prog="farcall stubs",
        description="Write a type stub: of a header, with a class for a library that has been given it by cdef(); or\n"
        "of a Python module, which is imported, with what it declares through farcall.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "what",
        metavar="HEADER_OR_MODULE",
        help="a name ending in .h, or a module's dotted name: of this directory, or installed",
    )
    made.add_argument("-o", "--output", metavar="FILE", help="where to write (default: standard output)")
    made.add_argument("-I", "--include-dir", action="append", default=[], metavar="DIR", help="look for headers there")
    made.add_argument("-D", "--define", action="append", default=[], metavar="NAME[=VALUE]", help="define a macro")
    made.add_argument(
        "--pkg-config", action="append", default=[], metavar="PACKAGE", help="with the flags that pkg-config tells"
    )
    made.add_argument("--class", dest="name", metavar="NAME", help="the name of a header's class (default: Library)")
    return made


def run(options: argparse.Namespace) -> int:
    """Write it."""
    text = _header(options) if options.what.endswith(".h") else _module(options)
    if options.output is None:
        sys.stdout.write(text)
    else:
        with open(options.output, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    return 0


def _header(options: argparse.Namespace) -> str:
    from ..cdecl import Declared
    from ..high import Library

    name = options.name or "Library"
    if not name.isidentifier():
        raise ValueError(f"--class: {name!r} is not a name")
    library = Library(None)
    defines = dict(define.partition("=")[::2] if "=" in define else (define, None) for define in options.define)
    header = library.cdef(
        include=options.what, include_dirs=options.include_dir, defines=defines, pkg_config=options.pkg_config
    )
    constants = {**header.constants, **_addresses(header)}
    found = Declared(header.typedefs, header.tags, constants, header.functions, header.variables)
    stub = Stub(f"{options.what}, as farcall declares it: made by `farcall stubs`.")
    stub.library(name, _declarations(found), _reserved(library))
    return stub.written()


def _addresses(header: Header) -> dict[str, Any]:
    """The header's own macros for addresses, as constants of their types."""
    from ..cdecl import Address

    own = header.names()
    return {name: Address(found.type, 0) for name, found in header.addresses.items() if name in own}


def _module(options: argparse.Namespace) -> str:
    from importlib import import_module

    for option in ("include_dir", "define", "pkg_config", "name"):
        if getattr(options, option):
            raise ValueError(f"--{option.replace('_', '-')} is for headers, and {options.what!r} is a module")
    here = os.getcwd()
    if here not in sys.path:  # an installed command does not look there
        sys.path.insert(0, here)
    try:
        module = import_module(options.what)
    except ImportError as error:
        raise ValueError(f"{options.what!r} cannot be imported ({error}); a header's name ends in .h") from None
    stub = Stub(f"{options.what}: made by `farcall stubs`.")
    public = getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")]
    for name in public:
        _attribute(stub, module.__name__, name, getattr(module, name))
    return stub.written()


def _attribute(stub: Stub, module: str, name: str, value: Any) -> None:
    """A line or a class for one of a module's names."""
    from ..cpython.callable.function import Description
    from ..cpython.value import Record
    from ..high import Library

    if isinstance(value, Library):
        cls = "_" + re.sub(r"\W", "_", name.title()) + "Library"
        stub.library(cls, _declarations(_all(value)), _reserved(value))
        stub.line(f"{name}: {cls}")
    elif isinstance(value, BuiltinFunctionType) and isinstance(value.__self__, Description):
        stub.function(name, value.__self__.function)
    elif isinstance(value, type) and issubclass(value, Record) and hasattr(value, "__ctype__"):
        stub.record(name, value.__ctype__)
    elif value is None or type(value) in (bool, int, float, complex, str, bytes):
        stub.line(f"{name}: {type(value).__name__ if value is not None else None}")
    elif isinstance(value, type) and value.__module__ == module:
        stub.line(f"class {name}:\n    def __init__(self, *args: Any, **kwargs: Any) -> None: ...")
        stub.line("    def __getattr__(self, name: str) -> Any: ...")
    elif getattr(value, "__module__", None) == module and callable(value):
        stub.line(f"def {name}(*args: Any, **kwargs: Any) -> Any: ...")
    elif not isinstance(value, type(sys)) and getattr(value, "__module__", module) == module:
        stub.line(f"{name}: Any")


def _all(library: Library) -> Any:
    """What a library has declared, in texts and by headers."""
    from ..cdecl import Declared

    scope = library._scope
    headers = [header.declared() for header in scope.headers]
    foreign = {name for header in scope.headers for name in header.everything()}
    named: list[dict[str, Any]] = [scope.typedefs, scope.constants, scope.functions, scope.variables]
    typedefs, constants, functions, variables = (
        {name: value for name, value in known.items() if name not in foreign} for known in named
    )
    own = set(dir(library.types))
    tags = {key: type for key, type in scope.tags.items() if key[1] in own and key[1] not in foreign}
    typedefs = {name: type for name, type in typedefs.items() if name not in scope.predefined}
    for source in scope.headers:
        constants.update(_addresses(source))
    for header in headers:
        typedefs.update(header.typedefs)
        tags.update(header.tags)
        constants.update(header.constants)
        functions.update(header.functions)
        variables.update(header.variables)
    return Declared(typedefs, tags, constants, functions, variables)


def _declarations(found: Any) -> Declarations:
    types = {tag: ctype for (_, tag), ctype in found.tags.items()}
    return Declarations(found.functions, found.variables, found.constants, {**types, **found.typedefs})


def _reserved(library: Library) -> Iterable[str]:
    """The names of a library that are farcall's own."""
    return [name for name in object.__dir__(library) if not name.startswith("__")]
