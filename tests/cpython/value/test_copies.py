"""Copies and pickles: by bytes, whatever the size; of the class that it was, or refused where that has changed."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall.cpython.value import copying

TYPES = """
struct point { double x, y; };
struct points { int count; struct point items[1000]; };
struct deep { int a; struct { struct { const char *text; }; } in[3]; };
struct code { void (*run)(void); };
union either { long number; void *pointer; };
"""


@pytest.fixture(scope="module")
def types() -> Any:
    return farcall.cdef(TYPES).types


def test_by_bytes_and_not_by_items(types: Any) -> None:
    """The work does not grow with the items: so many could not be visited one by one in Python's own words."""
    seen = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal seen
        seen += 1

    for cls in (farcall.array(farcall.char, 1_000_000), farcall.array(types.points, 10), types.points):
        made = cls()
        copy.deepcopy(made), pickle.loads(pickle.dumps(made))
        sys.setprofile(count)
        try:
            twins = [copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))]
        finally:
            sys.setprofile(None)
        assert all(bytes(twin) == bytes(made) and type(twin) is cls for twin in twins)
    assert seen < 3000


def test_pointers_are_refused_wherever_they_lie(types: Any) -> None:
    for made, where in (
        (types.deep(), "in.text"), (types.code(), "run"), (types.either(), "pointer"),
        (farcall.array(farcall.type_of("void *"), 2)(), "an item"), (farcall.array(types.deep, 2)(), "in.text"),
    ):  # fmt: skip
        for act, word in ((copy.deepcopy, "copied deeply"), (pickle.dumps, "pickled")):
            with pytest.raises(TypeError, match=f"cannot be {word}: {where} is a pointer"):
                act(made)
        assert bytes(copy.copy(made)) == bytes(made)


def struct(*lengths: int, name: str = "a") -> Any:
    """A class of that name in this module, with an array of bytes for each length."""
    fields = {f"{name}{index}": farcall.array(farcall.uint8, length) for index, length in enumerate(lengths)}
    made = type("Changing", (), {"__annotations__": fields, "__module__": __name__, "__qualname__": "Changing"})
    return farcall.struct(made)


Changing: Any = None


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [((300_000,), (8,), "a"), ((8,), (300_000,), "a"), ((4, 4), (8,), "a"), ((4, 4), (4, 5), "a"), ((8,), (8,), "b")],
)
def test_a_class_that_has_changed(before: tuple[int, ...], after: tuple[int, ...], name: str) -> None:
    global Changing
    Changing = struct(*before)
    made = Changing(*([1] * length for length in before))
    data = pickle.dumps(made)
    assert pickle.loads(data) == made
    Changing = struct(*after, name=name)
    with pytest.raises(ValueError, match="Changing has other members now"):
        pickle.loads(data)


def test_pickles_with_too_many_or_too_few_bytes(types: Any) -> None:
    """As they come from a machine where the type has another size, or from somebody who means harm."""
    description = copying.describe(types.point.__ctype__)
    for data in (b"", bytes(15), bytes(17), bytes(10**6)):
        with pytest.raises(ValueError, match="struct point takes 16 bytes, its pickle has"):
            copying.rebuild(description, data)
    for room in (-1, 5, 10**6):
        with pytest.raises(ValueError, match="struct point"):
            copying.rebuild(description, bytes(max(room, 16)), room)
    for made in (farcall.longdouble("1.5"), farcall.complex_double(1, 2)):
        function, arguments = made.__reduce__()
        with pytest.raises(ValueError, match="its pickle has 100"):
            function(arguments[0], bytes(100))


def test_another_process(tmp_path: Path, types: Any) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(pickle.dumps([farcall.array(types.point, 2)([(1, 2), (3, 4)]), types.points(5)]))
    program = (
        f"import pickle; a, b = pickle.loads(open({str(kept)!r}, 'rb').read()); print(a[1].y, b.count, len(b.items))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=os.environ)
    assert done.stdout.split() == ["4.0", "5", "1000"], done.stderr


def test_attributes_of_a_class_of_python(types: Any) -> None:
    made = Derived(1, 2)
    made.note = "kept"
    twin = pickle.loads(pickle.dumps(made))
    assert (type(twin), twin.note, twin.y) == (Derived, "kept", 2.0)


class Derived(farcall.cdef("struct derived { double x, y; };").types.derived):  # type: ignore[misc]
    note: str
