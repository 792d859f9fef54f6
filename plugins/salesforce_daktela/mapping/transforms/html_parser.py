"""Makes plain text of HTML, by a library that is slow to import. What anybody may send takes bounded memory."""

from __future__ import annotations

import contextlib
import re
from itertools import zip_longest
from typing import Any

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_properties import Display
from inscriptis.model.config import ParserConfig
from inscriptis.model.css import CssParse
from inscriptis.model.html_element import HtmlElement
from inscriptis.model.tag import CustomHtmlTagHandlerMapping
from inscriptis.model.tag.table_tag import table_end_handler

from salesforce_daktela.mapping.transforms.definition import UnfitValueError

UNREADABLE = "html_unreadable"
LINES = ("body", "center", "dd", "dl", "dt", "fieldset", "form", "hr", "option", "section", "select")
"""Elements that begin a line, and that the library takes for parts of one."""
AMPERSAND = re.compile("&(?:amp|AMP|#0*38|#[xX]0*26);")
STANDS_FOR_IT = "\ufdd0"
"""What an ampersand is for the library, which reads entities several times: ``&amp;region=1`` would be ``®ion=1``.

A code point that is no character, so no text holds it.
"""
DOCUMENT = re.compile(r"<\s*/?(?:!doctype|html|head|body|frameset)\b", re.IGNORECASE)
"""What a whole document has, and a part of one does not."""
MOST_LINES = 10
"""Empty lines of a margin."""
MOST_DRAWN = 50_000_000
"""Characters of a text's tables with the blanks that make their cells equally wide and high."""


def read_html(text: str) -> str:
    """Return the text of HTML as the library lays it out. Raises UnfitValueError when its tables are too large."""
    html = AMPERSAND.sub(STANDS_FOR_IT, str(text))
    # Before its version 2.14, libxml2 takes text that stands outside of any body for a paragraph, with empty lines.
    inside = html if DOCUMENT.search(html) else f"<body>{html}"
    return str(get_text(inside, CONFIG)).replace(STANDS_FOR_IT, "&")


def _apply_style(written: str, element: HtmlElement) -> None:
    """Apply a style without its indentation, which nobody sees later, and without empty lines by thousands."""
    indentation = element.padding_inline
    with contextlib.suppress(OverflowError):
        CssParse.attr_style(written, element)
    element.padding_inline = indentation
    element.margin_before = min(element.margin_before, MOST_LINES)
    element.margin_after = min(element.margin_after, MOST_LINES)


def _end_table(state: Any) -> None:
    if state.current_table:
        state.drawn = getattr(state, "drawn", 0) + _drawn(state.current_table[-1])
        if state.drawn > MOST_DRAWN:
            raise UnfitValueError(UNREADABLE)
    table_end_handler(state)


def _drawn(table: Any) -> int:
    """How many characters a table has once its cells are filled up with blanks."""
    rows = [[_size(cell) for cell in row.columns] for row in table.rows if row.columns]
    widths = (max(width for width, _ in column) for column in zip_longest(*rows, fillvalue=(0, 0)))
    return sum(max(height for _, height in row) for row in rows) * sum(width + 2 for width in widths)


def _size(cell: Any) -> tuple[int, int]:
    cell.flush_inline()
    lines = [line for block in cell.blocks for line in block.split("\n")]
    return max(map(len, lines), default=0), max(len(lines), 1)


def _config() -> ParserConfig:
    css = {**CSS_PROFILES["strict"], **{name: HtmlElement(display=Display.block) for name in LINES}}
    handlers = CustomHtmlTagHandlerMapping(start_tag_mapping={}, end_tag_mapping={"table": _end_table})
    config = ParserConfig(css=css, display_links=False, display_images=False, custom_html_tag_handler_mapping=handlers)
    known = config.attribute_handler.attribute_mapping
    config.attribute_handler.attribute_mapping = {**known, "style": _apply_style}
    return config


CONFIG = _config()
