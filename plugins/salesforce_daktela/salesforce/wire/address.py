"""Turns the address that a user pastes into the org's API host. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from salesforce_daktela.errors import ConfigurationError

LOGIN_HOST = "login.salesforce.com"
TEST_HOST = "test.salesforce.com"
WEB_SITES = ("www", "help", "developer", "trailhead", "trailblazer", "appexchange", "status", "trust")
INSTANCED = re.compile(r"[a-z]{2,4}[0-9]+[a-z]?\.salesforce\.com")
HOST = re.compile(r"([a-z0-9-]+\.)*[a-z0-9-]+|[0-9a-f:.]*:[0-9a-f:.]*")
SANDBOX = re.compile(r"[^.]+--[^.]+\.|[^.]+\.(sandbox|scratch)\.|cs[0-9]+\.|test\.")
SAME_ORG = (".lightning.force.com", ".my.salesforce-setup.com")
SALESFORCE_DOMAINS = (".salesforce.com", ".force.com", ".salesforce-setup.com")

WHERE = "Salesforce connection: Instance URL"
EXAMPLE = "write your My Domain address, like https://acme.my.salesforce.com"
SETTING = "[salesforce_daktela] trusted_hosts"
OWN_HOST = f"{EXAMPLE}; a host of your own that stands in for Salesforce has to be named in {SETTING}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceAddress:
    """One org's hosts, each as ``https://host[:port]``.

    ``api_url`` serves data calls, ``token_url`` gives tokens, ``audience`` is the audience of a JWT. ``own_host`` is
    False for the hosts that all orgs share: they do not support client credentials, and ``login`` serves no data calls.
    """

    api_url: str
    token_url: str
    audience: str
    own_host: bool


def parse_trusted_hosts(text: str) -> frozenset[str]:
    """Return the hosts of a comma-separated list. Raises ConfigurationError for anything but bare host names."""
    names = [piece.strip() for piece in text.split(",")]
    found = [(name, name.lower().removesuffix(".").removeprefix("[").removesuffix("]")) for name in names if name]
    for name, host in found:
        if HOST.fullmatch(host) is None:
            raise ConfigurationError(
                f"{name!a} is not the name of a host",
                where=SETTING,
                advice="write names with commas between them, without https://, port, path or asterisk",
            )
    return frozenset(host for _, host in found)


def normalise_instance(text: str, *, trusted: Collection[str] = (), where: str = WHERE) -> InstanceAddress:
    """Return the hosts of an address, which may be a Lightning or setup page; paths and letter case do not matter.

    ``trusted`` are host names from ``parse_trusted_hosts``, which replace Salesforce on any port.
    Raises ConfigurationError for every other host that is not Salesforce's: no credential may be sent there.
    """
    host, port = _host(text, where)
    if host in trusted and not host.endswith(SALESFORCE_DOMAINS):
        shown = f"[{host}]" if ":" in host else host
        api_url = f"https://{shown}" if port in (None, 443) else f"https://{shown}:{port}"
        return InstanceAddress(api_url=api_url, token_url=api_url, audience=f"https://{LOGIN_HOST}", own_host=True)
    if not host.endswith(SALESFORCE_DOMAINS):
        what = f"{host} is not a Salesforce host, so no credential is sent there"
        raise ConfigurationError(what, where=where, advice=OWN_HOST)
    if port not in (None, 443):
        raise ConfigurationError(f"Salesforce does not answer on port {port}", where=where, advice=EXAMPLE)
    return _salesforce_address(_api_host(host, where))


def _salesforce_address(host: str) -> InstanceAddress:
    shared = TEST_HOST if SANDBOX.match(host) else LOGIN_HOST
    own = host not in (LOGIN_HOST, TEST_HOST) and INSTANCED.fullmatch(host) is None
    return InstanceAddress(
        api_url=f"https://{host}",
        token_url=f"https://{host if own else shared}",
        audience=f"https://{shared}",
        own_host=own,
    )


def _host(text: str, where: str) -> tuple[str, int | None]:
    typed = text.strip()
    if not typed:
        raise ConfigurationError("no address", where=where, advice=EXAMPLE)
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        host, port, scheme = (parts.hostname or "").rstrip("."), parts.port, parts.scheme
    except ValueError:
        raise ConfigurationError("this is no address", where=where, advice=EXAMPLE) from None
    if scheme != "https":
        raise ConfigurationError("the address does not begin with https://", where=where, advice=EXAMPLE)
    if parts.username is not None or HOST.fullmatch(host) is None:
        raise ConfigurationError("this is no address", where=where, advice=EXAMPLE)
    return host, port


def _api_host(host: str, where: str) -> str:
    for suffix in SAME_ORG:
        if host.endswith(suffix):
            return f"{host.removesuffix(suffix)}.my.salesforce.com"
    if host.endswith(".salesforce.com") and host.split(".")[-3] not in WEB_SITES:
        return host
    raise ConfigurationError(f"{host} is a web site, not an org's API host", where=where, advice=EXAMPLE)


def is_salesforce_host(address: str) -> bool:
    """Whether a normalised address is at one of Salesforce's own hosts."""
    return (urlsplit(address).hostname or "").endswith(SALESFORCE_DOMAINS)
