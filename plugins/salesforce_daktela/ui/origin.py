"""Only our own pages, and clients that are no browsers, may ask for a change."""

from __future__ import annotations

from urllib.parse import urlsplit

from airflow.configuration import conf
from fastapi import HTTPException, Request

READING = ("GET", "HEAD")
JSON = "application/json"


def refuse_other_origins(request: Request) -> None:
    """Refuse requests that another site's page has a browser send with the user's cookie.

    Whatever is no GET or HEAD needs ``Sec-Fetch-Site`` absent or ``same-origin``, ``Origin`` absent or our own, and
    JSON as its content type, which no form of another site can send. Raises 403 and 415.
    """
    if request.method in READING:
        return
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise HTTPException(403, "This request comes from another site.")
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc not in _own_hosts(request):
        raise HTTPException(403, "This request comes from another site.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise HTTPException(415, f"Send {JSON}.")


def _own_hosts(request: Request) -> set[str]:
    """The host asked for, and that of ``[api] base_url``: a proxy may have rewritten the former."""
    hosts = {request.headers.get("host", ""), urlsplit(conf.get("api", "base_url", fallback="")).netloc}
    return hosts - {""}
