"""The settings of a connection to a Daktela instance."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from salesforce_daktela.errors import ConfigurationError

API = "/api/v6"
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?|[0-9a-f:.]+:[0-9a-f:.]*")
NOT_AN_INSTANCE = ("http", "https", "daktela.com", "www.daktela.com", "docs.daktela.com", "customer.daktela.com")
"""Hosts that users paste, and that do not serve the API of an instance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaktelaSettings:
    """``url`` may be any address of the instance, such as its login page; ``timezone`` is an IANA name.

    ``verify`` is True or the path of a file of trusted certificates; ``suffix`` ends every address.
    Raises ConfigurationError when one of them cannot be used.
    """

    url: str
    token: str = field(repr=False)
    auth_header: str = "X-AUTH-TOKEN"
    database: str | None = None
    timezone: str | None = None
    verify: bool | str = True
    suffix: str = ".json"

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", normalise_url(self.url))
        _check_token(self.token)
        if not HEADER_NAME.fullmatch(self.auth_header):
            raise _unusable("not the name of a header", setting="auth_header", advice="leave it empty for X-AUTH-TOKEN")
        if self.suffix not in (".json", ""):
            raise _unusable("unknown ending", setting="suffix", advice="use .json, or nothing at all")
        _check_timezone(self.timezone)
        if self.verify is False or self.verify == "":
            raise _unusable(
                "certificates must be checked", setting="verify", advice="name a file that holds the instance's CA"
            )


def normalise_url(text: str) -> str:
    """Return ``https://host[:port]`` of an instance; paths such as ``/api/v6`` or a login page are removed.

    Raises ConfigurationError for what cannot be an instance. The message does not repeat the text: it may hold a token.
    """
    typed = text.strip()
    if not typed:
        raise _no_instance("no instance address")
    parts, port = _split(typed if "://" in typed else f"https://{typed}")
    if parts.scheme != "https":
        raise _no_instance(
            "only https is supported: anything else would send the token unencrypted",
            advice="write it with https://, as the browser shows it",
        )
    host = parts.hostname or ""
    if not HOST.fullmatch(host) or parts.username is not None:
        raise _no_instance("not an instance address")
    if host in NOT_AN_INSTANCE:
        raise _no_instance("this host does not serve the API of an instance")
    shown = f"[{host}]" if ":" in host else host
    return f"https://{shown}" if port in (None, 443) else f"https://{shown}:{port}"


def _split(typed: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(typed)
        return parts, parts.port
    except ValueError:
        raise _no_instance("not an instance address") from None


def _check_token(token: str) -> None:
    if not token.strip():
        raise _unusable(
            "no access token", setting="Access Token", advice="paste the token from the user's detail in Daktela"
        )
    if not token.isascii() or not token.isprintable() or token != token.strip():
        raise _unusable(
            "the access token holds characters that cannot be sent",
            setting="Access Token",
            advice="paste it again without blanks and line breaks around it",
        )


def _check_timezone(name: str | None) -> None:
    try:
        known = name is None or bool(ZoneInfo(name))
    except (ValueError, LookupError, OSError):
        known = False
    if not known:
        advice = "write an IANA name like Europe/Prague, or leave it empty"
        raise _unusable("there is no such time zone", setting="Server Time Zone", advice=advice)


def _no_instance(what: str, *, advice: str = "write it like https://acme.daktela.com") -> ConfigurationError:
    return _unusable(what, setting="Instance URL", advice=advice)


def _unusable(what: str, *, setting: str, advice: str) -> ConfigurationError:
    return ConfigurationError(what, where=f"Daktela connection: {setting}", advice=advice)
