"""GTK by its headers, as far as it goes without a display: versions, types, values, a text buffer."""

from __future__ import annotations

from typing import Any

import pytest

import farcall
from tests.real.installed import installed


@pytest.fixture(scope="module")
def gtk() -> Any:
    return installed(["libgtk-3.so.0"], "gtk/gtk.h", "libgtk-3-dev", pkg_config="gtk+-3.0")


def test_versions(gtk: Any) -> None:
    assert gtk.GTK_MAJOR_VERSION == gtk.gtk_get_major_version() == 3
    assert gtk.gtk_check_version(3, 0, 0) is None


def test_a_display_is_not_needed(gtk: Any) -> None:
    assert gtk.GTK_ORIENTATION_VERTICAL == 1
    assert gtk.types.GtkRequisition(width=3, height=4).height == 4
    assert gtk.gdk_rectangle_intersect(
        gtk.types.GdkRectangle(0, 0, 10, 10), gtk.types.GdkRectangle(5, 6, 10, 10), made := gtk.types.GdkRectangle()
    )
    assert (made.x, made.y, made.width, made.height) == (5, 6, 5, 4)


def test_colours(gtk: Any) -> None:
    colour = gtk.types.GdkRGBA()
    assert gtk.gdk_rgba_parse(colour, "#ff8000") == gtk.TRUE
    assert (colour.red, round(colour.green, 3), colour.blue, colour.alpha) == (1.0, 0.502, 0.0, 1.0)


def test_a_text_buffer_and_its_signal(gtk: Any) -> None:
    buffer = gtk.gtk_text_buffer_new(None)
    changes: list[int] = []
    callback = gtk.types.GCallback
    changed = farcall.Closure(lambda: changes.append(1), callback)
    instance = buffer.cast(gtk.types["void *"])
    assert gtk.g_signal_connect_data(instance, "changed", callback(changed), None, None, 0) > 0
    gtk.gtk_text_buffer_set_text(buffer, "some text", -1)
    start, end = gtk.types.GtkTextIter(), gtk.types.GtkTextIter()
    gtk.gtk_text_buffer_get_bounds(buffer, start, end)
    assert farcall.string(gtk.gtk_text_buffer_get_text(buffer, start, end, gtk.FALSE)) == "some text"
    assert gtk.gtk_text_buffer_get_char_count(buffer) == 9
    assert changes
    gtk.g_object_unref(instance)


def test_a_missing_name_is_quick_to_miss(gtk: Any) -> None:
    assert not any(hasattr(gtk, f"gtk_no_such_{n}") for n in range(1000))
