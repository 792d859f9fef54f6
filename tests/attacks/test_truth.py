"""The judge of the kills sees each kind of wrong: zeros it reports mean something."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import requests

from sandbox.testing import Sandbox, start_sandbox
from tests.attacks.killing.deployment import PROJECT, Deployment
from tests.attacks.killing.truth import Truth
from tests.scenarios.conftest import FAST, deploy
from tests.scenarios.scenario_runner import Runner, rewrite


@dataclass(frozen=True, slots=True)
class Scene:
    """Two mappings that were loaded once, and the judge of them."""

    sandbox: Sandbox
    runner: Runner
    truth: Truth

    def own(self) -> str:
        """The Id of a contact that is under its own name."""
        (contacts,) = [r for r in self.runner.reports if r.mapping == "contacts"]
        assert contacts.outcomes["created"] > 1
        names = sorted(record.name for record in self.sandbox.daktela.records("contacts"))
        return next(name for name in names if name.startswith("sf_contact_")).removeprefix("sf_contact_")


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """Loaded, and found right."""
    folder = tmp_path / "mappings" / "default"
    shutil.copytree(PROJECT / "include" / "mappings" / "default", folder)
    rewrite(folder / "sync.yaml", "limits: {requests_per_second: 10, workers: 4, reserve_api_calls: 20%}", FAST)
    rewrite(folder / "sync.yaml", "[accounts, contacts, leads, opportunities]", "[accounts, contacts]")
    for unused in ("leads", "opportunities"):
        (folder / f"{unused}.yaml").unlink()
    with start_sandbox(tmp_path / "sandbox", size="tiny") as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca))
        runner = deploy(folder, sandbox, tmp_path)
        looked_at: Any = SimpleNamespace(sandbox=sandbox, ledger=runner.ledger, asked=lambda *_: [])
        truth = Truth(cast(Deployment, looked_at))
        runner.run()
        assert [*truth.lost(), *truth.unsettled(), *truth.doubled(), *truth.misreported(["run-1"])] == []
        yield Scene(sandbox, runner, truth)


def test_a_record_that_is_missing_is_lost(scene: Scene) -> None:
    """And the watermark that claims it is untrue."""
    id_ = scene.own()
    scene.sandbox.daktela.delete("contacts", f"sf_contact_{id_}")
    assert scene.truth.lost() == [f"Contact {id_}: absent"]
    assert scene.truth.unsettled() == [f"Contact {id_}: absent"]


def test_a_change_behind_the_watermark_is_lost(scene: Scene) -> None:
    """A record that Daktela holds as it was before; one that changed after the watermark is the next run's."""
    id_, records = scene.own(), scene.sandbox.salesforce.records
    records.update("Contact", id_, {"LastName": "Nová"}, at=datetime.now(UTC) + timedelta(minutes=1))
    assert scene.truth.lost() == [f"Contact {id_}: title, lastname"]
    assert scene.truth.unsettled() == []
    records.update("Contact", id_, {"LastName": "Jiná"}, at=datetime.now(UTC) - timedelta(days=1))
    assert scene.truth.unsettled() == [f"Contact {id_}: title, lastname"]


def test_an_object_that_nobody_should_have_made_is_a_double(scene: Scene) -> None:
    """Under whatever name."""
    body = {"name": "contact_second", "title": "Second", "lastname": "Second", "database": "sales"}
    url = f"{scene.sandbox.daktela_url}/api/v6/contacts.json"
    headers = {"X-AUTH-TOKEN": scene.sandbox.daktela.token}
    requests.post(url, json=body, headers=headers, timeout=30).raise_for_status()
    assert scene.truth.doubled() == ["contacts contact_second from nowhere"]


def test_totals_that_do_not_add_up_are_reported(scene: Scene) -> None:
    """Also a green run that left none."""
    totals = scene.runner.ledger.totals.read_runs("default", 1)[0]
    scene.runner.ledger.totals.save_run(replace(totals, extracted=totals.extracted + 1))
    assert len(scene.truth.misreported([])) == 1
    assert len(scene.truth.misreported(["run-2"])) == 3
