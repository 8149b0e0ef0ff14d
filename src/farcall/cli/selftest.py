"""The self-test of `farcall doctor`: small calls into the C library whose results are known.

It runs in a process of its own, because what it is there to find may end the process. `main` writes a line of
JSON before and after each check; whoever reads them sees at which it ended.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from ..record import NamedTuple

__all__ = ["CHECKS", "Check", "checks_in_child", "main"]

#: How long the child may take, in seconds.
PATIENCE = 60


class Check(NamedTuple):
    """What was checked, whether it holds, and what was seen or went wrong."""

    name: str
    ok: bool
    detail: str


def expect(found: object, wanted: object, what: str) -> None:
    """Raise AssertionError where a check's result is not the known one."""
    if found != wanted:
        raise AssertionError(f"{what} gave {found!r}, not {wanted!r}")


def _memory() -> str:
    from .. import seed
    from ..cpython.link.executable import executable_memory
    from ..system import running

    others = running().writable_code()  # those of ctypes, for one, where the first way into native code is by that
    slot, data = executable_memory().reserve(64), bytes(range(64))
    slot.commit(data)
    expect(seed.read(slot.address, 64), data, "what was committed to executable memory")
    slot.free()
    both = [span for span in running().writable_code() if span not in others]
    if both:
        raise AssertionError(f"writable and executable at once: {', '.join(both)}")
    return "what one view writes the other sees; no page is writable and executable"


def _libm() -> str:
    from ..high import Library

    power = Library("m").function("double pow(double x, double y)")
    expect(power(2, 10), 1024.0, "pow(2, 10)")
    return "pow(2, 10) = 1024.0"


def _struct() -> str:
    import sys

    from ..high import Library

    process = Library(None)
    process.cdef("""
        typedef struct { int quot; int rem; } div_t;
        div_t div(int numerator, int denominator);
        struct in_addr { uint32_t s_addr; };
        const char *inet_ntoa(struct in_addr address);
    """)
    quotient = process.div(17, 5)
    expect((quotient.quot, quotient.rem), (3, 2), "div(17, 5)")
    number = int.from_bytes(bytes((127, 0, 0, 1)), sys.byteorder)
    expect(process.inet_ntoa((number,)), "127.0.0.1", "inet_ntoa")
    return "div(17, 5) = 3 rest 2, inet_ntoa = 127.0.0.1"


def _variadic() -> str:
    from ..high import Library
    from ..system import running

    buffer = bytearray(64)
    write = Library(running().printing_library).function("int sprintf(char *s, const char *format, ...)")
    length = write(buffer, "%s is %d, %.2f", "answer", 42, 2.5)
    expect(bytes(buffer[:length]), b"answer is 42, 2.50", "sprintf")
    return "sprintf with text, int and double"


def _errno() -> str:
    import errno

    from ..cpython.callable.errno import errno as captured
    from ..high import Library

    number = Library("c").function("double strtod(const char *text, char **end)", errno=True)
    expect(number("1e999", None), float("inf"), "strtod('1e999')")
    expect(captured(), errno.ERANGE, "errno after strtod('1e999')")
    return "strtod('1e999') leaves ERANGE"


def _tiers() -> str:
    from ..cpython.facts.interpreter import TIERS, interpreter
    from ..high import Library

    seen = []
    for tier in TIERS:
        library = Library("m", tier=tier)
        rounded = library.function("long lround(double x)")
        lengthened = library.function("double ldexp(double x, int exponent)")
        expect((rounded(2.5), lengthened(0.75, 2)), (3, 3.0), f"{tier}: lround(2.5), ldexp(0.75, 2)")
        seen.append(tier if interpreter(tier).fast or tier == "api" else f"{tier} (as api)")
    return " and ".join(seen)


def _refusal() -> str:
    from ..high import Library

    absolute = Library(None).function("int abs(int j)")
    wrong: list[tuple[object, type[Exception]]] = [("5", TypeError), (1 << 31, OverflowError), (2.5, TypeError)]
    for value, expected in wrong:
        try:
            absolute(value)
        except expected as error:
            if "'j'" not in str(error):
                raise AssertionError(f"the error does not name the parameter: {error}") from None
        else:
            raise AssertionError(f"abs({value!r}) was not refused")
    return "abs('5'), abs(1 << 31) and abs(2.5) are errors that name the parameter"


#: The checks in order, by name.
CHECKS: dict[str, Callable[[], str]] = {
    "memory": _memory,
    "call into libm": _libm,
    "struct by value": _struct,
    "variadic": _variadic,
    "errno": _errno,
    "both tiers": _tiers,
    "wrong arguments": _refusal,
}


def main() -> None:
    """Run all checks, telling each on stdout before and after."""
    for name, check in CHECKS.items():
        print(json.dumps({"start": name}), flush=True)
        try:
            result = Check(name, True, check())
        except Exception as error:  # whatever it is, it is the finding
            from .fault import one_line

            result = Check(name, False, f"{type(error).__name__}: {one_line(error)}")
        print(json.dumps(result._asdict()), flush=True)


def checks_in_child() -> list[Check]:
    """All checks, run by a new interpreter like this one."""
    import os
    import subprocess
    import sys

    command = [sys.executable, "-c", f"from {__name__} import main; main()"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, errors="replace", check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired as late:
        output = late.stdout.decode() if isinstance(late.stdout, bytes) else late.stdout or ""
        return list(_read(output, f"did not end within {PATIENCE} seconds"))
    return list(_read(done.stdout, _ending(done.returncode, done.stderr)))


def _read(output: str, ending: str) -> Iterator[Check]:
    """The checks that the child has told of, and how it ended if it did not get through them all."""
    told: dict[str, Check] = {}
    begun = ""
    for line in output.splitlines():
        row = json.loads(line)
        if "start" in row:
            begun = row["start"]
        else:
            told[row["name"]] = Check(**row)
    yield from told.values()
    if begun and begun not in told:
        yield Check(begun, False, ending)
    for name in CHECKS:
        if name not in told and name != begun:
            yield Check(name, False, "not reached" if begun else ending)


def _ending(status: int, complaint: str) -> str:
    if status < 0:
        import signal

        try:
            return f"the process was ended by {signal.Signals(-status).name}"
        except ValueError:
            return f"the process was ended by signal {-status}"
    last = complaint.strip().splitlines()[-1:]
    return f"the process ended with status {status}" + (f": {last[0]}" if last else "")
