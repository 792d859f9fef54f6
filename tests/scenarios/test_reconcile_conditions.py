"""A comparison under hard conditions: values that Daktela changes, faults, users at work, a budget of calls."""

from __future__ import annotations

from pathlib import Path

import pytest
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from salesforce_daktela.errors import ConfigurationError, TransportError
from sandbox.profile import Profile
from sandbox.testing import Sandbox, start_sandbox
from tests.scenarios.reconciling import PIPELINE, counts_of, own_records, reconcile, writes
from tests.scenarios.scenario_runner import Runner, rewrite, set_clock
from tests.scenarios.test_personalities import deployed, run_to_its_end
from tests.scenarios.test_user_activity import wrong_records

PERSONALITIES = [
    pytest.param({"data_shape": "map", "total": "absent", "empty_map": "list"}, id="maps without totals"),
    pytest.param({"selected_reference": "object", "selected_path": "flat", "unset_custom_field": "null"}, id="shapes"),
    pytest.param({"custom_field_shape": "scalar", "comparison": "exact", "total": "null"}, id="scalars"),
    pytest.param({"title_rewritten": True, "post_existing": "doubles"}, id="titles made of names"),
    pytest.param({"text_stored": "collapsed", "phones_stripped": True, "plus_stored_as_zeros": True}, id="rewriting"),
    pytest.param({"put_mode": "replacing", "several_on_single": "first", "lists_sorted": True}, id="replacing"),
    pytest.param({"crm_databases_endpoint": "missing", "crm_records_types_endpoint": "forbidden"}, id="older"),
    pytest.param({"longest_url": 2000, "suffix": "required"}, id="short addresses"),
]


@pytest.mark.parametrize("switches", PERSONALITIES)
def test_whatever_daktela_does_to_values_is_no_finding_and_an_edit_is(
    switches: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every shape of replies and with every way of storing; after the repair there is quiet."""
    with start_sandbox(tmp_path / "sandbox", size=40, profile=Profile(daktela=switches)) as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca))
        runner = deployed(tmp_path, sandbox, PIPELINE)
        runner.run()
        calm = counts_of(reconcile(runner))
        assert {kind for kinds in calm.values() for kind in kinds} <= {"rejected"}
        contact = own_records(runner, "contacts", sandbox, "Contact")[0]
        sandbox.daktela.edit("contacts", f"sf_contact_{contact}", {"firstname": "Někdo", "lastname": "Jiný"})
        assert counts_of(reconcile(runner, "contacts"))["contacts"]["different"] == 1
        reconcile(runner, "contacts", repair=True)
        assert counts_of(reconcile(runner)) == calm


def test_small_pages_and_faults_on_both_sides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that fails is asked for again; it is no absence. A task that gives up is tried again, as Airflow would."""
    profile = Profile(
        salesforce={"page_rows": 5, "uneven_pages": True, "bulk_page_rows": 4},
        daktela={"server_error": 0.05, "truncated": 0.05, "reset_before": 0.05},
    )
    with start_sandbox(tmp_path / "sandbox", size=40, profile=profile) as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca))
        runner = deployed(tmp_path, sandbox, PIPELINE)
        run_to_its_end(runner)
        again = Retrying(retry=retry_if_exception_type(TransportError), stop=stop_after_attempt(20), reraise=True)
        found = counts_of(again(reconcile, runner))
        assert {kind for kinds in found.values() for kind in kinds} <= {"rejected"}


@pytest.mark.parametrize("seed", [1, 2])
def test_users_at_work_while_both_sides_are_read(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changes while it is compared is at most pending, and never taken away, made or changed by a repair."""
    with start_sandbox(tmp_path / "sandbox", size=40, seed=seed) as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca))
        runner = deployed(tmp_path, sandbox, {"bulk_above": "6", "on_delete": "delete"})
        runner.run()
        set_clock(runner, sandbox, 5.0)
        sandbox.salesforce.switch(
            activity_calls=2, activity_acts=["create", "update", "delete", "undelete", "merge"], activity_seed=seed
        )
        before = writes(runner)
        found = counts_of(reconcile(runner, repair=True))
        assert {kind for kinds in found.values() for kind in kinds} <= {"pending", "rejected", "parked"}
        assert writes(runner) == before
        sandbox.salesforce.switch(activity_calls=0)
        set_clock(runner, sandbox, 15.0)
        runner.run()
        assert wrong_records(runner, sandbox) == []


def test_a_field_that_is_left_out_is_not_compared(runner: Runner, sandbox: Sandbox) -> None:
    """What vanished from Salesforce stays as it is in Daktela, and is no difference."""
    runner.run()
    sandbox.salesforce.switch(hidden_fields=["Contact.Title"])
    runner.salesforce.described.clear()
    report = reconcile(runner, "contacts")["contacts"]
    assert (counts_of({"contacts": report})["contacts"], report.left_out) == ({}, ("description",))


def test_a_budget_stops_the_comparison_before_anything_is_said(runner: Runner, sandbox: Sandbox) -> None:
    """Half a side is no side, and the next comparison would stop there again."""
    runner.run()
    rewrite(runner.folder / "sync.yaml", "lag: 0s}", "lag: 0s, budget_api_calls: 24}")
    sandbox.salesforce.switch(page_rows=2)
    with pytest.raises(ConfigurationError, match="budget_api_calls: 24 is too small: reading accounts needs more"):
        reconcile(runner)
