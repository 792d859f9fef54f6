"""Searches by many values at once: in pieces that fit into an address, and with the replies checked."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind, make_error
from salesforce_daktela.daktela.wire.filters import SHORT, Condition, Filter, Group, chunks, query_of, select
from salesforce_daktela.daktela.wire.reply import reference_name

TOO_LONG = (400, 414, 431)
"""Statuses of a server that refuses an address as too long."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """An ``in`` search in pieces short enough for an address. ``fits`` tells whether a row matches the search."""

    client: DaktelaClient
    endpoint: str
    path: str
    fields: Sequence[str]
    database: str | None
    fits: Callable[[Row], bool]

    def rows(self, values: Sequence[str]) -> list[Row]:
        """Return the rows for all values, without those of another CRM database."""
        beside = [*select(self.fields), *query_of(self._scope), ("filter[filters][0][field]", self.path)]
        pieces = list(chunks(list(dict.fromkeys(values)), beside=beside, longest=self.client.longest_query))
        with ThreadPoolExecutor(self.client.limiter.workers, thread_name_prefix="lookup") as pool:
            try:
                found = [row for rows in pool.map(self._piece, pieces) for row in rows]
            finally:
                pool.shutdown(cancel_futures=True)
        return [row for row in found if self._in_database(row)]

    def _piece(self, values: list[str]) -> list[Row]:
        """Ask for all values at once; if the address is too long for this server, ask for each half."""
        try:
            return self._ask(values)
        except DaktelaError as exc:
            if exc.status not in TOO_LONG or len(values) == 1:
                raise
            if exc.status in (414, 431):
                self.client.longest_query = SHORT
        middle = len(values) // 2
        return [*self._piece(values[:middle]), *self._piece(values[middle:])]

    def _ask(self, values: list[str]) -> list[Row]:
        condition = Condition(self.path, "in", values)
        where: Filter = condition if self._scope is None else Group("and", (condition, self._scope))
        rows, strays = [], 0
        for row in self.client.list_rows(self.endpoint, fields=self.fields, where=where):
            strays += not self.fits(row)
            if strays > len(values):
                raise make_error(
                    "gave records that were not asked for: it does not filter",
                    kind=ErrorKind.PROTOCOL,
                    where=f"Daktela {self.endpoint}",
                    advice=f"check that {self.path} is a field of this instance",
                )
            rows.append(row)
        return rows

    @property
    def _scope(self) -> Condition | None:
        return None if self.database is None else Condition("database", "eq", self.database)

    def _in_database(self, row: Row) -> bool:
        return self.database is None or reference_name(row.get("database")) in (None, self.database)


def texts_at(row: Mapping[str, Any], path: str, endpoint: str) -> list[str]:
    """Return the texts that a row holds at a path; the path is nested in the row, or it is one key."""
    value: Any = row.get(path, row)
    for piece in () if path in row else path.split("."):
        if isinstance(value, Mapping) and piece not in value:
            raise make_error(
                f"gave rows without {path}, the field that was searched",
                kind=ErrorKind.PROTOCOL,
                where=f"Daktela {endpoint}",
                advice=f"check that {path} is a field of this instance",
            )
        value = value[piece] if isinstance(value, Mapping) else None
    listed = value if isinstance(value, list) else [value]
    texts = [reference_name(item) if isinstance(item, Mapping) else item for item in listed]
    return [str(text) for text in texts if text is not None]


def fold(text: str) -> str:
    """Return a text as the least exact collation compares it: without case, accents and outer blanks."""
    if text.isascii():
        return text.lower().strip()
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold().strip()
