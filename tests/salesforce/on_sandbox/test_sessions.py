"""Sign-ins, sessions, limits and clocks of the sandbox's org."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from salesforce_daktela.errors import ConfigurationError, QuotaError
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.schema.describe import Resolution, describe
from salesforce_daktela.salesforce.wire.errors import (
    SalesforceRefusedError,
    SignInError,
)
from sandbox.testing import Sandbox
from tests.salesforce.on_sandbox.reading import by_bulk, by_rest


def test_every_flow_signs_in(sandbox: Sandbox, connect: Callable[..., SalesforceClient]) -> None:
    """Every flow signs in and says which it was; a password without its token does not."""
    known = sandbox.salesforce.credentials
    user = {"username": known.username, "password": known.password}
    assert connect().flow == "client credentials"
    assert connect(**user, security_token=known.security_token).flow == "username, password and security token"
    assert connect(username=known.username, private_key=sandbox.salesforce.private_key).flow == "JWT bearer"
    with pytest.raises(SignInError, match="check Username, Password and Security Token"):
        _ = connect(**user).flow


def test_short_sessions_do_not_interrupt_reading(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution
) -> None:
    """Sessions of two calls each carry through pages and downloads."""
    expected = by_rest(client, contacts)
    sandbox.salesforce.switch(token_calls=2, page_rows=40)
    assert by_rest(client, contacts).equals(expected)
    assert by_bulk(client, contacts).equals(expected)


@pytest.mark.parametrize("faults", [{"fail_next": 3, "fail_status": 503}, {"fail_next": 3, "fail_body": "empty"},
                                    {"reset_next": 3}])  # fmt: skip
def test_faults_are_retried(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution, faults: dict[str, int | str]
) -> None:
    """Maintenance pages, empty replies and broken connections are waited out."""
    sandbox.salesforce.switch(**faults)
    assert by_rest(client, contacts).num_rows >= 300


def test_an_exhausted_quota_is_named(sandbox: Sandbox, client: SalesforceClient) -> None:
    """The last call of the day is noticed and named."""
    assert client.limits()["DailyApiRequests"].remaining > 0
    sandbox.salesforce.switch(quota_remaining=0)
    with pytest.raises(QuotaError) as refused:
        client.limits()
    assert refused.value.limit == "DailyApiRequests"


def test_without_the_right_the_daily_calls_are_known(sandbox: Sandbox, client: SalesforceClient) -> None:
    """The daily calls are known even to a user who may not see limits."""
    sandbox.salesforce.switch(limits_forbidden=True, limit_info="per_app")
    assert client.limits()["DailyApiRequests"].max == 100_000


def test_a_version_that_the_org_does_not_have_is_told(connect: Callable[..., SalesforceClient]) -> None:
    """It is no missing right to see limits, and not only a missing object."""
    client = SalesforceClient(replace(connect().credentials, version="99.0"))
    with pytest.raises(SalesforceRefusedError, match="check the object's name and the connection's API Version"):
        client.limits()
    with pytest.raises(ConfigurationError, match="every object is missing, the org does not have the connection's API"):
        describe(client, "Account")


def test_permanent_refusals_of_sessions_end_after_two_tries(sandbox: Sandbox, client: SalesforceClient) -> None:
    """An org that refuses every session is asked twice, not for ever."""
    sandbox.salesforce.switch(unauthorized=True)
    with pytest.raises(SalesforceRefusedError, match="refused even when fresh"):
        client.limits()
    assert client.calls == 4


def test_every_reply_gives_the_orgs_clock(client: SalesforceClient) -> None:
    """The org's clock comes with every reply."""
    assert abs(client.server_time() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("answer", ["unauthorized", "redirect", "html"])
def test_an_org_that_moves_is_followed(
    sandbox: Sandbox, client: SalesforceClient, contacts: Resolution, answer: str
) -> None:
    """Whatever the former address answers, one new sign-in tells the present one, and reading goes on there."""
    expected = by_rest(client, contacts)
    sandbox.salesforce.switch(moved=answer)
    assert by_rest(client, contacts).equals(expected)
    assert client.instance_url == sandbox.salesforce_url.replace("localhost", "127.0.0.1")


@pytest.mark.parametrize("form", ["list", "object", "html"])
def test_a_401_with_any_body_is_a_refused_session(sandbox: Sandbox, client: SalesforceClient, form: str) -> None:
    """A 401 is a 401 whatever its body: one new sign-in, then the end."""
    sandbox.salesforce.switch(unauthorized=True, unauthorized_body=form)
    with pytest.raises(SalesforceRefusedError, match="401"):
        client.limits()
    assert client.calls == 4


def test_the_advice_names_an_app_that_is_not_installed(
    sandbox: Sandbox, connect: Callable[..., SalesforceClient]
) -> None:
    """The advice says what an administrator has to do."""
    sandbox.salesforce.switch(app_installed=False)
    with pytest.raises(SignInError, match="Approve Uninstalled Connected Apps"):
        _ = connect().flow


def test_the_orgs_clock_counts_not_this_machines(sandbox: Sandbox, client: SalesforceClient) -> None:
    """Time is the org's, not this machine's."""
    sandbox.salesforce.switch(clock_skew_seconds=-7200.0)
    assert abs(client.server_time() - (datetime.now(UTC) - timedelta(hours=2))) < timedelta(minutes=1)


def test_too_many_long_calls_are_not_an_exhausted_quota(sandbox: Sandbox, client: SalesforceClient) -> None:
    """The quota's code with the other cause is not mistaken for the daily calls."""
    sandbox.salesforce.switch(concurrent_next=1)
    with pytest.raises(QuotaError) as refused:
        client.limits()
    assert refused.value.limit == "ConcurrentRequests"
