"""Both ends of a sync asked who they are and what they allow, before anything is mapped. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.schema.discovery import NO_ANSWER, NamedTitle, databases
from salesforce_daktela.daktela.wire.errors import DaktelaError
from salesforce_daktela.daktela.wire.rights import Right, right_on
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.salesforce.client import DAILY_CALLS, SalesforceClient
from salesforce_daktela.salesforce.sign_in.oauth import Flow
from salesforce_daktela.salesforce.wire.errors import SalesforceRefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgFound:
    """A Salesforce org that has let us in.

    Empty texts and None are what the user may not read. ``calls_left`` are those of the day, of ``calls_allowed``.
    """

    flow: Flow
    host: str
    organization_id: str
    name: str
    edition: str
    sandbox: bool | None
    username: str
    person: str
    version: str
    calls_left: int | None
    calls_allowed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceFound:
    """A Daktela instance that has let us in. ``timezone`` is None where neither it nor its connection names one."""

    host: str
    user: str
    title: str
    rights: Mapping[Entity, Right]
    timezone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabasesFound:
    """The CRM databases by name. ``told`` is False where the instance or the user's role does not list them."""

    databases: tuple[NamedTitle, ...]
    told: bool


def ask_org(client: SalesforceClient) -> OrgFound:
    """Sign in and read what the org says of itself.

    Raises ConfigurationError when a field, a right or a setting has to change, TransportError when there is no answer.
    """
    flow = Flow(client.flow)
    # A version that the org does not have shows here, before rights are asked for.
    client.get_json(client.data_path)
    organization = _row(client, "SELECT Name, IsSandbox, OrganizationType FROM Organization")
    user: Mapping[str, Any] = {}
    if client.user_id is not None:
        user = _row(client, f"SELECT Username, Name FROM User WHERE Id = '{client.user_id}'")  # noqa: S608 an Id
    daily = client.limits().get(DAILY_CALLS)
    sandbox = organization.get("IsSandbox")
    return OrgFound(
        flow=flow,
        host=client.instance_url,
        organization_id=client.organization_id,
        name=str(organization.get("Name") or ""),
        edition=str(organization.get("OrganizationType") or ""),
        sandbox=sandbox if isinstance(sandbox, bool) else None,
        username=str(user.get("Username") or client.credentials.username or ""),
        person=str(user.get("Name") or ""),
        version=client.credentials.version,
        calls_left=None if daily is None else daily.remaining,
        calls_allowed=None if daily is None else daily.max,
    )


def ask_instance(client: DaktelaClient) -> InstanceFound:
    """Ask whose token it is, what its role may do, and the time zone.

    Raises DaktelaError, which is a ConfigurationError when a field or a right has to change.
    """
    user = client.whoim()
    return InstanceFound(
        host=client.settings.url,
        user=user.name,
        title=user.title,
        rights={entity: right_on(user.masks, entity) for entity in Entity},
        timezone=client.server_timezone or client.settings.timezone,
    )


def ask_databases(client: DaktelaClient) -> DatabasesFound:
    """List the CRM databases. Raises DaktelaError when there is no answer, or the token is refused."""
    try:
        found = databases(client)
    except DaktelaError as exc:
        if exc.kind not in NO_ANSWER:
            raise
        return DatabasesFound(databases=(), told=False)
    # A role without the right may get an empty list instead of a refusal.
    return DatabasesFound(databases=found, told=bool(found))


def _row(client: SalesforceClient, query: str) -> Mapping[str, Any]:
    """The only row of a query, empty where the user may not read it."""
    try:
        reply = client.get_json(f"{client.data_path}/query", {"q": query})
    except SalesforceRefusedError as exc:
        if exc.status == 401:
            raise
        return {}
    rows = reply.get("records") if isinstance(reply, dict) else None
    return rows[0] if isinstance(rows, list) and len(rows) == 1 and isinstance(rows[0], dict) else {}
