"""The transform from HTML to plain text. Text that is not HTML stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable

from salesforce_daktela.mapping.transforms.definition import (
    TEXTS,
    Option,
    Transform,
    UnfitValueError,
    one_of,
    only_text,
    unchanged,
)

DESCRIBED, LIKELY, ALWAYS, NEVER = "described", "likely", "always", "never"


class Html(str):
    """A text of a field that Salesforce describes as HTML."""

    __slots__ = ()


class Plain(str):
    """A text of a field that Salesforce describes as plain."""

    __slots__ = ()


BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "center", "dd", "div", "dl", "dt", "fieldset", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "li", "main", "nav", "ol", "option",
    "p", "pre", "section", "select", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
))  # fmt: skip
INLINE = frozenset((
    "a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "q", "s",
    "script", "small", "span", "strike", "strong", "style", "sub", "sup", "tt", "u", "var",
))  # fmt: skip
ALONE = frozenset(("br", "hr", "p", "li"))
"""Elements that need no end tag."""
TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)"
    r"(?P<attributes>(?:\s+[A-Za-z_:][\w:.-]*\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'|[^\s\"'<>=`]+))*)\s*(?P<closed>/?)>"
)
DOCTYPE = re.compile(r"\s*<!doctype html", re.IGNORECASE)
SIGN = re.compile(r"(?P<comment><!--)|<(?P<name>script|style|head|title)\b|(?P<tag><)|&#?\w+;|(?P<seen>\w)", re.I)
ENDS = {name: re.compile(rf"</{name}\s*>", re.I) for name in ("script", "style", "head", "title")}
ENDS |= {"comment": re.compile("-->"), "tag": re.compile(">")}


def _html_to_text(when: str) -> Callable[[str], str]:
    if when == NEVER:
        return unchanged

    def html_to_text(text: str) -> str:
        if when == ALWAYS or type(text) is Html:
            return _read(text)
        if type(text) is Plain:
            return str(text)
        names = _elements(text)
        if not names:
            return text
        return _read(text if names & BLOCKS else re.sub(r"\r\n|\r|\n", "<br>", text))

    return html_to_text


def _elements(text: str) -> set[str]:
    """Return the HTML elements of a text, an empty set if the text is not HTML.

    It is HTML if one element has an end tag, has attributes or needs no end tag. A lesser-than sign or a word in angle
    brackets is not enough, because people write those.
    """
    if "<" not in text:
        return set()
    found, sure = set[str](), DOCTYPE.match(text) is not None
    for tag in TAG.finditer(text):
        name = tag["name"].lower()
        if name in BLOCKS or name in INLINE:
            alone = tag["attributes"] or tag["closed"] or name in ALONE
            sure = sure or bool(name in found if tag["end"] else alone)
            found.add(name)
    return found if sure else set()


def _read(text: str) -> str:
    """Convert HTML to text. Raises UnfitValueError when the parser finds no text where there is some."""
    # With the first text: every task reads the mapping files, and most of them map nothing.
    from salesforce_daktela.mapping.transforms.html_parser import UNREADABLE, read_html

    plain = read_html(text) if text.strip() else ""
    lines = [line.strip() for line in plain.splitlines()]
    result = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if not result and _shows_words(text):
        raise UnfitValueError(UNREADABLE)
    return result


def _shows_words(text: str) -> bool:
    """Whether a word stands outside of comments, tags, entities and elements that nobody sees.

    An end that is not there is looked for once: a text of nothing but beginnings would take minutes.
    """
    place, without = 0, set[str]()
    while found := SIGN.search(text, place):
        if found["seen"]:
            return True
        begun = found["name"].lower() if found["name"] else found.lastgroup
        place = found.end() if begun is None else found.start() + 1
        for kind in (begun, "tag") if begun is not None else ():
            end = None if kind in without else ENDS[kind].search(text, found.end() if kind == begun else place)
            if end is not None:
                place = end.end()
                break
            without.add(kind)
    return False


TRANSFORMS = (
    Transform(
        name="html_to_text",
        make=lambda when: _html_to_text(when),
        options={"when": Option(type=str, default=DESCRIBED, check=one_of(DESCRIBED, LIKELY, ALWAYS))},
        main="when",
        accepts=TEXTS,
        gives=only_text,
    ),
)
