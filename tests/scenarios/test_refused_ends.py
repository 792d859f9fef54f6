"""What a run says before it has read or written anything: a lost right, an expired password, a forgotten token."""

from __future__ import annotations

from datetime import datetime

import pytest

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.salesforce.query.restricted_objects import RESTRICTED
from sandbox.testing import Sandbox
from tests.scenarios.conftest import hurried_limiter
from tests.scenarios.oracle import alive
from tests.scenarios.reconciling import counts_of, reconcile
from tests.scenarios.scenario_runner import Runner, rewrite


@pytest.mark.parametrize("reads", ["refused", "empty"])
def test_a_lost_right_is_told_by_preflight(runner: Runner, sandbox: Sandbox, reads: str) -> None:
    """And not by the first load that has something to do, weeks later."""
    runner.run()
    sandbox.daktela.switch(crm_records_right="none", without_right=reads)
    with pytest.raises(ConfigurationError, match="Daktela user integrace has no right on crmRecords"):
        runner.run()


def test_a_right_that_may_not_suffice_is_told_before_it_is_missed(
    runner: Runner, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody publishes which part of a role's mask writes, so the run goes on and says so."""
    runner.run()
    sandbox.daktela.switch(contacts_right="read")
    runner.run()
    assert "has only some rights on contacts (1 of 31): whether they suffice for writing shows only" in caplog.text


def test_an_expired_password_is_no_missing_permission(runner: Runner, sandbox: Sandbox) -> None:
    """Salesforce answers 403 to both."""
    code = "INVALID_OPERATION_WITH_EXPIRED_PASSWORD"
    sandbox.salesforce.switches = sandbox.salesforce.switches.changed(
        {"fail_next": 100, "fail_status": 403, "fail_body": "json", "fail_code": code, "fail_path": "/services/data"}
    )
    with pytest.raises(ConfigurationError, match=f"{code}.*: the user's password has expired: sign in to Salesforce"):
        runner.run()


def test_a_request_that_ran_too_long_is_read_in_smaller_windows(runner: Runner, sandbox: Sandbox) -> None:
    """As after QUERY_TIMEOUT: the run is whole and green."""
    code = "REQUEST_RUNNING_TOO_LONG"
    sandbox.salesforce.switches = sandbox.salesforce.switches.changed(
        {"fail_next": 3, "fail_status": 400, "fail_body": "json", "fail_code": code, "fail_path": "/query"}
    )
    reports = runner.run()
    assert sandbox.salesforce.switches.fail_next == 0
    assert all(report.failure == "" and report.watermark for report in reports.values())


def test_an_object_that_demands_a_filter_is_told_by_preflight(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the line of the mapping and the fields to filter on."""
    monkeypatch.setitem(RESTRICTED, "Lead", ("OwnerId",))
    with pytest.raises(ConfigurationError, match=r"leads\.yaml.*Salesforce gives no Lead without a filter on OwnerId"):
        runner.run()


def test_a_transform_that_cannot_take_its_field_is_told_before_anything_is_read(runner: Runner) -> None:
    """Also of the last mapping: those before it have read and written nothing."""
    rewrite(runner.folder / "opportunities.yaml", "fields:", "fields:\n  status: {from: Amount, transforms: [lower]}")
    with pytest.raises(ConfigurationError, match=r"opportunities\.yaml.*lower takes text, but gets numbers"):
        runner.run()
    assert runner.daktela.calls["POST"] == 0


def test_an_object_whose_demand_was_not_known_names_it_itself(runner: Runner, sandbox: Sandbox) -> None:
    """In Salesforce's words; the mapping has no `where` that somebody could look at."""
    sandbox.salesforce.switch(required_filters=["Account.OwnerId"])
    with pytest.raises(
        ConfigurationError, match=r"Account requires a filter .* on ownerid.*: the object itself demands"
    ):
        runner.run()


def test_an_object_that_demands_a_filter_is_read_on_after_its_first_load(
    runner: Runner, sandbox: Sandbox, before_now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody lists what left the filter there; a comparison finds it, and the log says so."""
    deals = alive(sandbox, "Opportunity")
    owners = ", ".join(f"'{owner}'" for owner in sorted({row["OwnerId"] for row in deals}))
    filtered = f"on_delete: delete\nwhere: \"OwnerId IN ({owners}) AND Name != 'Odešlý'\""
    rewrite(runner.folder / "opportunities.yaml", "on_delete: keep", filtered)
    sandbox.salesforce.switch(required_filters=["Opportunity.OwnerId"])
    runner.run()
    left, edited = (row["Id"] for row in deals[:2])
    sandbox.salesforce.records.update("Opportunity", left, {"Name": "Odešlý"}, at=before_now)
    sandbox.salesforce.records.update("Opportunity", edited, {"Name": "Nový"}, at=before_now)
    report = runner.run()["opportunities"]
    assert (dict(report.outcomes), report.watermark) == ({"updated": 1}, report.until)
    assert "lists no Opportunity without a filter, so who leaves `where` is found by comparisons alone" in caplog.text
    assert counts_of(reconcile(runner, "opportunities", repair=True))["opportunities"] == {"extra": 1}
    assert sandbox.daktela.get("crmRecords", f"sf_opportunity_{left}") is None


def test_a_token_that_daktela_does_not_know_is_told_as_such(runner: Runner, sandbox: Sandbox) -> None:
    """Also by an instance that greets strangers with 200 and no user; it is asked once."""
    sandbox.daktela.switch(whoim_wrong_token="nobody")
    settings = DaktelaSettings(url=sandbox.daktela_url, token="forgotten-0123456789")
    runner.daktela = DaktelaClient(settings, limiter=hurried_limiter(), sleep=lambda _: None)
    with pytest.raises(ConfigurationError, match="the token is missing or not accepted"):
        runner.run()
    assert dict(runner.daktela.calls) == {"GET": 1}
    runner.daktela.close()
