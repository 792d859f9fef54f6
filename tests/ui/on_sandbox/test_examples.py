"""The example syncs, run once: what the pages and the sandbox's own page of Daktela say of them."""

from __future__ import annotations

import html
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from salesforce_daktela.ledger.records.entries import RecordEntry
from sandbox.testing import Sandbox
from tests.scenarios.conftest import FAST, PROJECT, deploy
from tests.scenarios.scenario_runner import Runner
from tests.ui import watched
from tests.ui.conftest import Ask
from tests.ui.on_sandbox.conftest import Fetch

EXAMPLES = PROJECT / "include" / "mappings" / "examples"
MADE = {
    "two_orgs/north": {"north_account_": ("accounts", "sales"), "north_contact_": ("contacts", "sales")},
    "two_orgs/south": {"south_account_": ("accounts", "support"), "south_contact_": ("contacts", "support")},
    "custom_object": {
        "sf_account_": ("accounts", "sales"),
        "sf_contact_": ("contacts", "sales"),
        "sf_contract_": ("crmRecords", "smlouva"),
    },
    "leads_beside_contacts": {"sf_contact_": ("contacts", "sales"), "sf_lead_": ("contacts", "sales")},
    "dial_lists": {"sf_contact_": ("contacts", "sales"), "sf_call_": ("campaignsRecords", "spring_campaign")},
    "person_accounts": {
        "sf_account_": ("accounts", "sales"),
        "sf_person_": ("contacts", "sales"),
        "sf_contact_": ("contacts", "sales"),
        "sf_lead_": ("contacts", "sales"),
    },
}
"""What each mapping, in its order, calls its objects; their model; their CRM database, or what stands for it."""
SWITCHES: dict[str, dict[str, Any]] = {
    "two_orgs/south": {"organization": 2},
    "person_accounts": {"person_accounts": True},
}

Deployed = Callable[[str], Runner]

pytestmark = [pytest.mark.heavy, pytest.mark.usefixtures("emptied_airflow")]


@pytest.fixture
def deployed(mappings: Path, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    """Puts an example into the mappings folder, its DAG into Airflow, and runs it once."""
    from salesforce_daktela.ui import outside

    sandbox.salesforce.reset()
    sandbox.daktela.reset()
    # The API server's clients remember what the org before had.
    for conn_id in ("salesforce_default", "salesforce_north", "salesforce_south", "daktela_default"):
        outside.forget_clients(conn_id)
    runners: list[Runner] = []

    def run(name: str) -> Runner:
        sandbox.salesforce.switch(**SWITCHES.get(name, {}))
        for conn_id in ("SALESFORCE_NORTH", "SALESFORCE_SOUTH"):
            monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id}", os.environ["AIRFLOW_CONN_SALESFORCE_DEFAULT"])
        folder = Path(shutil.copytree(EXAMPLES / name, mappings / Path(name).name))
        text = (folder / "sync.yaml").read_text()
        (folder / "sync.yaml").write_text(re.sub("^limits:.*$", FAST, text, flags=re.MULTILINE))
        runners.append(deploy(folder, sandbox, tmp_path))
        watched.deploy(folder)
        runners[-1].run()
        watched.add_run(f"{watched.LOADING}{folder.name}", "run-1", "success")
        return runners[-1]

    yield run
    for runner in runners:
        runner.ledger.close()


def text_of(page: str) -> str:
    """What somebody reads on a page."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def entry_of(runner: Runner, mapping: str, ids: list[str]) -> RecordEntry:
    """The first of these records that a mapping holds under a name of its own."""
    found = runner.ledger.records.read(runner.spec.name, mapping, ids)
    return next(entry for entry in found.values() if not entry.adopted)


@pytest.mark.parametrize("name", MADE)
def test_every_page_shows_what_the_example_says(
    name: str, deployed: Deployed, sandbox: Sandbox, ask: Ask, fetch: Fetch
) -> None:
    """Its mappings, no reject; each object in Daktela where it belongs, and equal to what its record gives."""
    runner = deployed(name)
    spec, sync = runner.spec, runner.spec.name
    status = text_of(ask(f"/syncs/{sync}/status").text)
    assert "Nothing asks for anybody." in status
    assert "No record of this sync is rejected." in text_of(ask(f"/syncs/{sync}/rejects").text)
    for mapping, (prefix, (model, place)) in zip(spec.mappings, MADE[name].items(), strict=True):
        assert f"{mapping.name} {mapping.sobject} → {mapping.entity}" in status
        rows = sandbox.salesforce.records.read(mapping.sobject, limit=1000)
        entry = entry_of(runner, mapping.name, [row["Id"] for row in rows])
        assert entry.name == f"{prefix}{entry.id}"
        record = text_of(
            fetch(f"/syncs/{sync}/record/explanation", method="POST", json={"text": entry.id}).text
        ).strip()
        assert record.startswith(f"{mapping.name} {mapping.sobject} → {mapping.entity}")
        equal = re.search(r"(\d+) of (\d+) fields are equal", record)
        assert equal is not None
        assert equal[1] == equal[2]
        shown = requests.get(
            f"{sandbox.daktela_url}/__sandbox__/",
            params={"entity": model, "database": place, "q": prefix},
            verify=str(sandbox.ca),
            timeout=30,
        )
        made = [each for each in sandbox.daktela.records(model) if each.name.startswith(prefix)]
        assert f"{len(made)} {model}, page 1" in text_of(shown.text)
