"""What has changed in a schema since it was last seen, and how much it matters. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from salesforce_daktela.sync.seen_schema import Seen, SeenField, SeenSchema, Side

NAMED_VALUES = 10
"""Picklist values named in one report line; the others are counted."""

NAMES = {Side.SALESFORCE: "Salesforce", Side.DAKTELA: "Daktela"}


class ChangeKind(StrEnum):
    """How a field differs from what it was."""

    VANISHED = "vanished"
    APPEARED = "appeared"
    RETYPED = "retyped"
    REQUIRED = "required"
    SHORTENED = "shortened"
    VALUES_ADDED = "values_added"
    VALUES_REMOVED = "values_removed"


class Severity(StrEnum):
    """``error``: the mapping can no longer be carried out; ``warning``: its result may differ from what was meant."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


WORDS = {
    ChangeKind.VANISHED: "is gone, or hidden from this user; it was {was}",
    ChangeKind.APPEARED: "is new: {now}",
    ChangeKind.RETYPED: "has another type: it was {was}, now it is {now}",
    ChangeKind.REQUIRED: "has become required: it was {was}, now it is {now}",
    ChangeKind.SHORTENED: "has been shortened: it was {was}, now it is {now}",
    ChangeKind.VALUES_ADDED: "offers new values: {now}",
    ChangeKind.VALUES_REMOVED: "no longer offers the values {was}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference; ``was`` and ``now`` are texts for people, None where there is nothing to say."""

    mapping: str
    side: Side
    field: str
    kind: ChangeKind
    severity: Severity
    was: str | None
    now: str | None

    def __str__(self) -> str:
        said = WORDS[self.kind].format(was=self.was, now=self.now)
        return f"{self.mapping}: {NAMES[self.side]}'s field {self.field} {said}"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "mapping": self.mapping,
            "side": self.side.value,
            "field": self.field,
            "kind": self.kind.value,
            "severity": self.severity.value,
            "was": self.was,
            "now": self.now,
        }


def compare(mapping: str, side: Side, was: SeenSchema, now: SeenSchema, mapped: Collection[str]) -> tuple[Change, ...]:
    """Return the changes from ``was`` to ``now``, in the order of field paths.

    ``mapped`` are the paths that the mapping uses, in any letter case. Nothing is compared when the mapping turned to
    another object, database or record type. A list that is incomplete now shows no removed fields, and one that
    was incomplete before shows no new ones.
    """
    if was.of != now.of:
        return ()
    used = {path.lower() for path in mapped}
    changes: list[Change] = []
    for path in sorted({*was.fields, *now.fields}):
        before, after, ours = was.fields.get(path), now.fields.get(path), path.lower() in used
        for kind, severity, old, new in _differences(side, before, after, mapped=ours):
            if _tellable(side, path, kind, was, now, mapped=ours):
                changes.append(
                    Change(mapping=mapping, side=side, field=path, kind=kind, severity=severity, was=old, now=new)
                )
    return tuple(changes)


def to_remember(was: Seen, now: Seen, changes: Sequence[Change]) -> dict[Side, SeenSchema]:
    """Return what the next run is to compare with.

    It is what this run saw. Fields with an error are kept as they were, so that the error is reported until somebody
    corrects it. Fields that an incomplete list leaves out are kept as well.
    """
    return {side: _merged(was.get(side), seen, _unmended(side, changes)) for side, seen in now.items()}


def _merged(was: SeenSchema | None, now: SeenSchema, unmended: Collection[str]) -> SeenSchema:
    if was is None or was.of != now.of:
        return now
    kept = {path: found for path, found in was.fields.items() if path in unmended or not now.complete}
    fresh = {path: found for path, found in now.fields.items() if path not in unmended}
    return replace(now, fields={**kept, **fresh}, complete=now.complete or was.complete)


def _unmended(side: Side, changes: Sequence[Change]) -> set[str]:
    return {change.field for change in changes if change.side is side and change.severity is Severity.ERROR}


def _tellable(side: Side, path: str, kind: ChangeKind, was: SeenSchema, now: SeenSchema, *, mapped: bool) -> bool:
    """Parents' fields are seen only while they are mapped, so other changes of them are no drift."""
    parents = side is Side.SALESFORCE and "." in path
    if kind is ChangeKind.VANISHED:
        return now.complete and (mapped or not parents)
    if kind is ChangeKind.APPEARED:
        return was.complete and not parents
    return True


Difference = tuple[ChangeKind, Severity, str | None, str | None]


def _differences(side: Side, was: SeenField | None, now: SeenField | None, *, mapped: bool) -> Iterator[Difference]:
    ours = Severity.WARNING if mapped else Severity.INFO
    if was is None or now is None:
        if was is not None:
            yield ChangeKind.VANISHED, Severity.ERROR if mapped else Severity.INFO, str(was), None
        elif now is not None:
            yield ChangeKind.APPEARED, _of_required(side, now), None, str(now)
        return
    if was.type != now.type:
        yield ChangeKind.RETYPED, ours, str(was), str(now)
    if now.required and not was.required:
        yield ChangeKind.REQUIRED, _of_required(side, now), str(was), str(now)
    if now.length and (was.length == 0 or now.length < was.length) and was.type == now.type:
        yield ChangeKind.SHORTENED, ours, str(was), str(now)
    yield from _values(side, was, now, ours)


def _values(side: Side, was: SeenField, now: SeenField, ours: Severity) -> Iterator[Difference]:
    """A value that is new in Salesforce will be sent, and a value removed in Daktela is refused: both are reported."""
    if was.values is None or now.values is None:
        return
    added = [value for value in now.values if value not in was.values]
    removed = [value for value in was.values if value not in now.values]
    if added:
        yield ChangeKind.VALUES_ADDED, ours if side is Side.SALESFORCE else Severity.INFO, None, _listed(added)
    if removed:
        yield ChangeKind.VALUES_REMOVED, ours if side is Side.DAKTELA else Severity.INFO, _listed(removed), None


def _of_required(side: Side, now: SeenField) -> Severity:
    """Daktela refuses records without its required fields; Salesforce's are only read."""
    return Severity.WARNING if now.required and side is Side.DAKTELA else Severity.INFO


def _listed(values: Sequence[str]) -> str:
    more = len(values) - NAMED_VALUES
    return ", ".join(values[:NAMED_VALUES]) + (f" and {more} more" if more > 0 else "")
