"""Hostile objects as arguments, fields, items, whole arrays, variables and results of callbacks: a Python exception or a
value, never a crash, a write beyond the value, or no end.

The checks run in a child process with the allocator's guards on, so that a crash is a failure with its seed.
`python -m tests.cpython.test_fuzz_hostile COUNT [SEED]` runs as many as one likes.
"""

from __future__ import annotations

import faulthandler
import os
import random
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import farcall
from tests.conftest import Compile
from tests.cpython.hostile import World, makers

COUNT = int(os.environ.get("FARCALL_HOSTILE_COUNT", "4000"))
BATCH = 500  # checks of one seed
PATIENCE = 60  # seconds that a batch may take before it counts as one without an end
ROOT = Path(__file__).parents[2]

DECLARATIONS = """
typedef struct point { int x, y; } point;
struct tiny { char c; };
struct mixed {
    unsigned long before; signed char i8; unsigned short u16; int i32 : 5; unsigned u32 : 30; _Bool flag; char c;
    float f; double d; long double ld; __int128 wide; double _Complex z; char text[4]; int ints[3]; point pts[2]; point p;
    int *ip; const char *name; void *any; int (*fn)(int); unsigned long after;
};
union either { int i; double d; char c[8]; };
typedef float vec __attribute__((vector_size(16)));
int take_int(int); long take_many(int, double, void *, int, const char *); long take_pointers(int *, const void *, point *);
point take_point(point, int); double take_mixed(struct mixed, int); int take_either(union either);
vec take_vec(vec, int); long double take_ld(long double, __int128, double _Complex); int take_char(char, _Bool, signed char);
int variadic(int, ...); int take_function(int (*)(int), int); int call_back(int (*)(int), int); point *same(point *, int);
int call_double(double (*)(int)); int call_point(point (*)(int)); void *call_pointer(void *(*)(int));
int call_text(const char *(*)(void)); int call_wide(__int128 (*)(void)); struct mixed call_mixed(struct mixed (*)(void));
extern int number; extern point place; extern struct mixed mixture; extern int numbers[4]; extern char word[8];
"""
SOURCE = """
#include <stdint.h>
#include <stddef.h>
typedef struct point { int x, y; } point;
struct tiny { char c; };
struct mixed {
    unsigned long before; signed char i8; unsigned short u16; int i32 : 5; unsigned u32 : 30; _Bool flag; char c;
    float f; double d; long double ld; __int128 wide; double _Complex z; char text[4]; int ints[3]; point pts[2]; point p;
    int *ip; const char *name; void *any; int (*fn)(int); unsigned long after;
};
union either { int i; double d; char c[8]; };
typedef float vec __attribute__((vector_size(16)));
int take_int(int a) { return a; }
long take_many(int a, double b, void *c, int d, const char *e) { return a + (b > 0) + (c != 0) + d + (e != 0); }
long take_pointers(int *a, const void *b, point *c) { return (a != 0) + (b != 0) + (c != 0); }
point take_point(point p, int n) { p.x ^= n; return p; }
double take_mixed(struct mixed m, int n) { return m.d + n; }
int take_either(union either e) { return e.i; }
vec take_vec(vec v, int n) { return v + (float)n; }
long double take_ld(long double a, __int128 b, double _Complex c) { return a + b + __real__ c; }
int take_char(char a, _Bool b, signed char c) { return a + b + c; }
int variadic(int n, ...) { return n; }
int take_function(int (*f)(int), int n) { return (f != 0) + n; }
int call_back(int (*f)(int), int n) { return f ? f(n) : 0; }
point *same(point *p, int n) { return p; }
int call_double(double (*f)(int)) { return f(1) > 0; }
int call_point(point (*f)(int)) { return f(1).x; }
void *call_pointer(void *(*f)(int)) { return f(1); }
int call_text(const char *(*f)(void)) { return f() != 0; }
int call_wide(__int128 (*f)(void)) { return f() > 0; }
struct mixed call_mixed(struct mixed (*f)(void)) { return f(); }
int number; point place; struct mixed mixture; int numbers[4]; char word[8];
"""
GUARD = 0x5A5A5A5A
FIELDS = (
    "i8", "u16", "i32", "u32", "flag", "c", "f", "d", "ld", "wide", "z", "text", "ints", "pts", "p", "ip", "name", "any", "fn",
)  # fmt: skip
#: Functions, and how many arguments they take; the first of the `call_` ones are callbacks, which C does call.
CALLS = {
    "take_int": 1, "take_many": 5, "take_pointers": 3, "take_point": 2, "take_mixed": 2, "take_either": 1, "take_vec": 2,
    "take_ld": 3, "take_char": 3, "take_function": 2, "same": 2,
}  # fmt: skip
CALLBACKS = ("call_back", "call_double", "call_point", "call_pointer", "call_text", "call_wide", "call_mixed")
ARRAYS = ("int[4]", "char[4]", "point[2]", "double[3]", "__int128[2]", "long double[2]", "struct mixed[2]", "int *[2]", "vec[2]")
VARIABLES = ("number", "place", "mixture", "numbers", "word")


