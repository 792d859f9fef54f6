"""What the ledger remembers belongs to one organization, one instance and one CRM database."""

from __future__ import annotations

import dataclasses
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.wire.connection import DaktelaSettings
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.ledger.store.tables import bindings, metadata
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.steps.preflight.ledger_binding import confirm_memory
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.steps.preflight.rebind import look_for_memory, rebind, refuse_other_data, reset
from salesforce_daktela.steps.run.facts import RunFacts
from salesforce_daktela.sync.binding import Ends
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.profile import Profile
from sandbox.testing import Sandbox, start_sandbox
from tests.scenarios.conftest import deploy, hurried_limiter
from tests.scenarios.oracle import alive, expected_names, loaded_names
from tests.scenarios.scenario_runner import Runner, rewrite

MODELS = ("accounts", "contacts", "crmRecords")


@pytest.fixture
def other(sandbox: Sandbox) -> Iterator[Sandbox]:
    """Another org with other records and an instance that holds nothing, under the same authority."""
    profile = Profile(salesforce={"organization": 2})
    with start_sandbox(sandbox.ca.parent, size="tiny", seed=2, profile=profile, empty_daktela=True) as started:
        yield started


def remembered(ledger: Ledger) -> str:
    """Every row of the ledger."""
    with ledger.db.read() as connection:
        return "\n".join(
            str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))
        )


def objects(sandbox: Sandbox) -> dict[tuple[str, str], str]:
    """Everything that an instance holds."""
    return {
        (model, record.name): repr((record.values, record.custom))
        for model in MODELS
        for record in sandbox.daktela.records(model)
    }


def salesforce_of(runner: Runner, sandbox: Sandbox) -> SalesforceClient:
    credentials = dataclasses.replace(runner.salesforce.credentials, instance_uri=sandbox.salesforce_url)
    return SalesforceClient(credentials, sleep=lambda _: None)


def daktela_at(url: str, token: str) -> DaktelaClient:
    settings = DaktelaSettings(url=url, token=token)
    return DaktelaClient(settings, limiter=hurried_limiter(), sleep=lambda _: None)


def facts_of(runner: Runner) -> RunFacts:
    """What preflight hands on, as a task gets it."""
    found = preflight(runner.spec, RunRequest(), runner.salesforce, runner.daktela, database=None, ledger=runner.ledger)
    return RunFacts.from_dict(found.to_dict())


def met_by(runner: Runner) -> Ends:
    return Ends(organization=runner.salesforce.organization_id, instance=runner.daktela.settings.url, database="sales")


@pytest.mark.parametrize("mode", [Mode.INCREMENTAL, Mode.FULL, Mode.PLAN, Mode.REPLAY, Mode.RECONCILE, Mode.REPAIR])
def test_another_org_stops_every_run_before_a_write(
    runner: Runner, sandbox: Sandbox, other: Sandbox, mode: Mode
) -> None:
    """Whatever was asked: neither the ledger nor Daktela changes, and the error names both orgs and the ways on."""
    runner.run()
    first, before = runner.salesforce, (remembered(runner.ledger), objects(sandbox))
    runner.salesforce = salesforce_of(runner, other)
    with pytest.raises(ConfigurationError) as refused:
        facts_of(runner) if mode in (Mode.RECONCILE, Mode.REPAIR) else runner.run(RunRequest(mode=mode))
    told = str(refused.value)
    assert first.organization_id != runner.salesforce.organization_id
    assert first.organization_id in told
    assert runner.salesforce.organization_id in told
    assert "ledger rebind default" in told
    assert "ledger reset default" in told
    assert (remembered(runner.ledger), objects(sandbox)) == before


def test_another_instance_stops_the_run(runner: Runner, sandbox: Sandbox, other: Sandbox) -> None:
    """An empty instance under the connection is not an instance whose objects somebody took away."""
    runner.run()
    before = remembered(runner.ledger), objects(sandbox), objects(other)
    runner.daktela = daktela_at(other.daktela_url, other.daktela.token)
    for mode in (Mode.INCREMENTAL, Mode.FULL):
        with pytest.raises(ConfigurationError, match=f"the connections answer .*{other.daktela_url}"):
            runner.run(RunRequest(mode=mode))
    assert (remembered(runner.ledger), objects(sandbox), objects(other)) == before


