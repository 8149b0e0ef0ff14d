"""Packages that use ctypes, unchanged over farcall's: each with a small program, where it and its library are; and llvmlite's and
PySDL2's own tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import farcall
from tests.faces.counted import counted

PLACE = str(Path(farcall.__file__).parent.parent)
BEGIN = f"""
import sys; sys.path.insert(0, {PLACE!r})
import farcall.ctypes
farcall.ctypes.install()
import ctypes
assert ctypes.c_int.__mro__[-2].__module__ == "_ctypes" and "farcall" in repr(sys.modules["_ctypes"].CFuncPtr.__call__.__code__)
"""

CLANG = """
from clang.cindex import Config, Cursor, CursorKind, Index, conf
index = Index.create()
text = "struct point { int x; double y; };\\nint add(int one, int other) { return one + other; }\\n"
unit = index.parse("a.c", unsaved_files=[("a.c", text)])
found = {cursor.spelling: cursor for cursor in unit.cursor.get_children()}
assert list(found) == ["point", "add"]
assert [(one.spelling, one.type.spelling) for one in found["add"].get_arguments()] == [("one", "int"), ("other", "int")]
assert [one.spelling for one in found["point"].get_children()] == ["x", "y"]
assert found["point"].type.get_size() == 16 and found["point"].type.get_offset("y") == 64
place = conf.lib.clang_getCursorLocation(found["add"])
assert (place.line, place.column) == (2, 5) == (found["add"].location.line, found["add"].location.column)
assert found["add"].kind == CursorKind.FUNCTION_DECL
kinds = [cursor.kind.name for cursor in unit.cursor.walk_preorder()]
assert kinds.count("PARM_DECL") == 2 and "RETURN_STMT" in kinds
wrong = index.parse("b.c", unsaved_files=[("b.c", "int x = ;")])
assert "expected expression" in wrong.diagnostics[0].spelling
tokens = [token.spelling for token in unit.get_tokens(extent=found["add"].extent)]
assert tokens[:3] == ["int", "add", "("]
print("done")
"""
ARCHIVE = """
import libarchive, os, tempfile
os.chdir(tempfile.mkdtemp())
open("one", "w").write("1" * 5000)
open("two", "w").write("two")
with libarchive.file_writer("both.tar.gz", "ustar", "gzip") as archive:
    archive.add_files("one", "two")
with libarchive.file_reader("both.tar.gz") as archive:
    read = {entry.pathname: (entry.size, b"".join(entry.get_blocks())) for entry in archive}
assert read == {"one": (5000, b"1" * 5000), "two": (3, b"two")}
parts = []
def write(data):
    parts.append(bytes(data))
    return len(data)
with libarchive.custom_writer(write, "zip") as archive:  # a callback
    archive.add_file_from_memory("here", 4, b"data")
with libarchive.memory_reader(b"".join(parts)) as archive:
    assert [(entry.pathname, b"".join(entry.get_blocks())) for entry in archive] == [("here", b"data")]
try:
    with libarchive.memory_reader(b"nothing of the kind") as archive:
        list(archive)
except libarchive.exception.ArchiveError as error:
    assert "format" in str(error)
    print("done")
"""
Z3 = """
from z3 import And, Bool, Int, Ints, Or, Real, Solver, Sum, prove, sat, simplify, unsat
x, y = Ints("x y")
solver = Solver()
solver.add(x + 2 * y == 7, x > 2, y > 0)
assert solver.check() == sat
model = solver.model()
assert (model[x].as_long(), model[y].as_long()) in ((3, 2), (5, 1))
solver.push()
solver.add(x > 5)
assert solver.check() == unsat
solver.pop()
assert str(simplify(x + 1 + x)) == "1 + 2*x"
rows = [[Int(f"q{row}{column}") for column in range(4)] for row in range(4)]
queens = Solver()
for row in rows:
    queens.add(*[And(one >= 0, one <= 1) for one in row], Sum(row) == 1)
for column in range(4):
    queens.add(Sum([row[column] for row in rows]) == 1)
assert queens.check() == sat
try:
    x + Bool("b") > Real("r") < "text"
except Exception as error:
    print("done")
"""
USB = """
import usb.backend.libusb1, usb.core
backend = usb.backend.libusb1.get_backend()
assert backend is not None, "cannot load library"
found = list(usb.core.find(find_all=True, backend=backend))
assert all(0 <= one.idVendor < 1 << 16 for one in found)
assert usb.core.find(idVendor=0xDEAD, idProduct=0xBEEF, backend=backend) is None
print("done")
"""
MAGIC = """
import magic
assert magic.from_buffer(b"%PDF-1.4\\n%more", mime=True) == "application/pdf"
assert "Python script" in magic.from_buffer(b"#!/usr/bin/env python3\\nprint(1)\\n")
assert magic.Magic(mime=True, uncompress=True).from_file(magic.__file__) in ("text/x-python", "text/x-script.python", "text/plain")
try:
    magic.from_file("/no/such")
