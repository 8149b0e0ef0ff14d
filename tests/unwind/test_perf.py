"""The files for profilers, and what perf makes of them."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from farcall.cpython.facts.host import host_target

from .toolchain import own_process

SOURCE = Path(__file__).resolve().parents[2] / "src"
#: e_machine (<elf.h>), and the landing pad that code starts with, if there is one (endbr64, endbr32, bti c).
MACHINES = {
    "x86_64": 62,
    "i386": 3,
    "aarch64": 183,
    "arm": 40,
    "riscv64": 243,
    "loongarch64": 258,
    "s390x": 22,
    "ppc64le": 21,
    "mipsel": 8,
    "mips64el": 8,
    "mips": 8,
    "mips64": 8,
}
PADS = {
    "x86_64": "f30f1efa",
    "i386": "f30f1efb",
    "aarch64": "5f2403d5",
    "arm": "",
    "riscv64": "",
    "loongarch64": "",
    "s390x": "",
    "ppc64le": "",
    "mipsel": "",
    "mips64el": "",
    "mips": "",
    "mips64": "",
}
NAMES = """
import os, sys
import farcall
libm = farcall.Library("libm.so.6", gil="hold")
cos = libm.function("double cos(double)")
cos(0.0)
def twice(x): return 2 * x
closure = farcall.Closure(twice, "double (*)(double)")
closure(2.0)
if sys.argv[1] == "late":
    farcall.perf_map()
sin = libm.function("double sin(double)")
sin(0.0)
if sys.argv[1] == "stop":
    farcall.perf_map(False)
    libm.function("double tan(double)")(0.0)
for function in (cos, sin):
    print(f"{function.__self__.slot.address:x} {function.__self__.slot.size:x} farcall:call:{function.__name__}")
print(f"{closure.address:x}")
print(os.getpid())
if sys.argv[1] == "fork":
    child = os.fork()
    if child == 0:
        libm.function("double log(double)")(1.0)
        os._exit(0)
    os.waitpid(child, 0)
    print(child)
if sys.argv[1] == "busy":
    for _ in range(3_000_000):
        sin(0.5)
"""


def run(when: str, *before: str, **environment: str) -> list[str]:
    done = subprocess.run(
        [*before, sys.executable, "-c", NAMES, when],
        env={**os.environ, "PYTHONPATH": str(SOURCE), **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def lines(process: str) -> list[str]:
    """What perf's map of a process says; the file goes."""
    path = Path(f"/tmp/perf-{process}.map")
    text = path.read_text()
    path.unlink()
    for dump in Path("/tmp").glob(f"farcall-*/jit-{process}.dump"):
        shutil.rmtree(dump.parent)
    return text.splitlines()


@pytest.mark.parametrize(("when", "environment"), [("late", {}), ("start", {"FARCALL_PERF": "1"})])
def test_each_piece_of_code_has_a_line(when: str, environment: dict[str, str]) -> None:
    cos, sin, closure, process = run(when, **environment)
    found = lines(process)
    assert cos in found
    assert sin in found
    assert any(re.fullmatch(rf"{closure} [0-9a-f]+ farcall:closure:double \(double\)", line) for line in found)
    assert any(re.fullmatch(r"[0-9a-f]+ [0-9a-f]+ farcall:closure body:double \(double\)", line) for line in found)
    assert any(re.fullmatch(r"[0-9a-f]+ [0-9a-f]+ farcall:support:real:8", line) for line in found)
    assert len(found) == len(set(found))


def test_it_stops_when_told() -> None:
    found = lines(run("stop", FARCALL_PERF="1")[-1])
    assert any(line.endswith(":sin") for line in found)
    assert not any(line.endswith(":tan") for line in found)


def test_no_file_unasked() -> None:
    process = run("start", FARCALL_PERF="0")[-1]
    assert not Path(f"/tmp/perf-{process}.map").exists()


def test_a_child_has_files_of_its_own() -> None:
    cos, sin, _, parent, child = run("fork", FARCALL_PERF="1")
    ours, theirs = lines(parent), lines(child)
    assert {cos, sin} < set(ours)
    assert {cos, sin} < set(theirs)
    assert any(line.endswith(":log") for line in theirs)
    assert not any(line.endswith(":log") for line in ours)


def test_the_dump_has_the_code_of_each() -> None:
    """By jitdump-specification.txt: a header of 40 bytes, then records with their sizes."""
    cpu = host_target().cpu
    cos, _, _, process = run("start", FARCALL_PERF="1")
    (path,) = Path("/tmp").glob(f"farcall-*/jit-{process}.dump")
    data = path.read_bytes()
    magic, version, size, machine, _, pid, _, flags = struct.unpack_from("=IIIIIIQQ", data)
    assert (magic, version, size, machine, str(pid), flags) == (0x4A695444, 1, 40, MACHINES[cpu], process, 0)
    found, at = [], size
    while at < len(data):
        kind, total, _, pid, _, start, address, length, index = struct.unpack_from("=IIQIIQQQQ", data, at)
        name, _, code = data[at + 56 : at + total].partition(b"\0")
        assert (kind, str(pid), start, len(code), index) == (0, process, address, length, len(found))
        assert code.startswith(bytes.fromhex(PADS[cpu]))
        found.append(f"{address:x} {length:x} {name.decode()}")
        at += total
    assert found == lines(process)
    assert cos in found


def test_perf_shows_the_names(tmp_path: Path) -> None:
    own_process()
    data, injected = tmp_path / "perf.data", tmp_path / "perf.jit.data"
    try:
        record = ("perf", "record", "-q", "-k", "mono", "-e", "cpu-clock", "-o", str(data))
        process = run("busy", *record, FARCALL_PERF="1")[3]
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("perf cannot record here")
    subprocess.run(["perf", "inject", "--jit", "-i", data, "-o", injected], check=True)
    shown = subprocess.run(
        ["perf", "report", "--stdio", "--sort", "sym", "-i", injected], capture_output=True, text=True, check=True
    )
    lines(process)
    assert "farcall:call:sin" in shown.stdout
