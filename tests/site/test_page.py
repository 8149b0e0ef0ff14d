"""The explorer's page, as a reader uses it: typing, choosing, pointing, keys, links, copies."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from tests.site.explorer import Explorer

POINT = "struct point { float x, y; };\ndouble f(int n, struct point p, short s);"
THREE = ("x86_64-linux", "aarch64-linux", "x86_64-windows-msvc")


def typed(explorer: Any, text: str) -> None:
    """Type a text in place of the one that is there."""
    before = explorer.answered
    explorer.page.fill("#text", "")
    explorer.page.locator("#text").press_sequentially(text)
    explorer.wait(before)


def test_typing_shows_the_call(explorer: Any) -> None:
    explorer.follow(POINT, *THREE)
    typed(explorer, "float g(double amount)")
    explorer.page.wait_for_selector(".panel .values b:text-is('amount')")
    explorer.page.wait_for_selector("#error:empty", state="attached")
    assert [panel["names"] for panel in explorer.panels()] == [["result", "amount"]] * 3


def test_an_error_is_told_where_it_is_and_what_was_right_stays(explorer: Any) -> None:
    explorer.follow(POINT, *THREE)
    explorer.page.fill("#text", "int f(int a);\nint g(oops b);")
    explorer.page.wait_for_selector("#error:has-text('Line 2, column 7: unknown type name')")
    assert explorer.page.text_content("#behind mark") == "oops"
    assert explorer.page.get_attribute("#text", "aria-invalid") == "true"
    assert len(explorer.panels()) == 3
    explorer.page.fill("#text", "int f(int a);\nint g(long b);")
    explorer.page.wait_for_selector("#error:empty", state="attached")
    explorer.page.wait_for_selector(".panel .values b:text-is('b')")


def test_targets_are_switched_added_and_removed(explorer: Any) -> None:
    explorer.follow(POINT, *THREE)
    assert [panel["differs"] for panel in explorer.panels()] == [[2, 3]] * 3
    for action in (
        lambda: explorer.page.select_option(".panel >> nth=0 >> select", "s390x-linux"),
        lambda: explorer.page.click("#add"),
        lambda: explorer.page.click("[aria-label='Remove aarch64-linux']"),
    ):
        before = explorer.answered
        action()
        explorer.wait(before)
    targets = [panel["target"] for panel in explorer.panels()]
    assert targets[:2] == ["s390x-linux", "x86_64-windows-msvc"]
    assert len(targets) == 3


def test_a_link_holds_the_whole_state(explorer: Any, browser: Any) -> None:
    explorer.follow("int one(int a, ...);\nint two(double b);", *THREE[:2], f="one", v="long double, char", code="call")
    link = explorer.page.url
    if "worker" in (explorer.page.get_attribute("meta[name=engine]", "content") or ""):
        return  # the same page: what holds a link does not depend on who answers
    other = Explorer(browser, explorer.address)
    other.open("#" + urlsplit(link).fragment)
    assert other.panels() == explorer.panels()
    assert other.page.input_value("#text") == "int one(int a, ...);\nint two(double b);"
    assert other.page.input_value("#tail") == "long double, char"
    assert other.page.is_checked("input[value=call]")
    assert other.page.input_value("#function") == "one"
    other.context.close()


def test_pointing_tells_the_rule_and_lights_the_value_everywhere(explorer: Any) -> None:
    explorer.follow(POINT, *THREE, code="call")
    explorer.page.hover(".panel >> nth=0 >> .drawing.call .cell[data-value='2']")
    words = explorer.page.text_content("#words")
    assert words == "x86_64-linux: p.x; bytes 0 to 3 of p; bytes 0 to 3 of xmm0 [SSE, §3.2.3 passing 3]"
    lit = explorer.page.eval_on_selector_all(
        ".lit", "all => all.map(one => one.dataset.value + one.tagName.toLowerCase())"
    )
    assert set(lit) == {"2g", "2li"}
    assert explorer.page.locator(".code li.lit").count() >= 3  # in the code of each target
    explorer.page.hover("h1")
    assert explorer.page.locator(".lit").count() == 0


def test_keys_walk_through_a_drawing(explorer: Any) -> None:
    explorer.follow(POINT, *THREE)
    first = explorer.page.locator(".panel >> nth=1 >> .drawing.call .cell >> nth=0")
    first.focus()
    assert "n; bytes 0 to 3 of n" in (explorer.page.text_content("#words") or "")
    explorer.page.keyboard.press("End")
    assert "result" in (explorer.page.text_content("#words") or "")
    explorer.page.keyboard.press("Home")
    explorer.page.keyboard.press("ArrowRight")
    explorer.page.keyboard.press("ArrowDown")
    assert "p.x" in (explorer.page.text_content("#words") or "")
    assert explorer.page.locator(".panel >> nth=1 >> .drawing.call [tabindex='0']").count() == 1


def test_everything_has_a_name_for_a_screen_reader(explorer: Any) -> None:
    explorer.follow(POINT, *THREE, code="call")
    nameless = explorer.page.eval_on_selector_all(
        "button, select, input, textarea, summary, .cell, article, svg.boxes",
        """all => all.filter(one => one.checkVisibility() && !(one.getAttribute('aria-label') || one.labels?.length
            || one.textContent.trim())).map(one => one.outerHTML)""",
    )
    assert nameless == []
    assert explorer.page.get_attribute("#words", "aria-live") == "polite"


def test_code_folds_and_shows_all_its_lines(explorer: Any) -> None:
    explorer.follow(POINT, "x86_64-linux", "x86_64-linux-x32", code="closure")
    lines = explorer.page.locator(".code li")
    few = explorer.page.locator(".code li:visible").count()
    assert 0 < few < lines.count()
    explorer.page.check(".code input")
    explorer.page.wait_for_selector(".code li:not(.moves)")  # shown
    assert explorer.page.locator(".code li:visible").count() == lines.count()
    explorer.follow(POINT, "aarch64-linux", code="call")
    assert explorer.page.is_checked(".code input")
    explorer.page.uncheck(".code input")
    explorer.follow(POINT, "x86_64-linux", "x86_64-linux-x32", code="closure")
    assert "no machine code for x86_64-linux-x32" in (explorer.page.text_content(".panel >> nth=1 >> .code") or "")


def test_every_example_of_the_gallery_is_shown(explorer: Any) -> None:
    options = explorer.page.eval_on_selector_all("#gallery option", "all => all.map(one => one.value)")[1:]
    assert len(options) >= 12
    for value in options:
        before = explorer.answered
        explorer.page.select_option("#gallery", value)
        explorer.wait(before)
        panels = explorer.panels()
        assert panels
        assert [panel["error"] for panel in panels] == [""] * len(panels), value
        assert explorer.page.text_content("#about")


@pytest.mark.parametrize("form", ["svg", "text", "json", "link", "png"])
def test_it_is_copied(explorer: Any, form: str) -> None:
    explorer.context.grant_permissions(["clipboard-read", "clipboard-write"])
    explorer.follow(POINT, *THREE)
    label = explorer.page.text_content(f"[data-copy={form}]")
    explorer.page.click(f"[data-copy={form}]")
    explorer.page.wait_for_selector(f"[data-copy={form}]:text-is('Copied')")
    if form == "png":
        types = explorer.page.evaluate("navigator.clipboard.read().then(items => items.map(item => item.types))")
        assert types == [["image/png"]]
    else:
        copied = explorer.page.evaluate("navigator.clipboard.readText()")
        if form == "svg":
            assert ElementTree.fromstring(copied).tag.endswith("svg")
        elif form == "json":
            assert [one["target"] for one in json.loads(copied)["drawings"]] == list(THREE)
        elif form == "text":
            assert "xmm0 │p.x" in copied
        else:
            assert copied == explorer.page.url
    explorer.page.wait_for_selector(f"[data-copy={form}]:text-is('{label}')")


def test_it_is_dark_and_light(explorer: Any) -> None:
    def ground() -> str:
        found: str = explorer.page.evaluate("getComputedStyle(document.querySelector('header')).backgroundColor")
        return found

    explorer.page.emulate_media(color_scheme="light")
    assert ground() == "rgb(255, 255, 255)"
    explorer.page.emulate_media(color_scheme="dark")
    dark = ground()
    assert dark != "rgb(255, 255, 255)"
    explorer.page.click("#theme")  # light, whatever the system has
    assert ground() == "rgb(255, 255, 255)"
    explorer.page.click("#theme")
    explorer.page.emulate_media(color_scheme="light")
    assert ground() == dark
    explorer.page.click("#theme")
    assert re.search("as the system", explorer.page.get_attribute("#theme", "aria-label") or "")


SCREENS = {
    "call": (POINT, THREE, "none", 1500, 900, "light"),
    "dark": ("struct matrix { double m[2][2]; };\nstruct matrix turn(struct matrix m, float by);",
             ("x86_64-linux", "aarch64-linux", "i386-linux"), "none", 1500, 1000, "dark"),
    "code": (POINT, ("x86_64-linux", "aarch64-linux"), "call", 1500, 1100, "light"),
    "telephone": (POINT, THREE[:2], "none", 390, 844, "light"),
    "layout": ("struct flags { char kind; int low : 3, high : 13; unsigned char last : 4; };",
               ("x86_64-linux", "x86_64-windows-msvc"), "none", 1200, 800, "light"),
}  # fmt: skip


@pytest.mark.parametrize("name", SCREENS)
def test_it_fits_every_width_and_is_kept_for_the_eye(explorer: Any, screenshots: Path, name: str) -> None:
    text, targets, code, wide, high, scheme = SCREENS[name]
    explorer.page.set_viewport_size({"width": wide, "height": high})
    explorer.page.emulate_media(color_scheme=scheme)
    explorer.follow(text, *targets, code=code)
    beyond = explorer.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert beyond <= 0
    engine = explorer.page.get_attribute("meta[name=engine]", "content")
    explorer.page.screenshot(path=screenshots / f"{name}-{engine}.png")
    explorer.page.set_viewport_size({"width": 1280, "height": 720})
    explorer.page.emulate_media(color_scheme="light")


def test_how_long_an_answer_takes(explorer: Any, screenshots: Path) -> None:
    """What is measured is written down, not judged: a machine may be busy."""
    took = []
    for number in range(20):
        explorer.follow(f"double f(int a{number}, double b)", *THREE)
        took.append(explorer.page.evaluate("performance.getEntriesByName('answer').at(-1).duration"))
    first = explorer.page.evaluate("performance.getEntriesByName('first').at(-1).startTime")
    engine = explorer.page.get_attribute("meta[name=engine]", "content")
    told = f"{engine}: first answer after {first / 1000:.1f} s, later ones in {sorted(took)[len(took) // 2]:.0f} ms (median)"
    (screenshots / f"took-{engine}.txt").write_text(f"{told}\n")
