"""The bootstrap's own code: three functions, written in the language of routines, as an extension module for each CPU.

    words(address, *up to six)   calls the C function there with words, and gives the word that it returns
    thing(address, *up to six)   the same of a function that returns a new reference, or NULL and an exception
    dlsym()                      the address of that function, by which all others are found

Both calls hold the GIL and raise what C raised. Beside it a library with what each thread has of farcall's own: a word in
which errno is kept (see `stub.errno`), of which `places` says how far it is from the thread's pointer, then how far errno itself
is; and the function `pointer`, which returns that pointer. Nothing runs this when farcall is used: `python -m farcall.seed.native`
writes the files into `images`, and a test holds that they are what this makes;
where those that are there do not work, with FARCALL_SEED=ctypes in the environment.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap

from farcall.convention import Placement, Signature, Target, place, target
from farcall.ctype import Pointer, sizeof
from farcall.ctype import names as c
from farcall.ir.instruction import (
    Branch,
    Compute,
    Instruction,
    Invoke,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Local,
    Memory,
    Move,
    Return,
    Routine,
    Store,
    Symbol,
    ThreadPointer,
)
from farcall.lower import CPUS, Relocation, lower
from farcall.lower.cpu_facts import hardware
from farcall.lower.image import Datum, Image, Import, image_file
from farcall.seed.bootstrap import MODULES, module_name
from farcall.seed.images import module_of
from farcall.seed.thread import SONAME

__all__ = ["MOST", "THREAD", "bootstrap", "sources", "thread", "write"]

TITLE = '''"""The bootstrap's files for one CPU. `python -m farcall.seed.native` writes this file."""
'''

#: The bytes that each thread has.
THREAD = 8
#: How many words a function can be given.
MOST = 6
# Include/methodobject.h
METH_NOARGS, METH_FASTCALL = 0x0004, 0x0080
#: PyModuleDef_Slot rows (Include/moduleobject.h): Py_mod_multiple_interpreters and Py_MOD_PER_INTERPRETER_GIL_SUPPORTED;
#: Py_mod_gil and Py_MOD_GIL_NOT_USED.
OWN_GIL, NO_GIL = (3, 2), (4, 1)
SLOT_ROWS = {"plain": (), "interpreters": (OWN_GIL,), "threads": (OWN_GIL, NO_GIL)}

POINTER = Pointer(c.void)
#: C's functions that the bootstrap's own call, by name.
CALLED = {
    "PyErr_BadArgument": Signature(c.int_, ()),
    "PyErr_Occurred": Signature(POINTER, ()),
    "PyLong_AsSize_t": Signature(c.size_t, (POINTER,)),
    "PyLong_FromVoidPtr": Signature(POINTER, (POINTER,)),
    "PyModuleDef_Init": Signature(POINTER, (POINTER,)),
}
WORDS = Signature(c.size_t, (c.size_t,) * MOST)
FAST_CALL, NO_ARGUMENTS = Signature(POINTER, (POINTER, POINTER, c.ssize_t)), Signature(POINTER, (POINTER, POINTER))


def bootstrap(cpu: str) -> bytes:
    """The file for a CPU. It has a module for each way in which Pythons are given one: see `module_name`."""
    on = target(f"{cpu}-linux")
    word = on.model.pointer
    routines = {
        "words": Routine("words", place(FAST_CALL, on), (*_arguments(on), *_give_word(on))),
        "thing": Routine("thing", place(FAST_CALL, on), (*_arguments(on), _call(on, tail=True))),
        "dlsym": Routine(
            "dlsym", place(NO_ARGUMENTS, on), (_invoke(on, "PyLong_FromVoidPtr", Symbol("c:dlsym"), tail=True),)
        ),
    }
    data = {"methods": _methods(on), **{f"name:{name}": Datum(name.encode() + b"\0", align=1) for name in routines}}
    exports = {}
    for slots, header in MODULES:
        name = module_name(slots, header)
        steps = (_invoke(on, "PyModuleDef_Init", Symbol(f"def:{name}"), tail=True),)
        routines[f"PyInit_{name}"] = Routine("init", place(Signature(POINTER, ()), on), steps)
        exports[f"PyInit_{name}"] = f"PyInit_{name}"
        data[f"name:{name}"] = Datum(name.encode() + b"\0", align=1)
        data[f"def:{name}"] = _definition(name, slots, header, word)
        rows = b"".join(
            _int(slot, on) + value.to_bytes(word, on.byteorder.name) for slot, value in (*SLOT_ROWS[slots], (0, 0))
        )
        data[f"slots:{slots}"] = Datum(rows, align=word)
    code = {name: lower(routine, on, apart=True) for name, routine in routines.items()}
    imports = {f"api:{name}": Import(name) for name in CALLED} | {"c:dlsym": Import("dlsym")}
    return image_file(Image(cpu, code, data, imports, exports=exports, local=False))


def thread(cpu: str) -> bytes:
    """The library's file for a CPU; b"" where images do not ask how far from the thread's pointer something is."""
    if not hardware(cpu).dynamic.thread:
        return b""
    on = target(f"{cpu}-linux")
    steps = ThreadPointer("t0"), Return("t0")
    code = {"pointer": lower(Routine("pointer", place(Signature(POINTER, ()), on), steps), on, apart=True)}
    places = Datum(bytes(2 * on.model.pointer), (Relocation(0, "own"), Relocation(on.model.pointer, "errno")))
    imports, exports = {"errno": Import("errno", weak=True, thread=True)}, {"pointer": "pointer", "places": "places"}
    image = Image(
        cpu, code, {"places": places}, imports, exports=exports, soname=SONAME, local=False, thread=THREAD,
        offsets={"own": 0},
    )  # fmt: skip
    return image_file(image)


def _invoke(on: Target, name: str, *arguments: str | Symbol, result: str | None = None, tail: bool = False) -> Invoke:
    return Invoke(Symbol(f"api:{name}"), place(CALLED[name], on), arguments, result, tail)


def _room(on: Target) -> Local:
    """Where the address and the words lie."""
    return Local(1, (MOST + 1) * on.model.pointer, on.model.pointer)


def _call(on: Target, *, tail: bool) -> Invoke:
    """The call itself, always with all words: a function takes those that it has parameters for."""
    room, word = _room(on), on.model.pointer
    placement: Placement = place(WORDS, on)
    given = tuple(Memory(room, word * number) for number in range(1, MOST + 1))
    return Invoke(Memory(room), placement, given, None if tail else "s2", tail)


def _arguments(on: Target) -> tuple[Instruction, ...]:
    """Python's integers as words in the room, zeros behind them."""
    room, word = _room(on), on.model.pointer
    return (
        LoadArgument(1, "s0", "the arguments"),
        LoadArgument(2, "s1", "how many"),
        Branch("le", "s1", 0, "wrong"),
        Branch("gt", "s1", MOST + 1, "wrong"),
        *(Store(Memory(room, word * number), 0, word) for number in range(MOST + 1)),
        LoadAddress("s2", Memory(room)),
        Label("next"),
        Load("t0", Memory("s0"), word),
        _invoke(on, "PyLong_AsSize_t", "t0", result="t0"),
        Branch("eq", "t0", -1, "doubtful"),
        Label("sure"),
        Store(Memory("s2"), "t0", word),
        Compute("add", "s0", word),
        Compute("add", "s2", word),
        Compute("sub", "s1", 1),
        Branch("ne", "s1", 0, "next"),
        Jump("call"),
        Label("doubtful"),
        _invoke(on, "PyErr_Occurred", result="t0"),
        Branch("ne", "t0", 0, "failed", note="no such number"),
        Move("t0", -1),
        Jump("sure"),
        Label("wrong"),
        _invoke(on, "PyErr_BadArgument", result="t0"),
        Label("failed"),
        Return(0),
        Label("call"),
    )


def _give_word(on: Target) -> tuple[Instruction, ...]:
    """Call, and give Python the word, unless C has raised."""
    return (
        _call(on, tail=False),
        _invoke(on, "PyErr_Occurred", result="t0"),
        Branch("ne", "t0", 0, "raised"),
        _invoke(on, "PyLong_FromVoidPtr", "s2", tail=True),
        Label("raised"),
        Return(0),
    )


def _methods(on: Target) -> Datum:
    """The PyMethodDef table (Include/methodobject.h): name, function, flags, documentation; a row of zeros ends it."""
    word, cells, data = on.model.pointer, [], b""
    for name, flags in (("words", METH_FASTCALL), ("thing", METH_FASTCALL), ("dlsym", METH_NOARGS)):
        cells += [Relocation(len(data), f"name:{name}"), Relocation(len(data) + word, name)]
        data += bytes(2 * word) + _int(flags, on) + bytes(word)
    return Datum(data + bytes(4 * word), tuple(cells))


def _int(number: int, on: Target) -> bytes:
    """A C int in a struct of pointers, with the padding behind it."""
    return number.to_bytes(sizeof(c.int_, on.model), on.byteorder.name).ljust(on.model.pointer, b"\0")


def _definition(name: str, slots: str, header: int, word: int) -> Datum:
    """A PyModuleDef (Include/moduleobject.h): an object, three words that the interpreter fills in, then name,
    documentation, size of the state, methods, slots, and three functions that there are none of."""
    start = (header + 3) * word
    cells = [Relocation(start, f"name:{name}"), Relocation(start + 3 * word, "methods")]
    if SLOT_ROWS[slots]:
        cells.append(Relocation(start + 4 * word, f"slots:{slots}"))
    return Datum(bytes(start + 8 * word), tuple(cells), writable=True)


def sources() -> dict[str, str]:
    """The text of each file in `images`, by its name there."""
    found = {}
    for cpu in CPUS:
        facts = hardware(cpu)
        name = f"{module_of(facts.elf, 8 * facts.word, facts.order.name)}.py"
        text = f'{TITLE}\nfrom __future__ import annotations\n\n__all__ = ["DATA", "THREAD"]\n'
        for what, data in (("DATA", bootstrap(cpu)), ("THREAD", thread(cpu))):
            lines = "".join(f'    "{line}"\n' for line in wrap(data.hex(), 120))
            text += f"\n{what} = (\n{lines})\n" if lines else f'\n{what} = ""\n'
        found[name] = text
    return found


def write() -> None:
    """Write them."""
    for name, text in sources().items():
        Path(__file__).with_name("images").joinpath(name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
