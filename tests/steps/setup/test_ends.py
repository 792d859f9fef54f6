"""Both ends asked who they are, over the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.daktela.wire.errors import DaktelaAccessError, DaktelaError
from salesforce_daktela.daktela.wire.rights import Right
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.mapping.model import Entity
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.sign_in.oauth import Flow
from salesforce_daktela.salesforce.wire.credentials import SalesforceCredentials
from salesforce_daktela.steps.setup.ends import ask_databases, ask_instance, ask_org
from sandbox.server import HOST_NAMES
from sandbox.testing import Sandbox, start_sandbox
from tests.scenarios.conftest import hurried_limiter


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Both servers for all tests of this module."""
    with start_sandbox(tmp_path_factory.mktemp("sandbox"), size="tiny") as started:
        yield started


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    """Both servers with the usual switches."""
    running.daktela.reset(empty=False)
    running.salesforce.switches = type(running.salesforce.switches)()
    return running


def org_client(sandbox: Sandbox, **changed: Any) -> SalesforceClient:
    described = sandbox.description()["salesforce"]
    names = ("username", "password", "security_token", "consumer_key", "consumer_secret")
    fields = {"instance_uri": described["url"], **{name: described[name] for name in names}, **changed}
    credentials = SalesforceCredentials(trusted_hosts=HOST_NAMES, verify=str(sandbox.ca), **fields)
    return SalesforceClient(credentials, sleep=lambda _: None)


def instance_client(sandbox: Sandbox, **changed: Any) -> DaktelaClient:
    fields = {"url": sandbox.daktela_url, "token": sandbox.daktela.token, "verify": str(sandbox.ca), **changed}
    return DaktelaClient(DaktelaSettings(**fields), limiter=hurried_limiter(), sleep=lambda _: None)


def test_an_org_says_which_it_is_and_who_reads(sandbox: Sandbox) -> None:
    """By the flow of the filled-in fields, with the calls that are left of the day."""
    found = ask_org(org_client(sandbox))
    assert found.flow is Flow.PASSWORD
    assert found.organization_id == sandbox.salesforce.id
    assert (found.name, found.edition, found.sandbox) == ("Vltava, a.s.", "Enterprise Edition", False)
    assert found.username == sandbox.salesforce.credentials.username
    assert found.version == "67.0"
    assert found.calls_left is not None
    assert found.calls_allowed is not None
    assert 0 < found.calls_left < found.calls_allowed


def test_client_credentials_name_the_user_they_run_as(sandbox: Sandbox) -> None:
    """Nobody has typed a user name."""
    found = ask_org(org_client(sandbox, username=None, password=None, security_token=None))
    assert found.flow is Flow.CLIENT_CREDENTIALS
    assert found.username == sandbox.salesforce.credentials.username


def test_a_wrong_password_is_told_with_the_fields(sandbox: Sandbox) -> None:
    """As a run would tell it."""
    with pytest.raises(ConfigurationError, match="check Username, Password and Security Token"):
        ask_org(org_client(sandbox, password="wrong"))


def test_a_version_that_the_org_lacks_is_told_as_such(sandbox: Sandbox) -> None:
    """And not as an object that is missing."""
    with pytest.raises(ConfigurationError, match="API Version"):
        ask_org(org_client(sandbox, version="99.0"))


def test_an_org_whose_name_may_not_be_read_is_known_by_its_id(sandbox: Sandbox) -> None:
    """The sign-in tells the Id."""
    sandbox.salesforce.switches = sandbox.salesforce.switches.changed(
        {"fail_next": 2, "fail_status": 400, "fail_body": "json", "fail_code": "INVALID_TYPE", "fail_path": "/query"}
    )
    found = ask_org(org_client(sandbox))
    assert (found.name, found.sandbox, found.organization_id) == ("", None, sandbox.salesforce.id)
    assert found.username == sandbox.salesforce.credentials.username


def test_an_instance_says_whose_token_it_is_and_what_it_may_do(sandbox: Sandbox) -> None:
    """With the time zone that its times are in."""
    sandbox.daktela.switch(contacts_right="read", crm_records_right="none")
    found = ask_instance(instance_client(sandbox))
    assert found.user == "integrace"
    assert found.rights == {
        Entity.ACCOUNTS: Right.FULL,
        Entity.CONTACTS: Right.PARTIAL,
        Entity.CRM_RECORDS: Right.NONE,
        Entity.CAMPAIGNS_RECORDS: Right.FULL,
    }
    assert found.timezone == "Europe/Prague"


def test_the_connection_s_time_zone_counts_where_the_instance_names_none(sandbox: Sandbox) -> None:
    """None where nobody does."""
    sandbox.daktela.switch(envelope_zone=False)
    assert ask_instance(instance_client(sandbox)).timezone is None
    assert ask_instance(instance_client(sandbox, timezone="Europe/Vienna")).timezone == "Europe/Vienna"


def test_a_wrong_token_is_told_as_such(sandbox: Sandbox) -> None:
    """As a run would tell it."""
    with pytest.raises(DaktelaAccessError, match="the token is missing or not accepted"):
        ask_instance(instance_client(sandbox, token="wrong"))


def test_databases_are_listed_with_their_titles(sandbox: Sandbox) -> None:
    """Those that are there now."""
    found = ask_databases(instance_client(sandbox))
    assert found.told
    assert "sales" in [each.name for each in found.databases]


def test_databases_that_are_hidden_are_not_told(sandbox: Sandbox) -> None:
    """Some instances or roles do not list them. A wrong token is another matter."""
    sandbox.daktela.switch(crm_databases_endpoint="forbidden")
    assert not ask_databases(instance_client(sandbox)).told
    with pytest.raises(DaktelaError, match="token"):
        ask_databases(instance_client(sandbox, token="wrong"))
