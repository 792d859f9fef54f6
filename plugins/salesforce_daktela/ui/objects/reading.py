"""What the step Objects reads: the org's objects with their numbers of records, and what the ledger knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from salesforce_daktela.errors import PipelineError
from salesforce_daktela.salesforce.schema.org_objects import OrgObject, count_all, list_objects
from salesforce_daktela.ui.drafting import drafts_ledger
from salesforce_daktela.ui.kept import Kept, Read
from salesforce_daktela.ui.outside import forget_clients, mark_of, outside, salesforce

MOST_ORGS = 8

_orgs: Kept[Org] = Kept(MOST_ORGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Org:
    """``counts`` are numbers of records by object, None where this user may not see them."""

    objects: tuple[OrgObject, ...]
    counts: Mapping[str, int] | None


def read_org(conn_id: str, *, fresh: bool = False) -> Read[Org]:
    """Return the org's objects, kept for a while. Raises PipelineError when it cannot be asked."""
    mark = mark_of(conn_id)
    if fresh:
        forget_clients(conn_id)

    def read() -> Org:
        with outside(), salesforce(conn_id) as client:
            return Org(objects=list_objects(client), counts=count_all(client))

    return _orgs.get((mark,), read, fresh=fresh)


def written_records(sync: str, mapping: str) -> int | None:
    """Return how many records a mapping has in Daktela, None when the ledger cannot tell."""
    try:
        return drafts_ledger().records.count_present(sync, mapping)
    except PipelineError:
        return None
