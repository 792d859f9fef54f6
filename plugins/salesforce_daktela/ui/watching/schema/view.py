"""What the page of schemas shows, in the words of one language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from salesforce_daktela.sync.drift import NAMES, Change, ChangeKind
from salesforce_daktela.sync.seen_schema import Side
from salesforce_daktela.ui.watching.schema.facts import SchemaFacts, SideSeen, ToldChange
from salesforce_daktela.ui.watching.severities import SEVERITY_TONES, severity_names
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One change. ``run_id`` is the run that told of it first, empty for a change that was read right now."""

    tone: str
    severity: str
    mapping: str
    side: str
    field: str
    said: str
    since: str = ""
    run_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideLine:
    """One side of a mapping as its last run saw it."""

    side: str
    of: str
    fields: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingLine:
    """A mapping with its two sides; none where no run has seen them. ``agreed`` says what they are compared with."""

    name: str
    agreed: str
    sides: tuple[SideLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaView:
    """The page. ``now`` are changes that the latest runs told of, ``before`` those that only earlier ones did.

    ``missing`` says what stands against reading both systems, empty for nothing. ``quiet`` is said where ``now`` is
    empty.
    """

    sync: str
    zone: str
    locked: bool
    lock_label: str
    lock_words: str
    lock_trouble: str
    note: str
    trouble: str
    broken: tuple[str, ...]
    mappings: tuple[MappingLine, ...]
    now: tuple[ChangeLine, ...]
    before: tuple[ChangeLine, ...]
    quiet: str
    missing: str


def show_schemas(facts: SchemaFacts, words: Words) -> SchemaView:
    """Return the page for what was read."""
    _ = words.gettext
    label, said = _lock_words(facts, words)
    return SchemaView(
        sync=facts.sync,
        zone=facts.zone,
        locked=facts.lock.written is not None,
        lock_label=label,
        lock_words=said,
        lock_trouble=facts.lock.trouble,
        note=_note(facts, words),
        trouble=facts.trouble,
        broken=facts.broken,
        mappings=tuple(_mapping(name, facts, words) for name in facts.mappings),
        now=tuple(_told(told, facts.zone, words) for told in facts.told if told.still),
        before=tuple(_told(told, facts.zone, words) for told in facts.told if not told.still),
        quiet=_("The latest runs have told of no change.") if facts.last_told else _("No run has compared them yet."),
        missing=_missing(facts, words),
    )


def change_line(change: Change, words: Words, *, since: str = "", run_id: str = "") -> ChangeLine:
    """Return one change in words."""
    said = _kind_words(words)[change.kind] % {"was": change.was or "", "now": change.now or ""}
    return ChangeLine(
        tone=SEVERITY_TONES[change.severity],
        severity=severity_names(words)[change.severity],
        mapping=change.mapping,
        side=NAMES[change.side],
        field=change.field,
        said=said,
        since=since,
        run_id=run_id,
    )


def _told(told: ToldChange, zone: str, words: Words) -> ChangeLine:
    since = words.moment(told.since, zone)
    if told.earlier:
        since = words.gettext("%(moment)s or earlier") % {"moment": since}
    return change_line(told.change, words, since=since, run_id=told.run_id)


def _kind_words(words: Words) -> dict[ChangeKind, str]:
    _ = words.gettext
    return {
        ChangeKind.VANISHED: _("is gone, or hidden from our user; it was %(was)s"),
        ChangeKind.APPEARED: _("is new: %(now)s"),
        ChangeKind.RETYPED: _("has another type: it was %(was)s, now it is %(now)s"),
        ChangeKind.REQUIRED: _("has become required: it was %(was)s, now it is %(now)s"),
        ChangeKind.SHORTENED: _("has been shortened: it was %(was)s, now it is %(now)s"),
        ChangeKind.VALUES_ADDED: _("offers new values: %(now)s"),
        ChangeKind.VALUES_REMOVED: _("no longer offers the values %(was)s"),
    }


def _lock_words(facts: SchemaFacts, words: Words) -> tuple[str, str]:
    _ = words.gettext
    if facts.lock.trouble:
        return _("Cannot be read"), _("Every run stops until the lock file is mended, written anew or deleted.")
    if facts.lock.written is None:
        return (
            _("Nothing agreed"),
            _("There is no lock file: each run compares with the run before, and tells of most changes once."),
        )
    return (
        _("Agreed"),
        _("There is a lock file: each run tells of every difference from it, until you agree again."),
    )


def _note(facts: SchemaFacts, words: Words) -> str:
    if facts.lock.written is None or facts.last_told is None or facts.lock.written <= facts.last_told:
        return ""
    return words.gettext(
        "The lock file was written after the latest run. What is told below was compared with the one before; "
        "the next run compares with this one."
    )


def _mapping(name: str, facts: SchemaFacts, words: Words) -> MappingLine:
    _ = words.gettext
    sides: Mapping[Side, SideSeen] = facts.seen.get(name, {})
    return MappingLine(
        name=name,
        agreed=_("with the lock file") if name in facts.lock.mappings else _("with the run before"),
        sides=tuple(
            SideLine(
                side=NAMES[side],
                of=_of(sides[side].of, words),
                fields=words.ngettext("%(count)s field", "%(count)s fields", sides[side].fields)
                % {"count": words.number(sides[side].fields)},
                at=words.moment(sides[side].at, facts.zone),
            )
            for side in Side
            if side in sides
        ),
    )


def _of(seen: str, words: Words) -> str:
    """Whose fields were seen: an object of Salesforce, or a model of Daktela in one of its places."""
    model, _, place = seen.partition(" of ")
    return words.gettext("%(model)s of %(place)s") % {"model": model, "place": place} if place else seen


def _missing(facts: SchemaFacts, words: Words) -> str:
    _ = words.gettext
    if not facts.edits:
        return _("To read both systems and to agree needs the right to edit the sync's DAG.")
    if facts.broken or not facts.mappings:
        return _("The sync's files have to load first.")
    return ""
