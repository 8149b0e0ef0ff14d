"""gcc as the oracle for layouts: sizes, alignments and the place of every member, read from an object file.

Nothing is run, so `-m32` needs no 32-bit libraries. Numbers and initialised variables go to one section,
whose bytes and symbols are read back with objcopy and nm.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from farcall.convention import target
from farcall.cpython.facts.host import host_target
from farcall.ctype import ILP32_I386, LITTLE, LP64, DataModel, Record
from farcall.errors import UnsupportedTargetError
from tests.toolchain import x86

SECTION = '__attribute__((section(".measure")))'
#: Arm's model for the tests: AAPCS64 as Linux has it.
AAPCS64 = replace(
    LP64, name="AAPCS64", bit_fields="aapcs", char_signed=False, wchar_signed=False, long_double_format="binary128"
)
RISCV64 = target("riscv64-linux").model
LOONGARCH64 = target("loongarch64-linux").model
PPC64LE = target("ppc64le-linux").model
ARM = target("arm-linux").model
MIPSEL, MIPS64 = target("mipsel-linux").model, target("mips64-linux").model
S390X, S390X_NOVX = (target(f"s390x-linux{abi}").model for abi in ("", "-novx"))


class Tools(NamedTuple):
    """The compiler with its flags, and its binutils."""

    compiler: tuple[str, ...]
    objcopy: str
    nm: str


#: What gcc for other CPUs than x86 does not know by x86's name.
FLOAT128 = "-D__float128=_Float128"
TOOLS = {
    LP64: Tools((x86("gcc"), "-m64"), x86("objcopy"), x86("nm")),
    ILP32_I386: Tools((x86("gcc"), "-m32", "-msse2"), x86("objcopy"), x86("nm")),
    **{
        model: Tools((f"{name}-gcc", FLOAT128), f"{name}-objcopy", f"{name}-nm")
        for model, name in (
            (AAPCS64, "aarch64-linux-gnu"),
            (RISCV64, "riscv64-linux-gnu"),
            (LOONGARCH64, "loongarch64-linux-gnu"),
            (PPC64LE, "powerpc64le-linux-gnu"),
            (MIPSEL, "mipsel-linux-gnu"),
            (MIPS64, "mips64-linux-gnuabi64"),
        )
    },
    ARM: Tools(
        ("arm-linux-gnueabihf-gcc", "-mfpu=neon", "-mfp16-format=ieee"),
        "arm-linux-gnueabihf-objcopy",
        "arm-linux-gnueabihf-nm",
    ),
    **{
        model: Tools(("s390x-linux-gnu-gcc", switch, FLOAT128), "s390x-linux-gnu-objcopy", "s390x-linux-gnu-nm")
        for model, switch in ((S390X, "-march=z13"), (S390X_NOVX, "-march=z196"))
    },
}


def _here() -> DataModel:
    try:
        return host_target().model
    except UnsupportedTargetError:
        return LP64


#: This machine's, whose compiler finds its headers.
HERE = _here()
TOOLS[HERE] = Tools(("gcc", *{ILP32_I386: ("-msse2",), RISCV64: (FLOAT128,)}.get(HERE, ())), "objcopy", "nm")


class Place(NamedTuple):
    """A member: its first bit and its width in bits, from the record's first byte."""

    start: int
    width: int


class Measured(NamedTuple):
    size: int
    align: int
    places: tuple[Place, ...]


@cache
def can(model: DataModel) -> bool:
    """Whether there is a gcc that compiles for this model."""
    tools = TOOLS[model]
    return all(shutil.which(tool) for tool in (tools.compiler[0], tools.objcopy, tools.nm)) and _compiles(model, "int")


@cache
def has_float16(model: DataModel) -> bool:
    """Whether gcc has `_Float16` for this model's CPU."""
    return _compiles(model, "_Float16")


def _compiles(model: DataModel, type: str) -> bool:
    command = [*TOOLS[model].compiler, "-x", "c", "-c", "-", "-o", os.devnull]
    return subprocess.run(command, input=f"int x = sizeof({type});".encode(), capture_output=True).returncode == 0


def need(model: DataModel) -> None:
    """Skip the test where the compiler or its binutils are missing, or it cannot compile for the model."""
    if not can(model):
        tools = TOOLS[model]
        pytest.skip(f"needs {' '.join(tools.compiler)}, {tools.objcopy} and {tools.nm}")


def section(source: str, model: DataModel) -> tuple[bytes, dict[str, int]]:
    """The bytes of the section and the offset of every symbol in it."""
    tools = TOOLS[model]
    with tempfile.TemporaryDirectory() as folder:
        object_file, raw = Path(folder, "m.o"), Path(folder, "m.bin")
        command = [*tools.compiler, "-w", "-O0", "-x", "c", "-c", "-", "-o", str(object_file)]
        done = subprocess.run(command, input=source.encode(), capture_output=True)
        assert done.returncode == 0, done.stderr.decode()[:2000]
        subprocess.run([tools.objcopy, "-O", "binary", "-j", ".measure", object_file, raw], check=True)
        names = subprocess.run([tools.nm, object_file], capture_output=True, check=True, text=True).stdout
        lines = [line.split() for line in names.splitlines()]
        return raw.read_bytes(), {line[2]: int(line[0], 16) for line in lines if len(line) == 3}


def numbers(prelude: str, expressions: Sequence[str], model: DataModel) -> list[int]:
    """The values of integer constant expressions, modulo 2**64."""
    body = ",".join(f"(unsigned long long)({expression})" for expression in expressions)
    raw, offsets = section(f"{prelude}\nunsigned long long numbers[] {SECTION} = {{{body}}};", model)
    start = offsets["numbers"]
    return [
        int.from_bytes(raw[start + 8 * i : start + 8 * i + 8], model.byteorder.name) for i in range(len(expressions))
    ]


def records(prelude: str, asked: Sequence[tuple[str, Record]], model: DataModel) -> list[Measured]:
    """Each record by the C type that names it: `__alignof__`, `sizeof`, and the places of its named
    members."""
    expressions = []
    variables = []
    for index, (type, record) in enumerate(asked):
        expressions += [f"sizeof({type})", f"__alignof__({type})"]
        for field in record.fields or ():
            if field.name and field.bits is None:
                expressions.append(f"__builtin_offsetof({type}, {field.name})")
            elif field.name:
                variables.append(f"{type} bits_{index}_{field.name} {SECTION} = {{.{field.name} = -1}};")
    body = ",".join(f"(unsigned long long)({expression})" for expression in expressions)
    source = "\n".join([prelude, f"unsigned long long numbers[] {SECTION} = {{{body}}};", *variables])
    raw, offsets = section(source, model)
    at = offsets["numbers"]
    values = iter(
        [int.from_bytes(raw[at + 8 * i : at + 8 * i + 8], model.byteorder.name) for i in range(len(expressions))]
    )
    found = []
    for index, (_, record) in enumerate(asked):
        size, align = next(values), next(values)
        places = []
        for field in record.fields or ():
            if field.name and field.bits is None:
                places.append(Place(8 * next(values), -1))
            elif field.name:
                start = offsets[f"bits_{index}_{field.name}"]
                pattern = int.from_bytes(raw[start : start + size], model.byteorder.name)
                low = (pattern & -pattern).bit_length() - 1
                assert pattern >> low == (1 << field.bits) - 1
                first = low if model.byteorder == LITTLE else 8 * size - low - field.bits
                places.append(Place(first, field.bits))
        found.append(Measured(size, align, tuple(places)))
    return found
