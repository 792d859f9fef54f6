"""Runs of a sync with other limits than its file says, and what they leave in the org."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from salesforce_daktela.errors import QuotaError
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import SyncSpec
from salesforce_daktela.steps.settle.settle import settle_unwritten
from salesforce_daktela.sync.request import RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner

CONTACTS = RunRequest(mappings=("contacts",))


@dataclass(slots=True, kw_only=True)
class Bounded(Runner):
    """A runner whose sync has other limits than its file says."""

    limits: dict[str, Any] = field(default_factory=dict)

    @property
    def spec(self) -> SyncSpec:
        """The sync with those limits."""
        read = load_sync(self.folder)
        return replace(read, limits=replace(read.limits, **self.limits))

    def run_until_settled(self, most: int) -> int:
        """Return how many runs it took; each before the last is deferred."""
        for number in range(1, most + 1):
            try:
                self.run(CONTACTS)
            except QuotaError:
                self._settle_unwritten("deferred")
            else:
                return number
        raise AssertionError(f"not settled after {most} runs")

    def _settle_unwritten(self, state: str) -> None:
        spec = self.spec
        settle_unwritten(
            spec,
            spec.mapping("contacts"),
            CONTACTS,
            self.ledger,
            run_id=f"run-{self.runs}",
            state=state,
            started=datetime.now(UTC),
        )


def jobs(runner: Runner) -> list[str]:
    """The states of all query jobs that the org knows."""
    listed: Any = runner.salesforce.get_json(f"{runner.salesforce.data_path}/jobs/query")
    return [job["state"] for job in listed["records"]]


def loaded(runner: Runner, sandbox: Sandbox) -> list[str]:
    """Load everything; the Ids of contacts that Daktela has now."""
    runner.run()
    return list(runner.ledger.records.names("default", "contacts", [each["Id"] for each in alive(sandbox, "Contact")]))


@pytest.fixture
def bounded(runner: Runner) -> Bounded:
    """Bulk for everything, in parts of five rows."""
    given = {each.name: getattr(runner, each.name) for each in fields(runner)}
    return Bounded(**given, limits={"bulk_above": 0, "part_rows": 5})


@pytest.fixture(autouse=True)
def logged(caplog: pytest.LogCaptureFixture) -> None:
    """What is told, too."""
    caplog.set_level("INFO")
