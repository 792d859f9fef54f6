"""Makes plain text of HTML, by a library that is slow to import."""

from __future__ import annotations

import re

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_properties import Display
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_element import HtmlElement

LINES = ("body", "center", "dd", "dl", "dt", "fieldset", "form", "hr", "option", "section", "select")
"""Elements that begin a line, and that the library takes for parts of one."""
AMPERSAND = re.compile("&(?:amp|AMP|#0*38|#[xX]0*26);")
STANDS_FOR_IT = "\ufdd0"
"""What an ampersand is for the library, which reads entities several times: ``&amp;region=1`` would be ``®ion=1``.

A code point that is no character, so no text holds it.
"""
CSS = {**CSS_PROFILES["strict"], **{name: HtmlElement(display=Display.block) for name in LINES}}
CONFIG = ParserConfig(css=CSS, display_links=False, display_images=False)


def read_html(text: str) -> str:
    """Return the text of HTML as the library lays it out."""
    return str(get_text(AMPERSAND.sub(STANDS_FOR_IT, str(text)), CONFIG)).replace(STANDS_FOR_IT, "&")
