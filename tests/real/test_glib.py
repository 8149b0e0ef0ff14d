"""GLib by its headers: lists, hash tables, text, callbacks, a main loop."""

from __future__ import annotations

from typing import Any

import pytest

import farcall
from tests.real.installed import installed


@pytest.fixture(scope="module")
def glib() -> Any:
    return installed(["libglib-2.0.so.0"], "glib.h", "libglib2.0-dev", pkg_config="glib-2.0")


def test_constants_and_types(glib: Any) -> None:
    assert (glib.TRUE, glib.FALSE, glib.GLIB_MAJOR_VERSION) == (1, 0, 2)
    assert glib.G_MAXINT == 2**31 - 1
    assert glib.G_DIR_SEPARATOR_S == "/"
    assert glib.types.gboolean is glib.types.gint
    with pytest.raises(farcall.SymbolError, match=r"macro with parameters of glib\.h, g_list_next"):
        _ = glib.g_list_next


def test_a_list_is_sorted_by_python(glib: Any) -> None:
    words = [farcall.new("char[]", word) for word in ("pear", "fig", "apple")]
    head = None
    for word in words:
        head = glib.g_list_append(head, word)
    compare = glib.types.GCompareFunc
    text = farcall.Pointer

    def order(a: text, b: text) -> int:
        left, right = farcall.string(a), farcall.string(b)
        return (left > right) - (left < right)

    head = glib.g_list_sort(head, compare(farcall.Closure(order, compare)))
    seen = []
    while head:
        seen.append(farcall.string(head.data))
        head = head.next
    assert seen == ["apple", "fig", "pear"]


def test_a_hash_table(glib: Any) -> None:
    table = glib.g_hash_table_new(glib.g_str_hash, glib.g_str_equal)
    kept = [farcall.new("char[]", f"key {n}") for n in range(100)]
    for number, key in enumerate(kept):
        glib.g_hash_table_insert(table, key, number + 1)
    assert glib.g_hash_table_size(table) == 100
    assert int(glib.g_hash_table_lookup(table, kept[41])) == 42
    total = []
    glib.g_hash_table_foreach(table, lambda key, value, user: total.append(int(value)), None)
    assert sum(total) == 5050
    glib.g_hash_table_destroy(table)


def test_text_by_a_va_list(glib: Any) -> None:
    made = glib.g_strdup_vprintf("%d %s %.2f", farcall.va_list(7, "seven", 7.5))
    assert farcall.string(made) == "7 seven 7.50"
    glib.g_free(made)


def test_a_main_loop_calls_back(glib: Any) -> None:
    loop = glib.g_main_loop_new(None, glib.FALSE)
    ticks: list[int] = []

    def tick(data: Any) -> int:
        ticks.append(len(ticks))
        if len(ticks) == 3:
            glib.g_main_loop_quit(loop)
        return int(len(ticks) < 3)

    source = glib.types.GSourceFunc
    kept = source(farcall.Closure(tick, source))
    glib.g_timeout_add(1, kept, None)
    glib.g_main_loop_run(loop)
    assert ticks == [0, 1, 2]
    glib.g_main_loop_unref(loop)
