"""A record as both systems have it, in the words of one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from salesforce_daktela.mapping.model import MappingSpec, SyncSpec
from salesforce_daktela.steps.record.comparison import UNSEEN, HeldField
from salesforce_daktela.steps.record.explanation import Explanation, Intention, ReferenceTrace
from salesforce_daktela.sync.outcome import Outcome
from salesforce_daktela.ui.code_words import words_of_code
from salesforce_daktela.ui.preview.fields import FieldView, Shown, show_fields, show_value
from salesforce_daktela.ui.system_links import daktela_link, salesforce_link
from salesforce_daktela.ui.watching.record.facts import Explained
from salesforce_daktela.ui.watching.record.view import outcome_words
from salesforce_daktela.ui.wording import Words

FORMED = ("trimmed", "phone_format", "html", "case")
"""Differences that come from how Daktela writes a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemView:
    """A reason why the record would be rejected: ``code`` in ``field`` (may be empty), in words, with what to do."""

    code: str
    field: str
    what: str
    todo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceView:
    """A reference. ``id`` is that of a parent's record, empty for users; ``fate`` says what Daktela gets."""

    target: str
    to: str
    id: str
    value: Shown
    fate: str
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SideView:
    """One field on both sides; ``tone`` is empty where both are equal."""

    path: str
    sent: Shown
    held: Shown
    tone: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationView:
    """The record under one mapping. ``why`` is in English. ``request`` is the method and name of what would be sent."""

    mapping: str
    way: str
    tone: str
    outcome: str
    why: str
    request: str
    sent: tuple[Shown, ...]
    problems: tuple[ProblemView, ...]
    fields: tuple[FieldView, ...]
    others: tuple[Shown, ...]
    references: tuple[ReferenceView, ...]
    sides: tuple[SideView, ...]
    equal: int
    in_daktela: bool
    daktela: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedView:
    """The record under each mapping that reads its object. ``salesforce`` is its page there."""

    id: str
    salesforce: str
    explanations: tuple[ExplanationView, ...]


def show_explained(explained: Explained, spec: SyncSpec, words: Words) -> ExplainedView:
    """Return the piece of the page that both systems fill."""
    return ExplainedView(
        id=explained.id,
        salesforce=salesforce_link(explained.salesforce, explained.id),
        explanations=tuple(
            _explanation(found, spec.mapping(found.mapping), explained.daktela, words)
            for found in explained.explanations
        ),
    )


def _explanation(found: Explanation, mapping: MappingSpec, instance: str, words: Words) -> ExplanationView:
    intention = found.intention
    tone, outcome = _outcome(intention, words)
    looked_up = {each.target: each.to for each in found.references}
    refused = {each.field for each in intention.problems}
    mapped = {path.lower() for path in mapping.paths()}
    sides = tuple(_side(each, words) for each in found.compared)
    return ExplanationView(
        mapping=mapping.name,
        way=f"{mapping.sobject} → {mapping.entity.value}",
        tone=tone,
        outcome=outcome,
        why="" if intention.problems else intention.why,
        request=f"{intention.verb} {intention.name}".strip() if intention.verb else "",
        sent=_flat(intention.body or {}, words),
        problems=tuple(_problem(each.code, each.field, words) for each in intention.problems),
        fields=show_fields(mapping, found.fields, found.values, found.whole, looked_up, words),
        others=tuple(show_value(path, v, words) for path, v in found.values.items() if path.lower() not in mapped),
        references=tuple(
            _reference(each, words, asked=bool(found.whole) or each.target in refused) for each in found.references
        ),
        sides=sides,
        equal=sum(not side.tone for side in sides),
        in_daktela=found.daktela is not None,
        daktela=_daktela(found, mapping, instance),
    )


def _outcome(intention: Intention, words: Words) -> tuple[str, str]:
    _ = words.gettext
    if intention.outcome is None:
        return "waiting", _("The policy for records that left decides")
    if intention.outcome == Outcome.UNCHANGED.value:
        return "", _("Leave it as it is: no request")
    return outcome_words(intention.outcome, words)


def _problem(code: str, field: str, words: Words) -> ProblemView:
    said = words_of_code(code, words)
    return ProblemView(code=code, field=field, what=said.what, todo=said.todo)


def _reference(found: ReferenceTrace, words: Words, *, asked: bool) -> ReferenceView:
    _ = words.gettext
    unasked = _("Not looked up: the record is refused before")
    nothing = _("Nothing: it is not known") if asked else unasked
    fate = found.name or (_("The record waits for it") if found.waits else nothing)
    return ReferenceView(
        target=found.target,
        to=found.to.replace(",", ", "),
        id="" if found.to == "users" else found.value,
        value=show_value(found.target, found.value, words),
        fate=fate,
        waits=found.waits,
    )


def _side(found: HeldField, words: Words) -> SideView:
    return SideView(
        path=found.path,
        sent=show_value(found.path, _plain(found.sent), words),
        held=show_value(found.path, _plain(found.held), words),
        tone="" if not found.how else "waiting" if found.how in (*FORMED, UNSEEN) else "broken",
        said=_how(found.how, words),
    )


def _how(how: str, words: Words) -> str:
    _ = words.gettext
    return {
        "": _("Equal"),
        UNSEEN: _("Daktela does not show this field"),
        "missing": _("Something is missing"),
        "not_cleared": _("Not cleared"),
        "trimmed": _("Other white space"),
        "phone_format": _("Another form of the number"),
        "html": _("Another form of HTML"),
        "case": _("Other upper and lower case"),
        "cut": _("Cut off by Daktela"),
    }.get(how, _("Different"))


def _flat(body: dict[str, Any], words: Words) -> tuple[Shown, ...]:
    """Fields of a request, custom fields by their paths."""
    rows: list[Shown] = []
    for key, value in body.items():
        if key == "customFields" and isinstance(value, dict):
            rows += [show_value(f"{key}.{name}", _plain(held), words) for name, held in value.items()]
        else:
            rows.append(show_value(key, _plain(value), words))
    return tuple(rows)


def _plain(value: Any) -> Any:
    """Daktela's references as their names."""
    if isinstance(value, dict):
        return value.get("name") or ""
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _daktela(found: Explanation, mapping: MappingSpec, instance: str) -> str:
    if found.daktela is None:
        return ""
    kind = found.daktela.get(mapping.entity.type_field or "")
    return daktela_link(instance, mapping.entity, str(found.daktela.get("name") or ""), str(_plain(kind) or ""))
