"""Letters: headings, paragraphs and lists, as text for a printer and as HTML for a mail."""

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_COLUMNS: Final = 88
_STYLE: Final = (
    "<style>body{font-family:sans-serif;max-width:42em;margin:3em auto;line-height:1.45}"
    "h2{font-size:1.1em;margin-top:1.6em}</style>"
)


class Shape(StrEnum):
    """What a block of a letter is."""

    TITLE = "h1"
    HEADING = "h2"
    PARAGRAPH = "p"
    ITEM = "li"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One heading, paragraph or item of a list, in the letter's language."""

    shape: Shape
    text: str


def as_text(written: Sequence[Block]) -> str:
    """Return the letter as plain text, wrapped."""
    lines: list[str] = []
    before: Shape | None = None
    for block in written:
        if lines and not (block.shape is Shape.ITEM and before is Shape.ITEM):
            lines.append("")
        if block.shape is Shape.TITLE:
            lines += [block.text, "=" * len(block.text)]
        elif block.shape is Shape.HEADING:
            lines += [block.text, "-" * len(block.text)]
        else:
            first, rest = ("- ", "  ") if block.shape is Shape.ITEM else ("", "")
            lines += textwrap.wrap(
                block.text,
                _COLUMNS,
                initial_indent=first,
                subsequent_indent=rest,
                break_on_hyphens=False,
                break_long_words=False,
            )
        before = block.shape
    return "\n".join(lines) + "\n"


def as_html(written: Sequence[Block], *, language: str) -> str:
    """Return the letter as one HTML page that needs nothing else."""
    title = next(block.text for block in written if block.shape is Shape.TITLE)
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{html.escape(language)}">',
        f'<head><meta charset="utf-8"><title>{html.escape(title)}</title>',
        _STYLE,
        "</head>",
        "<body>",
    ]
    is_listing = False
    for block in written:
        is_item = block.shape is Shape.ITEM
        if is_item != is_listing:
            lines.append("<ul>" if is_item else "</ul>")
            is_listing = is_item
        tag = block.shape.value
        lines.append(f"<{tag}>{html.escape(block.text)}</{tag}>")
    if is_listing:
        lines.append("</ul>")
    return "\n".join([*lines, "</body>", "</html>"]) + "\n"
