"""C++ that throws, catches, jumps and walks the stack, compiled once."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import farcall
from farcall.cpython.callable.first_call import AT_BINDING
from farcall.cpython.facts.host import host_target

from .toolchain import KERNEL_HEADERS

SOURCE = Path(__file__).with_name("native.cpp")
FLAGS = ("-O2", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-Wno-psabi")
#: What the compiler is told for one CPU: to make landing pads, so that its calls are as they are where those are
#: enforced, and where headers lie.
CPU_FLAGS = {
    "x86_64": ("-fcf-protection",),
    "i386": ("-fcf-protection", *KERNEL_HEADERS),
    "aarch64": ("-mbranch-protection=standard",),
}

DECLARATIONS = """
int throws_if(int x);
int catches(int (*f)(int), int x);
int catches_and_keeps(int (*f)(int), int x);
int catches_over_stub(size_t code, size_t self, size_t argument);
size_t thrower(void);
size_t tracer(void);
size_t jumper(void);
int calls(int (*f)(int), int x);
int jumps(int (*f)(int), int x);
int trace(size_t *frames, int count);
int calls_and_traces(int (*f)(int), size_t *frames, int count);
int catches_often(int (*f)(int), int times);
void step_through(size_t start, size_t size, size_t code, size_t first, size_t second, size_t third);
int steps(void);
int wrong_steps(void);
int foreign_steps(void);
const char *first_wrong(void);
struct pair { double first, second; };
struct pair swapped(struct pair);
int64_t many(int64_t, int, double, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t);
typedef double vector __attribute__((vector_size(32)));
double nine_vectors(vector, vector, vector, vector, vector, vector, vector, vector, vector);
"""


@pytest.fixture(scope="session")
def native(tmp_path_factory: pytest.TempPathFactory) -> farcall.Library:
    """The compiled C++ with its declarations; every call holds the GIL."""
    compiler = shutil.which("g++")
    if compiler is None:
        pytest.skip("needs g++")
    library = tmp_path_factory.mktemp("unwind") / "libunwinding.so"
    flags = (*FLAGS, *CPU_FLAGS.get(host_target().cpu, ()))
    done = subprocess.run([compiler, *flags, "-o", library, SOURCE], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"g++ cannot compile {SOURCE}:\n{done.stderr[:4000]}")
    found = farcall.Library(library, gil="hold")
    found.cdef(DECLARATIONS)
    return found


@pytest.fixture
def eager() -> Iterator[None]:
    """Functions have their code when they are bound."""
    AT_BINDING.append("a test")
    yield
    AT_BINDING.remove("a test")
