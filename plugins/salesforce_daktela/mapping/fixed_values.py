"""The values of a field that its mapping file names. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from salesforce_daktela.mapping.model import Constant, FieldRule, Scalar
from salesforce_daktela.mapping.render import render


def fixed_values(rule: FieldRule) -> list[str]:
    """Constants, the default, and what a value table at the end gives, each once, as texts.

    Constants that are looked up in a table are not sent.
    """
    values: list[Any] = [] if rule.default is None else [rule.default]
    translated = any(call.name == "values" for call in rule.transforms)
    for source in rule.sources:
        if isinstance(source, Constant) and not translated:
            values += list(source.value) if isinstance(source.value, tuple) else [source.value]
    for call in rule.transforms[-1:]:
        table = call.options.get("table")
        if call.name == "values" and isinstance(table, Mapping):
            values += list(table.values())
    return as_texts(values)


def as_texts(values: list[Scalar]) -> list[str]:
    """Values as Daktela gets them, each once, without empty ones."""
    return [text for value in dict.fromkeys(values) if value is not None and (text := render(value, UTC))]
