"""Finds out which organization answers, if the token's identity URL does not tell it."""

from __future__ import annotations

from typing import Any, Protocol

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.salesforce.sign_in.oauth import AccessToken
from salesforce_daktela.salesforce.wire.errors import SalesforceRefusedError
from salesforce_daktela.salesforce.wire.ids import PATTERN, long_id

WHERE = "Salesforce connection"
QUERY = "SELECT Id FROM Organization"


class Asked(Protocol):
    """The parts of a client that are needed here."""

    @property
    def data_path(self) -> str:
        """The path of the REST API."""

    def get_json(self, path: str, params: dict[str, str] | None = None) -> Any:
        """GET a host-relative path."""


def ask_organization(client: Asked) -> str:
    """Read the organization's Id by a query. Raises ConfigurationError when the user may not read it."""
    try:
        reply = client.get_json(f"{client.data_path}/query", {"q": QUERY})
    except SalesforceRefusedError as exc:
        raise _unknown(f"the query for it was refused with {exc.status} {exc.code}".rstrip()) from exc
    rows = reply.get("records") if isinstance(reply, dict) else None
    ids = [row.get("Id") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    if len(ids) != 1 or not isinstance(ids[0], str) or not PATTERN.fullmatch(ids[0]):
        raise _unknown("the query for it has no single Id")
    return long_id(ids[0])


def refuse_other_organization(before: AccessToken, now: AccessToken) -> None:
    """Raise ConfigurationError when a new session belongs to another org than the one before."""
    if None in (before.organization_id, now.organization_id) or before.organization_id == now.organization_id:
        return
    raise ConfigurationError(
        f"{before.instance_url} answered as organization {before.organization_id} before, and answers as organization "
        f"{now.organization_id} now",
        where=WHERE,
        advice="start again: the next preflight compares the organization with what the ledger remembers",
    )


def _unknown(reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"Salesforce does not tell which organization this is: the sign-in names none, and {reason}",
        where=WHERE,
        advice="let the integration user read the object Organization: what is remembered belongs to one organization",
    )
