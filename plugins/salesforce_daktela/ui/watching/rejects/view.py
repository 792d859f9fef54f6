"""What the page of rejects shows, in the words of one language. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from salesforce_daktela.airflow.dag_ids import LOADING
from salesforce_daktela.ledger.records.entries import OpenReason
from salesforce_daktela.ledger.waiting.reject_pages import ListedReject
from salesforce_daktela.ui.code_words import CodeWords, words_of_code
from salesforce_daktela.ui.watching.rejects.facts import Asked, RejectsFacts
from salesforce_daktela.ui.watching.turning import place_word
from salesforce_daktela.ui.wording import Words

AGES = (1, 24, 7 * 24, 30 * 24)
"""Ages that the page offers, in hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """One reason. ``address`` narrows the page to it; ``replays`` is how many records its button tries again."""

    mapping: str
    code: str
    field: str
    said: CodeWords
    count: str
    since: str
    address: str
    replays: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """One rejected record. Addresses of its pages in both systems are empty where they are not known."""

    mapping: str
    id: str
    name: str
    code: str
    field: str
    said: CodeWords
    attempts: str
    since: str
    next_try: str
    run_id: str
    salesforce: str
    daktela: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectsView:
    """The page. ``waits`` says why what is started now does not run at once, ``missing`` which right is missing."""

    dag_id: str
    asked: Asked
    ledger_trouble: str
    total: str
    none: str
    reasons: tuple[ReasonRow, ...]
    mappings: tuple[Choice, ...]
    codes: tuple[Choice, ...]
    fields: tuple[Choice, ...]
    ages: tuple[Choice, ...]
    rows: tuple[RecordRow, ...]
    listed: str
    next_page: str
    first_page: str
    waits: str
    missing: str


def show_rejects(facts: RejectsFacts, words: Words) -> RejectsView:
    """Return the page for what was read."""
    reasons, asked = facts.reasons or (), facts.asked
    return RejectsView(
        dag_id=LOADING + facts.sync,
        asked=asked,
        ledger_trouble=facts.ledger_trouble,
        total=_total(facts, words),
        none=_none(facts, words),
        reasons=tuple(_reasons(facts, words)),
        mappings=_choices((reason.mapping for reason in reasons), asked.mapping),
        codes=_choices((reason.code for reason in reasons), asked.code),
        fields=_choices((reason.field for reason in reasons if reason.field), asked.field),
        ages=tuple(_age(hours, asked, words) for hours in AGES),
        rows=tuple(_row(row, facts, words) for row in facts.rows),
        listed=_listed(facts, words),
        next_page=_address(replace(asked, after=place_word(facts.rows[-1].place))) if facts.more else "",
        first_page=_address(replace(asked, after="")),
        waits=_waits(facts, words),
        missing="" if facts.may_start else words.gettext("This needs the right to start runs of the sync's DAG."),
    )


def _total(facts: RejectsFacts, words: Words) -> str:
    if facts.reasons is None:
        return ""
    count = sum(reason.count for reason in facts.reasons)
    if not count:
        return words.gettext("No record of this sync is rejected.")
    text = words.ngettext("%(count)s record is rejected.", "%(count)s records are rejected.", count)
    return text % {"count": words.number(count)}


def _none(facts: RejectsFacts, words: Words) -> str:
    """Why no record is listed although some are rejected."""
    _ = words.gettext
    if facts.rows or not facts.reasons:
        return ""
    if facts.id_unknown:
        return _("What you look for is not a Salesforce Id: an Id has 15 or 18 letters and digits.")
    if facts.asked.after:
        return _("There are no more: the last ones have been mended meanwhile.")
    return _("No reject is like that: it was mended, or was never one. Take a filter away.")


def _reasons(facts: RejectsFacts, words: Words) -> Iterable[ReasonRow]:
    of_code: Counter[tuple[str, str]] = Counter()
    for reason in facts.reasons or ():
        of_code[reason.mapping, reason.code] += reason.count
    for reason in facts.reasons or ():
        narrowed = Asked(mapping=reason.mapping, code=reason.code, field=reason.field)
        yield ReasonRow(
            mapping=reason.mapping,
            code=reason.code,
            field=reason.field,
            said=words_of_code(reason.code, words),
            count=words.number(reason.count),
            since=words.ago(reason.since, facts.now),
            address=_address(narrowed),
            replays=_replays(of_code[reason.mapping, reason.code], words),
        )


def _replays(count: int, words: Words) -> str:
    text = words.ngettext("Try %(count)s again", "Try all %(count)s again", count)
    return text % {"count": words.number(count)}


def _row(row: ListedReject, facts: RejectsFacts, words: Words) -> RecordRow:
    reject = row.reject
    due = reject.next_try <= facts.now
    return RecordRow(
        mapping=row.mapping,
        id=reject.id,
        name=row.name or "",
        code=reject.code,
        field=reject.field,
        said=words_of_code(reject.code, words),
        attempts=words.number(reject.attempts),
        since=words.ago(reject.first_seen, facts.now),
        next_try=words.gettext("with the next run") if due else words.moment(reject.next_try, facts.zone),
        run_id=row.run_id,
        salesforce=facts.instances.salesforce_link(reject.id),
        daktela=facts.instances.daktela_link(row.mapping, row.name),
    )


def _listed(facts: RejectsFacts, words: Words) -> str:
    """How many the whole list has, where the counts by reason tell."""
    asked = facts.asked
    if not facts.rows or asked.id or asked.older_than or asked.run:
        return ""
    count = sum(reason.count for reason in facts.reasons or () if _is_asked(reason, asked))
    text = words.ngettext("%(shown)s of %(count)s record", "%(shown)s of %(count)s records", count)
    return text % {"shown": words.number(len(facts.rows)), "count": words.number(count)}


def _is_asked(reason: OpenReason, asked: Asked) -> bool:
    wanted = ((asked.mapping, reason.mapping), (asked.code, reason.code), (asked.field, reason.field))
    return all(not want or want == found for want, found in wanted)


def _waits(facts: RejectsFacts, words: Words) -> str:
    _ = words.gettext
    if facts.paused is None:
        return _("The sync's DAG is not there, so nothing can be tried again. Deploy its files first.")
    if facts.paused:
        return _("The sync's DAG is off: a run that is started now waits until somebody switches it on.")
    if facts.under_way is not None:
        return _("A run is under way: one that is started now waits until it has ended.")
    return ""


def _age(hours: int, asked: Asked, words: Words) -> Choice:
    label = words.gettext("longer than %(time)s") % {"time": words.span(hours * 3600)}
    return Choice(value=str(hours), label=label, chosen=asked.older_than == hours)


def _choices(values: Iterable[str], chosen: str) -> tuple[Choice, ...]:
    """What there is to choose, and what is chosen, also where nothing is like that any more."""
    listed: Sequence[str] = sorted({*values, *([chosen] if chosen else [])})
    return tuple(Choice(value=value, label=value, chosen=value == chosen) for value in listed)


def _address(asked: Asked) -> str:
    """The query of the page's address."""
    pieces = {
        "mapping": asked.mapping,
        "code": asked.code,
        "field": asked.field,
        "id": asked.id,
        "older_than": str(asked.older_than or ""),
        "run": asked.run,
        "after": asked.after,
    }
    return f"?{urlencode({name: piece for name, piece in pieces.items() if piece})}"
