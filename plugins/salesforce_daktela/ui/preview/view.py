"""What the step Preview shows of records, in the words of one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from salesforce_daktela.mapping.model import MappingSpec
from salesforce_daktela.steps.setup.preview import Preview, PreviewedRecord
from salesforce_daktela.ui.preview.fields import FieldView, say_problem, show_fields
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """One record. ``colour`` is that of its badge; ``problems`` are those of no field."""

    id: str
    label: str
    name: str
    colour: str
    state: str
    problems: tuple[str, ...]
    fields: tuple[FieldView, ...]
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewView:
    """All records that were found. ``missing`` are Ids that were asked for in vain."""

    records: tuple[RecordView, ...]
    missing: tuple[str, ...]
    left_out: tuple[str, ...]


def show_preview(preview: Preview, mapping: MappingSpec, words: Words) -> PreviewView:
    """Return what the page shows of the records."""
    records = tuple(_record(record, mapping, words, first=number == 0) for number, record in enumerate(preview.records))
    return PreviewView(records=records, missing=preview.missing, left_out=preview.left_out)


def _record(record: PreviewedRecord, mapping: MappingSpec, words: Words, *, first: bool) -> RecordView:
    colour, state = _state(record, words)
    targets = {rule.target for rule in mapping.fields}
    payload = record.payload.as_created()
    looked_up = {reference.field: reference.to for reference in payload.references}
    body = {} if payload.departed else payload.body()
    return RecordView(
        id=record.id,
        label=record.label,
        name=record.payload.name or "",
        colour=colour,
        state=state,
        problems=tuple(say_problem(each.code, words) for each in record.payload.problems if each.field not in targets),
        fields=show_fields(mapping, record.fields, record.values, body, looked_up, words),
        open=first,
    )


def _state(record: PreviewedRecord, words: Words) -> tuple[str, str]:
    _ = words.gettext
    if record.payload.departed:
        return "elsewhere", _("Deleted in Salesforce")
    if not record.passes:
        return "paused", _("Left out by the filter")
    count = len(record.payload.problems)
    if count:
        return "broken", words.ngettext("%(num)d problem", "%(num)d problems", count) % {"num": count}
    return "active", _("Fits")
