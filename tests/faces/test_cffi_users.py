"""Packages that use cffi, unchanged over farcall's backend: soundfile, cairocffi, xcffib and WeasyPrint, where they and their
libraries are."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import farcall

pytest.importorskip("cffi", reason="needs cffi's Python files")

PLACE = str(Path(farcall.__file__).parent.parent)
BEGIN = f"""
import sys; sys.path.insert(0, {PLACE!r})
import farcall.cffi
farcall.cffi.install()
"""
#: What the dynamic linker says of a library that is not there.
LACKING = ("cannot load library", "no library called")

SOUNDFILE = """
import io, math, tempfile, os
import soundfile
data = [[math.sin(n / 9), math.cos(n / 9)] for n in range(2000)]
place = os.path.join(tempfile.mkdtemp(), "tone.wav")
with soundfile.SoundFile(place, "w", 44100, 2, "PCM_16") as file:
    raw = b"".join(int(32000 * one).to_bytes(2, sys.byteorder, signed=True) for pair in data for one in pair)
    file.buffer_write(raw, dtype="int16")
    file.title = "a tone"
with soundfile.SoundFile(place) as file:
    assert (file.frames, file.samplerate, file.channels, file.subtype, file.title) == (2000, 44100, 2, "PCM_16", "a tone")
    assert file.seek(1000) == 1000
    assert bytes(file.buffer_read(dtype="int16")) == raw[4000:]
flac = io.BytesIO()  # a file of Python's, which C reads by callbacks
with soundfile.SoundFile(flac, "w", 8000, 1, format="FLAC") as file:
    file.buffer_write(raw[:800], dtype="int16")
flac.seek(0)
with soundfile.SoundFile(flac) as file:
    assert file.format == "FLAC" and bytes(file.buffer_read(dtype="int16")) == raw[:800]
try:
    soundfile.SoundFile(place + "-no")
except soundfile.LibsndfileError as error:
    assert "No such file" in str(error) or "System error" in str(error)
    print("done")
"""
CAIROCFFI = """
import io
import cairocffi as cairo
surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, 40, 30)
context = cairo.Context(surface)
context.set_source_rgb(1, 0, 0)
context.rectangle(10, 10, 5, 5)
context.fill()
context.move_to(2, 8)
context.set_font_size(9)
context.show_text("text")
assert context.text_extents("text")[2] > 0
assert bytes(surface.get_data())[(12 * 40 + 12) * 4:][:4] in (b"\\x00\\x00\\xff\\xff", b"\\xff\\xff\\x00\\x00")
written = io.BytesIO()
surface.write_to_png(written)  # by a callback
written.seek(0)
again = cairo.ImageSurface.create_from_png(written)
assert (again.get_width(), bytes(again.get_data())) == (40, bytes(surface.get_data()))
pdf = io.BytesIO()
page = cairo.PDFSurface(pdf, 100, 100)
drawn = cairo.Context(page)
drawn.set_source(cairo.LinearGradient(0, 0, 1, 1))
drawn.paint()
page.finish()
assert pdf.getvalue().startswith(b"%PDF")
try:
    context.pop_group()
except cairo.CairoError:
    print("done")
"""
XCFFIB = """
import xcffib, xcffib.xproto
try:
    xcffib.connect(display=":987")
except xcffib.ConnectionException as error:
    assert "connection" in str(error).lower()
event = xcffib.xproto.ButtonPressEvent.synthetic(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1)
assert len(event.pack()) == 32
copied = xcffib.ffi.new("xcb_screen_iterator_t *")
copied.rem = 3
assert xcffib.ffi.sizeof(copied[0]) >= 16 and copied.rem == 3
print("done")
"""
WEASYPRINT = """
import weasyprint
page = '<h1>Title</h1><p style="color: #123456">text <b>bold</b></p><table><tr><td>1<td>2</table><a href="#x">link</a>'
document = weasyprint.HTML(string=page).render()
assert len(document.pages) == 1
written = document.write_pdf()
assert written.startswith(b"%PDF") and written.rstrip().endswith(b"%%EOF") and len(written) > 1000
print("done")
"""
PROGRAMS = {"soundfile": SOUNDFILE, "cairocffi": CAIROCFFI, "xcffib": XCFFIB, "weasyprint": WEASYPRINT}


@pytest.mark.parametrize(("package", "program"), PROGRAMS.items())
def test_a_package_runs_unchanged(package: str, program: str) -> None:
    if find_spec(package) is None:
        pytest.skip(f"needs the package {package}")
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + program], capture_output=True, text=True, check=False, env=dict(os.environ)
    )  # fmt: skip
    if done.returncode and any(word in done.stderr for word in LACKING):
        pytest.skip(f"{package}'s library is not there: {done.stderr.strip().splitlines()[-1]}")
    assert (done.returncode, done.stdout.split()) == (0, ["done"]), done.stderr
