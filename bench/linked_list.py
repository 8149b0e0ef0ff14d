"""Loops over the nodes of a linked list, as each peer spells them."""

from __future__ import annotations

from typing import Any

__all__ = ["walk", "walk_contents", "walk_to_none"]


def walk(node: Any) -> int:
    found = 0
    while node:
        found += node.value
        node = node.next
    return found


def walk_to_none(node: Any) -> int:
    found = 0
    while node is not None:
        found += node.value
        node = node.next
    return found


def walk_contents(node: Any) -> int:
    found = 0
    while node:
        here = node.contents
        found += here.value
        node = here.next
    return found
