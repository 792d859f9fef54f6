"""One rule as a function from columns to a batch of the values that Daktela gets. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from salesforce_daktela.mapping.engine.batch import Batch, Cell, as_cell, merged
from salesforce_daktela.mapping.engine.column import Column, combine
from salesforce_daktela.mapping.engine.markup import Mark, described_html, marked
from salesforce_daktela.mapping.model import LINK, Constant, FieldPath, FieldRule, Source, Template
from salesforce_daktela.mapping.render import is_empty, render
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.mapping.sources import rule_paths
from salesforce_daktela.mapping.transforms.definition import TEXTS, Transform, UnfitValueError
from salesforce_daktela.mapping.transforms.html import DESCRIBED

Columns = Callable[[str], Column]
"""The cells of a path."""
Watch = Callable[[str, list[Cell]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The sources and transforms of one rule, bound to a time zone."""

    rule: FieldRule
    steps: tuple[tuple[Transform, Callable[[Any], Any]], ...]
    zone: tzinfo
    marks: tuple[Mark, ...] = ()
    sendable: bool = False
    """Whether all values are texts without NUL from the sources on, so that none has to be rendered."""

    def run(self, columns: Columns, rows: int, watch: Watch = lambda _name, _cells: None) -> tuple[Column, Batch]:
        """Return which value each row has, and the values: texts, tuples of texts, or None.

        ``watch`` is called after each step, with the step's name and the values.
        """
        column = _gather(self.rule.sources, self.marks, columns, rows, self.zone)
        batch = Batch(list(column.values), drop=self.rule.on_error == "drop")
        watch("source", batch.cells)
        for transform, function in self.steps:
            if transform.rendered and not self.sendable:
                batch.render(self._render)
            batch.apply(transform, function)
            watch(transform.name, batch.cells)
        if self.rule.default is not None:
            default = as_cell(self.rule.default)
            batch.cells = [default if cell is None else cell for cell in batch.cells]
            watch("default", batch.cells)
        if not self.sendable:
            batch.render(self._render)
        return column, batch

    def _render(self, value: Any) -> str:
        try:
            return render(value, self.zone)
        except (ArithmeticError, ValueError, AttributeError) as exc:
            raise UnfitValueError("not_sendable") from exc


def compile_rule(rule: FieldRule, transforms: Mapping[str, Transform], zone: tzinfo, schema: SourceSchema) -> Pipeline:
    """Bind a rule to the functions of its transforms.

    Unless their options say otherwise, date transforms use the server's time zone, and ``html_to_text`` reads the
    fields that Salesforce describes as HTML.
    """
    steps, marks = [], tuple[Mark, ...]()
    for call in rule.transforms:
        options = dict(call.options)
        if call.name in ("date", "datetime") and options.get("zone") is None:
            options["zone"] = str(zone)
        if call.name == "html_to_text" and options["when"] == DESCRIBED:
            when, marks = described_html(rule, schema)
            options["when"] = when or DESCRIBED
        steps.append((transforms[call.name], transforms[call.name].make(**options)))
    sendable = _are_texts(rule, schema) and all(transform.sendable for transform, _ in steps)
    return Pipeline(rule=rule, steps=tuple(steps), zone=zone, marks=marks, sendable=sendable)


def _are_texts(rule: FieldRule, schema: SourceSchema) -> bool:
    """Whether a rule reads nothing but fields of text, from which NUL is removed as they are read."""
    paths = [path for path in rule_paths(rule.sources) if path != LINK]
    constant = any(isinstance(source, Constant) for source in rule.sources)
    fills = rule.default is None or (isinstance(rule.default, str) and "\0" not in rule.default)
    return not constant and fills and all(schema.field(path).kind in TEXTS for path in paths)


def fill_template(pieces: Sequence[str | None]) -> str | None:
    """Join literal texts and values; None stands for an empty value.

    The white space around an empty value becomes that on its left, or else that on its right.
    """
    text, gap, space = "", False, ""
    for piece in pieces:
        if piece is None:
            bare = text.rstrip()
            space, text, gap = space or text[len(bare) :], bare, True
        elif gap:
            bare = piece.lstrip()
            space = space or piece[: len(piece) - len(bare)]
            if bare:
                text, gap, space = f"{text}{space if text else ''}{bare}", False, ""
        else:
            text += piece
    return text.strip() or None


def _gather(sources: Sequence[Source], marks: Sequence[Mark], columns: Columns, rows: int, zone: tzinfo) -> Column:
    """The values of all sources together, as cells."""
    gathered = [_source(source, columns, rows, zone) for source in sources]
    if any(marks):
        gathered = [_marked(column, mark) for column, mark in zip(gathered, marks, strict=True)]
    if len(gathered) == 1:
        return gathered[0]
    return combine(gathered, rows).map(lambda found: [merged(cells) for cells in found])


def _marked(column: Column, mark: Mark) -> Column:
    return column if mark is None else column.map(lambda cells: [marked(cell, mark) for cell in cells])


def _source(source: Source, columns: Columns, rows: int, zone: tzinfo) -> Column:
    if isinstance(source, FieldPath):
        return columns(source.path)
    if isinstance(source, Constant):
        return combine((), rows).map(lambda _: [as_cell(source.value)])
    paths = list(dict.fromkeys(rule_paths((source,))))
    pieces = [columns(path).map(lambda cells: [_text(cell, zone) for cell in cells]) for path in paths]
    return combine(pieces, rows).map(_filler(source, paths))


def _filler(template: Template, paths: Sequence[str]) -> Callable[[list[Any]], list[Cell]]:
    """Return the function that fills a template for all combinations. It is fast where no value is empty."""
    places = [piece if isinstance(piece, str) else paths.index(piece.path) for piece in template.pieces]
    whole = "".join("%s" if isinstance(p, int) else p.replace("%", "%%") for p in places)
    order = [place for place in places if isinstance(place, int)]
    straight = order == list(range(len(paths)))

    def fill(values: tuple[Any, ...]) -> Cell:
        if UNSENDABLE in values:
            return UNSENDABLE
        if None not in values:
            return (whole % (values if straight else tuple(values[place] for place in order))).strip() or None
        if not any(value is not None for value in values):
            return None
        return fill_template([place if isinstance(place, str) else values[place] for place in places])

    return lambda combinations: [fill(values) for values in combinations]


def _text(cell: Cell, zone: tzinfo) -> Any:
    """The text of a cell, None for an empty one, ``UNSENDABLE`` for one that has none."""
    if cell is None or type(cell) is str:
        return cell
    try:
        text = ", ".join(render(value, zone) for value in cell) if type(cell) is tuple else render(cell, zone)
    except (ArithmeticError, ValueError):
        return UNSENDABLE
    return None if is_empty(text) else text


UNSENDABLE = object()
"""Stands for a value that has no text. No transform can use it, so the value does not fit."""
