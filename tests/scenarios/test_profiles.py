"""Each ready profile shows what its first line says, and the records are there in the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesforce_daktela.daktela.wire.limiter import AdaptiveLimiter
from salesforce_daktela.steps.preflight.preflight import preflight
from salesforce_daktela.sync.request import RunRequest
from sandbox.profile import READY, find_profile, read_profile
from sandbox.testing import start_sandbox
from tests.scenarios.expected import expected_state, held_fields
from tests.scenarios.oracle import OBJECTS
from tests.scenarios.test_personalities import MAPPINGS, deployed, run_to_its_end

QUOTA = "salesforce-quota"
NAMES = sorted(path.stem for path in READY.glob("*.yaml"))
USUAL = {"bulk_above": "10", "on_delete": "keep"}


@pytest.mark.parametrize("name", [name for name in NAMES if name != QUOTA])
def test_everything_arrives_under(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every record that its own data lets through is in Daktela, once, with its fields."""
    with start_sandbox(tmp_path / "sandbox", size=40, profile=read_profile(find_profile(name))) as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca))
        # The server measures its rate by the clock, so the limiter has to wait by it.
        limiter = AdaptiveLimiter(50, 4) if name == "rate-limited" else None
        runner = deployed(tmp_path, sandbox, USUAL, limiter)
        run_to_its_end(runner)
        wrong = []
        for (sobject, id_), wanted in expected_state(sandbox).items():
            rejected = {reject.id for reject in runner.ledger.rejects.read("default", MAPPINGS[sobject])}
            entry = runner.ledger.records.read("default", MAPPINGS[sobject], [id_]).get(id_)
            record = None if entry is None else sandbox.daktela.get(OBJECTS[sobject][0], entry.name)
            if id_ not in rejected and (record is None or held_fields(record, wanted) != wanted):
                wrong.append(f"{sobject} {id_}")
        assert not wrong
        names = [record.name for model in ("contacts", "accounts") for record in sandbox.daktela.records(model)]
        assert len(names) == len(set(names))


def test_an_exhausted_quota_defers_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Preflight names the limit and what to do; nothing has been asked of Daktela but who we are and its fields."""
    with start_sandbox(tmp_path / "sandbox", size=40, profile=read_profile(find_profile(QUOTA))) as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca))
        runner = deployed(tmp_path, sandbox, USUAL)
        facts = preflight(runner.spec, RunRequest(), runner.salesforce, runner.daktela, database=None)
        assert "DailyApiRequests" in facts.deferred
        assert "watermark stays" in facts.deferred
        assert not runner.daktela.calls["POST"]
