"""The layouts of CPython's objects where pointers have four bytes, beside what a compiler makes of this Python's own
headers for such a machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from farcall.cpython.facts.interpreter import ROWS_32
from farcall.cpython.facts.without_gil import has_gil
from farcall.stub import interpreter
from farcall.stub.buffer import buffer_layout
from farcall.stub.reference import IMMORTAL_32

VERSION = sys.version_info[:2]
#: What pyconfig.h says of a 64-bit machine, and what it would say of one of 32 bits.
NARROWED = (
    (r"(define SIZEOF_(?:LONG|VOID_P|SIZE_T|TIME_T|PTHREAD_T|PTHREAD_KEY_T|UINTPTR_T)) 8", r"\1 4"),
    (r"(define ALIGNOF_(?:LONG|SIZE_T)) 8", r"\1 4"),
    (r"(define SIZEOF_LONG_DOUBLE) 16", r"\1 12"),
    (r".*HAVE_GCC_UINT128_T.*", ""),
)
#: In C, and as the tables here have it.
ROW = ROWS_32.get(VERSION)
TAG = "long_value.lv_tag" if VERSION >= (3, 12) else "ob_base.ob_size"
DIGIT = "long_value.ob_digit" if VERSION >= (3, 12) else "ob_digit"
RAISED = "current_exception" if VERSION >= (3, 12) else "curexc_type"
OBJECTS = {
    "sizeof(PyObject)": "header", "offsetof(PyObject, ob_type)": "type",
    "offsetof(PyFloatObject, ob_fval)": "float_value", f"offsetof(PyLongObject, {TAG})": "int_tag",
    f"offsetof(PyLongObject, {DIGIT})": "int_digit", "sizeof(digit)": "digit_size",
    "PYLONG_BITS_IN_DIGIT": "digit_bits", "offsetof(PyVarObject, ob_size)": "bytes_size",
    "offsetof(PyBytesObject, ob_sval)": "bytes_data", "offsetof(PyASCIIObject, length)": "text_length",
    "offsetof(PyASCIIObject, state)": "text_state", "sizeof(PyASCIIObject)": "text_data",
    "offsetof(PyTupleObject, ob_item)": "tuple_items", f"offsetof(PyThreadState, {RAISED})": "state_raised",
    "offsetof(PyThreadState, exc_info)": "state_handled", "offsetof(PyThreadState, interp)": "state_interpreter",
}  # fmt: skip
TYPE_FIELDS = {name.lower(): getattr(interpreter, name) for name in interpreter.__all__ if name.startswith("TP_")}
BUFFER = ("buf", "obj", "itemsize", "format", "strides")


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """What C says for a machine of 32 bits."""
    if ROW is None:
        pytest.skip("no layouts are known for this version")
    if not has_gil():
        pytest.skip("the headers are those of a Python without a GIL")
    headers = Path(sysconfig.get_path("include"))
    if shutil.which("gcc") is None:
        pytest.skip("needs gcc")
    if not (headers / "Python.h").exists():
        pytest.skip("the headers of this Python are not here")
    wanted = [*OBJECTS, "sizeof(Py_buffer)"]
    wanted += [f"offsetof(Py_buffer, {field})" for field in BUFFER]
    wanted += [f"offsetof(PyTypeObject, {field})" for field in TYPE_FIELDS]
    if VERSION >= (3, 12):
        wanted.append("_Py_IMMORTAL_REFCNT" if VERSION < (3, 14) else "_Py_IMMORTAL_MINIMUM_REFCNT")
    folder = tmp_path_factory.mktemp("narrow")
    copied = folder / "include"
    shutil.copytree(headers, copied)
    told = Path(sysconfig.get_config_h_filename())
    for_one = headers.parent / str(sysconfig.get_config_var("MULTIARCH")) / headers.name / told.name
    text = (for_one if for_one.exists() else told).read_text(encoding="utf-8")  # Debian's other says where that is
    for pattern, instead in NARROWED:
        text = re.sub(pattern, instead, text)
    (copied / "pyconfig.h").write_text(text, encoding="utf-8")
    rows = "".join(f"unsigned found{i} = (unsigned)({what});\n" for i, what in enumerate(wanted))
    extra = "" if VERSION >= (3, 11) else "#include <longintrepr.h>\n"
    (folder / "c.c").write_text(f"#include <Python.h>\n#include <stddef.h>\n{extra}{rows}")
    machine = [f"-idirafter{path}" for path in Path("/usr/include").glob("*-linux-gnu")]
    command = ["gcc", "-m32", "-w", f"-I{copied}", *machine, "-S", "-O1", "-o", "-", str(folder / "c.c")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "stubs-32.h" in done.stderr or "unrecognized command-line option" in done.stderr:
        pytest.skip("this gcc makes nothing of 32 bits")
    assert not done.returncode, done.stderr
    found = dict(re.findall(r"^found(\d+):\n\s+\.(?:long|zero)\s+(\d+)", done.stdout, re.M))
    zero = {i for i in found if re.search(rf"^found{i}:\n\s+\.zero", done.stdout, re.M)}
    return {what: 0 if str(i) in zero else int(found[str(i)]) for i, what in enumerate(wanted)}


def test_objects(numbers: dict[str, int]) -> None:
    assert {what: getattr(ROW, name) for what, name in OBJECTS.items()} == {what: numbers[what] for what in OBJECTS}


def test_types_in_pointers_from_the_header(numbers: dict[str, int]) -> None:
    for field, at in TYPE_FIELDS.items():
        assert numbers[f"offsetof(PyTypeObject, {field})"] == 8 + 4 * at, field


def test_buffers(numbers: dict[str, int]) -> None:
    layout = buffer_layout(4)
    assert numbers["sizeof(Py_buffer)"] == layout.size
    assert [numbers[f"offsetof(Py_buffer, {field})"] for field in BUFFER] == [getattr(layout, f) for f in BUFFER]


@pytest.mark.skipif(VERSION < (3, 12), reason="there are immortal objects from 3.12 on")
def test_immortal_objects(numbers: dict[str, int]) -> None:
    least = numbers["_Py_IMMORTAL_REFCNT" if VERSION < (3, 14) else "_Py_IMMORTAL_MINIMUM_REFCNT"]
    assert IMMORTAL_32 <= least <= IMMORTAL_32 + 1
