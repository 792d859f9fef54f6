"""Transforms of text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from salesforce_daktela.mapping.render import WHITE, cut
from salesforce_daktela.mapping.transforms.definition import Option, Transform, UnfitValueError, at_least

WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
HTML = ParserConfig(css=CSS_PROFILES["strict"], display_links=False, display_images=False)


def _plain(change: Callable[[str], str]) -> Callable[[], Callable[[Any], str]]:
    return lambda: lambda value: change(_text(value))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise UnfitValueError("not_text")
    return value


def _title_case(text: str) -> str:
    """Capitals at word starts, diacritics and apostrophes respected."""
    return WORD.sub(lambda word: word.group()[:1].upper() + word.group()[1:].lower(), text)


def _html_to_text(value: Any) -> str:
    """Block elements become lines, entities characters; text without markup stays as it is."""
    text = _text(value)
    if not re.search(r"<[a-zA-Z/!]|&[#a-zA-Z]", text):
        return text
    plain = get_text(text, HTML) if text.strip() else ""
    lines = [line.strip() for line in plain.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _truncate(length: int) -> Callable[[Any], str]:
    return lambda value: cut(_text(value), length).rstrip()


def _prefix(text: str) -> Callable[[Any], str]:
    return lambda value: f"{text}{_text(value)}"


def _strip_prefix(text: str) -> Callable[[Any], str]:
    return lambda value: _text(value).removeprefix(text)


def _regex(pattern: str, replace: str | None) -> Callable[[Any], str]:
    """With ``replace`` substitute every match; without it keep the first group, or the whole match."""
    compiled = re.compile(pattern)
    if replace is not None:
        return lambda value: compiled.sub(replace, _text(value))

    def extract(value: Any) -> str:
        found = compiled.search(_text(value))
        if found is None:
            raise UnfitValueError("regex_no_match")
        return (found.group(1) if compiled.groups else found.group()) or ""

    return extract


def _pattern_problem(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as exc:
        return f"no regular expression: {exc}"
    return ""


TRANSFORMS = (
    Transform(name="trim", make=_plain(lambda text: text.strip(WHITE))),
    Transform(name="collapse", make=_plain(lambda text: " ".join(text.replace("\0", "").split()))),
    Transform(name="lower", make=_plain(str.lower)),
    Transform(name="upper", make=_plain(str.upper)),
    Transform(name="title_case", make=_plain(_title_case)),
    Transform(name="html_to_text", make=lambda: _html_to_text),
    Transform(
        name="truncate",
        make=lambda length: _truncate(length),
        options={"length": Option(type=int, check=at_least(1))},
        main="length",
    ),
    Transform(name="prefix", make=lambda text: _prefix(text), options={"text": Option(type=str)}, main="text"),
    Transform(
        name="strip_prefix", make=lambda text: _strip_prefix(text), options={"text": Option(type=str)}, main="text"
    ),
    Transform(
        name="regex",
        make=lambda pattern, replace: _regex(pattern, replace),
        options={
            "pattern": Option(type=str, check=_pattern_problem),
            "replace": Option(type=str, default=None),
        },
        main="pattern",
    ),
)
