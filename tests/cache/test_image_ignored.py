"""Images that are not used: damaged, somebody else's, of another library or other sources; and where none can be kept."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import farcall
from farcall.cache import place
from tests.cache.starts import EARLY, LIBM, Run, needs_images, runner
from tests.conftest import Compile

pytestmark = needs_images


def damaged(file: Path, how: str) -> None:
    data = file.read_bytes()
    if how == "empty":
        file.write_bytes(b"")
    elif how == "cut":
        file.write_bytes(data[: len(data) // 2])
    elif how == "bit":
        file.write_bytes(data[:1000] + bytes([data[1000] ^ 1]) + data[1001:])
    elif how == "no ELF":
        file.write_bytes(place.sealed(b"something else entirely"))
    elif how == "other library's":
        file.rename(file.with_name(f"{place.name_of('libc.so.6')}-1.so"))
        shutil.copy(file.with_name(f"{place.name_of('libc.so.6')}-1.so"), file)
        file.write_bytes(place.sealed(data[:64]))
    elif how == "writable by others":
        file.chmod(0o666)
    elif how == "directory open to others":
        file.parent.chmod(0o755)
    elif how == "a link":
        file.rename(file.with_name("elsewhere"))
        file.symlink_to("elsewhere")
    elif how == "a directory":
        file.unlink()
        file.mkdir()
    elif how == "a pipe":
        file.unlink()
        os.mkfifo(file)
    else:
        file.parent.parent.chmod(0o777)


HOW = (
    "empty", "cut", "bit", "no ELF", "other library's", "writable by others", "directory open to others", "a link",
    "a directory", "a pipe", "anybody can put another in its place",
)  # fmt: skip


@pytest.mark.parametrize("how", HOW)
def test_what_is_damaged_or_not_only_the_users_is_ignored(left: Path, run: Run, how: str) -> None:
    damaged(left, how)
    assert run(LIBM + "print(early, f(0.75, 4))") == "False 12.0"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("what", ["file", "directory"])
def test_what_somebody_else_owns_is_ignored(left: Path, run: Run, what: str) -> None:
    os.chown(left if what == "file" else left.parent, 65534, 65534)
    assert run(LIBM + "print(early, f(0.75, 4))") == "False 12.0"


def test_a_library_that_has_changed(compile_c: Compile, tmp_path: Path, run: Run) -> None:
    library = tmp_path / "libchanging.so"
    code = f"import sys, farcall; f = farcall.Library(sys.argv[1]).function('int f(void)'); print(f(), {EARLY})"
    shutil.copy(compile_c("int f(void) { return 1; }", "first"), library)
    assert [run(code, library), run(code, library)] == ["1 False", "1 True"]
    library.unlink()
    shutil.copy(compile_c("int g(void) { return 3; } int f(void) { return 2; }", "second"), library)
    assert [run(code, library) for _ in range(3)] == ["2 False", "2 True", "2 True"]
    library.unlink()
    missing = f"""
import sys, farcall
try: farcall.Library(sys.argv[1])
except farcall.LibraryError as error: print({EARLY}, 'no library' in str(error))
"""
    assert run(missing, library) == "False True"


def test_other_surroundings_have_other_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = place.directory()
    for change in (
        lambda: monkeypatch.setattr(place, "_states", dict.fromkeys(place._states, (1, 1))),
        lambda: monkeypatch.setattr(sys, "version", "another"),
        lambda: monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path)),
        lambda: monkeypatch.setattr(place, "SEARCHED", str(tmp_path)),
    ):
        change()
        assert place.directory() not in (here, "")
        here = place.directory()
    monkeypatch.setattr(place, "SOURCES", str(tmp_path))
    assert place.directory() == ""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Sources of farcall's for a test to change, and what was compiled of them."""
    assert farcall.__file__ is not None
    return Path(shutil.copytree(Path(farcall.__file__).parent, tmp_path / "src" / "farcall"))