except FileNotFoundError:
    print("done")
"""
OPENGL = """
import OpenGL
OpenGL.ERROR_CHECKING = False
from OpenGL import GL, arrays
from OpenGL.raw.GL.VERSION.GL_1_1 import glClear
assert GL.GL_COLOR_BUFFER_BIT == 0x4000 and "GL_COLOR_BUFFER_BIT" in repr(GL.GL_COLOR_BUFFER_BIT)
assert glClear.argtypes is not None and callable(GL.glGenBuffers)
handler = arrays.ArrayDatatype.getHandler((GL.GLfloat * 3)(1, 2, 3))
assert handler.arraySize((GL.GLfloat * 3)(1, 2, 3)) == 3
print("done")
"""
NVML = """
import subprocess, tempfile, os, pynvml
place = tempfile.mkdtemp()
source = r'''
#include <string.h>
typedef struct device *nvmlDevice_t;
typedef struct { unsigned long long total, free, used; } nvmlMemory_t;
int nvmlInit_v2(void) { return 0; }
int nvmlInitWithFlags(unsigned flags) { return 0; }
int nvmlShutdown(void) { return 0; }
int nvmlSystemGetDriverVersion(char *text, unsigned length) { strncpy(text, "570.1", length); return 0; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = 2; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, nvmlDevice_t *device)
{ if (index > 1) return 2; *device = (nvmlDevice_t)(0x1000L + index); return 0; }
int nvmlDeviceGetName(nvmlDevice_t device, char *text, unsigned length)
{ strncpy(text, device == (nvmlDevice_t)0x1001L ? "second" : "first", length); return 0; }
int nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *info)
{ info->total = 16ULL << 30; info->used = (unsigned long)device; info->free = info->total - info->used; return 0; }
const char *nvmlErrorString(int code) { return "no such thing"; }
'''
open(place + "/nvml.c", "w").write(source)
subprocess.run(["gcc", "-shared", "-fPIC", "-o", place + "/libnvidia-ml.so.1", place + "/nvml.c"], check=True)
pynvml.nvmlLib = ctypes.CDLL(place + "/libnvidia-ml.so.1")
pynvml._LoadNvmlLibrary = lambda: None
pynvml.nvmlInit()
assert pynvml.nvmlSystemGetDriverVersion() == "570.1" and pynvml.nvmlDeviceGetCount() == 2
device = pynvml.nvmlDeviceGetHandleByIndex(1)
assert pynvml.nvmlDeviceGetName(device) == "second"
info = pynvml.nvmlDeviceGetMemoryInfo(device)
assert (info.total, info.used) == (16 << 30, 0x1001) and "total: 17179869184" in str(info).replace(" B", "")
try:
    pynvml.nvmlDeviceGetHandleByIndex(7)
except pynvml.NVMLError_InvalidArgument:
    print("done")
"""
VLC = """
import os, subprocess, tempfile
place = tempfile.mkdtemp()
source = r'''
#include <string.h>
typedef struct { int type; void *object; long long rest[4]; } event;
typedef void (*callback)(const event *, void *);
static callback told[2];
static void *with[2];
static int types[2], state;
void *libvlc_new(int argc, const char *const *argv) { return argc == 3 && !strcmp(argv[2], "--no-video") ? told : 0; }
const char *libvlc_get_version(void) { return "3.0.0 none"; }
void *libvlc_media_player_new(void *instance) { return instance == told ? &state : 0; }
int libvlc_media_player_get_state(void *player) { return state; }
void *libvlc_media_player_event_manager(void *player) { return player; }
int libvlc_event_attach(void *manager, int type, callback call, void *data)
{ int n = types[0] != 0; types[n] = type; told[n] = call; with[n] = data; return 0; }
int libvlc_media_player_play(void *player)
{ for (int n = 0; n < 2; n++) if (told[n]) { event it = {types[n], player, {40 + n}}; told[n](&it, with[n]); }
  state = 3; return 0; }
void libvlc_media_player_release(void *player) {}
void libvlc_release(void *instance) {}
'''
open(place + "/vlc.c", "w").write(source)
subprocess.run(["gcc", "-shared", "-fPIC", "-o", place + "/libvlc.so", place + "/vlc.c"], check=True)
os.environ["PYTHON_VLC_LIB_PATH"] = place + "/libvlc.so"
import vlc
assert vlc.libvlc_get_version() == b"3.0.0 none"
player, seen = vlc.Instance("--no-audio", "--no-video").media_player_new(), []
assert player.get_state() == vlc.State.NothingSpecial
manager = player.event_manager()
manager.event_attach(vlc.EventType.MediaPlayerPlaying, lambda event: seen.append((event.type.value, event.u.new_time)))
manager.event_attach(vlc.EventType.MediaPlayerTimeChanged, lambda event, word: seen.append((word, event.u.new_time)), "time")
assert player.play() == 0 and player.get_state() == vlc.State.Playing
assert seen == [(260, 40), ("time", 41)], seen
print("done")
"""
SDL = """
import os
os.environ.update(SDL_VIDEODRIVER="dummy", SDL_AUDIODRIVER="dummy")
import sdl2, sdl2.ext
from sdl2 import SDL_Event, SDL_PollEvent, SDL_PushEvent, SDL_Rect, SDL_USEREVENT
assert sdl2.SDL_Init(sdl2.SDL_INIT_VIDEO) == 0, sdl2.SDL_GetError()
window = sdl2.SDL_CreateWindow(b"a window", 0, 0, 64, 48, sdl2.SDL_WINDOW_HIDDEN)
surface = sdl2.SDL_GetWindowSurface(window)
assert (surface.contents.w, surface.contents.h) == (64, 48)
assert sdl2.SDL_FillRect(surface, SDL_Rect(1, 2, 3, 4), 0xFF00FF) == 0
event = SDL_Event()
event.type, event.user.code = SDL_USEREVENT, 42
assert SDL_PushEvent(ctypes.byref(event)) == 1
other, seen = SDL_Event(), []
while SDL_PollEvent(ctypes.byref(other)):
    seen.append((other.type, other.user.code if other.type == SDL_USEREVENT else None))