def test_another_database_stops_the_run(runner: Runner, sandbox: Sandbox) -> None:
    """Otherwise the next full run would move the objects of the database before."""
    runner.run()
    before = remembered(runner.ledger), objects(sandbox)
    rewrite(runner.folder / "sync.yaml", "database: sales", "database: support")
    with pytest.raises(ConfigurationError, match=r"CRM database sales; the connections answer .*CRM database support"):
        runner.run(RunRequest(mode=Mode.FULL))
    assert (remembered(runner.ledger), objects(sandbox)) == before


def test_after_a_reset_another_org_is_loaded_whole(runner: Runner, sandbox: Sandbox, other: Sandbox) -> None:
    """Every record of the new org arrives, although its stamps are older than the watermark was."""
    runner.run()
    runner.salesforce = salesforce_of(runner, other)
    reset("default", runner.ledger, runner.store)
    runner.run()
    for sobject in ("Account", "Opportunity"):
        assert expected_names(other, sobject) <= loaded_names(sandbox, sobject)


def test_after_a_reset_nothing_is_doubled(runner: Runner, sandbox: Sandbox) -> None:
    """What is there is found by name, with a match rule or without one, and the second run has nothing to do."""
    runner.run()
    before = objects(sandbox)
    counted = reset("default", runner.ledger, runner.store)
    assert counted["records"] > 0
    assert counted["bindings"] == 1
    assert "default" not in runner.ledger.bindings.syncs()
    reports = runner.run()
    assert objects(sandbox).keys() == before.keys()
    assert not any(report.outcomes.get("created") for report in reports.values())
    again = runner.run(RunRequest(mode=Mode.FULL))
    assert not any({"created", "adopted", "updated"} & set(report.outcomes) for report in again.values())


def test_after_a_reset_an_empty_instance_is_filled(runner: Runner, sandbox: Sandbox, other: Sandbox) -> None:
    """And the instance before keeps what it has."""
    runner.run()
    before = objects(sandbox)
    runner.daktela = daktela_at(other.daktela_url, other.daktela.token)
    reset("default", runner.ledger, runner.store)
    reports = runner.run()
    assert reports["accounts"].outcomes["created"] == len(alive(sandbox, "Account"))
    assert objects(sandbox) == before


def test_an_instance_that_moved_goes_on_after_a_rebind(runner: Runner, sandbox: Sandbox) -> None:
    """The same data under another address: nothing is written again, and the watermark stays."""
    runner.run()
    mark, bound = runner.ledger.watermarks.read("default", "accounts"), runner.ledger.bindings.read("default")
    runner.daktela = daktela_at(sandbox.daktela_url.replace("localhost", "127.0.0.1"), sandbox.daktela.token)
    with pytest.raises(ConfigurationError, match="ledger rebind default"):
        runner.run()
    evidence = look_for_memory(runner.spec, runner.salesforce, runner.daktela, runner.ledger)
    refuse_other_data("default", evidence, met_by(runner))
    rebind("default", runner.ledger, met_by(runner), bound)
    assert runner.ledger.watermarks.read("default", "accounts") == mark
    reports = runner.run(RunRequest(mode=Mode.FULL))
    assert not any({"created", "adopted", "updated", "gone"} & set(report.outcomes) for report in reports.values())


def test_other_data_cannot_be_bound(runner: Runner, other: Sandbox) -> None:
    """An instance that holds none of the remembered records is not the same one under another address."""
    runner.run()
    runner.daktela = daktela_at(other.daktela_url, other.daktela.token)
    evidence = look_for_memory(runner.spec, runner.salesforce, runner.daktela, runner.ledger)
    with pytest.raises(ConfigurationError, match=r"none of .* is in Daktela .*: this is not the same data"):
        refuse_other_data("default", evidence, met_by(runner))


