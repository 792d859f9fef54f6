"""The objects of an org and the mappings of a draft as a page shows them, in the words of one language. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.salesforce.schema.org_objects import OrgObject
from salesforce_daktela.steps.setup.drafted import SUFFIX, DraftedMapping
from salesforce_daktela.ui.wording import Words

MOST_SHOWN = 50
SHIPPED = "shipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an object may become; ``value`` is a model of Daktela, or the shipped mapping."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedRow:
    """A mapping of the draft. ``becomes`` is empty where its file cannot be read."""

    name: str
    file: str
    label: str
    sobject: str
    becomes: str
    fields: str
    records: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRow:
    """An object of the org. ``mapped`` are the mappings that load it; ``choices`` come in order of likelihood."""

    name: str
    label: str
    records: str
    mapped: tuple[str, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The objects that fit what was searched for. ``ready`` are those that a click adds with their shipped mappings."""

    rows: tuple[ObjectRow, ...]
    more: str
    ready: tuple[str, ...]
    ready_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What a person is told before a mapping goes. ``hindrance`` says why it cannot."""

    name: str
    title: str
    follows: tuple[str, ...]
    hindrance: str


def show_mapped(
    mappings: Iterable[tuple[str, DraftedMapping | None]],
    labels: Mapping[str, str],
    counts: Mapping[str, int] | None,
    words: Words,
) -> tuple[MappedRow, ...]:
    """Return the mappings in the order in which they run."""
    return tuple(_mapped(name, mapping, labels, counts, words) for name, mapping in mappings)


def show_offer(
    objects: Sequence[OrgObject],
    counts: Mapping[str, int] | None,
    mapped: Mapping[str, Sequence[str]],
    shipped: Sequence[str],
    *,
    wanted: str,
    technical: bool,
    words: Words,
) -> Offer:
    """Return the objects that a person searches for; without words, those that are most likely meant come first.

    ``mapped`` are the mappings by object, ``shipped`` the objects for which a mapping comes with this program.
    """
    number = counts or {}
    found = [each for each in objects if (technical or not each.technical) and _fits(each, wanted)]
    found.sort(key=lambda each: (_rank(each, wanted, shipped), -number.get(each.name, 0), each.label))
    rest = len(found) - MOST_SHOWN
    there = {each.name for each in objects}
    ready = tuple(name for name in shipped if name in there and name not in mapped)
    _ = words.gettext
    return Offer(
        rows=tuple(_row(each, counts, mapped, shipped, words) for each in found[:MOST_SHOWN]),
        more=""
        if rest <= 0
        else words.ngettext("%(count)s more object: search for it.", "%(count)s more objects: search for them.", rest)
        % {"count": words.number(rest)},
        ready=ready,
        ready_label=_("Add the ready-made mappings: %(objects)s") % {"objects": ", ".join(ready)},
    )


def show_removal(name: str, lookups: Sequence[str], written: int | None, words: Words, *, only: bool) -> Removal:
    """Return what follows when a mapping goes; ``lookups`` are the fields that look its records up."""
    _ = words.gettext
    follows = [_("Its file and its line in sync.yaml go when you save the draft; until then nothing changes.")]
    if written is None:
        follows.append(_("How many records it has written is not known now. They stay in Daktela."))
    elif written:
        told = words.ngettext(
            "%(count)s record that it has written stays in Daktela as it is: no run changes or deletes it.",
            "%(count)s records that it has written stay in Daktela as they are: no run changes or deletes them.",
            written,
        )
        follows.append(told % {"count": words.number(written)})
        follows.append(_("Added again under the same name and the same key, it goes on with these records."))
    else:
        follows.append(_("It has not written any record."))
    hindrance = ""
    if lookups:
        hindrance = _("Fields of other mappings look its records up; change them first: %(fields)s") % {
            "fields": ", ".join(lookups)
        }
    elif only:
        hindrance = _("It is the only mapping of this sync: add another one first.")
    title = _("Take %(name)s out of this sync?") % {"name": name}
    return Removal(name=name, title=title, follows=tuple(follows), hindrance=hindrance)


def entity_label(entity: Entity, words: Words) -> str:
    """Return what a model of Daktela is called."""
    _ = words.gettext
    return {
        Entity.ACCOUNTS: _("CRM accounts"),
        Entity.CONTACTS: _("CRM contacts"),
        Entity.CRM_RECORDS: _("CRM records"),
        Entity.CAMPAIGNS_RECORDS: _("Dial list"),
    }[entity]


def _mapped(
    name: str, mapping: DraftedMapping | None, labels: Mapping[str, str], counts: Mapping[str, int] | None, words: Words
) -> MappedRow:
    if mapping is None:
        return MappedRow(name=name, file=f"{name}{SUFFIX}", label=name, sobject="", becomes="", fields="", records="")
    rows = len(mapping.rows)
    return MappedRow(
        name=name,
        file=f"{name}{SUFFIX}",
        label=labels.get(mapping.sobject, mapping.sobject),
        sobject=mapping.sobject,
        becomes="" if mapping.entity is None else entity_label(mapping.entity, words),
        fields=words.ngettext("%(count)s field", "%(count)s fields", rows) % {"count": words.number(rows)},
        records=_count(mapping.sobject, counts, words),
    )


def _row(
    found: OrgObject,
    counts: Mapping[str, int] | None,
    mapped: Mapping[str, Sequence[str]],
    shipped: Sequence[str],
    words: Words,
) -> ObjectRow:
    _ = words.gettext
    ready = [Choice(value=SHIPPED, label=_("Ready-made mapping"))] if found.name in shipped else []
    models = (Entity.CRM_RECORDS, Entity.CONTACTS, Entity.ACCOUNTS, Entity.CAMPAIGNS_RECORDS)
    return ObjectRow(
        name=found.name,
        label=found.label,
        records=_count(found.name, counts, words),
        mapped=tuple(mapped.get(found.name, ())),
        choices=(*ready, *(Choice(value=each.value, label=entity_label(each, words)) for each in models)),
    )


def _count(sobject: str, counts: Mapping[str, int] | None, words: Words) -> str:
    """Empty where the number is not known: Salesforce leaves out objects that it does not count."""
    found = None if counts is None else counts.get(sobject)
    return "" if found is None else words.number(found)


def _fits(found: OrgObject, wanted: str) -> bool:
    folded = _folded(wanted)
    return folded in _folded(found.label) or folded in found.name.lower()


def _rank(found: OrgObject, wanted: str, shipped: Sequence[str]) -> int:
    folded = _folded(wanted)
    if folded:
        names = (_folded(found.label), found.name.lower())
        return 0 if folded in names else 1 if any(name.startswith(folded) for name in names) else 2
    return 0 if found.name in shipped else 1 if found.custom else 2


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
