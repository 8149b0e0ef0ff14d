"""A struct or union as a table of its members, as notebooks show it."""

from __future__ import annotations

from html import escape

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["html_table"]


def html_table(record: Any) -> str:
    """HTML: a row for each member, with its type, its offset in bytes and its value."""
    rows = "".join(
        f"<tr><th>{escape(member.name)}</th><td><code>{escape(_type(member))}</code></td><td>{member.offset}</td>"
        f"<td>{escape(repr(getattr(record, member.name)))}</td></tr>"
        for member in record.__fields__
    )
    head = "<tr><th>member</th><th>type</th><th>offset</th><th>value</th></tr>"
    return (
        f"<table><caption>{escape(str(record.__ctype__))}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>"
    )


def _type(member: Any) -> str:
    return str(member.ctype) if member.bits is None else f"{member.ctype} : {member.bits}"
