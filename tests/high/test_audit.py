"""What a process of its own shows: audit events, and what the front door loads."""

from __future__ import annotations

import os
import subprocess
import sys

EVENTS = """
import sys
seen = []
sys.addaudithook(lambda name, args: seen.append((name, args)) if name.startswith("farcall.") else None)
import farcall
library = farcall.Library("libm.so.6")
place = library.address("cos")
library.function("double cos(double)")
farcall.function(place, [farcall.f64], farcall.f64)
print([event for event in seen if event[1][0] in ("libm.so.6", "cos", "function")] == [
    ("farcall.open", ("libm.so.6",)), ("farcall.bind", ("cos", place)), ("farcall.bind", ("function", place))])
"""
REFUSED = """
import sys
def hook(name, args):
    if name == "farcall.open":
        raise PermissionError(f"no {args[0]}")
import farcall
farcall.Library
sys.addaudithook(hook)
for name in ("libm.so.6", None):
    try:
        farcall.Library(name)
    except PermissionError as error:
        print(error)
"""


def run(code: str) -> str:
    """What a new interpreter prints."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_audit_events() -> None:
    assert run(EVENTS) == "True\n"


def test_an_audit_hook_can_refuse() -> None:
    assert run(REFUSED) == "no libm.so.6\nno None\n"


def test_the_front_door_loads_the_lower_doors_when_asked_for() -> None:
    doors = "{'farcall.raw', 'farcall.low', 'farcall.middle'}"
    code = f"""
import sys, farcall
farcall.Closure, farcall.Library, farcall.FnPtr
print(sorted({doors} & set(sys.modules)))
farcall.Signature
print('farcall.middle' in sys.modules)
"""
    assert run(code) == "[]\nTrue\n"
