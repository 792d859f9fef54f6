"""Compares what Daktela stored with what was sent. Its known normalisations are told apart from edits. Pure."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from salesforce_daktela.mapping.target import CUSTOM_FIELDS

NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(\.0+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """One field that Daktela stores differently.

    ``how`` is ``missing``, ``not_cleared``, ``trimmed`` (white space), ``phone_format``, ``html`` (entities), ``case``,
    ``cut`` (only a beginning is kept) or ``rewritten``.
    """

    path: str
    how: str


def differences(sent: Mapping[str, Any], stored: Mapping[str, Any]) -> tuple[FieldDifference, ...]:
    """Return the sent fields that Daktela stores differently. Fields that the reply lacks are not compared."""
    judged = {path: _difference(ours, theirs) for path, (ours, theirs) in _pairs(sent, stored).items()}
    return tuple(FieldDifference(path=path, how=how) for path, how in judged.items() if how is not None)


def edits(sent: Mapping[str, Any], stored: Mapping[str, Any]) -> tuple[FieldDifference, ...]:
    """Return the differences that Daktela's known normalisations do not explain: somebody has changed the record."""
    loose = {path: (_loose(ours), _loose(theirs)) for path, (ours, theirs) in _pairs(sent, stored).items()}
    return tuple(
        found
        for found in differences(sent, stored)
        if found.how != "cut" and loose[found.path][0] != loose[found.path][1]
    )


def paths_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields of a body in order, custom ones as ``customFields.name``."""
    custom = body.get(CUSTOM_FIELDS)
    below = [f"{CUSTOM_FIELDS}.{name}" for name in custom] if isinstance(custom, Mapping) else []
    return tuple(sorted([*(key for key in body if key != CUSTOM_FIELDS), *below]))


def loose_text(record: Mapping[str, Any], paths: Sequence[str]) -> str:
    """Return a text of the fields ``paths`` that Daktela's normalisations do not change, so that two records compare.

    It does change when Daktela cuts a value.
    """
    return json.dumps([[path, sorted(_loose(_at(record, path)).elements())] for path in paths])


def loosely_same(sent: Mapping[str, Any], stored: Mapping[str, Any], paths: Sequence[str]) -> bool:
    """Whether two records have the same ``loose_text``. Equal values are not normalised, which saves time."""
    pairs = ((_at(sent, path), _at(stored, path)) for path in paths)
    return all(ours == theirs or _loose(ours) == _loose(theirs) for ours, theirs in pairs)


def _at(record: Mapping[str, Any], path: str) -> Any:
    key, _, name = path.partition(".")
    value = record.get(key)
    if not name:
        return value
    return value.get(name) if isinstance(value, Mapping) else None


def _loose(value: Any) -> Counter[str]:
    """Return a value with every normalisation of ``KINDS`` applied."""
    listed = _plain(value)
    for change in KINDS.values():
        listed = _mapped(listed, change)
    return Counter({text: count for text, count in listed.items() if text})


def _pairs(sent: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    pairs = {}
    for key, value in sent.items():
        if key not in stored:
            continue
        if key == CUSTOM_FIELDS and isinstance(value, Mapping):
            # Daktela may give an empty map as an empty list.
            held = stored[CUSTOM_FIELDS] if isinstance(stored[CUSTOM_FIELDS], Mapping) else {}
            pairs.update({f"{CUSTOM_FIELDS}.{name}": (ours, held.get(name)) for name, ours in value.items()})
        else:
            pairs[key] = (value, stored[key])
    return pairs


def _difference(ours: Any, theirs: Any) -> str | None:
    if ours == (theirs.get("name") if isinstance(theirs, Mapping) else theirs):
        return None
    a, b = _plain(ours), _plain(theirs)
    if a == b:
        return None
    if not a:
        return "not_cleared"
    if b < a:
        return "missing"
    for how, change in KINDS.items():
        if _mapped(a, change) == _mapped(b, change):
            return how
    if len(a) == len(b) and all(any(text.startswith(held) for text in a) for held in b):
        return "cut"
    return "rewritten"


def _plain(value: Any) -> Counter[str]:
    """Return a value as a multiset of non-empty texts: references by name, dates with a blank, booleans as 1 and 0."""
    listed = value if isinstance(value, list) else [value]
    texts = [_text(item.get("name") if isinstance(item, Mapping) else item) for item in listed]
    return Counter(text for text in texts if text)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    text = str(value)
    if NUMBER.fullmatch(text):
        return f"{Decimal(text).normalize():f}" if "." in text else text
    stamp = STAMP.fullmatch(text)
    if stamp is None:
        return text
    moment = f"{stamp[1]} {stamp[2]}{stamp[3] or ':00'}"
    return moment.removesuffix(" 00:00:00")


def _mapped(values: Counter[str], change: Callable[[str], str]) -> Counter[str]:
    changed: Counter[str] = Counter()
    for value, count in values.items():
        changed[change(value)] += count
    return changed


def _spaceless(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _digits(text: str) -> str:
    """Return a phone number's digits without the international prefix; any other text as it is."""
    if not re.fullmatch(r"\+?[\d\s()/.-]{6,}", text):
        return text
    return re.sub(r"\D", "", text).removeprefix("00")


KINDS: Mapping[str, Callable[[str], str]] = {
    "trimmed": _spaceless,
    "phone_format": _digits,
    "html": lambda text: _spaceless(html.unescape(text)),
    "case": str.casefold,
}
