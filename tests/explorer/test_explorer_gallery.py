"""The gallery's examples, without a browser: each is answered for its targets, and together they show every CPU's own."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from farcall.convention import TARGETS
from farcall.explorer.answer import answer
from farcall.explorer.files import page_files

SOURCE = page_files()["gallery.mjs"].data.decode()
LINUX = re.search(r"^const LINUX = (\[.*\]);$", SOURCE, re.MULTILINE)
ENTRY = re.compile(r'^    title: "([^"]+)",$(.*?)^  \},$', re.MULTILINE | re.DOTALL)


def state(body: str) -> dict[str, Any]:
    """An entry's state, as JSON has it."""
    assert LINUX is not None
    text = body.partition("state: ")[2].rstrip().removesuffix(",")
    text = text.replace("...LINUX", LINUX[1][1:-1]).replace("LINUX", LINUX[1])
    text = re.sub(r'"\s*\+\s*"', "", text)
    text = re.sub(r"(?<=[{,\s])(text|targets|tail|function|code):", r'"\1":', text)
    found: dict[str, Any] = json.loads(re.sub(r",(\s*\})", r"\1", text))
    return found


EXAMPLES = {title: state(body) for title, body in ENTRY.findall(SOURCE)}


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_is_answered_for_all_its_targets(title: str) -> None:
    panels = answer(EXAMPLES[title])["panels"]
    assert [panel["target"] for panel in panels] == EXAMPLES[title]["targets"]
    assert [panel.get("error") for panel in panels] == [None] * len(panels)


def test_together_they_show_every_cpu() -> None:
    assert len(EXAMPLES) == SOURCE.count("    title: ") >= 20
    shown = {TARGETS[name].cpu for example in EXAMPLES.values() for name in example["targets"]}
    assert {target.cpu.removesuffix("el") for target in TARGETS.values()} <= {cpu.removesuffix("el") for cpu in shown}
    assert {"elfv1", "o32"} <= {TARGETS[name].convention for one in EXAMPLES.values() for name in one["targets"]}
