"""The test programs of a libffi source folder, and the ways each is compiled (testsuite/lib/libffi.exp)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.libffi.directive import Directives, directives
from tests.libffi.machine import DEFAULT, Machine

__all__ = ["Program", "Variant", "programs", "variants"]

#: Folders whose every .c and .cc is a program; libffi.bhaible has two, compiled once for each test in them.
FOLDERS = (
    "libffi.call", "libffi.closures", "libffi.complex", "libffi.go", "libffi.vector", "libffi.threads",
    "libffi.bhaible",
)  # fmt: skip
NUMBERED = "libffi.bhaible"
#: A folder needs what its .exp asks the header for.
NEEDS = {
    "libffi.complex": "FFI_TARGET_HAS_COMPLEX_TYPE",
    "libffi.go": "FFI_GO_CLOSURES",
    "libffi.vector": "FFI_TARGET_HAS_VECTOR_TYPE",
}
#: One of the many tests in a file uses a fraction of it; without the rest, gcc needs a quarter of the time.
ONLY_WHAT_IS_USED = ("-fwhole-program",)


class Program(NamedTuple):
    """A source file; `number` is the DGTEST of a file with many; `abis` says whether it can be had for several."""

    folder: str
    source: Path
    number: int | None
    abis: bool
    directives: Directives

    @property
    def name(self) -> str:
        return f"{self.folder}/{self.source.name}" + (f":{self.number}" if self.number else "")


class Variant(NamedTuple):
    """A program as it is compiled: `optimization` is O0 or O2, `abi` a calling convention and `defines` what
    says it, and what the machine needs, to the compiler."""

    program: Program
    optimization: str
    abi: str
    defines: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.program.name} -{self.optimization}" + (f" {self.abi}" if self.abi != DEFAULT else "")

    @property
    def options(self) -> tuple[str, ...]:
        """What the compiler is told for this variant."""
        number = self.program.number
        return (
            f"-{self.optimization}",
            *self.program.directives.options,
            *((f"-DDGTEST={number}", *ONLY_WHAT_IS_USED) if number else ()),
            *self.defines,
        )


def programs(source: Path, triplet: str) -> Iterator[Program]:
    """Every program under `source`/testsuite, for the system of that name."""
    for folder in FOLDERS:
        directory = source / "testsuite" / folder
        pattern = "test-*.c" if folder == NUMBERED else "*.c*"
        for path in sorted(directory.glob(pattern)):
            if path.suffix in (".c", ".cc"):
                yield from _of_file(folder, path, triplet)


def _of_file(folder: str, path: Path, triplet: str) -> Iterator[Program]:
    text = path.read_text(encoding="latin-1")
    found, abis = directives(text, triplet), "ABI_NUM" in text
    numbers: Iterable[int | None] = [None]
    if folder == NUMBERED:
        numbers = sorted({int(number) for number in re.findall(r"DGTEST == (\d+)", text)})
    for number in numbers:
        yield Program(folder, path, number, abis, found)


def variants(
    found: Iterable[Program], optimizations: Iterable[str], abis: Iterable[str], machine: Machine
) -> Iterator[Variant]:
    """The programs as they are to be run; one without ABI_NUM knows only the default convention."""
    optimizations, abis = list(optimizations), list(abis)
    for program in found:
        for optimization in optimizations:
            for abi in abis:
                if abi == DEFAULT or program.abis:
                    yield Variant(program, optimization, abi, (*machine.options, *machine.abis[abi]))
