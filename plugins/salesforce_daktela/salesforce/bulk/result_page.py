"""Downloads one page of a Bulk job's results, with the row count and the next locator of its headers."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import requests
import urllib3

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.salesforce.bulk.unpacking import unpacked
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.errors import SalesforceUnavailableError

GZIP = ("gzip", "x-gzip")
QUOTE = ord('"')
ENDS = (b'"', b"\n", b"\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """``body`` is CSV without NUL bytes; ``rows`` is the header's count, None without one."""

    body: bytes = field(repr=False)
    rows: int | None
    next_locator: str | None
    where: str


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
    """Return the error for an incomplete page."""
    return BrokenDownloadError(what, where=where, advice="nothing of the page is kept; it is fetched again")


def _download(response: requests.Response, where: str) -> bytes:
    try:
        body = _unpacked(response.raw)
    except (urllib3.exceptions.HTTPError, OSError, EOFError, zlib.error) as exc:
        raise broken_download(f"the download broke off ({type(exc).__name__})", where) from None
    # Looking for a NUL is twenty times as fast as replacing none.
    whole = body.replace(b"\0", b"") if b"\0" in body else body
    if not _is_whole(whole):
        raise broken_download("the download ends within a value", where)
    return whole


def _unpacked(raw: Any) -> bytes:
    """The whole body. An encoding that was not asked for is the library's to undo."""
    packed = raw.headers.get("Content-Encoding", "").strip().lower() in GZIP
    body: bytes = raw.read(decode_content=not packed)
    return unpacked(body) if packed and body else body


def _is_whole(body: bytes) -> bool:
    """Whether every quoted value was closed: a parser would accept a value that was cut as a shorter one.

    Bulk quotes every value, so the number of quotes is even and the last byte is outside a value.
    """
    quotes = np.count_nonzero(np.frombuffer(body, np.uint8) == QUOTE)
    return bool(quotes % 2 == 0) and (not body or body[-1:] in ENDS)
