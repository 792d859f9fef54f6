"""Reads the pages of a Bulk job's results in order, and downloads the next page while one is parsed."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import pyarrow as pa

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.mapping.schema import SourceSchema
from salesforce_daktela.prefetch import prefetch
from salesforce_daktela.salesforce.bulk.page_table import page_table
from salesforce_daktela.salesforce.bulk.result_page import BrokenDownloadError, RawPage, ShortPageError, fetch_page
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.retries import retrying


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """One page of results; ``next_locator`` is None on the last page."""

    table: pa.Table
    next_locator: str | None


@dataclass(slots=True, kw_only=True)
class ResultReader:
    """Reads ``path`` from ``locator`` on (None for the first page), each page of at most ``max_records`` rows."""

    client: SalesforceClient
    path: str
    schema: SourceSchema
    locator: str | None
    max_records: int
    _downloads: Generator[RawPage] | None = None

    def pages(self) -> Iterator[ResultPage]:
        """Yield the pages. A broken or short page is fetched again with the same locator, a few times."""
        again = retrying(self.client.sleep, worth=lambda exc: isinstance(exc, (BrokenDownloadError, ShortPageError)))
        try:
            while True:
                page = again(self._next)
                yield page
                if page.next_locator is None:
                    return
        finally:
            self._stop_downloads()

    def _next(self) -> ResultPage:
        """Return the page at ``locator``. When that fails, pages downloaded ahead of it are dropped."""
        if self._downloads is None:
            self._downloads = prefetch(self._download(self.locator))
        try:
            raw = next(self._downloads)
            table = page_table(raw, self.schema)
        except BaseException:
            self._stop_downloads()
            raise
        self.locator = raw.next_locator
        return ResultPage(table=table, next_locator=raw.next_locator)

    def _download(self, locator: str | None) -> Iterator[RawPage]:
        seen = {locator}
        while True:
            page = fetch_page(self.client, self.path, locator=locator, max_records=self.max_records)
            yield page
            locator = page.next_locator
            if locator is None:
                return
            if locator in seen:
                raise IntegrityError(
                    "Salesforce names the same next page twice",
                    where=page.where,
                    advice="nothing was loaded; the next try starts a new job",
                )
            seen.add(locator)

    def _stop_downloads(self) -> None:
        if self._downloads is not None:
            self._downloads.close()
        self._downloads = None
