"""Random Python values at random signatures, on both tiers: what C received against a model of C's conversions.

A check is one call: every argument as C received it, byte by byte, or the kind of exception, as the model says
and as the other tier did. FARCALL_FUZZ_COUNT sets how many (the default takes some ten seconds).
"""

from __future__ import annotations

import os
import random
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import Compile
from tests.cpython.model import KINDS, WORD, Kind, Raises, limits, outcome
from tests.cpython.odd import ODD, arrays
from tests.cpython.shown import TIERS, Shown, complaint, source

COUNT = int(os.environ.get("FARCALL_FUZZ_COUNT", "12000"))
BATCH = 10  # calls an example: hypothesis takes longer to start one than to draw from it
SIGNATURES = 80
SEED = 20240

Checked = dict[str, int]


def signatures() -> list[tuple[str, list[Kind]]]:
    """Random signatures of up to 12 parameters, and each kind alone."""
    rng = random.Random(SEED)
    kinds = list(KINDS.values())
    found = [(f"one_{kind.name}", [kind]) for kind in kinds]
    for number in range(SIGNATURES):
        count = rng.choice((0, 2, 2, 3, 4, 5, 6, 7, 8, 10, 12))
        found.append((f"many_{number}", [rng.choice(kinds) for _ in range(count)]))
    return found


ALL = signatures()
MAKERS = list((ODD | arrays()).values())
ANY = st.one_of(
    st.sampled_from(MAKERS).map(lambda make: make()),
    st.integers(),
    st.integers(-(1 << 70), 1 << 70),
    st.floats(),
    st.text(max_size=8),
    st.text(st.characters(min_codepoint=0xD700, max_codepoint=0xE000), max_size=3),
    st.binary(max_size=8),
    st.binary(max_size=8).map(bytearray),
    st.none(),
    st.booleans(),
    st.lists(st.integers(-(1 << 40), 1 << 40) | st.floats(), max_size=3),
    st.complex_numbers(),
)


def around(*places: int) -> st.SearchStrategy[int]:
    return st.sampled_from(places).flatmap(lambda place: st.integers(place - 3, place + 3))


def likely(kind: Kind) -> st.SearchStrategy[Any]:
    """Values that C can take, or nearly."""
    if kind.rule in ("whole", "char", "bool"):
        low, high = (0, 1) if kind.rule == "bool" else limits(kind)
        whole = st.integers(low, high) | around(low, high, 0, 1 << 30, -(1 << 30))
        return whole | st.binary(min_size=1, max_size=1) if kind.rule == "char" else whole
    if kind.rule == "real":
        return st.floats() | st.floats(width=32) | st.integers() | around(1 << 24, 1 << 53)
    if kind.rule == "record":
        whole, real = likely(KINDS["int"]), likely(KINDS["double"])
        return st.tuples(whole, real) | st.fixed_dictionaries({"x": whole, "y": real}) | st.lists(whole, max_size=1)
    if kind.text:
        return st.none() | st.text() | st.binary() | st.text("\xe9a\udcff\u1234")
    if kind.item == 0:
        return st.none() | st.integers(0, (1 << 8 * WORD) - 1) | st.binary(max_size=9).map(bytearray)
    sized = {1: "B", 4: "f" if kind.floating else "i", 8: "d" if kind.floating else "q"}
    code = sized.get(kind.item)
    if code is None:
        return st.none() | st.just(bytearray(16))
    return st.none() | st.just(bytearray(16)) | st.builds(lambda: memoryview(bytearray(16)).cast(code))


VALUES = {kind.name: st.one_of(*[likely(kind)] * 3, ANY) for kind in KINDS.values()}


@st.composite
def calls(draw: Callable[..., Any]) -> list[tuple[str, list[Kind], list[Any]]]:
    found = []
    for _ in range(BATCH):
        name, kinds = draw(st.sampled_from(ALL))
        # Half of the calls of long signatures would fail at the first odd value: keep them to one of those.
        odd = draw(st.integers(0, 2 * len(kinds))) if len(kinds) > 1 else 0
        values = [draw(VALUES[k.name] if i == odd else likely(k)) for i, k in enumerate(kinds)]
        found.append((name, kinds, values))
    return found


