"""A ledger that fails while records are written."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from salesforce_daktela.errors import TransportError
from salesforce_daktela.ledger.records.accepted import AcceptedRecords
from salesforce_daktela.ledger.records.entries import RecordEntry
from salesforce_daktela.steps.load import writer
from salesforce_daktela.sync.request import RunRequest
from sandbox.testing import Sandbox
from tests.scenarios.scenario_runner import Runner, rewrite

REPLY_SECONDS = 0.1


class CannotSave(AcceptedRecords):
    """Their database does not take what Daktela has accepted."""

    def accept(self, sync: str, mapping: str, entries: Sequence[RecordEntry], run_id: str = "") -> None:
        """Raises TransportError."""
        raise TransportError("the ledger is locked", where="ledger")


def test_a_load_that_cannot_save_sends_nothing_more(
    runner: Runner, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its leases are released, so another run may write the same records with newer values."""
    monkeypatch.setattr(writer, "CHUNK", 2)
    rewrite(runner.folder / "sync.yaml", "workers: 8", "workers: 1")
    sandbox.daktela.switch(latency_seconds=REPLY_SECONDS)
    runner.ledger.records = CannotSave(runner.ledger.db)
    with pytest.raises(TransportError) as failed:
        runner.run(RunRequest(mappings=("accounts",)))
    sent = sandbox.daktela.journal.calls["POST accounts"]
    time.sleep(5 * REPLY_SECONDS)
    # Who has failed holds the error, and with it all that it has come through, until that is told.
    assert "locked" in str(failed.value)
    assert sandbox.daktela.journal.calls["POST accounts"] == sent
