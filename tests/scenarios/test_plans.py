"""What a run is about to do, told before it does it, and asked about when somebody has to agree."""

from __future__ import annotations

from datetime import datetime

import pytest

from salesforce_daktela.staging.store import PartRef
from salesforce_daktela.steps.plan.planner import MappingPlan
from salesforce_daktela.steps.preflight.rebind import reset
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.conftest import FAST
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner, counts, rewrite, set_clock

PLAN = RunRequest(mode=Mode.PLAN)
ACCOUNTS = RunRequest(mappings=("accounts",))


def test_a_plan_tells_what_the_run_then_does(runner: Runner, sandbox: Sandbox, before_now: datetime) -> None:
    """Children count as created although their parents are only planned; the plan itself writes nothing at all."""
    planned = counts(runner.run(PLAN))
    assert {runner.daktela.calls[verb] for verb in ("POST", "PUT", "DELETE")} == {0}
    assert runner.ledger.watermarks.read("default", "accounts") is None
    assert runner.ledger.totals.read_runs("default", 1)[0].state == "planned"
    assert runner.ledger.parking.read("default", "contacts") == []
    assert counts(runner.run()) == planned
    contact = alive(sandbox, "Contact")[0]["Id"]
    sandbox.salesforce.records.update("Contact", contact, {"LastName": "Změněná"}, at=before_now)
    planned = counts(runner.run(PLAN))
    assert planned["contacts"]["updated"] == 1
    assert counts(runner.run()) == planned


def test_a_plan_with_an_empty_ledger_knows_the_parents_that_daktela_holds(runner: Runner) -> None:
    """No child counts as parked whose parent the run will find by its name."""
    runner.run()
    reset("default", runner.ledger, runner.store)
    planned = counts(runner.run(PLAN))
    assert "parked" not in planned["contacts"]
    assert counts(runner.run()) == planned


def test_a_plan_shows_which_fields_change_and_keeps_values_in_staging(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """Before and after stand in a part beside the payloads; what travels through Airflow are counts."""
    runner.run()
    entries = runner.ledger.records.read("default", "contacts", [row["Id"] for row in alive(sandbox, "Contact")])
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
    entries = runner.ledger.records.read("default", "contacts", [row["Id"] for row in alive(sandbox, "Contact")])
    gone = [id_ for id_, entry in entries.items() if not entry.adopted][:3]
    sandbox.salesforce.switch(clock_skew_seconds=-60.0)
    for contact in gone:
        sandbox.salesforce.records.delete("Contact", contact)
    sandbox.salesforce.switch(clock_skew_seconds=0.0)
    watermark = runner.ledger.watermarks.read("default", "contacts")
    runner.run()
    assert (sandbox.daktela.get("contacts", f"sf_contact_{gone[0]}") is None) == removed
    if removed:
        return
    assert runner.plans["contacts"].reasons == ("3 records would be marked or deleted, max_removals allows 2",)
    assert runner.ledger.watermarks.read("default", "contacts") == watermark
    assert "declined" in {account.state for account in runner.ledger.totals.read_runs("default", 4)}
    runner.agrees = lambda _: True
    assert counts(runner.run())["contacts"] == {"removed": 3}


def test_a_plan_says_whether_the_run_would_ask_without_asking_itself(runner: Runner, sandbox: Sandbox) -> None:
    """With the reason, for whoever plans before going on holiday."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_delete: delete\nmax_removals: 1")
    rewrite(runner.folder / "sync.yaml", FAST, f"{FAST}\napprove: {{first_load: true}}")
    runner.run(PLAN)
    plan = MappingPlan.from_dict(runner.plans["accounts"].to_dict())
    assert (plan.reasons, plan.would_ask) == ((), ("30 records would be written for the first time",))
    assert "a run would ask first: 30 records would be written for the first time" in plan.table()
    runner.agrees = lambda _: True
    runner.run()
    entries = runner.ledger.records.read("default", "contacts", [row["Id"] for row in alive(sandbox, "Contact")])
    for contact in [id_ for id_, entry in entries.items() if not entry.adopted][:2]:
        sandbox.salesforce.records.delete("Contact", contact)
    set_clock(runner, sandbox, 60.0)
    runner.run(PLAN)
    asked = runner.plans["contacts"].would_ask
    assert asked == ("2 records would be marked or deleted, max_removals allows 1",)
    runner.run()
    assert (runner.plans["contacts"].reasons, runner.plans["contacts"].would_ask) == (asked, ())


def test_a_plan_counts_the_requests_that_a_merge_takes(runner: Runner, sandbox: Sandbox) -> None:
    """The loser's children are looked for, read and pointed to the winner: the run sends about as many as were told."""
    rewrite(runner.folder / "accounts.yaml", "on_delete: keep", "on_delete: delete")
    runner.run()
    parents = [row["AccountId"] for row in alive(sandbox, "Contact") if row["AccountId"]]
    loser = max(sorted(set(parents)), key=parents.count)
    winner = next(row["Id"] for row in alive(sandbox, "Account") if row["Id"] != loser)
    quiet = calls_of(runner, ACCOUNTS)
    sandbox.salesforce.records.merge("Account", winner, [loser])
    set_clock(runner, sandbox, 60.0)
    runner.run(RunRequest(mode=Mode.PLAN, mappings=("accounts",)))
    told = runner.plans["accounts"].daktela_calls
    assert told > 2 * parents.count(loser)
    assert abs(calls_of(runner, ACCOUNTS) - quiet - told) <= 1


def calls_of(runner: Runner, request: RunRequest) -> int:
    """Requests to Daktela that a run makes."""
    before = runner.daktela.calls.total()
    runner.run(request)
    return runner.daktela.calls.total() - before


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
        "30 records would be written, more than 50.00% of the 30 that Daktela holds",
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
