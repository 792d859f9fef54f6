"""Whatever people paste as their org's address, as the one host the API answers on. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from salesforce_daktela.errors import ConfigurationError

LOOPBACK = ("localhost", "127.0.0.1", "::1")
OURS = (".salesforce.com", ".force.com", ".salesforce-setup.com")
LOGIN_ONLY = ("login.salesforce.com", "test.salesforce.com")
INSTANCED = re.compile(r"^(na|eu|ap|um|usa|gs)\d+\.salesforce\.com$")

WHERE = "Salesforce connection: Instance URL"
EXAMPLE = "write your My Domain address, like https://acme.my.salesforce.com"


def normalise_instance(text: str) -> str:
    """Return ``https://host[:port]`` of the org's API.

    Lightning and setup addresses become the My Domain host; paths and letter case do not matter. Raises
    ConfigurationError for hosts that are not Salesforce's (loopback aside): no credential may go there.
    """
    host, port = _host(text)
    if host in LOOPBACK:
        shown = f"[{host}]" if ":" in host else host
        return f"https://{shown}" if port in (None, 443) else f"https://{shown}:{port}"
    if not host.endswith(OURS):
        raise ConfigurationError(
            f"{host} is not a Salesforce host, so no credential is sent there", where=WHERE, advice=EXAMPLE
        )
    if port not in (None, 443):
        raise ConfigurationError(f"Salesforce does not answer on port {port}", where=WHERE, advice=EXAMPLE)
    return f"https://{_api_host(host)}"


def token_host(api_url: str) -> str:
    """Return where to ask for a token: the org itself, or ``login`` for the old instanced names."""
    host = urlsplit(api_url).hostname or ""
    return "https://login.salesforce.com" if INSTANCED.match(host) else api_url


def is_login_only(api_url: str) -> bool:
    """Whether this host hands out tokens but answers no API call."""
    return (urlsplit(api_url).hostname or "") in LOGIN_ONLY


def _host(text: str) -> tuple[str, int | None]:
    typed = text.strip()
    if not typed:
        raise ConfigurationError("no address", where=WHERE, advice=EXAMPLE)
    parts = urlsplit(typed if "://" in typed else f"https://{typed}")
    if parts.scheme.lower() != "https":
        raise ConfigurationError(f"{parts.scheme} is not https", where=WHERE, advice=EXAMPLE)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.username is not None or not re.fullmatch(r"[a-z0-9.:-]+", host):
        raise ConfigurationError("not an address", where=WHERE, advice=EXAMPLE)
    return host.rstrip("."), port


def _api_host(host: str) -> str:
    for suffix in (".lightning.force.com", ".my.salesforce-setup.com", ".salesforce-setup.com"):
        if host.endswith(suffix):
            return f"{host.removesuffix(suffix).removesuffix('.my')}.my.salesforce.com"
    if host.endswith(".force.com"):
        raise ConfigurationError(f"{host} is a site, not an org's API host", where=WHERE, advice=EXAMPLE)
    return host