@pytest.fixture(scope="module", params=["hold", "release"])
def shown(request: pytest.FixtureRequest, compile_c: Compile) -> Shown:
    return Shown(compile_c(source(ALL), "fuzz"), ALL, gil=request.param)


def expected_of(kinds: list[Kind], values: list[Any]) -> tuple[list[bytes | Raises], int | None]:
    """The model's outcome of each argument, and which is refused first."""
    found: list[bytes | Raises] = []
    for i, (kind, value) in enumerate(zip(kinds, values, strict=True)):
        found.append(outcome(kind, value))
        if isinstance(found[-1], Raises):
            return found, i
    return found, None


def check(shown: Shown, name: str, kinds: list[Kind], values: list[Any]) -> str:
    """Call on both tiers and compare; "accepted" or "refused"."""
    expected, refused = expected_of(kinds, values)
    for tier in TIERS:
        got = shown.call(name, tier, *values)
        text = shown.text.raw
        if refused is not None:
            names = (f"{name}()", f"value{refused}")
            error = got if isinstance(got, BaseException) else b"".join(got)
            wrong = complaint(kinds[refused], values[refused], expected[refused], error, text, names)
            assert wrong is None, f"{tier} tier, {name}, argument {refused} of {values!r}: {wrong}"
            continue
        assert not isinstance(got, BaseException), f"{tier} tier, {name}{values!r} raised {got!r}"
        texts = [i for i, kind in enumerate(kinds) if kind.text and values[i] is not None]
        for i, kind in enumerate(kinds):
            if isinstance(values[i], str) and texts[-1] != i:
                continue  # C has kept the last text only
            wrong = complaint(kind, values[i], expected[i], got[i], text, ())
            assert wrong is None, f"{tier} tier, {name}, argument {i} of {values!r}: {wrong}"
    return "accepted" if refused is None else "refused"


def callback(kinds: list[Kind], values: list[Any]) -> bool:
    """Whether a callable stands where it would become a callback."""
    return any(k.target == "function" and callable(v) for k, v in zip(kinds, values, strict=True))


def test_random_values_at_random_signatures(shown: Shown) -> None:
    done: Checked = {"accepted": 0, "refused": 0}

    @settings(
        max_examples=max(1, COUNT // (4 * BATCH)),  # two tiers, and two policies of the GIL
        deadline=None,
        database=None,
        derandomize=COUNT <= 20000,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(calls())
    def run(batch: list[tuple[str, list[Kind], list[Any]]]) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name, kinds, values in batch:
                if not callback(kinds, values):
                    done[check(shown, name, kinds, values)] += len(TIERS)

    run()
    print(f"{sum(done.values())} checks: {done}")
    assert done["accepted"] > COUNT // 20
    assert done["refused"] > COUNT // 40


def test_the_model_is_not_farcall() -> None:
    """The model's own edges, by hand."""
    assert outcome(KINDS["schar"], -128) == b"\x80"
    assert outcome(KINDS["schar"], 128) == Raises(OverflowError)
    assert outcome(KINDS["uchar"], 255) == b"\xff"
    assert outcome(KINDS["float"], 3.4028235677973366e38) == Raises(OverflowError)
    assert outcome(KINDS["float"], float("inf")) == b"\0\0\x80\x7f"
    assert outcome(KINDS["double"], 1) == b"\0\0\0\0\0\0\xf0\x3f"
    assert outcome(KINDS["string"], "h\xe9") == b"h\xc3\xa9\0"
    assert outcome(KINDS["string"], 5) == Raises(TypeError)
    assert outcome(KINDS["void_p"], 1 << 8 * WORD) == Raises(OverflowError)
    assert outcome(KINDS["point"], (1, 2.0)) == b"\1\0\0\0".ljust(KINDS["point"].size - 1, b"\0") + b"\x40"
