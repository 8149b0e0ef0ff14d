"""Hostile objects as arguments, fields, items, whole arrays, variables and results of callbacks: a Python exception or a
value, never a crash, a write beyond the value, or no end.

The checks run in a child process with the allocator's guards on, so that a crash is a failure with its seed.
`python -m tests.cpython.callable.test_fuzz_hostile COUNT [SEED]` runs as many as one likes.
"""

from __future__ import annotations

import faulthandler
import os
import random
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import farcall
from tests.conftest import Compile
from tests.cpython.hostile import World, makers

COUNT = int(os.environ.get("FARCALL_HOSTILE_COUNT", "4000"))
BATCH = 500  # checks of one seed
PATIENCE = 300  # seconds that a batch may take before it counts as one without an end
ROOT = Path(__file__).parents[3]

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
#: The kinds of values that come near to what each field, parameter, item, result and variable takes.
FIELDS = {
    "i8": "int", "u16": "int", "i32": "int", "u32": "int", "flag": "int", "c": "char", "f": "real", "d": "real",
    "ld": "long real", "wide": "wide", "z": "complex", "text": "chars", "ints": "ints", "pts": "points", "p": "point",
    "ip": "int *", "name": "text", "any": "void *", "fn": "function",
}  # fmt: skip
CALLS = {
    "take_int": ("int",), "take_many": ("int", "real", "void *", "int", "text"), "take_pointers": ("int *", "void *", "point *"),
    "take_point": ("point", "int"), "take_mixed": ("mixed", "int"), "take_either": ("either",), "take_vec": ("vec", "int"),
    "take_ld": ("long real", "wide", "complex"), "take_char": ("char", "int", "int"), "take_function": ("function", "int"),
    "same": ("point *", "int"),
}  # fmt: skip
CALLBACKS = {
    "call_back": "int", "call_double": "real", "call_point": "point", "call_pointer": "void *", "call_text": "text",
    "call_wide": "wide", "call_mixed": "mixed",
}  # fmt: skip
ARRAYS = {
    "int[4]": "int", "char[4]": "char", "point[2]": "point", "double[3]": "real", "__int128[2]": "wide",
    "long double[2]": "long real", "struct mixed[2]": "mixed", "int *[2]": "int *", "vec[2]": "vec",
}  # fmt: skip
CLASSES = {
    "struct point": "point", "struct mixed": "mixed", "union either": "either", "vec": "vec", "struct tiny": "char",
    "__int128": "wide", "long double": "long real", "double _Complex": "complex", "int": "int", "double": "real",
    "char": "char", "int *": "int *", "_Float16": "long real", "void *": "void *", "const char *": "text",
}  # fmt: skip
VARIABLES = {"number": "int", "place": "point", "mixture": "mixed", "numbers": "ints", "word": "chars"}


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

    def given(self, kind: str = "any") -> Any:
        """A value that comes near to a kind, or any."""
        return self.rng.choice(self.makers[kind if self.rng.random() < 0.9 else "any"])()

    def row(self, kind: str) -> Any:
        """Values for an array with items of a kind."""
        if self.rng.random() < 0.3:
            return self.given("ints")
        values = [self.given(kind) for _ in range(self.rng.randrange(0, 4))]
        return self.rng.choice((values, tuple(values), iter(values)))

    def run(self) -> None:
        """One check: whatever happens in Python is right."""
        self.world.renew()
        try:
            self.rng.choice(self.kinds)()
        except Exception as error:
            if isinstance(error, (SystemError, AssertionError)):
                raise

    def again(self) -> None:
        """A call in the middle of another."""
        if self.rng.random() < 0.3:
            self.rng.choice((self.call, self.field, self.array))()

    def call(self) -> object:
        name = self.rng.choice(tuple(CALLS))
        return getattr(self.world.lib, name)(*(self.given(kind) for kind in CALLS[name]))

    def variadic(self) -> object:
        tail = [self.given(self.rng.choice(("int", "real", "void *", "any"))) for _ in range(self.rng.randrange(0, 4))]
        return self.world.lib.variadic(self.given("int"), *tail)

    def callback(self) -> object:
        name = self.rng.choice(tuple(CALLBACKS))
        returned = self.given(CALLBACKS[name])
        more = (self.given("int"),) if name == "call_back" else ()
        return getattr(self.world.lib, name)(lambda *_: returned, *more)

    def field(self) -> None:
        cls = self.world.lib.types["struct mixed"]
        made = self.world.arena.new(cls) if self.rng.random() < 0.5 else cls()
        made.before = made.after = GUARD
        name = self.rng.choice(tuple(FIELDS))
        given = self.given(FIELDS[name])
        target = farcall.addressof(made) if self.rng.random() < 0.3 else made
        arena = self.world.arena
        try:
            setattr(target, name, given)
        finally:
            if not arena.closed:
                assert made.before == made.after == GUARD, "a neighbour was written"

    def array(self) -> None:
        name = self.rng.choice(tuple(ARRAYS))
        self.world.lib.types[name](self.row(ARRAYS[name]))

    def items(self) -> None:
        name = self.rng.choice(tuple(ARRAYS))
        cls = self.world.lib.types[name]
        made = self.world.arena.new(cls) if self.rng.random() < 0.5 else cls()
        index = self.rng.choice((0, 1, -1, slice(None), slice(0, 2), slice(None, None, -1), self.given("int")))
        if self.rng.random() < 0.8:
            made[index] = self.row(ARRAYS[name]) if isinstance(index, slice) else self.given(ARRAYS[name])
        else:
            made[index]

    def construct(self) -> None:
        name = self.rng.choice(tuple(CLASSES))
        cls, kind = self.world.lib.types[name], CLASSES[name]
        if self.rng.random() < 0.3:
            cls(
                **{
                    self.rng.choice(("x", "y", "text", "p", "i", "ints")): self.given(
                        self.rng.choice(("int", "point", "ints"))
                    )
                }
            )
        elif self.rng.random() < 0.4:
            cls(*(self.given("int") for _ in range(self.rng.randrange(0, 4))))
        else:
            cls(self.given(kind))

    def new(self) -> None:
        name = self.rng.choice((*ARRAYS, *CLASSES, "char[]", "int[]"))
        kind = CLASSES.get(name)
        given = self.given(kind) if kind else self.row(ARRAYS.get(name, "int"))
        if name.endswith("[]") and isinstance(given, (int, range, Iterator)):
            return  # a length, or what has one or is counted, which may be any
        maker = self.world.arena if self.rng.random() < 0.3 else farcall
        maker.new(name if name.endswith("[]") else self.world.lib.types[name], given)

    def variable(self) -> None:
        name = self.rng.choice(tuple(VARIABLES))
        setattr(self.world.lib, name, self.given(VARIABLES[name]))

    def pointer(self) -> None:
        made = farcall.addressof(self.world.lib.types["int[4]"]()).cast(self.world.lib.types["int *"])
        index = self.rng.choice((0, 1, slice(0, 2), slice(0, 4)))
        made[index] = self.row("int") if isinstance(index, slice) else self.given("int")

    def arena(self) -> None:
        made = self.world.arena.new("int[4]")
        held = farcall.addressof(made).cast(self.world.lib.types["int *"])
        self.world.lib.take_pointers(held, self.given("void *"), self.given("point *"))
        made[0] = self.given("int")


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
    command = [
        sys.executable,
        "-X",
        "faulthandler",
        "-m",
        "tests.cpython.callable.test_fuzz_hostile",
        "--child",
        path,
        str(first),
    ]
    environment = os.environ | {"PYTHONMALLOC": "debug"}
    done = subprocess.run(
        [*command, str(count)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
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
