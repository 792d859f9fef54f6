"""What runs have found changed on either side, in the words of one language. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from salesforce_daktela.mapping.problems import one_line
from salesforce_daktela.sync.drift import NAMES, ChangeKind, Severity
from salesforce_daktela.ui.watching.health.reports import SchemaChange
from salesforce_daktela.ui.watching.severities import SEVERITY_TONES, severity_names
from salesforce_daktela.ui.wording import Words

MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One change: a colour and a word for its severity, the field and what happened to it."""

    tone: str
    severity: str
    mapping: str
    side: str
    field: str
    what: str
    at: str


def show_changes(changes: Sequence[SchemaChange], now: datetime, words: Words) -> tuple[ChangeRow, ...]:
    """Return the latest changes, those that stop something first."""
    order = [severity.value for severity in reversed(Severity)]
    worst = sorted(changes, key=lambda change: order.index(change.severity) if change.severity in order else len(order))
    return tuple(_row(change, now, words) for change in worst[:MOST])


def _row(change: SchemaChange, now: datetime, words: Words) -> ChangeRow:
    _ = words.gettext
    severities: Mapping[str, str] = {severity.value: name for severity, name in severity_names(words).items()}
    kinds: Mapping[str, str] = {
        ChangeKind.VANISHED: _("is gone, or hidden from this user"),
        ChangeKind.APPEARED: _("is new"),
        ChangeKind.RETYPED: _("has another type"),
        ChangeKind.REQUIRED: _("has become required"),
        ChangeKind.SHORTENED: _("has become shorter"),
        ChangeKind.VALUES_ADDED: _("offers new values"),
        ChangeKind.VALUES_REMOVED: _("no longer offers some values"),
    }
    tones: Mapping[str, str] = {severity.value: tone for severity, tone in SEVERITY_TONES.items()}
    sides: Mapping[str, str] = {side.value: name for side, name in NAMES.items()}
    return ChangeRow(
        tone=tones.get(change.severity, "paused"),
        severity=severities.get(change.severity, one_line(change.severity)),
        mapping=one_line(change.mapping),
        side=sides.get(change.side, one_line(change.side)),
        field=one_line(change.field),
        what=kinds.get(change.kind, one_line(change.kind)),
        at=words.ago(change.at, now),
    )
