"""The system columns of every row: Ids, owners, the four stamps with their ties, and deletions."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from sandbox.salesforce.fields import SObject
from sandbox.salesforce.ids import record_ids
from sandbox.salesforce.seed.draw import FIRST_DAY, SPAN_SECONDS, Column, Draw, moment_texts
from sandbox.salesforce.seed.pools import Pool

MASS_UPDATE = datetime(2026, 3, 29, 1, tzinfo=UTC)
"""The second of the Czech clock change: a mass update gave every tenth row this stamp."""
_MASS_SECOND = int((MASS_UPDATE - datetime(FIRST_DAY.year, 1, 1, tzinfo=UTC)).total_seconds())
TIE = 5
DELETED_EVERY = 50


def system_columns(draw: Draw, sobject: SObject, users: Pool) -> dict[str, Column]:
    """Return the columns of ``system_fields`` that ``sobject`` has."""
    created, modified, stamped = _seconds(draw)
    deleted = is_deleted(draw.ordinals)
    columns = {
        "Id": record_ids(sobject.key_prefix or "", draw.ordinals + 1),
        "IsDeleted": deleted.astype(np.int8).tolist(),
        "OwnerId": draw.pick(users),
        "CreatedDate": moment_texts(created),
        "CreatedById": draw.pick(users),
        "LastModifiedDate": moment_texts(modified),
        "LastModifiedById": draw.pick(users),
        "SystemModstamp": moment_texts(stamped),
    }
    columns = {name: column for name, column in columns.items() if sobject.has(name)}
    if sobject.mergeable:
        winners = np.where(draw.ordinals % (2 * DELETED_EVERY) == 2 * DELETED_EVERY - 1, draw.ordinals, 0)
        ids = record_ids(sobject.key_prefix or "", winners)
        columns["MasterRecordId"] = [each if at else None for each, at in zip(ids, winners.tolist(), strict=True)]
    return columns


def is_deleted(ordinals: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which rows are in the bin: every fiftieth; half of these are merged into the row before."""
    found: NDArray[np.bool_] = ordinals % DELETED_EVERY == DELETED_EVERY - 1
    return found


def live(ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ``ordinals`` with deleted rows replaced by the row before, so that live rows reference live rows."""
    return ordinals - is_deleted(ordinals)


def _seconds(draw: Draw) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    created = draw.rng.integers(0, SPAN_SECONDS, draw.count)
    later = created + (draw.rng.random(draw.count) * (SPAN_SECONDS - created)).astype(np.int64)
    stamped = np.where(draw.rng.random(draw.count) < 0.4, later, created)
    group = draw.ordinals // TIE
    stamped = np.where(group % 8 == 3, group * 7919 % SPAN_SECONDS, stamped)
    stamped = np.where(draw.ordinals % 10 == 7, _MASS_SECOND, stamped)
    modified = np.minimum(later, stamped)
    return np.minimum(created, modified), modified, stamped
