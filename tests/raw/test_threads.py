"""C threads that Python never saw use the exports: calls and closures without the GIL, preparing with it."""

from __future__ import annotations

import ctypes as c
import struct

import pytest

from farcall import raw
from tests.conftest import Compile
from tests.raw.door import WORD, Memory, door

SOURCE = """
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

/* What a port adds is not looked at here: some more of it. */
typedef struct { uint32_t abi, nargs; void **types; void *result; uint32_t bytes, flags, extra[8]; } cif_t;
typedef struct {
    int (*prep_cif)(cif_t *, int, unsigned, void *, void **);
    void (*call)(cif_t *, void *, void *, void **);
    void (*call_go)(cif_t *, void *, void *, void **, void *);
    void (*raw_call)(cif_t *, void *, void *, void *);
    void (*invoke)(void *, void *, void *, void **);
    void *(*closure_alloc)(size_t, void **);
    void (*closure_free)(void *);
    int (*prep_closure_loc)(void *, cif_t *, void *, void *, void *);
    int (*prep_go_closure)(void *, cif_t *, void *);
} table_t;

table_t table;
void *type_double;

static double product(double a, double b) { return a * b; }

static void handler(cif_t *cif, void *result, void **arguments, void *user_data) {
    *(double *)result = *(double *)arguments[0] + *(double *)arguments[1] * (double)(intptr_t)user_data;
}

/* What runs with no Python: the cif, the plan, the closures are prepared. */
typedef struct { cif_t *cif; void *plan, *code; } prepared_t;

static void *calls(void *given) {
    prepared_t *p = given;
    double a = 3, b = 4, cells[2] = {3, 4}, result;
    void *values[2] = {&a, &b};
    intptr_t failed = 0;
    for (int i = 0; i < 1000; i++) {
        result = 0; table.call(p->cif, product, &result, values); failed |= result != 12;
        result = 0; table.call_go(p->cif, product, &result, values, 0); failed |= (result != 12) << 1;
        result = 0; table.raw_call(p->cif, product, &result, cells); failed |= (result != 12) << 2;
        result = 0; table.invoke(p->plan, product, &result, values); failed |= (result != 12) << 3;
        result = ((double (*)(double, double))p->code)(3, 4); failed |= (result != 3 + 4 * 5) << 4;
    }
    return (void *)failed;
}

/* All of it, from preparing on. */
static void *everything(void *unused) {
    cif_t cif;
    void *types[2] = {type_double, type_double}, *code, *closure;
    double a = 3, b = 4, result;
    void *values[2] = {&a, &b};
    for (int i = 0; i < 50; i++) {
        memset(&cif, 0x5a, sizeof cif);
        if (table.prep_cif(&cif, DEFAULT_ABI, 2, type_double, types)) return (void *)1;
        result = 0; table.call(&cif, product, &result, values);
        if (result != 12) return (void *)2;
        if (!(closure = table.closure_alloc(SIZEOF_CLOSURE, &code))) return (void *)3;
        if (table.prep_closure_loc(closure, &cif, handler, (void *)5, code)) return (void *)4;
        if (((double (*)(double, double))code)(3, 4) != 23) return (void *)5;
        table.closure_free(closure);
    }
    return 0;
}

enum { MOST = 16 };

/* Run `count` threads; the first failure, or 99 if they do not end within 30 s. */
static long run(void *(*function)(void *), void *argument, int count) {
    pthread_t threads[MOST];
    struct timespec until;
    long failed = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 30;
    for (int i = 0; i < count; i++) pthread_create(&threads[i], 0, function, argument);
    for (int i = 0; i < count; i++) {
        void *result;
        if (pthread_timedjoin_np(threads[i], &result, &until)) return 99;
        if (result && !failed) failed = (long)result;
    }
    return failed;
}

void *handler_address(void) { return (void *)handler; }
long run_calls(cif_t *cif, void *plan, void *code, int count) {
    static prepared_t p;
    p = (prepared_t){cif, plan, code};
    return run(calls, &p, count);
}
long run_everything(int count) { return run(everything, 0, count); }
"""
DEFINES = f"#define DEFAULT_ABI {raw.FFI_DEFAULT_ABI}\n#define SIZEOF_CLOSURE {raw.SIZEOF_FFI_CLOSURE}\n"
NAMES = (
    "ffi_prep_cif", "ffi_call", "ffi_call_go", "ffi_raw_call", "ffi_call_plan_invoke", "ffi_closure_alloc",
    "ffi_closure_free", "ffi_prep_closure_loc", "ffi_prep_go_closure",
)  # fmt: skip


@pytest.fixture(scope="module")
def library(compile_c: Compile) -> str:
    path = str(compile_c(DEFINES + SOURCE, "threads"))
    loaded, exports = c.CDLL(path), raw.exports()
    content = struct.pack(f"{len(NAMES)}P", *(exports[name] for name in NAMES))
    c.memmove(c.addressof(c.c_char.in_dll(loaded, "table")), content, len(content))
    c.c_void_p.in_dll(loaded, "type_double").value = raw.ffi_type_double
    return path


@pytest.mark.parametrize("count", [1, 8])
def test_calls_and_closures_need_no_gil(library: str, count: int) -> None:
    """This thread holds the GIL until the others are done: one that waited for it would never end."""
    memory, holding = Memory(door("python")), c.PyDLL(library)
    cif = memory.cif("double", "double", "double")
    plan, code = raw.ffi_call_plan_alloc(cif), memory.buffer(WORD)
    closure = raw.ffi_closure_alloc(raw.SIZEOF_FFI_CLOSURE, code)
    executable = c.c_void_p.from_address(code).value or 0
    holding.handler_address.restype = c.c_void_p
    assert raw.ffi_prep_closure_loc(closure, cif, holding.handler_address(), 5, executable) == 0
    result, cells = memory.buffer(8), memory.buffer(32)
    # a signature's first ffi_raw_call makes its code, which is Python's work
    raw.ffi_raw_call(cif, c.cast(c.CDLL("libm.so.6").pow, c.c_void_p).value or 0, result, cells)
    holding.run_calls.restype = c.c_long
    assert holding.run_calls(c.c_void_p(cif), c.c_void_p(plan), c.c_void_p(executable), count) == 0
    raw.ffi_closure_free(closure)
    raw.ffi_call_plan_free(plan)


@pytest.mark.parametrize("count", [1, 16])
def test_threads_prepare_call_and_free(library: str, count: int) -> None:
    released = c.CDLL(library)
    released.run_everything.restype = c.c_long
    assert released.run_everything(count) == 0
