"""Transforms of e-mail addresses and web addresses."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from salesforce_daktela.mapping.render import WHITE
from salesforce_daktela.mapping.transforms.definition import WORDING, Transform, UnfitValueError, only_text


def _email(value: str) -> str:
    """The address as written but for white space and its domain, which is in small letters and in ASCII.

    That is the form in which mail programs send a domain with other letters (``xn--...``), and compare it.
    """
    text = value if value[:1].isalnum() and value[-1:].isalnum() else value.strip(WHITE)
    local, _, domain = text.partition("@")
    if len(text) <= LONGEST_PLAIN and len(local) <= 64 and PLAIN_LOCAL.fullmatch(local) and local.lower() not in ROLES:
        usual = _domain(domain)
        return text if usual == domain else f"{local}@{usual}"
    return _validated(text)[0]


def _validated(address: str) -> tuple[str, str]:
    """Return the normalised address and its domain, in ASCII. Raises UnfitValueError if the address is not well formed.

    Salesforce's sandboxes append ``.invalid`` to addresses, and the validator refuses such domains. Therefore it gets
    every address with another ending.
    """
    # It is slow to import, and every task reads the mapping files.
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(f"{address}{ENDING}", check_deliverability=False)
    except EmailNotValidError as exc:
        raise UnfitValueError("email_invalid") from exc
    if not TOP_LEVEL.search(found.ascii_domain.removesuffix(ENDING)):
        raise UnfitValueError("email_invalid")
    domain = found.ascii_domain.removesuffix(ENDING)
    return f"{found.local_part}@{domain}", domain


ENDING = ".com"
TOP_LEVEL = re.compile(r"\.[^.]*[A-Za-z]$")
"""A domain has a dot and ends in a letter."""


@lru_cache(maxsize=10_000)
def _domain(domain: str) -> str:
    """The normalised domain. Cached, because most addresses share a few domains and a check is slow."""
    return _validated(f"a@{domain}")[1]


PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*")
"""Local parts that the validator does not change: up to 64 characters, except ``ROLES``."""
ROLES = frozenset(
    (
        *("info", "marketing", "sales", "support"),
        *("abuse", "noc", "security"),
        *("postmaster", "hostmaster", "usenet", "news", "webmaster", "www", "uucp", "ftp"),
    )
)
"""The names of RFC 2142, which the validator writes in lower case."""
LONGEST_PLAIN = 200


SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
HOST = re.compile(r"[\w\u0080-\U0010ffff-]+(?:\.[\w\u0080-\U0010ffff-]+)+\.?")
"""Names with a dot, of letters of any script."""


def _url(value: Any) -> str:
    """A web address; a bare host gets ``https://``."""
    text = str(value).strip(WHITE)
    if re.search(r"\s", text):
        raise UnfitValueError("url_invalid")
    bare = SCHEME.match(text) is None
    text = f"https://{text}" if bare else text
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError as exc:
        raise UnfitValueError("url_invalid") from exc
    # Without a scheme, what stands before the host is that of an e-mail address.
    if parts.scheme.lower() not in ("http", "https") or not HOST.fullmatch(host) or (bare and "@" in parts.netloc):
        raise UnfitValueError("url_invalid")
    return text


TRANSFORMS = (
    Transform(name="email", make=lambda: _email, accepts=WORDING, gives=only_text, sendable=True),
    Transform(name="url", make=lambda: _url, accepts=WORDING, gives=only_text),
)
