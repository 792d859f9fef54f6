"""Objects of an org chosen for a draft: what they are made of is asked, what follows is worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.steps.setup.drafted import drafted_mapping, mapping_names
from salesforce_daktela.steps.setup.objects import ChosenObject, add_mapping
from salesforce_daktela.steps.setup.offered_fields import salesforce_fields
from salesforce_daktela.steps.setup.shipped import starting_point, starting_points


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An object, and what it becomes in Daktela; None is what the shipped mapping of this object makes of it."""

    sobject: str
    entity: Entity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedObjects:
    """The new mappings, the changed files, and for each mapping the fields that need one that is not there."""

    names: tuple[str, ...]
    texts: Mapping[str, str]
    left_out: Mapping[str, tuple[str, ...]]


def add_objects(client: SalesforceClient, texts: Mapping[str, str], wishes: Sequence[Wish]) -> AddedObjects:
    """Add mappings for objects to the files of a draft, those that others may refer to first.

    Raises ConfigurationError for an object that is not there, or that no shipped mapping is for, MappingError when
    ``sync.yaml`` cannot be read.
    """
    now, names, left_out = dict(texts), list[str](), dict[str, tuple[str, ...]]()
    refers = {sobject: _referred(client, sobject) for sobject in _mapped(texts)}
    for wish in sorted(wishes, key=_turn):
        chosen = _chosen(client, wish)
        refers[chosen.sobject] = {to for field in chosen.fields for to in field.refers_to}
        added = add_mapping(now, chosen, refers)
        now.update(added.texts)
        names.append(added.name)
        left_out.update({added.name: added.left_out} if added.left_out else {})
    changed = {name: text for name, text in now.items() if text != texts.get(name)}
    return AddedObjects(names=tuple(names), texts=changed, left_out=left_out)


def _chosen(client: SalesforceClient, wish: Wish) -> ChosenObject:
    fields = salesforce_fields(client, wish.sobject)
    if wish.entity is not None:
        return ChosenObject(sobject=wish.sobject, entity=wish.entity, fields=fields)
    shipped = starting_point(wish.sobject)
    if shipped is None:
        what, advice = "no mapping for it comes with this program", "choose what it becomes in Daktela"
        raise ConfigurationError(what, where=wish.sobject, advice=advice)
    return ChosenObject(sobject=shipped.spec.sobject, entity=shipped.spec.entity, fields=fields, shipped=shipped)


def _mapped(texts: Mapping[str, str]) -> set[str]:
    found = [drafted_mapping(texts, name) for name in mapping_names(texts)]
    return {each.sobject for each in found if each is not None and each.sobject}


def _referred(client: SalesforceClient, sobject: str) -> set[str]:
    """None for an object that this user may not see: then its place is not worked out from it."""
    try:
        return {to for field in salesforce_fields(client, sobject) for to in field.refers_to}
    except ConfigurationError:
        return set()


def _turn(wish: Wish) -> int:
    known = [each.spec.sobject.lower() for each in starting_points()]
    return known.index(wish.sobject.lower()) if wish.sobject.lower() in known else len(known)