def test_images_hold_for_the_sources_that_they_were_made_by(copied: Path, run: Run, tmp_path: Path) -> None:
    def early() -> str:
        return run(LIBM + "assert f(0.75, 4) == 12.0; print(early)", PYTHONPATH=str(copied.parent))

    def files() -> list[str]:
        return [file.name[-5:] for file in sorted((tmp_path / "images").glob("*/*.so"))]

    assert [early(), early(), files()] == ["False", "True", ["-1.so"]]
    other_cpus = copied / "encode" / ("s390x" if platform.machine() != "s390x" else "riscv64")
    with (next(other_cpus.glob("*.py"))).open("a") as file:
        file.write("# more\n")
    (other_cpus / "new.py").write_text("")
    assert early() == "True"  # nothing that was loaded
    with (copied / "cdecl" / "__init__.py").open("a") as file:
        file.write("# more\n")
    assert [early(), early(), files()] == ["False", "True", ["-2.so"]]  # what had become useless is gone
    declared = copied / "cdecl" / "__init__.py"
    told = declared.stat()
    declared.write_text(declared.read_text().replace("# more", "# else"))
    os.utime(declared, ns=(told.st_atime_ns, told.st_mtime_ns + 1))
    assert [early(), early(), files()] == ["False", "True", ["-3.so"]]
    (copied / "stub" / "policy").mkdir()  # a directory can be a package of a module's name, which is loaded for it
    assert [early(), early(), files()] == ["False", "True", ["-4.so"]]
    with (copied / "cache" / "image.py").open("a") as file:  # what reads images has others of its own
        file.write("# more\n")
    assert [early(), early(), sorted(files())] == ["False", "True", ["-1.so", "-4.so"]]


def test_sources_that_change_while_a_program_runs(copied: Path, run: Run, tmp_path: Path) -> None:
    surroundings = {"PYTHONPATH": str(copied.parent)}
    code = LIBM + "print(early, f(0.75, 4))"
    change = """
import os, time
time.sleep(0.05)  # the file system's clock ticks more slowly
path = os.path.join(os.path.dirname(farcall.__file__), "cdecl", "__init__.py")
told = os.stat(path)
with open(path, "a") as file: file.write("# more")
os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
"""
    run(code + change, **surroundings)
    assert [run(code, **surroundings) for _ in range(2)] == ["False 12.0", "True 12.0"]


def test_many_processes_at_once(tmp_path: Path, run: Run) -> None:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "FARCALL_CACHE": str(tmp_path / "images")}
    processes = [
        subprocess.Popen([sys.executable, "-c", LIBM + "print(f(0.75, 4))"], env=environment, stdout=subprocess.PIPE)
        for _ in range(16)
    ]
    assert [process.communicate()[0] for process in processes] == [b"12.0\n"] * 16
    assert [process.returncode for process in processes] == [0] * 16
    (file,) = (tmp_path / "images").glob("*/*.so")
    assert place.intact(str(file))
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []
    assert run(LIBM + "print(early, f(0.75, 4))") == "True 12.0"


@pytest.mark.parametrize("where", ["/dev/null/images", "/proc/images"])
def test_where_nothing_can_be_written(run: Run, where: str) -> None:
    assert run(LIBM + "print(early, f(0.75, 4))", FARCALL_CACHE=where) == "False 12.0"


@pytest.mark.parametrize("home", ["/proc/nowhere", "nowhere", "/dev/null"])
def test_without_a_home(home: str) -> None:
    surroundings = {"HOME": home, "XDG_CACHE_HOME": "", "FARCALL_CACHE": ""}
    for _ in range(2):
        assert runner(Path())(LIBM + "print(early, f(0.75, 4))", **surroundings) == "False 12.0"


def test_it_is_off_where_that_is_asked_for(left: Path, run: Run, tmp_path: Path) -> None:
    for options, environment in (
        ((), {"FARCALL_CACHE": "off"}),
        (("-E",), {}),
        ((), {"FARCALL_VERIFY": "1"}),
        ((), {"FARCALL_TIER": "api"}),
    ):
        assert run(LIBM + "print(early, f(0.75, 4))", options=options, **environment) == "False 12.0"
    elsewhere = tmp_path / "elsewhere"
    run(LIBM, FARCALL_CACHE=str(elsewhere), PYTHONDONTWRITEBYTECODE="1")
    assert not elsewhere.exists()
    told = run(
        "import farcall\ntry: farcall.Library('libm.so.6')\nexcept ValueError as error: print(error)",
        FARCALL_CACHE="here",
    )
    assert told == "FARCALL_CACHE is 'here'; it can be a directory's full path, or 'off'"


def test_directories_are_the_users_alone_whatever_the_umask(tmp_path: Path) -> None:
    (tmp_path / ".cache").mkdir(mode=0o700)
    before = os.umask(0o002)
    try:
        told = [
            runner(Path())(LIBM + "print(early, f(0.75, 4))", HOME=str(tmp_path), FARCALL_CACHE="", XDG_CACHE_HOME="")
            for _ in range(2)
        ]
    finally:
        os.umask(before)
    assert told == ["False 12.0", "True 12.0"]
    assert (tmp_path / ".cache" / "farcall").stat().st_mode & 0o777 == 0o700


def test_images_are_read_by_their_real_paths(left: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "images")
    code = LIBM + "from farcall.cache import early as module; print(early, module._place[0])"
    assert run(code, FARCALL_CACHE=str(tmp_path / "link")) == f"True {os.path.realpath(left.parent)}"