assert (SDL_USEREVENT, 42) in seen
ticks = []
timer = sdl2.SDL_TimerCallback(lambda interval, data: ticks.append(interval) or 0)
assert sdl2.SDL_AddTimer(5, timer, None)
sdl2.SDL_Delay(200)
assert ticks == [5]
assert sdl2.ext.Color(1, 2, 3).r == 1
sdl2.SDL_DestroyWindow(window)
sdl2.SDL_Quit()
print("done")
"""
PROGRAMS = {
    "clang": CLANG, "libarchive": ARCHIVE, "z3": Z3, "usb": USB, "magic": MAGIC, "OpenGL": OPENGL, "pynvml": NVML, "vlc": VLC,
    "sdl2": SDL,
}  # fmt: skip
#: What is said of a library that is not there.
LACKING = (
    "cannot load library", "no library called", "failed to find libmagic", "cannot open shared object",
    "could not find any library",
)  # fmt: skip


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BEGIN + program], capture_output=True, text=True, check=False, env=dict(os.environ)
    )


@pytest.mark.parametrize("package", PROGRAMS)
def test_a_package_runs_unchanged(package: str) -> None:
    if find_spec(package) is None:
        pytest.skip(f"needs the package {package}")
    done = run(PROGRAMS[package])
    if done.returncode and any(word in done.stderr for word in LACKING):
        pytest.skip(f"{package}'s library is not there: {done.stderr.strip().splitlines()[-1]}")
    assert (done.returncode, done.stdout.split()) == (0, ["done"]), done.stderr


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("FARCALL_FACES"), reason="make test-faces runs it")
def test_llvmlite_passes_its_own_tests(capsys: pytest.CaptureFixture[str]) -> None:
    if find_spec("llvmlite") is None:
        pytest.skip("needs the package llvmlite")
    counts = {}
    for name, begin in (("real", ""), ("farcall", "import farcall.ctypes\nfarcall.ctypes.install()\n")):
        done = subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path.insert(0, {PLACE!r})\n{begin}import llvmlite.tests as t\nt.main()"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        said = re.search(r"Ran (\d+) tests", done.stderr)
        assert said is not None, done.stderr[-2000:]
        failed = set(re.findall(r"^(?:FAIL|ERROR): (\S+ \S+)", done.stderr, re.MULTILINE))
        counts[name] = int(said[1]), failed
        with capsys.disabled():
            print(f"\nllvmlite, {name}: {said[1]} run, {len(failed)} failed")
    assert counts["farcall"][0] == counts["real"][0]
    assert counts["farcall"][1] - counts["real"][1] == set()


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("FARCALL_FACES"), reason="make test-faces runs it")
def test_pysdl2_passes_its_own_tests(capsys: pytest.CaptureFixture[str]) -> None:
    real, face = counted("sdl_suite", "real"), counted("sdl_suite", "farcall")
    with capsys.disabled():
        for name, found in (("real", real), ("farcall", face)):
            print(
                f"\nPySDL2, {name}: {found['passed']} passed, {found['skipped']} skipped, {len(found['failed'])} failed"
            )
    # of those of time, which may fail, some count as skipped where they do
    assert face["passed"] + face["skipped"] == real["passed"] + real["skipped"]
    assert sorted(set(face["failed"]) - set(real["failed"])) == []
