"""What the ledger knows of a record, in the words of one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from salesforce_daktela.ledger.records.accepted import PRESENT
from salesforce_daktela.ledger.records.entries import PastOutcome, RecordEntry, RecordState, RejectEntry
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.record.known import Known
from salesforce_daktela.sync.outcome import Outcome
from salesforce_daktela.ui.code_words import words_of_code
from salesforce_daktela.ui.runs.outcomes import outcome_names
from salesforce_daktela.ui.watching.record.facts import RecordFacts
from salesforce_daktela.ui.wording import Words

TONES = {
    Outcome.CREATED: "active",
    Outcome.UPDATED: "active",
    Outcome.ADOPTED: "active",
    Outcome.REJECTED: "broken",
    Outcome.GONE: "broken",
    Outcome.PARKED: "waiting",
    Outcome.DEFERRED: "waiting",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonView:
    """Why a record is rejected: ``code`` in ``field`` (may be empty), in words, with what to do."""

    code: str
    field: str
    what: str
    todo: str
    tried: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentView:
    """A parent that is waited for; the mapping that would bring it, its Id, and since when."""

    mapping: str
    id: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run that did something with the record. ``run_path`` is its id in an address; ``code`` may be empty."""

    at: str
    run_id: str
    run_path: str
    tone: str
    outcome: str
    code: str
    field: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownView:
    """The record under one mapping. ``state`` is empty where Daktela has never accepted it.

    ``called`` stands before the name. ``winner`` is the Id of the record that has its object now; ``joined`` and
    ``left`` are the words before and behind it.
    """

    mapping: str
    way: str
    name: str
    called: str
    tone: str
    state: str
    written: str
    winner: str
    joined: str
    left: str
    reject: ReasonView | None
    parents: tuple[ParentView, ...]
    runs: tuple[RunRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """``trouble`` is a sentence in English about the ledger; ``zone`` is that of all times."""

    wanted: bool
    id: str
    known: tuple[KnownView, ...]
    trouble: str
    zone: str


def show_record(facts: RecordFacts, spec: SyncSpec, words: Words) -> RecordView:
    """Return what the page shows before it has asked the two systems."""
    zone = spec.timezone or "UTC"
    known = tuple(_known(known, spec, zone, words) for known in facts.known)
    return RecordView(wanted=facts.wanted, id=facts.id, known=known, trouble=facts.trouble, zone=zone)


def _known(known: Known, spec: SyncSpec, zone: str, words: Words) -> KnownView:
    mapping, entry = spec.mapping(known.mapping), known.entry
    tone, state = ("", "") if entry is None else _state(entry, words)
    joined, left = _winner(known, words)
    return KnownView(
        mapping=mapping.name,
        way=f"{mapping.sobject} → {mapping.entity.value}",
        name="" if entry is None else entry.name,
        called=_called(known, words),
        tone=tone,
        state=state,
        written="" if entry is None else words.moment(entry.written_at, zone),
        winner=entry.winner or "" if entry is not None and joined else "",
        joined=joined,
        left=left,
        reject=None if known.reject is None else _reason(known.reject, zone, words),
        parents=tuple(
            ParentView(mapping=wait.parent_mapping, id=wait.parent_id, since=words.moment(wait.since, zone))
            for wait in known.parked
        ),
        runs=tuple(_run(past, zone, words) for past in known.outcomes),
    )


def _called(known: Known, words: Words) -> str:
    _ = words.gettext
    there = known.entry is not None and (known.entry.state in (*PRESENT, RecordState.INTENDED) or known.carried)
    return _("Name in Daktela:") if there else _("Its name in Daktela was:")


def _winner(known: Known, words: Words) -> tuple[str, str]:
    """What stands before and behind the Id of the record that has the object now; nothing where none has it."""
    _ = words.gettext
    match known.entry and known.entry.state:
        case RecordState.MERGED:
            return _("It was merged into"), "."
        case RecordState.BECAME if known.carried:
            return _("Its object is carried on by"), "."
        case RecordState.BECAME:
            return _("Its object was carried on by"), _(", which is no longer in Daktela.")
        case _other:
            return "", ""


def _state(entry: RecordEntry, words: Words) -> tuple[str, str]:
    _ = words.gettext
    return {
        RecordState.INTENDED: ("waiting", _("Sent, without an answer yet")),
        RecordState.LIVE: ("active", _("In Daktela")),
        RecordState.GONE: ("broken", _("Deleted in Daktela by somebody")),
        RecordState.REMOVED: ("", _("Removed from Daktela")),
        RecordState.KEPT: ("", _("Left Salesforce, kept in Daktela")),
        RecordState.MARKED: ("", _("Left Salesforce, marked in Daktela")),
        RecordState.MERGED: ("", _("Merged into another record")),
        RecordState.BECAME: ("", _("Converted")),
    }[entry.state]


def _reason(reject: RejectEntry, zone: str, words: Words) -> ReasonView:
    _ = words.gettext
    said = words_of_code(reject.code, words)
    tried = _("Tried %(times)s times since %(first)s, last %(last)s. Runs read it again from %(next)s on.") % {
        "times": words.number(reject.attempts),
        "first": words.moment(reject.first_seen, zone),
        "last": words.moment(reject.last_seen, zone),
        "next": words.moment(reject.next_try, zone),
    }
    return ReasonView(code=reject.code, field=reject.field, what=said.what, todo=said.todo, tried=tried)


def _run(past: PastOutcome, zone: str, words: Words) -> RunRow:
    tone, outcome = outcome_words(past.outcome, words)
    return RunRow(
        at=words.moment(past.at, zone),
        run_id=past.run_id,
        run_path=quote(past.run_id, safe=""),
        tone=tone,
        outcome=outcome,
        code=past.code,
        field=past.field,
        what=words_of_code(past.code, words).what if past.code else "",
    )


def outcome_words(outcome: str, words: Words) -> tuple[str, str]:
    """Return the colour and the name of an outcome; a word that is none stays as it is."""
    try:
        known = Outcome(outcome)
    except ValueError:
        return "", outcome
    return TONES.get(known, ""), outcome_names(words)[known]