def test_a_ledger_of_an_earlier_release_is_bound_by_its_next_run(
    runner: Runner, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says to what."""
    runner.run()
    with runner.ledger.db.write("default") as connection:
        connection.execute(delete(bindings))
    with caplog.at_level(logging.INFO):
        assert runner.run()["accounts"].outcomes == {}
    bound = runner.ledger.bindings.read("default")
    assert bound is not None
    assert f"its memory, made by an earlier release, belongs to {bound.ends}" in caplog.text


def test_a_plan_binds_nothing(runner: Runner) -> None:
    """Whoever only looks decides nothing for others."""
    runner.run(RunRequest(mode=Mode.PLAN))
    assert runner.ledger.bindings.read("default") is None
    facts = facts_of(runner)
    assert runner.ledger.bindings.read("default") is not None
    confirm_memory("default", runner.ledger, facts, salesforce=runner.salesforce, daktela=runner.daktela)


def test_a_first_run_that_loaded_nothing_ties_nobody(runner: Runner, other: Sandbox) -> None:
    """A connection that was corrected after its first preflight needs no verb."""
    facts_of(runner)
    runner.daktela = daktela_at(other.daktela_url, other.daktela.token)
    assert runner.run()["accounts"].outcomes["created"] > 0


def test_a_renamed_folder_doubles_nothing(runner: Runner, sandbox: Sandbox) -> None:
    """Its memory begins anew and adopts; that of the former name can be reset without a folder."""
    runner.run()
    before = objects(sandbox).keys()
    runner.folder = Path(shutil.move(runner.folder, runner.folder.parent / "renamed"))
    runner.run()
    assert objects(sandbox).keys() == before
    assert runner.ledger.bindings.syncs() == ["default", "renamed"]
    reset("default", runner.ledger, runner.store)
    assert runner.ledger.bindings.syncs() == ["renamed"]


def test_two_syncs_in_one_ledger_belong_to_their_own_ends(runner: Runner, other: Sandbox, tmp_path: Path) -> None:
    """What one of them meets says nothing about the other."""
    runner.run()
    folder = tmp_path / "mappings" / "second"
    shutil.copytree(runner.folder, folder)
    second = deploy(folder, other, tmp_path, url=str(runner.ledger.db.engine.url))
    second.run()
    bound = runner.ledger.bindings.read_all()
    assert bound["default"].ends.organization != bound["second"].ends.organization
    runner.run()
    second.ledger.close()


def test_a_task_that_opens_another_ledger_stops(runner: Runner, tmp_path: Path) -> None:
    """Two workers, each with a file of its own: the error names both ledgers."""
    facts = facts_of(runner)
    elsewhere = Ledger.open(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    with pytest.raises(ConfigurationError, match=r"opens the ledger without tables at .*elsewhere\.db"):
        confirm_memory("default", elsewhere, facts)
    elsewhere.upgrade()
    with pytest.raises(ConfigurationError, match=runner.ledger.bindings.identity()):
        confirm_memory("default", elsewhere, facts)
    elsewhere.close()


def test_a_connection_that_changes_after_preflight_stops_the_task(runner: Runner, other: Sandbox) -> None:
    """Each task compares what it meets with what preflight met."""
    facts = facts_of(runner)
    for changed in (
        {"salesforce": salesforce_of(runner, other)},
        {"daktela": daktela_at(other.daktela_url, other.daktela.token)},
    ):
        with pytest.raises(ConfigurationError, match="a connection has changed during this run"):
            confirm_memory("default", runner.ledger, facts, **changed)


def test_a_run_that_was_under_way_at_a_reset_goes_no_further(runner: Runner) -> None:
    """Its watermark would hide from the new memory all that was read before."""
    facts = facts_of(runner)
    runner.run()
    reset("default", runner.ledger, runner.store)
    with pytest.raises(ConfigurationError, match="it now belongs to nobody: clear the run from preflight on"):
        confirm_memory("default", runner.ledger, facts)
    facts_of(runner)
    with pytest.raises(ConfigurationError, match="clear the run from preflight on"):
        confirm_memory("default", runner.ledger, facts)


def test_an_address_that_becomes_another_org_stops_a_process(runner: Runner, sandbox: Sandbox) -> None:
    """A sandbox that is refreshed between two requests ends its sessions; the new one is not taken for the old."""
    runner.run()
    sandbox.salesforce.switch(organization=2)
    with pytest.raises(ConfigurationError, match=r"answered as organization .* before, and answers as organization"):
        runner.salesforce.limits()
    runner.salesforce = salesforce_of(runner, sandbox)
    with pytest.raises(ConfigurationError, match="the memory in the ledger"):
        runner.run()
