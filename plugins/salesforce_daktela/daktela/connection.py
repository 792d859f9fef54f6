"""Where a Daktela instance is and how it is talked to."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from salesforce_daktela.errors import ConfigurationError

API = "/api/v6"


@dataclass(frozen=True, slots=True, kw_only=True)
class DaktelaSettings:
    """``url`` may be anything people paste of their instance; ``timezone`` is an IANA name.

    Raises ConfigurationError when the address or the token cannot be used.
    """

    url: str
    token: str = field(repr=False)
    auth_header: str = "X-AUTH-TOKEN"
    database: str | None = None
    timezone: str | None = None
    verify: bool | str = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", normalise_url(self.url))
        if not self.token.strip():
            raise ConfigurationError(
                "no access token",
                where="Daktela connection: Access Token",
                advice="paste the token from the user's detail in Daktela",
            )
        if not self.token.isascii() or not self.token.isprintable():
            raise ConfigurationError(
                "the access token holds characters that cannot be sent",
                where="Daktela connection: Access Token",
                advice="paste it again without blanks and line breaks around it",
            )


def normalise_url(text: str) -> str:
    """Return ``https://host[:port]`` of an instance: paths such as ``/api/v6`` or a login page are left away."""
    where = "Daktela connection: Instance URL"
    typed = text.strip()
    if not typed:
        raise ConfigurationError("no instance address", where=where, advice="write it like https://acme.daktela.com")
    parts = urlsplit(typed if "://" in typed else f"https://{typed}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme != "https":
        raise ConfigurationError(
            f"{parts.scheme} would send the token in the clear", where=where, advice="use https, as Daktela does"
        )
    if not host or " " in host or parts.username:
        raise ConfigurationError(
            "not an instance address", where=where, advice="write it like https://acme.daktela.com"
        )
    shown = f"[{host}]" if ":" in host else host
    return f"https://{shown}" if port in (None, 443) else f"https://{shown}:{port}"
