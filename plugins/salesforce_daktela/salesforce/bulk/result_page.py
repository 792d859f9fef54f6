"""One page of a Bulk job's results as it arrives: whole bytes, what its header counts, and where the next begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import requests
import urllib3

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.errors import SalesforceUnavailableError

PIECE = 1 << 20
"""Bytes taken from the connection at a time."""

QUOTE = ord('"')
ENDS = (b'"', b"\n", b"\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """CSV without NUL bytes, the rows its header counts (None where it does not), and the locator of the next page."""

    body: bytes = field(repr=False)
    rows: int | None
    next_locator: str | None
    where: str


class BrokenDownloadError(SalesforceUnavailableError):
    """The page did not arrive whole: fetch it again from its own locator."""


class ShortPageError(IntegrityError):
    """The page arrived with other rows than its header counts: fetch it again from its own locator."""


def fetch_page(client: SalesforceClient, path: str, *, locator: str | None, max_records: int) -> RawPage:
    """Return the page at ``locator`` (None for the first), of at most ``max_records`` rows.

    Raises BrokenDownloadError for one that ends early.
    """
    params = {"maxRecords": str(max_records), **({} if locator is None else {"locator": locator})}
    headers = {"Accept": "text/csv", "Accept-Encoding": "gzip"}
    where = f"Salesforce GET {path}"
    with client.request("GET", path, params=params, headers=headers, stream=True) as response:
        if response.status_code == 204:
            raise SalesforceUnavailableError("the results are not ready", status=204, where=where)
        body = _download(response, where)
    told, following = response.headers.get("Sforce-NumberOfRecords", ""), response.headers.get("Sforce-Locator")
    return RawPage(
        body=body,
        # More digits than any page has rows are a wrong count, not an absent one.
        rows=int(told[:20]) if told.isdecimal() else None,
        next_locator=None if following in (None, "", "null") else following,
        where=where,
    )


def broken_download(what: str, where: str) -> BrokenDownloadError:
    """The error for a page that is not whole."""
    return BrokenDownloadError(what, where=where, advice="nothing of the page is kept; it is fetched again")


def _download(response: requests.Response, where: str) -> bytes:
    raw: Any = response.raw
    try:
        pieces = [piece.replace(b"\0", b"") for piece in raw.stream(PIECE, decode_content=True)]
    except (urllib3.exceptions.HTTPError, OSError) as exc:
        raise broken_download(f"the download broke off ({type(exc).__name__})", where) from None
    body = b"".join(pieces)
    if not _is_whole(body):
        raise broken_download("the download ends within a value", where)
    return body


def _is_whole(body: bytes) -> bool:
    """Whether every quoted value was closed: a parser takes one that was cut in its middle for a shorter one.

    Every value of Bulk's is quoted, so quotes come in pairs and the last byte belongs to no value.
    """
    quotes = np.count_nonzero(np.frombuffer(body, np.uint8) == QUOTE)
    return bool(quotes % 2 == 0) and (not body or body[-1:] in ENDS)
