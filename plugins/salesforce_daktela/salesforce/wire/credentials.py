"""What a Salesforce connection holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.salesforce.wire.address import normalise_instance

OLDEST_VERSION = 50
"""Since this version Bulk results keep the order of SELECT; before, columns were in alphabetical order."""

STRIPPED_FIELDS = ("username", "security_token", "consumer_key", "consumer_secret", "private_key")
"""White space around these comes from copying and is removed; a password may begin or end with white space.

A password of white space alone is none: Airflow's API cannot empty a stored one, so the pages replace it by a blank.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesforceCredentials:
    """``instance_uri`` and ``version`` are normalised when built: ``v60.0``, ``60`` and ``60.0`` are the same.

    An empty field is None. ``trusted_hosts`` are further hosts that may get these credentials, from
    ``address.parse_trusted_hosts``. ``verify`` is the path of a PEM file to trust instead of the usual authorities.
    Raises ConfigurationError for an address or a version that cannot be used, and when TLS checks are switched off.
    """

    instance_uri: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    security_token: str | None = field(default=None, repr=False)
    consumer_key: str | None = field(default=None, repr=False)
    consumer_secret: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    version: str = "67.0"
    proxies: Mapping[str, str] | None = field(default=None, repr=False)
    verify: bool | str = True
    trusted_hosts: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        address = normalise_instance(self.instance_uri, trusted=self.trusted_hosts)
        object.__setattr__(self, "instance_uri", address.api_url)
        object.__setattr__(self, "version", _version(self.version))
        for name in STRIPPED_FIELDS:
            object.__setattr__(self, name, (getattr(self, name) or "").strip() or None)
        object.__setattr__(self, "password", self.password if (self.password or "").strip() else None)
        if self.verify is False or self.verify == "":
            raise ConfigurationError(
                "TLS checks cannot be switched off",
                where="Salesforce connection: verify",
                advice="give the path of a PEM file that holds the authority to trust",
            )


def _version(text: str) -> str:
    found = re.fullmatch(r"[vV]?([0-9]{2,3})(?:\.0)?", text.strip())
    if found is None or int(found.group(1)) < OLDEST_VERSION:
        raise ConfigurationError(
            "this is not an API version that can be used",
            where="Salesforce connection: API Version",
            advice=f"write a number from {OLDEST_VERSION}.0 on, for example 67.0, or leave it empty",
        )
    return f"{found.group(1)}.0"
