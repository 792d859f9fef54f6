"""Runs side by side: a backfill beside a scheduled run, two workers at one record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.records.entries import Claim
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.conftest import deploy
from tests.scenarios.oracle import alive
from tests.scenarios.reconciling import reconcile
from tests.scenarios.scenario_runner import Runner, rewrite, set_clock
from tests.scenarios.test_user_activity import wrong_records

FEW = 3
"""Rows that one of two runs decides at a time."""


def test_two_first_runs_at_once_create_every_record_once(
    runner: Runner, sandbox: Sandbox, tmp_path: Path, ledger_url: str
) -> None:
    """Even where a second POST of one name makes a second object; each run accounts for every row."""
    sandbox.daktela.switch(post_existing="doubles", latency_seconds=0.02)
    other = deploy(runner.folder, sandbox, tmp_path, url=ledger_url)
    other.piece_rows = FEW
    other.runs = 100
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda each: each.run(), (runner, other)))
    names = [
        record.name for model in ("accounts", "contacts", "crmRecords") for record in sandbox.daktela.records(model)
    ]
    assert len(names) == len(set(names))
    for reports in results:
        assert all(sum(report.outcomes.values()) == report.extracted for report in reports.values())
    for mapping in ("accounts", "contacts", "leads", "opportunities"):
        created = [reports[mapping].outcomes.get("created", 0) for reports in results]
        assert sum(created) == sum(1 for name in names if name.startswith(PREFIXES[mapping]))


def test_an_older_extract_that_is_loaded_late_changes_nothing(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """A backfill read the record before it changed, and is loaded after the scheduled run."""
    runner.run()
    contact = next(row["Id"] for row in alive(sandbox, "Contact") if _own(runner, row["Id"]))
    request = RunRequest(mode=Mode.RECORDS, ids=(contact,), mappings=("contacts",))
    sandbox.salesforce.records.update("Contact", contact, {"LastName": "Starší"}, at=before_now)
    spec = runner.spec
    facts = RunFacts.from_dict(preflight(spec, request, runner.salesforce, runner.daktela, database=None).to_dict())
    early = runner.extract(spec, spec.mapping("contacts"), facts, request, "backfill")
    sandbox.salesforce.records.update("Contact", contact, {"LastName": "Novější"})
    runner.run(request)
    runner.load(spec, spec.mapping("contacts"), facts, early, "backfill")
    held = sandbox.daktela.get("contacts", f"sf_contact_{contact}")
    assert held is not None
    assert held.values["lastname"] == "Novější"


def test_what_is_loaded_late_leaves_again_when_it_was_deleted_meanwhile(
    runner: Runner, sandbox: Sandbox, before_now: datetime
) -> None:
    """A failed load is cleared after the next run has passed the deletion of a record that nobody had written yet."""
    rewrite(runner.folder / "contacts.yaml", "on_delete: keep", "on_delete: delete\nreread: never")
    runner.run()
    contact = sandbox.salesforce.records.create("Contact", {"LastName": "Krátká"}, at=before_now)
    spec, request = runner.spec, RunRequest()
    facts = RunFacts.from_dict(preflight(spec, request, runner.salesforce, runner.daktela, database=None).to_dict())
    early = runner.extract(spec, spec.mapping("contacts"), facts, request, "failed")
    sandbox.salesforce.records.delete("Contact", contact)
    set_clock(runner, sandbox, 1800.0)
    assert runner.run()["contacts"].outcomes == {"kept": 1}
    runner.load(spec, spec.mapping("contacts"), facts, early, "failed")
    assert sandbox.daktela.get("contacts", f"sf_contact_{contact}") is not None
    set_clock(runner, sandbox, 3600.0)
    assert runner.run()["contacts"].outcomes == {"removed": 1}
    assert sandbox.daktela.get("contacts", f"sf_contact_{contact}") is None
    assert runner.ledger.rereads.read("default", "contacts") == []


def test_an_older_extract_that_is_loaded_late_closes_no_reject(runner: Runner, sandbox: Sandbox) -> None:
    """It was read before the record became one that cannot be loaded."""
    rewrite(runner.folder / "contacts.yaml", "reject_above: 1%", "reject_above: 100%")
    runner.run()
    contact = next(row["Id"] for row in alive(sandbox, "Contact") if _own(runner, row["Id"]))
    request = RunRequest(mode=Mode.RECORDS, ids=(contact,), mappings=("contacts",))
    spec = runner.spec
    facts = RunFacts.from_dict(preflight(spec, request, runner.salesforce, runner.daktela, database=None).to_dict())
    early = runner.extract(spec, spec.mapping("contacts"), facts, request, "backfill")
    sandbox.salesforce.switch(clock_skew_seconds=60.0)
    sandbox.salesforce.records.update("Contact", contact, {"Email": "neni-email"})
    assert runner.run(request)["contacts"].outcomes == {"rejected": 1}
    runner.load(spec, spec.mapping("contacts"), facts, early, "backfill")
    assert [each.code for each in runner.ledger.rejects.read("default", "contacts") if each.id == contact] == [
        "email_invalid"
    ]


def test_an_older_extract_that_is_loaded_late_releases_no_child(runner: Runner, sandbox: Sandbox) -> None:
    """It was read before the record got the parent that it waits for."""
    runner.run()
    contact = next(row["Id"] for row in alive(sandbox, "Contact") if _own(runner, row["Id"]))
    request = RunRequest(mode=Mode.RECORDS, ids=(contact,), mappings=("contacts",))
    spec = runner.spec
    facts = RunFacts.from_dict(preflight(spec, request, runner.salesforce, runner.daktela, database=None).to_dict())
    early = runner.extract(spec, spec.mapping("contacts"), facts, request, "backfill")
    sandbox.salesforce.switch(clock_skew_seconds=60.0)
    account = sandbox.salesforce.records.create("Account", {"Name": "Nová firma"})
    sandbox.salesforce.records.update("Contact", contact, {"AccountId": account})
    assert runner.run(request)["contacts"].outcomes == {"parked": 1}
    runner.load(spec, spec.mapping("contacts"), facts, early, "backfill")
    assert [child.parent_id for child in runner.ledger.parking.read("default", "contacts")] == [account]


def test_a_record_that_another_run_never_lets_go_of_fails_the_task_and_is_not_written(
    runner: Runner, sandbox: Sandbox
) -> None:
    """The retry goes on with it; the others are written."""
    runner.run()
    contact = next(row["Id"] for row in alive(sandbox, "Contact") if _own(runner, row["Id"]))
    sandbox.salesforce.records.update("Contact", contact, {"LastName": "Nová"})
    entry = runner.ledger.records.read("default", "contacts", [contact])[contact]
    claim = Claim(id=contact, name=entry.name, expected=entry)
    assert runner.ledger.leases.take("default", "contacts", [claim], "another run", seconds=600)
    request = RunRequest(mode=Mode.RECORDS, ids=(contact,), mappings=("contacts",))
    with pytest.raises(TransportError, match="1 records are being written by another run of mapping contacts"):
        runner.run(request)
    held = sandbox.daktela.get("contacts", f"sf_contact_{contact}")
    assert held is not None
    assert held.values["lastname"] != "Nová"
    runner.ledger.leases.release("default", "contacts", [contact], "another run")
    assert runner.run(request)["contacts"].outcomes == {"updated": 1}


PREFIXES = {
    "accounts": "sf_account_",
    "contacts": "sf_contact_",
    "leads": "sf_lead_",
    "opportunities": "sf_opportunity_",
}


def _own(runner: Runner, id_: str) -> bool:
    entry = runner.ledger.records.read("default", "contacts", [id_]).get(id_)
    return entry is not None and not entry.adopted


def test_a_repair_beside_a_run_never_puts_something_older_over_something_newer(
    runner: Runner, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Users change records between any two calls while a run and a repair read and write them at once."""
    runner.run()
    own = [row["Id"] for row in alive(sandbox, "Contact") if _own(runner, row["Id"])]
    for contact in own[::2]:
        sandbox.daktela.edit("contacts", f"sf_contact_{contact}", {"lastname": "Přepsaná"})
    for contact in own[1::2]:
        sandbox.salesforce.records.update("Contact", contact, {"FirstName": "Tichá"}, silent=True)
    sandbox.salesforce.switch(activity_calls=1, activity_acts=["update"], activity_seed=3)
    sandbox.daktela.switch(latency_seconds=0.01)
    other = deploy(runner.folder, sandbox, tmp_path)
    other.runs = 100
    with ThreadPoolExecutor(2) as pool:
        repair = pool.submit(reconcile, other, repair=True, agree=True)
        for _ in range(3):
            runner.run(RunRequest(mode=Mode.FULL))
        reports = repair.result()
    assert reports["contacts"].counts.get("different", 0) > 0
    sandbox.salesforce.switch(activity_calls=0)
    set_clock(runner, sandbox, 30.0)
    runner.run()
    assert wrong_records(runner, sandbox) == []


def test_a_repair_that_read_early_and_writes_late_changes_nothing_newer(runner: Runner, sandbox: Sandbox) -> None:
    """It read the record, then a run wrote a newer one, then it comes to write: the newer one stays."""
    runner.run()
    contact = next(row["Id"] for row in alive(sandbox, "Contact") if _own(runner, row["Id"]))
    sandbox.daktela.edit("contacts", f"sf_contact_{contact}", {"lastname": "Přepsaná"})
    spec = runner.spec
    request = RunRequest(mode=Mode.RECORDS, ids=(contact,), mappings=("contacts",))
    facts = preflight(spec, request, runner.salesforce, runner.daktela, database=None)
    early = runner.extract(spec, spec.mapping("contacts"), facts, request, "repair")
    sandbox.salesforce.records.update("Contact", contact, {"LastName": "Novější"})
    runner.run(request)
    runner.load(spec, spec.mapping("contacts"), facts, early, "repair", verifies=True)
    held = sandbox.daktela.get("contacts", f"sf_contact_{contact}")
    assert held is not None
    assert held.values["lastname"] == "Novější"
