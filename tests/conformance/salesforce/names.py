"""The org's public name on this machine: what a name server does for a real one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

MY_DOMAIN = "vltava.my"
"""What clients are given as domain; they add ``.salesforce.com``."""


class NameService(HTTPAdapter):
    """Sends requests for any host to one address; the certificate of that address is still verified."""

    def __init__(self, address: str) -> None:
        self.address = urlsplit(address)
        super().__init__()

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        """Where to connect instead, and whose certificate to expect there."""
        host, pool = super().build_connection_pool_key_attributes(*args, **kwargs)
        return {**host, "host": self.address.hostname, "port": self.address.port}, pool


def session_that_finds(address: str) -> requests.Session:
    """A session as an application hands it to its Salesforce client."""
    session = requests.Session()
    session.mount("https://vltava.my.salesforce.com/", NameService(address))
    session.mount("https://login.salesforce.com/", NameService(address))
    return session
