"""What Daktela stored against what was sent, with the normalisations it is known to make. Pure, and without values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """``how`` is ``missing``, ``spacing``, ``phone_format`` or ``rewritten``."""

    path: str
    how: str


def differences(sent: Mapping[str, Any], stored: Mapping[str, Any]) -> tuple[FieldDifference, ...]:
    """Return the sent fields that Daktela stores differently. Fields it did not echo are not judged."""
    found = []
    for path, (ours, theirs) in _pairs(sent, stored).items():
        how = _difference(ours, theirs)
        if how is not None:
            found.append(FieldDifference(path=path, how=how))
    return tuple(found)


def _pairs(sent: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    pairs = {}
    for key, value in sent.items():
        if key == "customFields" and isinstance(value, Mapping):
            held = stored.get("customFields")
            if "customFields" in stored:
                inner = held if isinstance(held, Mapping) else {}
                pairs.update({f"customFields.{name}": (ours, inner.get(name)) for name, ours in value.items()})
        elif key in stored:
            pairs[key] = (value, stored[key])
    return pairs


def _difference(ours: Any, theirs: Any) -> str | None:
    a, b = _plain(ours), _plain(theirs)
    if a == b:
        return None
    if a and not b:
        return "missing"
    if _mapped(a, _spaceless) == _mapped(b, _spaceless):
        return "spacing"
    if _mapped(a, _digits) == _mapped(b, _digits) and all(_digits(value) for value in a):
        return "phone_format"
    return "rewritten"


def _plain(value: Any) -> Counter[str]:
    """A value as a multiset of texts: references by name, dates with a blank, booleans as 1 and 0, empties gone."""
    if isinstance(value, Mapping):
        value = value.get("name")
    listed = value if isinstance(value, list) else [value]
    return Counter(_text(item) for item in listed if item is not None and _text(item) != "")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", text):
        text = text.replace("T", " ")
    if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", text):
        text += ":00"
    return text.removesuffix(" 00:00:00") if re.fullmatch(r"\d{4}-\d\d-\d\d 00:00:00", text) else text


def _mapped(values: Counter[str], change: Any) -> Counter[str]:
    changed: Counter[str] = Counter()
    for value, count in values.items():
        changed[change(value)] += count
    return changed


def _spaceless(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text).removeprefix("00")
