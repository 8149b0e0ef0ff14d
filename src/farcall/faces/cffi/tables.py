"""The tables of a module of out-of-line ABI mode, read back into the declarations that they were made of.

A table of types is a row of operations, four bytes each, most significant first: a number, and in the last byte what to do.
`cffi/cffi_opcode.py` has their names. Structs, enumerations, typedefs and globals refer to types by their place in it.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

from ...cpython.link.late import late
from .library import load_library

__all__ = ["ffi_of_tables"]

#: The operations of the table of types, and of globals.
PRIMITIVE, POINTER, ARRAY, OPEN_ARRAY, STRUCT_UNION, ENUM, FUNCTION, FUNCTION_END, NOOP, BITFIELD = range(1, 20, 2)
CONSTANT_INT, GLOBAL_VAR, DLOPEN_FUNC, DLOPEN_CONST = 31, 33, 35, 37
#: Flags of structs and unions, and at the end of a function.
UNION, PACKED, EXTERNAL, OPAQUE = 0x01, 0x04, 0x08, 0x10
ELLIPSIS, STDCALL = 0x01, 0x02


def ffi_of_tables(
    name: str,
    types: bytes,
    globals: Sequence[Any],
    structs: Sequence[Any],
    enums: Sequence[bytes],
    typenames: Sequence[bytes],
    includes: Sequence[Any],
) -> Any:
    """An `FFI` that knows what the tables of the module `name` declare."""
    ffi = late("cffi.api:FFI")()
    _Tables(ffi, types, globals, structs, enums, includes).declare(typenames)
    ffi.integer_const = ffi._parser._int_constants.__getitem__
    ffi.error = late("cffi:CDefError")
    ffi._backend = SimpleNamespace(**vars(ffi._backend))  # of its own: libraries that it opens raise its own error
    ffi._backend.load_library = partial(load_library, told=ffi.error)
    ffi.__name__ = name
    return ffi


class _Tables:
    """The tables of one module, and what was made of each place of them so far."""

    def __init__(
        self,
        ffi: Any,
        types: bytes,
        globals: Sequence[Any],
        structs: Sequence[Any],
        enums: Sequence[bytes],
        includes: Any,
    ) -> None:
        self.ffi, self.model = ffi, late("cffi:model")
        self.primitives = {index: name for name, index in late("cffi.cffi_opcode:PRIMITIVE_TO_INDEX").items()}
        self.operations = [divmod(number, 256) for (number,) in struct.iter_unpack(">I", types)]
        self.rows = list(zip(globals[::2], globals[1::2], strict=True))
        self.values = {row[4:].decode(): value for row, value in self.rows}
        self.structs, self.enums, self.includes = structs, enums, includes
        self.made: dict[int, Any] = {}
        self.records: dict[int, Any] = {}
        self.enumerations: dict[int, Any] = {}

    def declare(self, typenames: Sequence[bytes]) -> None:
        """Declare all of it to the parser."""
        declared = self.ffi._parser._declarations
        for one in self.includes:
            self.ffi.include(one)
        for row in typenames:
            index, name = _number(row), row[4:].decode()
            declared[f"typedef {name}"] = (self.named(index, name), 0)
        for index in range(len(self.structs)):
            record = self.record(index)
            if not record.name.startswith("$"):
                declared[f"{record.kind} {record.name}"] = (record, 0)
        for index in range(len(self.enums)):
            one = self.enumeration(index)
            declared[f"enum {one.name}"] = (one, 0)
        for row, value in self.rows:
            self.declare_global(*divmod(_number(row), 256), row[4:].decode(), value)

    def declare_global(self, index: int, operation: int, name: str, value: int) -> None:
        declared = self.ffi._parser._declarations
        if operation in (CONSTANT_INT, ENUM):
            self.ffi._parser._int_constants[name] = value
        elif operation == DLOPEN_FUNC:
            declared[f"function {name}"] = (self.raw_function(index).as_function_pointer(), 0)
        elif operation == GLOBAL_VAR:
            declared[f"variable {name}"] = (self.type(index), 0)
        elif operation == DLOPEN_CONST:
            declared[f"constant {name}"] = (self.type(index), self.model.Q_CONST)
            declared[f"variable {name}"] = (self.type(index), self.model.Q_CONST)

    def named(self, index: int, name: str) -> Any:
        """The type of a typedef. One of a struct without a tag is called by it."""
        found = self.type(index, raw=True)
        unnamed = isinstance(found, (self.model.StructOrUnion, self.model.EnumType)) and found.name == f"${name}"
        if unnamed and found.forcename is None:
            found.force_the_name(name)
        return found

    def type(self, index: int, *, raw: bool = False) -> Any:
        """The type at a place. A function is one that is pointed to, unless it is wanted itself."""
        found = self.made.get(index)
        if found is None:
            found = self.made[index] = self.make(index)
        if isinstance(found, self.model.RawFunctionType) and not raw:
            return found.as_function_pointer()
        return found

    def make(self, index: int) -> Any:
        number, operation = self.operations[index]
        model = self.model
        if operation == PRIMITIVE:
            return model.PrimitiveType(self.primitives[number]) if number else model.void_type
        if operation == POINTER:
            target = self.type(number, raw=True)
            raw = isinstance(target, model.RawFunctionType)
            return target.as_function_pointer() if raw else model.PointerType(target)
        if operation in (ARRAY, OPEN_ARRAY):
            length = self.length(index + 1) if operation == ARRAY else None
            return model.ArrayType(self.type(number), length)
        if operation == STRUCT_UNION:
            return self.record(number)
        if operation == ENUM:
            return self.enumeration(number)
        if operation == FUNCTION:
            return self.raw_function(index)
        if operation == NOOP:
            return self.type(number, raw=True)
        raise ImportError(f"operation {operation} of a module of cffi's is not known")

    def length(self, index: int) -> int:
        number, low = self.operations[index]
        return int(number * 256 + low)

    def raw_function(self, index: int) -> Any:
        result, operation = self.operations[index]
        if operation != FUNCTION:
            return self.type(index, raw=True)
        found, at = [], index + 1
        while self.operations[at][1] != FUNCTION_END:
            found.append(self.type(at))
            at += 1
        flags = self.operations[at][0]
        abi = "__stdcall" if flags & STDCALL else None
        return self.model.RawFunctionType(tuple(found), self.type(result), bool(flags & ELLIPSIS), abi)

    def record(self, index: int) -> Any:
        """A struct or union, whose members may refer to it."""
        if index in self.records:
            return self.records[index]
        row, *fields = self.structs[index]
        flags, name = _number(row, 4), row[8:].decode()
        cls = self.model.UnionType if flags & UNION else self.model.StructType
        if flags & EXTERNAL:
            made = self.included(f"{cls.kind} {name}") or cls(name, None, None, None)
        else:
            made = cls(name, None, None, None)
        self.records[index] = made
        if name.startswith("$") and not name[1:].isdigit() and made.forcename is None:
            made.force_the_name(name[1:])
        if not flags & (EXTERNAL | OPAQUE):
            made.packed = 1 if flags & PACKED else 0
            rows = [self.field(one) for one in fields]
            made.fldnames, made.fldtypes, made.fldbitsize = (
                map(tuple, zip(*rows, strict=True)) if rows else ((), (), ())
            )
            made.fldquals = (0,) * len(rows)
        return made

    def included(self, name: str) -> Any:
        """What another module declares by a name; None if none does."""
        found = self.ffi._parser._declarations.get(name)
        if found is None and "$" in name:
            found = self.ffi._parser._declarations.get(f"typedef {name.partition('$')[2]}")
        return None if found is None else found[0]

    def field(self, row: bytes) -> tuple[str, Any, int]:
        index, operation = divmod(_number(row), 256)
        if operation == BITFIELD:
            return row[8:].decode(), self.type(index), _number(row, 4)
        return row[4:].decode(), self.type(index), -1

    def enumeration(self, index: int) -> Any:
        if index in self.enumerations:
            return self.enumerations[index]
        row = self.enums[index]
        name, _, names = row[8:].decode().partition("\0")
        enumerators = tuple(names.split(",")) if names else ()
        values = tuple([self.values[one] for one in enumerators])
        base = self.model.PrimitiveType(self.primitives[_number(row, 4)])
        made = self.enumerations[index] = self.model.EnumType(name, enumerators, values, base)
        if name.startswith("$") and not name[1:].isdigit():
            made.force_the_name(name[1:])
        return made


def _number(row: bytes, at: int = 0) -> int:
    return int(struct.unpack_from(">I", row, at)[0])
