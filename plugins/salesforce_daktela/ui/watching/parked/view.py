"""What the page of waiting children shows, in the words of one language. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from salesforce_daktela.ledger.waiting.parked_pages import ListedParked, ParkedCause
from salesforce_daktela.sync.codes import Cause
from salesforce_daktela.ui.code_words import CodeWords, words_of_cause, words_of_code
from salesforce_daktela.ui.watching.parked.facts import Asked, ParkedFacts
from salesforce_daktela.ui.watching.turning import place_word
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRow:
    """Why children of one mapping wait for parents of another one.

    ``reason`` says why the parents are rejected, and ``rejects`` is the query of the page that lists them; both may be
    empty. ``address`` narrows this page to these children.
    """

    mapping: str
    parent: str
    said: CodeWords
    code: str
    reason: str
    rejects: str
    children: str
    since: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildRow:
    """One child and one parent that it waits for, with the parent's page in Salesforce where it is known."""

    mapping: str
    id: str
    salesforce: str
    parent: str
    parent_id: str
    parent_salesforce: str
    since: str
    said: CodeWords
    code: str
    reason: str
    waits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedView:
    """The page."""

    asked: Asked
    ledger_trouble: str
    total: str
    none: str
    causes: tuple[CauseRow, ...]
    rows: tuple[ChildRow, ...]
    next_page: str
    first_page: str


def show_parked(facts: ParkedFacts, words: Words) -> ParkedView:
    """Return the page for what was read."""
    asked = facts.asked
    return ParkedView(
        asked=asked,
        ledger_trouble=facts.ledger_trouble,
        total=_total(facts, words),
        none=_none(facts, words),
        causes=tuple(_causes(facts, words)),
        rows=tuple(_row(row, facts, words) for row in facts.rows),
        next_page=_address(replace(asked, after=place_word(facts.rows[-1].place))) if facts.more else "",
        first_page=_address(replace(asked, after="")),
    )


def _total(facts: ParkedFacts, words: Words) -> str:
    if facts.causes is None:
        return ""
    if not facts.children:
        return words.gettext("No record of this sync waits for another one.")
    text = words.ngettext(
        "%(count)s record waits for its parent.", "%(count)s records wait for their parents.", facts.children
    )
    return text % {"count": words.number(facts.children)}


def _none(facts: ParkedFacts, words: Words) -> str:
    """Why nothing is listed although some wait."""
    _ = words.gettext
    if facts.rows or not facts.causes:
        return ""
    if facts.id_unknown:
        return _("What you look for is not a Salesforce Id: an Id has 15 or 18 letters and digits.")
    if facts.asked.after:
        return _("There are no more: the last ones have been loaded meanwhile.")
    return _("Nothing waits like that: it was loaded, or never waited. Take a filter away.")


def _causes(facts: ParkedFacts, words: Words) -> Iterable[CauseRow]:
    for found in facts.causes or ():
        yield CauseRow(
            mapping=found.mapping,
            parent=found.parent_mapping,
            said=words_of_cause(found.cause, words),
            code=found.code if found.cause is Cause.REJECTED else "",
            reason=_reason(found.cause, found.code, words),
            rejects=_rejects(found),
            children=words.number(found.children),
            since=words.ago(found.since, facts.now),
            address=_address(Asked(mapping=found.mapping, parent=found.parent_mapping, cause=found.cause.value)),
        )


def _row(row: ListedParked, facts: ParkedFacts, words: Words) -> ChildRow:
    place = row.place
    return ChildRow(
        mapping=place.mapping,
        id=place.id,
        salesforce=facts.instances.salesforce_link(place.id),
        parent=place.parent_mapping,
        parent_id=place.parent_id,
        parent_salesforce=facts.instances.salesforce_link(place.parent_id),
        since=words.ago(place.since, facts.now),
        said=words_of_cause(row.cause, words),
        code=row.code if row.cause is Cause.REJECTED else "",
        reason=_reason(row.cause, row.code, words),
        waits=_address(Asked(id=place.parent_id)) if row.cause is Cause.WAITS else "",
    )


def _reason(cause: Cause, code: str, words: Words) -> str:
    return words_of_code(code, words).what if cause is Cause.REJECTED else ""


def _rejects(found: ParkedCause) -> str:
    return (
        f"?{urlencode({'mapping': found.parent_mapping, 'code': found.code})}" if found.cause is Cause.REJECTED else ""
    )


def _address(asked: Asked) -> str:
    """The query of the page's address."""
    pieces = {
        "mapping": asked.mapping,
        "parent": asked.parent,
        "cause": asked.cause,
        "id": asked.id,
        "after": asked.after,
    }
    return f"?{urlencode({name: piece for name, piece in pieces.items() if piece})}"
