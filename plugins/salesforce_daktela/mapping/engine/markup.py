"""Which sources of a rule hold HTML, as Salesforce describes their fields. Pure."""

from __future__ import annotations

from collections.abc import Callable

from salesforce_daktela.mapping.engine.batch import Cell
from salesforce_daktela.mapping.model import LINK, Constant, FieldRule, Source
from salesforce_daktela.mapping.schema import FieldKind, SourceSchema
from salesforce_daktela.mapping.sources import rule_paths
from salesforce_daktela.mapping.transforms.html import ALWAYS, NEVER, Html, Plain

Mark = Callable[[str], str] | None
TEXTS = (FieldKind.TEXT, FieldKind.MULTIPICKLIST)


def described_html(rule: FieldRule, schema: SourceSchema) -> tuple[str | None, tuple[Mark, ...]]:
    """Return the option ``when`` of ``html_to_text`` if all sources are of one kind, else a mark for each source.

    A mark says how Salesforce describes the field of a text. A transform before ``html_to_text`` would lose it, so
    texts are marked only where ``html_to_text`` comes first; others are judged by their content.
    """
    holds = [_holds_html(source, schema) for source in rule.sources]
    if None not in holds and len(set(holds)) == 1:
        return (ALWAYS if holds[0] else NEVER), ()
    first = bool(rule.transforms) and rule.transforms[0].name == "html_to_text"
    return None, tuple(_MARKS[found] if first else None for found in holds)


def marked(cell: Cell, mark: Callable[[str], str]) -> Cell:
    """Return the cell with each text marked."""
    if type(cell) is tuple:
        return tuple(mark(value) if type(value) is str else value for value in cell)
    return mark(cell) if type(cell) is str else cell


_MARKS: dict[bool | None, Mark] = {True: Html, False: Plain, None: None}


def _holds_html(source: Source, schema: SourceSchema) -> bool | None:
    """None where describe does not say, or says both."""
    if isinstance(source, Constant):
        return None
    found = {_field_holds_html(path, schema) for path in rule_paths((source,))}
    return found.pop() if len(found) == 1 else None


def _field_holds_html(path: str, schema: SourceSchema) -> bool | None:
    if path == LINK:
        return False
    field = schema.field(path)
    return field.html if field.kind in TEXTS else False
