"""The order of the mappings of a sync: parents before children, worked out from what refers to what. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from salesforce_daktela.mapping.model import Entity

RANK = {Entity.ACCOUNTS: 0, Entity.CONTACTS: 1, Entity.CRM_RECORDS: 2, Entity.CAMPAIGNS_RECORDS: 3}
"""What Daktela's own objects refer to: contacts to accounts, records to both, calls to make to contacts."""


def place_for(
    sobject: str,
    entity: Entity,
    looks_up: Collection[str],
    order: Sequence[str],
    mapped: Mapping[str, tuple[str, Entity | None]],
    refers: Mapping[str, Collection[str]],
) -> int:
    """Return the number that a new mapping gets in ``order``; those from there on move back by one.

    It comes after all mappings that it ``looks_up``. Beyond that, the place is taken where the fewest references of
    Salesforce lead back: ``mapped`` tells the object and the model of each mapping in ``order``, ``refers`` which
    objects an object refers to. Between equally good places Daktela's models decide, and then the last place.
    """
    least = max((place + 1 for place, name in enumerate(order) if name in looks_up), default=0)
    return min(
        range(least, len(order) + 1),
        key=lambda place: (
            _back(sobject, [mapped[name][0] for name in order], place, refers),
            _misplaced(entity, [mapped[name][1] for name in order], place),
            -place,
        ),
    )


def _back(sobject: str, others: Sequence[str], place: int, refers: Mapping[str, Collection[str]]) -> int:
    """How many references would lead to a mapping that comes later."""
    before = sum(sobject in refers.get(other, ()) for other in others[:place])
    return before + sum(other in refers.get(sobject, ()) for other in others[place:])


def _misplaced(entity: Entity, others: Sequence[Entity | None], place: int) -> int:
    ranks = [RANK[entity] if other is None else RANK[other] for other in others]
    return sum(rank > RANK[entity] for rank in ranks[:place]) + sum(rank < RANK[entity] for rank in ranks[place:])
