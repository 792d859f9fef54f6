"""The example syncs, each loaded from its folder into a settled end."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from salesforce_daktela.mapping.language.loader import list_syncs, load_sync
from salesforce_daktela.steps.mapping_tests.running import run_mapping_tests
from salesforce_daktela.sync.run_report import RunReport
from sandbox.salesforce.conversion import convert
from sandbox.salesforce.person_accounts import update_person
from sandbox.testing import Sandbox
from tests.scenarios.conftest import PROJECT, deploy
from tests.scenarios.scenario_runner import Runner, rewrite

MAPPINGS = PROJECT / "include" / "mappings"
EXAMPLES = sorted(path.parent for path in (MAPPINGS / "examples").rglob("sync.yaml"))
Deploy = Callable[[str], Runner]


@pytest.fixture
def deployed(sandbox: Sandbox, tmp_path: Path) -> Iterator[Deploy]:
    """Return a function that deploys an example at the sandbox's pace, over one ledger."""
    runners: list[Runner] = []

    def example(name: str) -> Runner:
        folder = tmp_path / "mappings" / name.rpartition("/")[2]
        shutil.copytree(MAPPINGS / "examples" / name, folder)
        text = (folder / "sync.yaml").read_text().splitlines()
        limits = "limits: {requests_per_second: 1000, workers: 8, lag: 0s}"
        (folder / "sync.yaml").write_text("\n".join(limits if line.startswith("limits:") else line for line in text))
        runners.append(deploy(folder, sandbox, tmp_path))
        return runners[-1]

    yield example
    for runner in runners:
        runner.ledger.close()


def settled(reports: dict[str, RunReport]) -> dict[str, int]:
    """How many records each mapping has made; every report adds up and none has failed."""
    for report in reports.values():
        assert sum(report.outcomes.values()) == report.extracted
        assert report.state == "settled"
    return {name: report.outcomes.get("created", 0) for name, report in reports.items()}


def test_every_example_is_read_by_the_loader_and_none_is_a_sync_where_it_stands() -> None:
    assert [path.name for path in list_syncs(MAPPINGS)] == ["default"]
    assert {path.name for path in EXAMPLES} == {
        "north",
        "south",
        "custom_object",
        "dial_lists",
        "leads_beside_contacts",
        "person_accounts",
    }
    for folder in EXAMPLES:
        assert load_sync(folder).mappings


def test_two_orgs_fill_two_databases_of_one_daktela(deployed: Deploy, sandbox: Sandbox) -> None:
    """Records of both orgs may have the same Id: their keys keep them apart."""
    north = settled(deployed("two_orgs/north").run())
    sandbox.salesforce.switch(organization=2)
    south = settled(deployed("two_orgs/south").run())
    assert north == south
    held = [
        (record.name.partition("_")[0], record.values["database"]) for record in sandbox.daktela.records("contacts")
    ]
    assert held.count(("north", "sales")) == north["contacts"]
    assert held.count(("south", "support")) == south["contacts"]


def test_a_custom_object_becomes_crm_records(deployed: Deploy, sandbox: Sandbox) -> None:
    made = settled(deployed("custom_object").run())
    records = [each for each in sandbox.daktela.records("crmRecords") if each.name.startswith("sf_contract_")]
    assert len(records) == made["contracts"] > 0
    assert {record.values["type"] for record in records} == {"smlouva"}
    assert {record.values["stage"] for record in records} <= {"OPEN", "CLOSE"}
    assert any(record.values["account"] for record in records)


def test_leads_beside_contacts_hand_their_objects_over(deployed: Deploy, sandbox: Sandbox) -> None:
    runner = deployed("leads_beside_contacts")
    settled(runner.run())
    rows = sandbox.salesforce.records.read("Lead")
    lead = next(row["Id"] for row in rows if not (row["IsConverted"] or row["DoNotCall"] or row["IsDeleted"]))
    made = convert(sandbox.salesforce.records, lead)
    sandbox.salesforce.switch(clock_skew_seconds=60.0)
    settled(runner.run())
    assert runner.ledger.records.names("leads_beside_contacts", "contacts", [made.contact]) == {
        made.contact: f"sf_lead_{lead}"
    }


def test_people_who_are_accounts_become_contacts_and_companies_accounts(deployed: Deploy, sandbox: Sandbox) -> None:
    """Each person is one object, also one who was a lead; a field of the org's own is read by its name on accounts."""
    sandbox.salesforce.switch(person_accounts=True)
    records, runner = sandbox.salesforce.records, deployed("person_accounts")
    rewrite(runner.folder / "people.yaml", '"* {PersonBirthdate}"', '"* {PersonBirthdate}", Cislo_zakaznika__pc')
    row = {"LastName": "Nová", "Status": "Working - Contacted", "Phone": "602 111 222"}
    lead = records.create("Lead", row, at=sandbox.salesforce.clock() - timedelta(minutes=1))
    settled(runner.run())
    accounts = records.read("Account", limit=1000)
    people = {each["Id"]: each for each in accounts if each["IsPersonAccount"] and not each["IsDeleted"]}
    held = {each.name: each.values for each in sandbox.daktela.records("contacts")}
    assert {name for name in held if name.startswith("sf_person_")} == {f"sf_person_{id_}" for id_ in people}
    assert not any(f"sf_contact_{each['PersonContactId']}" in held for each in people.values())
    assert not any(sandbox.daktela.get("accounts", f"sf_account_{id_}") for id_ in people)
    numbered = [each for each in people.values() if each["Cislo_zakaznika__pc"]]
    for each in numbered:
        assert each["Cislo_zakaznika__pc"] in held[f"sf_person_{each['Id']}"]["description"]
    assert numbered
    made = convert(records, lead)
    sandbox.salesforce.switch(clock_skew_seconds=60.0)
    settled(runner.run())
    assert runner.ledger.records.names("person_accounts", "people", [made.account]) == {made.account: f"sf_lead_{lead}"}
    update_person(records, made.account, {"PersonMobilePhone": "602 333 444"})
    sandbox.salesforce.switch(clock_skew_seconds=120.0)
    settled(runner.run())
    known = sandbox.daktela.get("contacts", f"sf_lead_{lead}")
    assert known is not None
    assert known.custom["number"] == ["+420602333444", "+420602111222"]


def test_campaign_members_become_calls_to_make_and_are_closed_when_they_leave(
    deployed: Deploy, sandbox: Sandbox
) -> None:
    runner = deployed("dial_lists")
    made = settled(runner.run())
    records = [each for each in sandbox.daktela.records("campaignsRecords") if each.name.startswith("sf_call_")]
    assert len(records) == made["calls"] > 0
    assert {str(record.values["action"]) for record in records} == {"1"}
    left = records[0].name
    sandbox.salesforce.records.delete("CampaignMember", left.removeprefix("sf_call_"))
    sandbox.salesforce.switch(clock_skew_seconds=60.0)
    settled(runner.run())
    closed = sandbox.daktela.get("campaignsRecords", left)
    assert closed is not None
    assert str(closed.values["action"]) == "5"


def test_the_tests_beside_the_examples_pass() -> None:
    for folder in EXAMPLES:
        assert run_mapping_tests(load_sync(folder), {}).fine
