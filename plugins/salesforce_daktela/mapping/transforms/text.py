"""Transforms of text."""

from __future__ import annotations

import re
from collections.abc import Callable

import regex

from salesforce_daktela.mapping.render import WHITE, cut
from salesforce_daktela.mapping.transforms.definition import (
    TEXTS,
    Option,
    Transform,
    UnfitValueError,
    at_least,
    only_text,
)

LETTER = r"\p{L}[\p{M}\u00ad\u200b-\u200d\u2060\ufeff]*"
"""A letter, with the combining accents and invisible characters after it."""
WORD = regex.compile(rf"(?:{LETTER})+(?:['\u2019](?:{LETTER})+)*")


def _title_case(text: str) -> str:
    """Capitals at word starts, diacritics and apostrophes respected."""
    return str(WORD.sub(lambda word: word.group()[:1].title() + word.group()[1:].lower(), text))


def _truncate(length: int) -> Callable[[str], str]:
    return lambda value: cut(value, length).rstrip()


def _prefix(text: str) -> Callable[[str], str]:
    return lambda value: text + value


def _strip_prefix(text: str) -> Callable[[str], str]:
    return lambda value: value.removeprefix(text)


def _regex(pattern: str, replace: str | None) -> Callable[[str], str]:
    """Replace every match. Where ``replace`` is None, keep the first group, or the whole match.

    A match that takes longer than ``LONGEST_MATCH`` is stopped, which ``re`` cannot do.
    """
    compiled = regex.compile(pattern)
    if replace is not None:
        re.compile(pattern).sub(replace, "")  # a wrong group reference shows now, not at the first record

    def change(value: str) -> str:
        try:
            return _substitute(value) if replace is not None else _extract(value)
        except TimeoutError as exc:
            raise UnfitValueError("regex_endless") from exc

    def _substitute(value: str) -> str:
        return str(compiled.sub(replace or "", value, timeout=LONGEST_MATCH))

    def _extract(value: str) -> str:
        found = compiled.search(value, timeout=LONGEST_MATCH)
        if found is None:
            raise UnfitValueError("regex_no_match")
        return (found.group(1) if compiled.groups else found.group()) or ""

    return change


LONGEST_MATCH = 1.0
"""Seconds for one value."""

HUGE_REPEAT = re.compile(r"\{[\d,\s]*\d{4}")
"""Compiling a pattern expands its repeats: a repeat of a thousand million takes all memory."""


def _pattern_problem(pattern: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as exc:
        return f"not a regular expression: {exc}"
    huge = HUGE_REPEAT.search(pattern) or _most_copies(pattern) > MOST_COPIES
    return "must not repeat anything more than 999 times" if huge else ""


MOST_COPIES = 99_999
"""Of one piece of a pattern, by repeats inside of repeats. Ten times as many take 300 MB."""
SIGNS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(?:\d*,)?(?P<most>\d*)\}|.", re.DOTALL)


def _most_copies(pattern: str) -> int:
    """How many copies of its innermost piece a valid pattern is expanded to, at most."""
    open_groups, last = [1], 1
    for sign in SIGNS.finditer(pattern):
        if sign.group() == "(":
            open_groups.append(1)
        elif sign.group() == ")" and len(open_groups) > 1:
            last = open_groups.pop()
        elif sign["most"]:
            last *= int(sign["most"])
        elif sign.group() not in "*+?":
            last = 1
        open_groups[-1] = max(open_groups[-1], last)
    return max(open_groups)


def _text_transform(name: str, change: Callable[[str], str]) -> Transform:
    return Transform(name=name, make=lambda: change, accepts=TEXTS, gives=only_text, sendable=True)


PREFIX = {"text": Option(type=str)}

TRANSFORMS = (
    _text_transform("trim", lambda text: text.strip(WHITE)),
    _text_transform("collapse", lambda text: " ".join(text.split())),
    _text_transform("lower", str.lower),
    _text_transform("upper", str.upper),
    _text_transform("title_case", _title_case),
    Transform(
        name="truncate",
        make=lambda length: _truncate(length),
        options={"length": Option(type=int, check=at_least(1))},
        main="length",
        rendered=True,
        gives=only_text,
    ),
    Transform(
        name="prefix",
        make=lambda text: _prefix(text),
        options=PREFIX,
        main="text",
        rendered=True,
        gives=only_text,
    ),
    Transform(
        name="strip_prefix",
        make=lambda text: _strip_prefix(text),
        options=PREFIX,
        main="text",
        rendered=True,
        gives=only_text,
    ),
    Transform(
        name="regex",
        make=lambda pattern, replace: _regex(pattern, replace),
        options={
            "pattern": Option(type=str, check=_pattern_problem),
            "replace": Option(type=str, default=None),
        },
        main="pattern",
        rendered=True,
        gives=only_text,
    ),
)
