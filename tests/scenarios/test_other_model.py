"""A mapping that has written objects of one model of Daktela names another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.steps.preflight.check import check_sync
from salesforce_daktela.steps.preflight.rebind import reset
from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.scenario_runner import Runner, rewrite

AS_ACCOUNTS = """\
salesforce: Lead
daktela: accounts
key: "sf_lead_{Id}"
where: "IsConverted = false"
fields:
  title: {from: Company, default: "(no name)"}
on_delete: delete
"""
TOLD = r"leads\.yaml:\d+: daktela: the ledger remembers what this mapping has written into contacts"


def turn(folder: Path, name: str = "leads") -> None:
    (folder / f"{name}.yaml").write_text(AS_ACCOUNTS)


@pytest.mark.parametrize("mode", [Mode.INCREMENTAL, Mode.PLAN])
def test_a_run_refuses_to_look_for_contacts_among_accounts(runner: Runner, sandbox: Sandbox, mode: Mode) -> None:
    """It would count them all as gone. Written back, the mapping goes on as before."""
    runner.run()
    before = (runner.folder / "leads.yaml").read_text()
    known, held = runner.ledger.records.count_present("default", "leads"), len(sandbox.daktela.records("accounts"))
    turn(runner.folder)
    for _ in range(2):
        with pytest.raises(ConfigurationError, match=TOLD):
            runner.run(RunRequest(mode=mode))
    checked = check_sync(
        runner.spec,
        runner.salesforce,
        runner.daktela,
        database=None,
        project_transforms={},
        ledger=runner.ledger,
    )
    assert [name for name, found in checked.mappings.items() if found.errors] == ["leads"]
    assert (runner.ledger.records.count_present("default", "leads"), len(sandbox.daktela.records("accounts"))) == (
        known,
        held,
    )
    (runner.folder / "leads.yaml").write_text(before)
    assert "gone" not in runner.run()["leads"].outcomes


@pytest.mark.parametrize("way", ["rename", "reset", "unused"])
def test_another_name_or_an_empty_memory_lets_it_write_the_other_model(
    runner: Runner, sandbox: Sandbox, way: str
) -> None:
    """What it wrote before stays in Daktela. A mapping that has written nothing has nothing to lose."""
    if way == "unused":
        rewrite(runner.folder / "leads.yaml", "IsConverted = false", "IsConverted = false AND Company = 'nobody'")
    runner.run()
    held = {record.name for record in sandbox.daktela.records("contacts")}
    name = "companies" if way == "rename" else "leads"
    (runner.folder / "leads.yaml").unlink()
    turn(runner.folder, name)
    rewrite(runner.folder / "sync.yaml", "leads", name)
    if way == "reset":
        reset("default", runner.ledger, runner.store)
    assert runner.run()[name].outcomes["created"] > 0
    assert held <= {record.name for record in sandbox.daktela.records("contacts")}
