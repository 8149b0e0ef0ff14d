"""Links: what is no link is refused where it is made, and every name that any routine refers to is in the table."""

from __future__ import annotations

import pytest

from farcall.cpython.link import table
from farcall.cpython.link.linker import linker
from farcall.stub import link
from tests.routines import LINUX, TIERS, every, lowered


@pytest.mark.parametrize("text", ["pyhton:refuse", "python", "python:", "target:1", "text:nonsense", "", ":", "class"])
def test_what_is_no_link_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(link.LinkNameError, match=repr(text).replace("(", r"\(")):
        link.link_named(text)


def test_a_link_is_taken_apart_and_put_together() -> None:
    taken = link.link_named("support:pointer:4,const")
    assert taken == link.Link("support", "pointer", "4,const")
    assert str(taken) == "support:pointer:4,const"
    assert not taken.is_own
    assert link.link_named(link.class_of(2, plain=True).name) == link.Link("class", "2", "plain")
    assert link.link_named(link.TARGET.name).is_own


def test_a_function_that_is_not_there_is_named() -> None:
    for kind in ("python:refuze", "type:valu"):
        with pytest.raises(link.LinkNameError, match=kind.partition(":")[2]):
            linker().address(kind)


def test_everything_in_the_table_has_an_address() -> None:
    found = [f"{kind}:{name}" for kind, names in (("python", table.PYTHON), ("type", table.TYPES)) for name in names]
    for name in [*found, *table.CELLS, *(f"text:{name}" for name in link.TEXTS)]:
        assert linker().address(name)


def test_every_name_in_every_routine_is_a_link_and_resolves() -> None:
    seen: set[str] = set()
    for _, routine in every(LINUX, TIERS[0]):
        seen.update(relocation.name for relocation in lowered(routine).relocations)
    assert len(seen) > 100
    for name in seen:
        found = link.link_named(name)
        if found.kind in ("python", "type"):
            assert linker().address(name)
