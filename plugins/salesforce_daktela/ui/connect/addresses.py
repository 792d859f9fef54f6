"""What a pasted address means: the clients' own rules, asked while somebody types. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from salesforce_daktela.daktela.wire.connection import normalise_url
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.salesforce.wire.address import TEST_HOST, is_salesforce_host, normalise_instance
from salesforce_daktela.ui.connection_fields import System
from salesforce_daktela.ui.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressView:
    """``host`` is what the connection is to hold, ``text`` says it; where it cannot be used ``problem`` says why."""

    host: str = ""
    text: str = ""
    problem: str = ""


def show_address(system: System, text: str, trusted: Collection[str], words: Words) -> AddressView:
    """Return what an address means. An empty one means nothing, and is no problem yet."""
    if not text.strip():
        return AddressView()
    try:
        return _salesforce(text, trusted, words) if system is System.SALESFORCE else _daktela(text, words)
    except ConfigurationError as exc:
        return AddressView(problem=words.sentence(f"{exc.what}: {exc.advice}"))


def _salesforce(text: str, trusted: Collection[str], words: Words) -> AddressView:
    _ = words.gettext
    address = normalise_instance(text, trusted=trusted)
    if not is_salesforce_host(address.api_url):
        said = _("Not Salesforce itself, but a host that stands in for it: %(host)s")
    elif not address.own_host:
        said = _("A host that many orgs share: %(host)s. An External Client App needs your own My Domain address.")
    elif address.audience.endswith(TEST_HOST):
        said = _("Sandbox at %(host)s")
    else:
        said = _("Production org at %(host)s")
    return AddressView(host=address.api_url, text=said % {"host": address.api_url})


def _daktela(text: str, words: Words) -> AddressView:
    _ = words.gettext
    url = normalise_url(text)
    return AddressView(host=url, text=_("Daktela instance at %(host)s") % {"host": url})
