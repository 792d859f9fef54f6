"""A Salesforce that answers at once: a million Ids then measure our own work with them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials

PAGE = 2_000
STAMP = "2026-03-01T00:00:00.000+0000"


class InstantSalesforce(SalesforceClient):
    """Answers any query with ``rows`` contacts: Id, change stamp and IsDeleted, parsed from JSON text."""

    def __init__(self, rows: int) -> None:
        super().__init__(SalesforceCredentials(instance_uri="https://acme.my.salesforce.com"))
        self._rows = rows
        self._pages: Iterator[str] = iter(())

    def get_json(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Return the first page of a query, or the next page."""
        self.calls += 1
        if params is not None:
            self._pages = self._texts()
        return json.loads(next(self._pages))

    def _texts(self) -> Iterator[str]:
        for start in range(0, self._rows, PAGE):
            end = min(start + PAGE, self._rows)
            records = ",".join(_record(number) for number in range(start, end))
            following = (
                "true" if end == self._rows else f'false,"nextRecordsUrl":"/services/data/v60.0/query/01g-{end}"'
            )
            yield f'{{"totalSize":{self._rows},"done":{following},"records":[{records}]}}'


def id_of(number: int) -> str:
    """The Id of a contact."""
    return f"003{number:012d}AAA"


def _record(number: int) -> str:
    return f'{{"attributes":{{"type":"Contact"}},"Id":"{id_of(number)}","SystemModstamp":"{STAMP}","IsDeleted":false}}'