class Check:
    """The checks of one seed."""

    def __init__(self, path: str, seed: int) -> None:
        self.rng = random.Random(seed)
        self.world = World(path, DECLARATIONS, self.rng)
        self.makers = makers(self.world)
        self.kinds: list[Callable[[], object]] = [
            self.call, self.call, self.call, self.variadic, self.callback, self.field, self.field, self.array, self.items,
            self.construct, self.new, self.variable, self.pointer, self.arena,
        ]  # fmt: skip
        self.world.again = self.again

    def given(self) -> Any:
        return self.rng.choice(self.makers)()

    def likely(self) -> Any:
        """A value that is converted more often than not, so that what comes behind it is converted too."""
        chance = self.rng.random()
        return self.given() if chance < 0.6 else self.rng.choice((1, 0, None, 2.5, b"a", {"x": 1}, (1, 2)))

    def run(self) -> None:
        """One check: whatever happens in Python is right."""
        self.world.renew()
        try:
            self.rng.choice(self.kinds)()
        except Exception as error:  # noqa: BLE001
            if isinstance(error, (SystemError, AssertionError)):
                raise

    def again(self) -> None:
        """A call in the middle of another."""
        if self.rng.random() < 0.3:
            self.rng.choice((self.call, self.field, self.array))()

    def call(self) -> object:
        name = self.rng.choice(tuple(CALLS))
        return getattr(self.world.lib, name)(*(self.likely() for _ in range(CALLS[name])))

    def variadic(self) -> object:
        return self.world.lib.variadic(*(self.likely() for _ in range(self.rng.randrange(1, 5))))

    def callback(self) -> object:
        name, returned = self.rng.choice(CALLBACKS), self.given()
        more = (self.likely(),) if name == "call_back" else ()
        return getattr(self.world.lib, name)(lambda *_: returned, *more)

    def mixed(self) -> Any:
        cls = self.world.lib.types["struct mixed"]
        made = self.world.arena.new(cls) if self.rng.random() < 0.5 else cls()
        made.before = made.after = GUARD
        return made

    def field(self) -> None:
        made, given = self.mixed(), self.given()
        target = farcall.addressof(made) if self.rng.random() < 0.3 else made
        try:
            setattr(target, self.rng.choice(FIELDS), given)
        finally:
            if not self.world.arena.closed:
                assert made.before == made.after == GUARD, "a neighbour was written"

    def array(self) -> None:
        cls = self.world.lib.types[self.rng.choice(ARRAYS)]
        cls(self.given())

    def items(self) -> None:
        cls = self.world.lib.types[self.rng.choice(ARRAYS)]
        made = self.world.arena.new(cls) if self.rng.random() < 0.5 else cls()
        index = self.rng.choice((0, 1, -1, slice(None), slice(0, 2), slice(None, None, -1), self.given()))
        if self.rng.random() < 0.7:
            made[index] = self.given()
        else:
            made[index]

    def construct(self) -> None:
        types = self.world.lib.types
        cls = types[self.rng.choice(("struct point", "struct mixed", "union either", "vec", "struct tiny", "__int128",
                                     "long double", "double _Complex", "int", "double", "char", "int *", "_Float16"))]  # fmt: skip
        given = [self.given() for _ in range(self.rng.randrange(0, 3))]
        if self.rng.random() < 0.3:
            cls(**{self.rng.choice(("x", "y", "text", "p", "i")): self.given()})
        else:
            cls(*given)

    def new(self) -> None:
        kind = self.rng.choice((*ARRAYS, "char[]", "int[]", "struct point", "struct mixed", "int", "void *", "const char *"))
        given = self.given()
        if kind.endswith("[]") and isinstance(given, int):
            return  # a length, which may be any
        maker = self.world.arena if self.rng.random() < 0.3 else farcall
        maker.new(self.world.lib.types[kind] if "[]" not in kind else kind, given)

    def variable(self) -> None:
        setattr(self.world.lib, self.rng.choice(VARIABLES), self.given())

    def pointer(self) -> None:
        made = farcall.addressof(self.world.lib.types["int[4]"]()).cast(self.world.lib.types["int *"])
        index = self.rng.choice((0, 1, slice(0, 2), slice(0, 4)))
        made[index] = self.given()

    def arena(self) -> None:
        made = self.world.arena.new("int[4]")
        held = farcall.addressof(made)
        self.world.lib.take_pointers(held, self.given(), self.given())
        made[0] = self.given()


def work(path: str, first: int, count: int) -> None:
    """`count` checks, in batches of a seed each from `first` on."""
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda _: None
    done, seed = 0, first
    while done < count:
        faulthandler.dump_traceback_later(PATIENCE, exit=True)
        print(seed, flush=True)
        check = Check(path, seed)
        for _ in range(min(BATCH, count - done)):
            check.run()
        done, seed = done + BATCH, seed + 1
    faulthandler.cancel_dump_traceback_later()


def run(path: str, first: int, count: int) -> None:
    """Run the checks in a child. Raises AssertionError with the seed of the batch that did not end well."""
    command = [sys.executable, "-X", "faulthandler", "-m", "tests.cpython.test_fuzz_hostile", "--child", path, str(first)]
    environment = os.environ | {"PYTHONMALLOC": "debug"}
    done = subprocess.run([*command, str(count)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    seed = (done.stdout.split() or ["?"])[-1]
    assert done.returncode == 0, f"seed {seed}, status {done.returncode}:\n{done.stderr[-6000:]}"


def test_hostile_objects(compile_c: Compile) -> None:
    run(str(compile_c(SOURCE, "hostile")), 1, COUNT)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--child"]:
        work(arguments[1], int(arguments[2]), int(arguments[3]))
        return
    count, first = int(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 1
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder, "hostile.c"), Path(folder, "hostile.so")
        source.write_text(SOURCE)
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-w", str(source), "-o", str(made)], check=True)
        run(str(made), first, count)
    print(f"{count} checks without a crash")


if __name__ == "__main__":
    main(sys.argv[1:])
