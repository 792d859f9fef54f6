"""What a run is about to do, told before it does it, and asked about when somebody has to agree."""

from __future__ import annotations

from datetime import datetime

import pytest

from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.conftest import FAST
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, counts, rewrite

PLAN = RunRequest(mode=Mode.PLAN)


def test_a_plan_tells_what_the_run_then_does(runner: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    """Children count as created although their parents are only planned; the plan itself writes nothing at all."""
    planned = counts(runner.run(PLAN))
    assert {runner.daktela.calls[verb] for verb in ("POST", "PUT", "DELETE")} == {0}
    assert runner.ledger.watermark("default", "accounts") is None
    assert runner.ledger.last_runs("default", 1)[0].state == "planned"
    assert runner.ledger.parked("default", "contacts") == []
    assert counts(runner.run()) == planned
    contact = alive(sandbox, "Contact")[0]["Id"]
    sandbox.salesforce.records.update("Contact", contact, {"LastName": "Změněná"}, at=before_now)
    planned = counts(runner.run(PLAN))
    assert planned["contacts"]["updated"] == 1
    assert counts(runner.run()) == planned


def test_a_plan_shows_which_fields_change_and_keeps_values_in_staging(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """Before and after stand in a part beside the payloads; what travels through Airflow are counts."""
    runner.run()
    entries = runner.ledger.records("default", "contacts", [row["Id"] for row in alive(sandbox, "Contact")])
    contact = next(id_ for id_, entry in entries.items() if not entry.adopted)
    sandbox.salesforce.records.update("Contact", contact, {"LastName": "Tajná"}, at=before_now)
    runner.run(PLAN)
    plan = runner.plans["contacts"]
    assert plan.changed_fields == {"title": 1, "lastname": 1}
    assert plan.daktela_calls >= 1
    assert "Tajná" not in f"{plan.to_dict()}{plan.table()}"
    assert plan.sample is not None
    rows = runner.store.read_part(PartRef.from_dict(plan.sample)).to_pylist()
    assert ("lastname", "Tajná") in {(row["field"], row["after"]) for row in rows}


@pytest.mark.parametrize(("limit", "removed"), [(2, False), (3, True)])
def test_more_removals_than_allowed_need_somebodys_word(
    runner: Runner, sandbox: Sandbox, limit: int, removed: bool
) -> None:
    """Without it nothing of the mapping is written and the watermark stays; the next run asks again."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", f"on_delete: delete\nmax_removals: {limit}")
    runner.run()
    entries = runner.ledger.records("default", "contacts", [row["Id"] for row in alive(sandbox, "Contact")])
    gone = [id_ for id_, entry in entries.items() if not entry.adopted][:3]
    sandbox.salesforce.switch(clock_skew_seconds=-60.0)
    for contact in gone:
        sandbox.salesforce.records.delete("Contact", contact)
    sandbox.salesforce.switch(clock_skew_seconds=0.0)
    watermark = runner.ledger.watermark("default", "contacts")
    runner.run()
    assert (sandbox.daktela.get("contacts", f"sf_contact_{gone[0]}") is None) == removed
    if removed:
        return
    assert runner.plans["contacts"].reasons == ("3 records would be marked or deleted, max_removals allows 2",)
    assert runner.ledger.watermark("default", "contacts") == watermark
    assert "declined" in {account.state for account in runner.ledger.last_runs("default", 4)}
    runner.agrees = lambda _: True
    assert counts(runner.run())["contacts"] == {"removed": 3}


def test_a_first_load_and_a_mass_update_ask_when_they_are_asked_to(runner: Runner, sandbox: Sandbox) -> None:
    """A mistyped mapping must not overwrite a database while everybody sleeps."""
    rewrite(runner.folder / "sync.yaml", FAST, f"{FAST}\napprove: {{first_load: true, changes_above: 50%}}")
    runner.run()
    assert runner.plans["accounts"].reasons == ("30 records would be written for the first time",)
    assert sandbox.daktela.records("accounts") == [] or runner.daktela.calls["POST"] == 0
    runner.agrees = lambda _: True
    runner.run()
    runner.agrees = lambda _: False
    rewrite(runner.folder / "accounts.yaml", "title: {from: Name,", 'title: {from: "{Name} s.r.o.",')
    assert counts(runner.run())["accounts"] == {}
    assert runner.plans["accounts"].reasons == (
        "30 records would be written, more than 50% of the 30 that Daktela holds",
    )


def test_a_plan_over_many_parts_tells_what_the_run_then_does(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """Each part is asked about while the one before it is compared, and none is mixed up with another."""
    runner.run()
    limits = FAST.replace("lag: 0s}", "lag: 0s, bulk_above: 0, part_rows: 100}")
    rewrite(runner.folder / "sync.yaml", FAST, f"{limits}\napprove: {{changes_above: 99%}}")
    sandbox.salesforce.switch(uneven_pages=True, bulk_page_rows=7)
    first, *_, last = (row["Id"] for row in alive(sandbox, "Contact"))
    sandbox.salesforce.records.update("Contact", first, {"LastName": "Změněná"}, at=before_now)
    sandbox.salesforce.records.delete("Contact", last)
    report = runner.run(RunRequest(mode=Mode.FULL))["contacts"]
    assert runner.plans["contacts"].counts == report.outcomes
    assert (report.outcomes["updated"], report.outcomes["kept"] > 0, report.outcomes["unchanged"] > 20) == (
        1,
        True,
        True,
    )
