"""Fields that an admin has changed, written as ``Contact.Title length=40``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from sandbox.salesforce.fields import Field

SETTINGS: Mapping[str, Callable[[Field, str], Field]] = {
    "type": lambda field, text: replace(field, type=text),
    "length": lambda field, text: replace(field, length=int(text)),
    "values": lambda field, text: replace(field, values=tuple(text.split("|"))),
    "required": lambda field, text: replace(field, nillable=text == "false"),
}


def read_alterations(texts: Iterable[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return settings by lower-case ``contact.title``. Raises ValueError for any other text."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for text in texts:
        name, _, setting = text.partition(" ")
        key, _, value = setting.partition("=")
        if "." not in name or key not in SETTINGS or not value or (key == "length" and not value.isdigit()):
            raise ValueError(f"{text!r} is not like `Contact.Title length=40`; settings are {', '.join(SETTINGS)}")
        found[name.lower()] = (*found.get(name.lower(), ()), (key, value))
    return found


def altered(field: Field, settings: Iterable[tuple[str, str]]) -> Field:
    """Return the field after the change."""
    for key, value in settings:
        field = SETTINGS[key](field, value)
    return field
