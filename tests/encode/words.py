"""The oracle of encoders of other CPUs than x86: GNU as for their CPU, and operands worth asking it about.

A row is an instruction (or several, a line each) and the bytes we make of it; `Assembler.agree` assembles all rows in
one go. A trial is an instruction and a call of the encoder that may refuse; `agree_on_refusals` wants as to refuse the
same ones.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

__all__ = ["REGISTERS", "Assembler", "Row", "Trial", "pairs", "spread", "triples"]

Row = tuple[str, bytes]
Trial = tuple[str, Callable[[], bytes]]

REGISTERS = range(32)


def pairs(last: int = 31) -> Iterator[tuple[int, int]]:
    """Every register up to `last` with every one."""
    return ((a, b) for a in range(last + 1) for b in range(last + 1))


def triples(last: int = 31) -> Iterator[tuple[int, int, int]]:
    """Every register with every one, in any two of three places."""
    for a, b in pairs(last):
        yield a, b, (a * 3 + b * 5 + 7) % (last + 1)


def spread(values: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """Each value with two registers; all 32 come round, and 0 and 31 in each place."""
    for i, value in enumerate(values):
        for a, b in ((i * 7 % 32, (i * 5 + 3) % 32), (31, i % 31), (i % 31, 31), (0, 1 + i % 31), (1 + i % 31, 0)):
            yield a, b, value


#: A line of the source that as does not take.
REFUSED = re.compile(r"^x\.s:(\d+): (?:Error|Warning|Fatal error)", re.MULTILINE)


class Assembler(NamedTuple):
    """GNU as by its name, with the flags it wants, and the objcopy beside it. `fills`: its sections are filled up to multiples
    of so many bytes."""

    program: str
    objcopy: str
    flags: tuple[str, ...]
    fills: int = 4

    def agree(self, rows: Iterable[Row]) -> None:
        """Fails with the first differences between our bytes and the assembler's."""
        listed = list(rows)
        assert listed
        theirs = self.assemble([text for text, _ in listed])
        wrong, at = [], 0
        for text, ours in listed:
            his = theirs[at : at + len(ours)]
            at += len(his)
            if ours != his:
                wrong.append(f"{text}: ours {ours.hex(' ')}, as {his.hex(' ')}")
        assert not wrong, f"{len(wrong)} of {len(listed)} differ:\n" + "\n".join(wrong[:20])
        assert 0 <= len(theirs) - at < self.fills

    def agree_on_refusals(self, trials: Iterable[Trial]) -> None:
        """Fails unless the encoder refuses what as refuses, all at once, and makes the same of the rest."""
        listed = list(trials)
        refused = self.refusals([text for text, _ in listed])
        rows, wrong = [], []
        for number, (text, encode) in enumerate(listed):
            try:
                ours = encode()
            except ValueError as error:
                if number not in refused:
                    wrong.append(f"{text}: as takes it, not we: {error}")
                continue
            if number in refused:
                wrong.append(f"{text}: as refuses it, not we")
            else:
                rows.append((text, ours))
        assert not wrong, f"{len(wrong)} of {len(listed)} differ:\n" + "\n".join(wrong[:20])
        assert 0 < len(refused) < len(listed)
        self.agree(rows)

    def assemble(self, lines: list[str]) -> bytes:
        """The bytes of all lines."""
        with tempfile.TemporaryDirectory() as directory:
            done = self._run(lines, directory)
            assert done.returncode == 0, done.stderr[:2000]
            assert "Warning" not in done.stderr, done.stderr[:2000]
            subprocess.run([self.objcopy, "-O", "binary", "-j", ".text", "x.o", "text"], cwd=directory, check=True)
            return (Path(directory) / "text").read_bytes()

    def refusals(self, lines: list[str]) -> set[int]:
        """Which of the lines, by number, as does not assemble, or only with a warning."""
        found: set[int] = set()
        with tempfile.TemporaryDirectory() as directory:
            while True:
                done = self._run(["" if number in found else line for number, line in enumerate(lines)], directory)
                more = {int(number) - 1 for number in REFUSED.findall(done.stderr)}
                found |= more
                if not more or "Fatal" not in done.stderr:  # else it went no further
                    return found

    def _run(self, lines: list[str], directory: str) -> subprocess.CompletedProcess[str]:
        for tool in (self.program, self.objcopy):
            if not shutil.which(tool):
                pytest.skip(f"needs {tool}")
        (Path(directory) / "x.s").write_text("\n".join(lines) + "\n")
        command = [self.program, *self.flags, "-o", "x.o", "x.s"]
        return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
