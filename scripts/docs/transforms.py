"""Makes ``docs/transforms.md``: every built-in transform with its options, from the loader's own registry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.mapping.transforms.definition import UNSET, Option, Transform
from salesforce_daktela.mapping.transforms.registry import BUILT_IN
from salesforce_daktela.ui.map_data.transform_words import does
from salesforce_daktela.ui.wording import Language, words_in

BEGINNING = """\
# Transforms

This page is made from the registry that the loader goes by. Examples of each, HTML, phone numbers and how to write your
own stand in [the mapping language](mapping.md#transforms). An option with * may stand alone: `{truncate: 512}`.

| transform | does | works on | takes | options |
|---|---|---|---|---|
"""
TYPES: dict[Any, str] = {str: "text", int: "whole number", bool: "true or false", dict: "table"}


def transforms_page() -> str:
    """Return the page in Markdown."""
    return BEGINNING + "".join(_row(transform) for transform in BUILT_IN.values())


def _row(transform: Transform) -> str:
    works_on = {"each": "each value", "list": "the whole list"}[transform.takes]
    options = "; ".join(_options(transform)) or "none"
    does_what = does(transform.name, words_in(Language.ENGLISH))
    return f"| `{transform.name}` | {does_what} | {works_on} | {_takes(transform)} | {options} |\n"


def _takes(transform: Transform) -> str:
    if transform.accepts == frozenset(FieldKind):
        return "everything"
    return ", ".join(kind.value for kind in FieldKind if kind in transform.accepts)


def _options(transform: Transform) -> Iterator[str]:
    for name, option in transform.options.items():
        star = "*" if name == transform.main else ""
        yield f"`{name}`{star} ({_type(option)}{_default(option)})"


def _type(option: Option) -> str:
    return TYPES[option.type] if not isinstance(option.type, tuple) else "text, number or boolean"


def _default(option: Option) -> str:
    if option.default is UNSET:
        return ", required"
    written = str(option.default).lower() if isinstance(option.default, bool) else option.default
    return "" if option.default is None else f", `{written}` if left out"
