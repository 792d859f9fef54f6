"""One rule as a function from source values to the values Daktela gets. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from salesforce_daktela.mapping.model import Constant, FieldPath, FieldRule, Source, Template
from salesforce_daktela.mapping.render import is_empty, render
from salesforce_daktela.mapping.transforms.definition import Transform, UnfitValueError

GAP = "\ue000"
"""Marks an empty template piece while white space around it is closed up; private use, so no data holds it."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The non-empty values in order, the code of what refused the record, and how many values were dropped."""

    values: tuple[str, ...] = ()
    problem: str = ""
    dropped: int = 0


def compile_rule(
    rule: FieldRule, transforms: Mapping[str, Transform], zone: tzinfo
) -> Callable[[Sequence[Any]], Evaluated]:
    """Return the function of one rule; it takes one value for each of the rule's paths, see ``rule_paths``."""
    gather = _gatherer(rule.sources, zone)
    steps = [(transforms[call.name], transforms[call.name].make(**call.options)) for call in rule.transforms]
    default: tuple[Any, ...] = () if rule.default is None else (rule.default,)

    def evaluate(inputs: Sequence[Any]) -> Evaluated:
        values = gather(inputs)
        dropped = 0
        for transform, function in steps:
            try:
                values, lost = _apply(transform, function, values, drop=rule.on_error == "drop")
            except UnfitValueError as exc:
                return Evaluated(problem=exc.code)
            dropped += lost
        texts = tuple(text for value in values or default if (text := render(value, zone)) and not is_empty(text))
        return Evaluated(values=texts, dropped=dropped)

    return evaluate


def rule_paths(sources: Sequence[Source]) -> tuple[str, ...]:
    """The field paths of sources, in the order in which their values are handed over; repeated ones stay."""
    return tuple(
        piece.path
        for source in sources
        for piece in (source.pieces if isinstance(source, Template) else (source,))
        if isinstance(piece, FieldPath)
    )


def fill_template(template: Template, values: Sequence[Any], zone: tzinfo) -> str:
    """Return the text of a template. Empty pieces vanish with the white space around them; all empty is empty."""
    rendered, taken, filled = [], iter(values), False
    for piece in template.pieces:
        if isinstance(piece, str):
            rendered.append(piece)
            continue
        value = next(taken)
        if is_empty(value):
            rendered.append(GAP)
        else:
            filled = True
            rendered.append(_joined(value, zone))
    if not filled:
        return ""
    text = "".join(rendered)
    if GAP in text:
        text = re.sub(rf"(\s*)(?:{GAP}(\s*))+", lambda gap: gap.group(1) or gap.group(2) or "", text)
    return text.strip()


def _gatherer(sources: Sequence[Source], zone: tzinfo) -> Callable[[Sequence[Any]], list[Any]]:
    widths = [len(rule_paths((source,))) for source in sources]

    def gather(inputs: Sequence[Any]) -> list[Any]:
        values: list[Any] = []
        start = 0
        for source, width in zip(sources, widths, strict=True):
            mine = inputs[start : start + width]
            start += width
            if isinstance(source, Constant):
                values += list(source.value) if isinstance(source.value, tuple) else [source.value]
            elif isinstance(source, Template):
                values.append(fill_template(source, mine, zone))
            else:
                values += list(mine[0]) if isinstance(mine[0], tuple) else [mine[0]]
        return [value for value in values if not is_empty(value)]

    return gather


def _apply(
    transform: Transform, function: Callable[[Any], Any], values: list[Any], *, drop: bool
) -> tuple[list[Any], int]:
    """One transform over all values; those that do not fit are dropped and counted when ``drop`` says so."""
    if transform.takes == "list":
        if not values and transform.name != "default":
            return values, 0
        try:
            return _listed(function(values)), 0
        except UnfitValueError:
            if not drop:
                raise
            return [], len(values)
        except (ValueError, TypeError, ArithmeticError) as exc:
            raise UnfitValueError(f"{transform.name}_failed") from exc
    kept: list[Any] = []
    lost = 0
    for value in values:
        try:
            kept += _listed(function(value))
        except UnfitValueError:
            if not drop:
                raise
            lost += 1
        except (ValueError, TypeError, ArithmeticError) as exc:
            if not drop:
                raise UnfitValueError(f"{transform.name}_failed") from exc
            lost += 1
    return kept, lost


def _listed(value: Any) -> list[Any]:
    listed = list(value) if isinstance(value, list | tuple) else [value]
    return [item for item in listed if not is_empty(item)]


def _joined(value: Any, zone: tzinfo) -> str:
    return ", ".join(render(item, zone) for item in value) if isinstance(value, tuple) else render(value, zone)
