"""Downloads one page of a Bulk job's results, with the row count and the next locator of its headers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests
import urllib3

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.salesforce.bulk.page_stream import PageStream
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.errors import SalesforceUnavailableError

GZIP = ("gzip", "x-gzip")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """``body`` is CSV, or its gzip if it is ``packed``; ``rows`` is the header's count, None without one."""

    body: bytes = field(repr=False)
    packed: bool = False
    rows: int | None
    next_locator: str | None
    where: str

    def open(self, after: bytes = b"") -> PageStream:
        """The page's CSV from its beginning, with ``after`` at its end."""
        return PageStream(self.body, packed=self.packed, after=after)


class BrokenDownloadError(SalesforceUnavailableError):
    """The page did not arrive completely: fetch it again with the same locator."""


class ShortPageError(IntegrityError):
    """The page has more or fewer rows than its header counts: fetch it again with the same locator."""


def fetch_page(client: SalesforceClient, path: str, *, locator: str | None, max_records: int) -> RawPage:
    """Return the page at ``locator`` (None for the first), of at most ``max_records`` rows.

    Raises BrokenDownloadError when it ends early.
    """
    params = {"maxRecords": str(max_records), **({} if locator is None else {"locator": locator})}
    headers = {"Accept": "text/csv", "Accept-Encoding": "gzip"}
    where = f"Salesforce GET {path}"
    with client.request("GET", path, params=params, headers=headers, stream=True) as response:
        if response.status_code == 204:
            raise SalesforceUnavailableError("the results are not ready", status=204, where=where)
        body, packed = _download(response, where)
    told, following = response.headers.get("Sforce-NumberOfRecords", ""), response.headers.get("Sforce-Locator")
    return RawPage(
        body=body,
        packed=packed,
        # More digits than any page has rows are a wrong count, not an absent one.
        rows=int(told[:20]) if told.isdecimal() else None,
        next_locator=None if following in (None, "", "null") else following,
        where=where,
    )


def broken_download(what: str, where: str) -> BrokenDownloadError:
    """Return the error for an incomplete page."""
    return BrokenDownloadError(what, where=where, advice="nothing of the page is kept; it is fetched again")


def _download(response: requests.Response, where: str) -> tuple[bytes, bool]:
    """The body, and whether it is gzip. Any other encoding was not asked for, and is the library's to undo."""
    raw: Any = response.raw
    packed = raw.headers.get("Content-Encoding", "").strip().lower() in GZIP
    try:
        return raw.read(decode_content=not packed), packed
    except (urllib3.exceptions.HTTPError, OSError) as exc:
        raise broken_download(f"the download broke off ({type(exc).__name__})", where) from None
