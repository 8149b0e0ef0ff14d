"""The directory that a CPU's run starts from: a virtual environment whose Python runs on that CPU, and beside it, under
the usual names, the compiler and binutils for it.

`python3` is a script that starts the emulator, and `sys.executable` is that script, so that it can be run again, also
from inside: the kernel runs programs of the machine for an emulated process as for any other. Libraries are found by
the CPU's own dynamic linker, told where; the emulator is not to pretend that they are in /lib, which only it would see.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from debian_root import PackageError, make_root
from table import HEADERS, PACKAGES, TEST_PACKAGES, Cpu

__all__ = ["make_home"]

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("gcc", "g++", "cpp", "as", "ld", "ar", "nm", "objcopy", "objdump", "ranlib", "readelf", "strip")
HOST = "x86_64-linux-gnu-"
ALIASES = {"cc": "gcc", "c++": "g++"}


def make_home(cpu: Cpu, *, emulated: bool) -> Path:
    """Everything the run needs, made on the first call and after a change of what it is made from."""
    home = ROOT / ".cpus" / cpu.name
    stamp = home / "stamp"
    made_of = (cpu.debian, cpu.suite, cpu.python, PACKAGES, HEADERS, cpu.more, TEST_PACKAGES)
    said = hashlib.sha256(repr(made_of).encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != said:
        print(f"unpacking CPython {cpu.python} for {cpu.name} into {home}", flush=True)
        stamp.unlink(missing_ok=True)
        whole, alone = ([one.format(python=cpu.python) for one in names] for names in (PACKAGES, HEADERS))
        make_root(home / "root", cpu.suite, whole, [*alone, *cpu.more], cpu.debian)
        _install(cpu, home)
        stamp.write_text(said)
    _programs(cpu, home, emulated)
    return home


def _install(cpu: Cpu, home: Path) -> None:
    packages = home / "lib" / f"python{cpu.python}" / "site-packages"
    subprocess.run(
        [sys.executable, "-m", "pip", "-q", "-q", "--disable-pip-version-check", "install", "--upgrade",
         "--only-binary", ":all:", "--platform", "any", "--implementation", "py", "--abi", "none",
         "--python-version", cpu.python, "--target", packages, *TEST_PACKAGES],
        check=True,
    )  # fmt: skip
    program = f"import sys; sys.executable = {str(home / 'bin' / 'python3')!r}"
    lines = (ROOT / "src", home / "root/usr/lib/python3/dist-packages", program)
    (packages / "farcall.pth").write_text("".join(f"{line}\n" for line in lines))
    (home / "pyvenv.cfg").write_text(f"home = {home / 'root/usr/bin'}\ninclude-system-site-packages = false\n")


def _programs(cpu: Cpu, home: Path, emulated: bool) -> None:
    root, directory = home / "root", home / "bin"
    directory.mkdir(exist_ok=True)
    # The linker knows the program by the name that it is started by, and farcall reads it: a link, not the script.
    shim, python = directory / "python3", directory / f"python{cpu.python}"
    if not python.is_symlink():
        python.symlink_to(root / "usr" / "bin" / python.name)
    paths = ":".join(str(root / part / cpu.multiarch) for part in ("lib", "usr/lib"))
    command = [root / cpu.loader, "--library-path", paths, "--argv0", python, python]
    if emulated or not cpu.native:
        command = [_program(cpu.emulator), *command]
    _script(shim, command)
    for name in TOOLS:
        command = [_program(f"{cpu.tools}{name}"), *cpu.flags.get(name, ())]
        if name in ("gcc", "g++", "cpp"):
            command += ["-isystem", root / "usr" / "include" / cpu.multiarch, "-isystem", root / "usr" / "include"]
        if name in ("gcc", "g++"):
            command += [f"-B{root / 'usr/lib' / cpu.multiarch}/"]
        _script(directory / name, command)
    # This machine's own compiler would take the first `as` and `ld` on PATH, which here are the other CPU's.
    for name in ("as", "ld"):
        _script(home / "own" / name, [_program(f"{HOST}{name}")])
    for name in ("gcc", "g++"):
        _script(directory / f"{HOST}{name}", [_program(f"{HOST}{name}"), f"-B{home / 'own'}/"])
    for pascal in root.glob("usr/lib/*/fpc/*/ppc*"):  # told where its units are: -n, not to look elsewhere
        _script(directory / pascal.name, [pascal, "-n", f"-Fu{pascal.parent}/units/*/rtl"])
    for name, other in ALIASES.items():
        _script(directory / name, [directory / other])


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise PackageError(f"needs {name}")
    return found


def _script(path: Path, command: list[str | Path]) -> None:
    path.parent.mkdir(exist_ok=True)
    text = f'#!/bin/sh\nexec {shlex.join(map(os.fspath, command))} "$@"\n'
    if path.exists() and path.read_text() == text:
        return
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.write_text(text)
    new.chmod(0o755)
    new.rename(path)  # in one step: another run may be starting it
