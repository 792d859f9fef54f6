"""What a Salesforce connection holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.salesforce.address import normalise_instance

OLDEST_VERSION = 47
"""Bulk API 2.0 queries begin here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesforceCredentials:
    """``instance_uri`` and ``version`` are normalised when built: ``v60.0``, ``60`` and ``60.0`` are the same.

    Raises ConfigurationError when either cannot be understood.
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

    def __post_init__(self) -> None:
        object.__setattr__(self, "instance_uri", normalise_instance(self.instance_uri))
        object.__setattr__(self, "version", _version(self.version))


def _version(text: str) -> str:
    found = re.fullmatch(r"[vV]?(\d{2,3})(?:\.0)?", text.strip())
    if found is None or int(found.group(1)) < OLDEST_VERSION:
        raise ConfigurationError(
            "no API version that can be used",
            where="Salesforce connection: API Version",
            advice=f"write a number from {OLDEST_VERSION}.0 on, for example 67.0, or leave it empty",
        )
    return f"{found.group(1)}.0"
