"""Facts of types are found out once, and anew where they could have changed."""

from __future__ import annotations

import pytest

from farcall.cdecl import Scope, parse_declarations, parse_function, parse_type
from farcall.ctype import Array, CType, Facts, Field, Pointer, Qualified, Record, facts, names
from farcall.errors import FarcallError


class Asked:
    """Facts that tell what they were asked."""

    def __init__(self) -> None:
        self.types: list[CType] = []
        self.facts = Facts(self._find)

    def _find(self, type: CType) -> int:
        self.types.append(type)
        return len(self.types)


def test_a_type_is_asked_about_once_but_an_equal_one_anew() -> None:
    asked, type, equal = Asked(), Pointer(names.int_), Pointer(names.int_)
    assert [asked.facts.of(type), asked.facts.of(type), asked.facts.of(equal)] == [1, 1, 2]


@pytest.mark.parametrize(
    "around", [lambda r: r, Pointer, lambda r: Qualified(Pointer(Pointer(r)), frozenset({"const"}))]
)
def test_a_record_that_is_completed_changes_what_leads_to_it(around: type[Pointer]) -> None:
    asked, record = Asked(), Record("struct", "s")
    type = around(record)
    assert [asked.facts.of(type), asked.facts.of(type)] == [1, 1]
    record.complete([Field("x", names.int_)])
    assert [asked.facts.of(type), asked.facts.of(type)] == [2, 2]


def test_a_declaration_that_fails_takes_its_facts_along() -> None:
    scope, asked = Scope(), Asked()
    parse_declarations("struct s;", scope)
    pointer = parse_type("struct s *", scope)
    assert isinstance(pointer, Pointer)

    def while_it_is_read(type: CType) -> int:
        return asked.facts.of(type)

    record = pointer.target
    assert isinstance(record, Record)
    record.complete([Field("x", names.int_)])  # as a declaration under way does
    assert while_it_is_read(pointer) == 1
    record.reopen()
    facts.forget()  # as its rollback does
    assert while_it_is_read(pointer) == 2


def test_what_a_rollback_undoes_is_forgotten() -> None:
    scope, asked = Scope(), Asked()
    parse_declarations("struct s;", scope)
    asked.facts.of(names.int_)
    with pytest.raises(FarcallError):
        parse_declarations("struct s { int x; }; this is wrong", scope)
    assert asked.facts.of(names.int_) == 2


def test_what_raises_is_not_kept() -> None:
    answers = iter([ValueError("no"), 7])

    def find(_: CType) -> int:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    known = Facts(find)
    with pytest.raises(ValueError, match="no"):
        known.of(names.int_)
    assert [known.of(names.int_), known.of(names.int_)] == [7, 7]


def test_there_are_never_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "MOST", 3)
    asked, types = Asked(), [Array(names.int_, length) for length in range(8)]
    for type in types:
        asked.facts.of(type)
    assert [asked.facts.of(types[7]), asked.facts.of(types[0])] == [8, 9]


def test_a_scope_makes_the_same_pointers_once() -> None:
    scope = Scope()
    _, first = parse_function("const char *f(const char *s, int *p, int a[2])", scope)
    _, second = parse_function("const char *g(int *q, const char **t)", scope)
    assert first.parameters[0].type is first.result is second.result
    assert first.parameters[1].type is first.parameters[2].type is second.parameters[0].type
    assert second.parameters[1].type == Pointer(first.result)
    _, elsewhere = parse_function("const char *h(void)", Scope())
    assert elsewhere.result == first.result
