"""What the page of numbers shows, in the words of one language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from salesforce_daktela.ui.watching.numbers.facts import NumberFacts
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingLine:
    """One mapping: how many records, with a number, with an address."""

    name: str
    records: str
    with_number: str
    with_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding: how many records it concerns, the Ids of the first of them, and what to do."""

    name: str
    of: str
    records: str
    ids: tuple[str, ...]
    todo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersView:
    """``lead`` are the shares of recognised calls and the time of the count, or that there is none yet."""

    sync: str
    lead: tuple[str, ...]
    command: str
    trouble: str
    links: bool
    mappings: tuple[MappingLine, ...]
    findings: tuple[Finding, ...]
    shared: tuple[Finding, ...]
    shared_note: str


def show_numbers(facts: NumberFacts, words: Words) -> NumbersView:
    """Return the page for what was read."""
    found = facts.found
    return NumbersView(
        sync=facts.sync,
        lead=_lead(facts, words),
        command=f"salesforce-daktela numbers {facts.sync}",
        trouble=facts.trouble,
        links=facts.links,
        mappings=tuple(_mapping(each, words) for each in found.get("mappings", ())),
        findings=_findings(found, words) if found else (),
        shared=tuple(_shared(each, words) for each in found.get("shared", ())),
        shared_note=_note(found, words) if found else "",
    )


def _lead(facts: NumberFacts, words: Words) -> tuple[str, ...]:
    _ = words.gettext
    if facts.at is None:
        return () if facts.trouble else (_("Nothing was counted yet."),)
    names = {"contacts": _("contacts"), "accounts": _("accounts")}
    shares = [
        _("%(model)s: %(share)s %% of calls would be recognised.")
        % {"model": names.get(model, model), "share": words.number(round(100 * share, 1))}
        for model, share in facts.found.get("recognised", {}).items()
        if share is not None
    ]
    return (*shares, _("Counted %(moment)s.") % {"moment": words.moment(facts.at, facts.zone)})


def _mapping(each: Mapping[str, Any], words: Words) -> MappingLine:
    return MappingLine(
        name=str(each["mapping"]),
        records=words.number(each["records"]),
        with_number=words.number(each["with_number"]),
        with_address=words.number(each["with_address"]),
    )


def _findings(found: Mapping[str, Any], words: Words) -> tuple[Finding, ...]:
    _ = words.gettext
    undialled, unreachable = _("A number that nobody can dial"), _("Neither a number nor an address")
    told = [
        *(
            _finding(undialled, each["mapping"], each["undialled"], _("Correct it in Salesforce."), words)
            for each in found["mappings"]
        ),
        *(
            _finding(unreachable, each["mapping"], each["unreachable"], _("Nobody recognises these callers."), words)
            for each in found["mappings"]
        ),
        _finding(
            _("Accounts without a contact"),
            "accounts",
            found["accounts_alone"],
            _("The company is known, and no person there."),
            words,
        ),
    ]
    return tuple(each for each in told if each.ids)


def _finding(name: str, of: str, listed: Mapping[str, Any], todo: str, words: Words) -> Finding:
    ids = tuple(map(str, listed["ids"]))
    return Finding(name=name, of=of, records=words.number(listed["records"]), ids=ids, todo=todo)


def _shared(each: Mapping[str, Any], words: Words) -> Finding:
    _ = words.gettext
    mappings = ", ".join(sorted({str(mapping) for mapping, _id in each["ids"]}))
    return Finding(
        name=_("A number") if each["kind"] == "number" else _("An address"),
        of=mappings,
        records=words.number(each["records"]),
        ids=tuple(str(id_) for _mapping, id_ in each["ids"]),
        todo="",
    )


def _note(found: Mapping[str, Any], words: Words) -> str:
    return words.gettext("Numbers in several records: %(numbers)s. Addresses in several records: %(addresses)s.") % {
        "numbers": words.number(found["shared_numbers"]),
        "addresses": words.number(found["shared_addresses"]),
    }
