"""Records are what the standard library's named tuples and dataclasses are, and compile nothing."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import sys
import typing
from typing import Any

import pytest

from farcall import record
from farcall.convention.placement import Placement
from farcall.ctype import DataModel, Field, Pointer
from farcall.ctype import names as c


class Ours(record.NamedTuple):
    """A point."""

    x: int
    y: int = 2
    z: str = "z"

    def sum(self) -> int:
        return self.x + self.y

    @property
    def twice(self) -> int:
        return 2 * self.x


class Theirs(typing.NamedTuple):
    x: int
    y: int = 2
    z: str = "z"


@record.dataclass(frozen=True, slots=True)
class Flat:
    """A square."""

    side: int
    name: str = record.field(default="square", compare=False)
    notes: list[int] = record.field(default_factory=list, compare=False, repr=False)

    def area(self) -> int:
        return self.side**2


@record.dataclass(frozen=True, slots=True)
class Box(Flat):
    height: int = 1


@record.dataclass(frozen=True, slots=True)
class Pair:
    left: int
    right: int = 5


@dataclasses.dataclass(frozen=True, slots=True)
class StandardPair:
    left: int
    right: int = 5


def test_a_named_tuple_is_as_typing_makes_it() -> None:
    ours, theirs = Ours(1, z="w"), Theirs(1, z="w")
    assert isinstance(ours, tuple)
    assert type(Ours) is type(Theirs)
    assert Ours.__bases__ == Theirs.__bases__
    assert (ours, hash(ours), repr(ours).replace("Ours", "Theirs")) == (theirs, hash(theirs), repr(theirs))
    assert ours._asdict() == theirs._asdict()
    assert ours._replace(y=7) == theirs._replace(y=7)
    assert (Ours._fields, Ours._field_defaults) == (Theirs._fields, Theirs._field_defaults)
    assert Ours._make([1, 2, "3"]) == (1, 2, "3")
    assert pickle.loads(pickle.dumps(ours)) == ours == copy.deepcopy(ours)
    assert type(copy.copy(ours)) is Ours
    assert (ours.sum(), ours.twice, Ours.__doc__, Ours.__module__) == (3, 2, "A point.", __name__)
    match ours:
        case Ours(x, y):
            assert (x, y) == (1, 2)
    if sys.version_info >= (3, 13):
        assert copy.replace(ours, x=3).x == 3


@pytest.mark.parametrize("given", [{}, {"y": 1}, {"x": 1, "w": 2}, {"x": 1, "y": 2, "z": "3", "a": 4}])
def test_a_named_tuple_refuses_what_typing_s_refuses(given: dict[str, Any]) -> None:
    with pytest.raises(TypeError) as theirs:
        Theirs(**given)
    with pytest.raises(TypeError) as ours:
        Ours(**given)
    assert str(ours.value) == str(theirs.value).replace("Theirs", "Ours")
    with pytest.raises(ValueError, match="unexpected field names"):
        Ours(1)._replace(w=1)
    with pytest.raises(TypeError, match="Expected 3 arguments, got 1"):
        Ours._make([1])
    with pytest.raises(AttributeError):
        Ours(1).x = 3  # type: ignore[misc]


def test_a_frozen_record_is_as_dataclasses_make_it() -> None:
    ours, theirs = Pair(1), StandardPair(1)
    assert repr(ours) == repr(theirs).replace("Standard", "")
    assert ours == Pair(1, 5) != Pair(1, 6)
    assert ours != theirs
    assert hash(ours) == hash(Pair(1)) == hash(theirs)
    assert not hasattr(ours, "__dict__")
    assert record.replace(ours, right=9) == Pair(1, 9) == dataclasses.replace(ours, right=9)
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert [field.name for field in dataclasses.fields(ours)] == ["left", "right"]
    assert dataclasses.is_dataclass(Pair)
    assert pickle.loads(pickle.dumps(ours)) == ours == copy.deepcopy(ours)
    match ours:
        case Pair(left, right):
            assert (left, right) == (1, 5)
    for act in (lambda: setattr(ours, "left", 2), lambda: delattr(ours, "left")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            act()
    with pytest.raises(AttributeError):
        ours.other = 1  # type: ignore[attr-defined]


def test_fields_of_a_frozen_record() -> None:
    one, other = Flat(3), Flat(3, name="other", notes=[1])
    assert one == other
    assert hash(one) == hash(other)
    assert repr(other) == "Flat(side=3, name='other')"
    assert one.notes == []
    assert one.notes is not Flat(3).notes
    assert (one.area(), Flat.__doc__, Flat.__qualname__) == (9, "A square.", "Flat")
    box = Box(2, height=4)
    assert (box.side, box.name, box.height, box.area()) == (2, "square", 4, 4)
    assert box != Flat(2)
    assert repr(box) == "Box(side=2, name='square', height=4)"


@pytest.mark.parametrize(
    "act",
    [
        lambda: Pair(), lambda: Pair(1, 2, 3), lambda: Pair(1, left=2), lambda: Pair(1, up=2),
        lambda: Flat(), lambda: Flat(1, "2", [], 4), lambda: Flat(1, side=2), lambda: Flat(1, up=2),
    ],
)  # fmt: skip
def test_wrong_values_for_a_frozen_record(act: Any) -> None:
    with pytest.raises(TypeError, match=r"Pair|Flat"):
        act()


def test_what_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="frozen and have slots"):
        record.dataclass(frozen=False, slots=True)(Pair)
    with pytest.raises(TypeError, match="without a default"):

        class _(record.NamedTuple):
            a: int = 1
            b: int  # type: ignore[misc]


def test_farcall_s_own_are_such() -> None:
    assert dataclasses.replace(Field("a", c.int_), bits=3) == Field("a", c.int_, 3)
    assert {f.name for f in dataclasses.fields(DataModel)} == set(DataModel.__match_args__)
    assert len(dataclasses.fields(Placement)) == len(Placement.__match_args__)
    assert Pointer(c.int_) == copy.deepcopy(Pointer(c.int_))
