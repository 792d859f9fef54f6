"""Lists all records of one CRM database, or of one type of CRM records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.filters import Condition
from salesforce_daktela.daktela.wire.reply import reference_name


def list_objects(
    client: DaktelaClient, endpoint: str, *, fields: Sequence[str], scope: tuple[str, str] | None
) -> Iterator[dict[str, Any]]:
    """Yield every record with its name and ``fields``, sorted by name.

    ``scope`` is a reference field and the name it must hold, None for all records. Records that are created or deleted
    during the reading shift the pages: a record may come twice or not at all, so look up a missing one by name. Raises
    DaktelaError when a page fails.
    """
    chosen = [*dict.fromkeys(["name", *([] if scope is None else [scope[0]]), *fields])]
    where = None if scope is None else Condition(scope[0], "eq", scope[1])
    for row in client.list_rows(endpoint, fields=chosen, where=where):
        if scope is None or reference_name(row.get(scope[0])) in (None, scope[1]):
            yield row
