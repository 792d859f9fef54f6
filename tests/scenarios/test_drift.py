"""The two systems' fields change between runs: what still can be loaded is, the rest is told and left alone."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.steps.preflight.lock import lock_schemas
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.sync.request import Mode, RunRequest
from salesforce_daktela.sync.run_report import RunReport
from sandbox.daktela.store import Record
from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, rewrite

SELECTED = "  customFields.salutation: {from: Salutation, values: {Mr.: mr, Ms.: ms}, default: mr}\non_delete: keep"
SHORTER = "Contact.LastName length=40"
MATCHED = "match: [customFields.email]\nfields:"
FILTERED = "where: \"Department != 'Sales'\"\nfields:"
MORE_VALUES = "Contact.Salutation values=Mr.|Ms.|Mrs.|Dr.|Prof.|Ing."


@pytest.fixture
def settled(runner: Runner) -> Runner:
    """A deployment whose first run is over; each contact has a selection, and none was adopted."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", SELECTED)
    rewrite(runner.folder / "contacts.yaml", "match: [customFields.email]\n", "")
    runner.run()
    return runner


def test_other_fields_go_on(
    settled: Runner, sandbox: Sandbox, before_now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """A field vanished, one is shorter, a picklist has a new value: what still can be loaded is, the rest stays."""
    contact = _titled(sandbox)
    held = _held(sandbox, contact)
    sandbox.salesforce.switch(hidden_fields=["Contact.Title"], altered_fields=[SHORTER, MORE_VALUES])
    with caplog.at_level(logging.INFO):
        report = _change(settled, sandbox, contact, {"Phone": "+420602111222", "MobilePhone": None}, before_now)
    after = _held(sandbox, contact)
    assert report.left_out == ("description",)
    assert after.custom["number"] == ["+420602111222"]
    assert after.values["description"] == held.values["description"]
    assert _told(report.drift) == {
        ("Title", "vanished", "error"),
        ("LastName", "shortened", "warning"),
        ("Salutation", "values_added", "warning"),
    }
    levels = {record.levelname for record in caplog.records if "field Title is gone" in record.getMessage()}
    assert levels == {"ERROR"}
    assert "left out after a change of schema: description" in report.summary()


def test_the_same_schemas_again(settled: Runner) -> None:
    """There is nothing to tell, and nothing is left out."""
    for report in _again(settled).values():
        assert (report.drift, report.left_out) == ((), ())


@pytest.mark.parametrize("mode", [Mode.INCREMENTAL, Mode.RECORDS])
def test_a_field_that_is_back_is_brought_up_to_date(
    settled: Runner, sandbox: Sandbox, before_now: datetime, mode: Mode
) -> None:
    """Also in records that changed while it was away, whichever kind of run wrote them then."""
    contact = _titled(sandbox)
    sandbox.salesforce.switch(hidden_fields=["Contact.Title"])
    ids = (contact,) if mode is Mode.RECORDS else ()
    request = RunRequest(mode=mode, ids=ids, mappings=("contacts",))
    changed = {"Title": "Nová ředitelka", "Phone": "+420602111222"}
    report = _change(settled, sandbox, contact, changed, before_now.replace(year=2025), request)
    assert ("Title", "vanished", "error") in _told(report.drift)
    assert "Nová ředitelka" not in _held(sandbox, contact).values["description"]
    sandbox.salesforce.switch(hidden_fields=[])
    reports = _again(settled)
    assert reports["contacts"].since is None
    assert reports["accounts"].since is not None
    assert "Nová ředitelka" in _held(sandbox, contact).values["description"]
    assert _again(settled)["contacts"].outcomes.get("updated") is None


def test_a_vanished_field_is_told_on_every_run(settled: Runner, sandbox: Sandbox) -> None:
    """Until it is back; records that nobody changed are not written because of it."""
    sandbox.salesforce.switch(hidden_fields=["Contact.Title"])
    for _ in range(2):
        report = _again(settled)["contacts"]
        assert ("Title", "vanished", "error") in _told(report.drift)
        assert report.since is not None


def test_nothing_is_emptied_where_a_put_replaces(settled: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    """What is left out is sent as Daktela holds it, so a PUT that empties what it does not name empties nothing."""
    contact = _titled(sandbox)
    held = _held(sandbox, contact)
    sandbox.daktela.switch(put_mode="replacing")
    sandbox.salesforce.switch(hidden_fields=["Contact.Title", "Contact.Email", "Contact.AccountId"])
    report = _change(settled, sandbox, contact, {"LastName": "Jinak"}, before_now)
    after = _held(sandbox, contact)
    assert set(report.left_out) == {"description", "customFields.email", "account"}
    assert after.values["lastname"] == "Jinak"
    for name in ("description", "account"):
        assert after.values[name] == held.values[name]
    assert after.custom.get("email") == held.custom.get("email")


@pytest.mark.parametrize("shown", [False, True])
def test_a_field_deleted_in_daktela_is_left_out(
    settled: Runner, sandbox: Sandbox, before_now: datetime, shown: bool
) -> None:
    """Even where Daktela refuses fields that it does not know, and goes on showing what they held."""
    contact = _titled(sandbox)
    switches = {"removed_custom_field_shown": shown, "put_mode": "replacing"}
    sandbox.daktela.switch(removed_custom_field="number", unknown_custom_field="refused", **switches)
    report = _change(settled, sandbox, contact, {"LastName": "Jinak"}, before_now)
    assert report.left_out == ("customFields.number",)
    assert ("customFields.number", "vanished", "error") in _told(report.drift)
    assert _held(sandbox, contact).values["lastname"] == "Jinak"
    assert "rejected" not in report.outcomes


def test_a_type_that_a_transform_cannot_take(settled: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    """An e-mail address that became a checkbox keeps its own field from being loaded, nothing else, on every run."""
    contact = _titled(sandbox)
    sandbox.salesforce.switch(altered_fields=["Contact.Email type=boolean", "Contact.Phone type=string"])
    report = _change(settled, sandbox, contact, {"LastName": "Jinak"}, before_now)
    assert _told(report.drift) == {("Email", "retyped", "error"), ("Phone", "retyped", "warning")}
    assert report.left_out == ("customFields.email",)
    assert _held(sandbox, contact).values["lastname"] == "Jinak"
    assert _told(_again(settled)["contacts"].drift) == {("Email", "retyped", "error")}


@pytest.mark.parametrize(
    ("old", "new", "hidden", "message"),
    [
        pytest.param(
            "trim", "trim", "FirstName", "fields.title: .* it was string, 40 characters; .* requires title",
            id="a required field",
        ),
        pytest.param("fields:", MATCHED, "Email", "fields.customFields.email: .* matched by", id="a field to match by"),
        pytest.param("fields:", FILTERED, "Department", "where: .* the filter reads it", id="the filter"),
    ],
)  # fmt: skip
def test_what_cannot_be_left_out_stops_the_run(
    settled: Runner, sandbox: Sandbox, old: str, new: str, hidden: str, message: str
) -> None:
    """With what the field was last time, and what to do; nothing is written, and the next run says so again."""
    rewrite(settled.folder / "contacts.yaml", old, new)
    sandbox.salesforce.switch(hidden_fields=[f"Contact.{hidden}"])
    sent = dict(settled.daktela.calls)
    for _ in range(2):
        with pytest.raises(ConfigurationError, match=f"{hidden} is gone") as refused:
            _again(settled)
        assert re.search(message, str(refused.value))
    assert settled.daktela.calls["PUT"] == sent.get("PUT", 0)
    assert settled.daktela.calls["POST"] == sent.get("POST", 0)


def test_a_lock_is_what_runs_compare_with(settled: Runner, sandbox: Sandbox) -> None:
    """A difference from it is told on every run until the lock is written anew."""
    _lock(settled)
    sandbox.salesforce.switch(hidden_fields=["Contact.Department"])
    for _ in range(2):
        assert _told(_again(settled)["contacts"].drift) == {("Department", "vanished", "info")}
    _lock(settled)
    assert _again(settled)["contacts"].drift == ()
    sandbox.salesforce.switch(hidden_fields=[])
    assert _told(_again(settled)["contacts"].drift) == {("Department", "appeared", "info")}


def test_a_plan_hears_of_changes_without_taking_note(settled: Runner, sandbox: Sandbox) -> None:
    """The next run that writes tells them again, the one after it does not."""
    sandbox.salesforce.switch(hidden_fields=["Contact.Department"])
    vanished = {("Department", "vanished", "info")}
    settled.salesforce.described.clear()
    plan = RunRequest(mode=Mode.PLAN)
    facts = preflight(settled.spec, plan, settled.salesforce, settled.daktela, database=None, ledger=settled.ledger)
    assert _told(facts.drift_of("contacts")) == vanished
    assert _told(_again(settled)["contacts"].drift) == vanished
    assert _again(settled)["contacts"].drift == ()


def test_a_mistake_in_the_mapping_is_no_drift(settled: Runner) -> None:
    """A field that was never there stops the run as ever."""
    rewrite(settled.folder / "contacts.yaml", "from: FirstName,", "from: FirstNam,")
    with pytest.raises(ConfigurationError, match="has no field FirstNam"):
        _again(settled)


def _again(runner: Runner, request: RunRequest | None = None) -> dict[str, RunReport]:
    """The next run; like every task it asks for describes anew."""
    runner.salesforce.described.clear()
    return runner.run(request)


def _change(
    runner: Runner,
    sandbox: Sandbox,
    contact: str,
    fields: Mapping[str, Any],
    at: datetime,
    request: RunRequest | None = None,
) -> RunReport:
    sandbox.salesforce.records.update("Contact", contact, dict(fields), at=at)
    return _again(runner, request)["contacts"]


def _titled(sandbox: Sandbox) -> str:
    """The Id of a contact that has everything these tests look at."""
    wanted = ("Title", "Phone", "Email", "FirstName", "AccountId")
    for row in alive(sandbox, "Contact"):
        record = sandbox.daktela.get("contacts", f"sf_contact_{row['Id']}")
        if all(row[name] for name in wanted) and record is not None and record.values["account"]:
            return str(row["Id"])
    raise AssertionError("no such contact")


def _held(sandbox: Sandbox, contact: str) -> Record:
    record = sandbox.daktela.get("contacts", f"sf_contact_{contact}")
    assert record is not None
    return record


def _told(drift: Iterable[Mapping[str, object]]) -> set[tuple[object, object, object]]:
    return {(change["field"], change["kind"], change["severity"]) for change in drift}


def _lock(runner: Runner) -> None:
    """Agree to both schemas as they are."""
    runner.salesforce.described.clear()
    lock_schemas(runner.spec, runner.salesforce, runner.daktela, database=None)
