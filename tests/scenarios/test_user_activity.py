"""The pipeline while the org's users are at work, and across what Salesforce does to jobs, locators and addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from salesforce_daktela.sync.request import Mode, RunRequest
from sandbox.profile import Profile
from sandbox.testing import Sandbox, start_sandbox
from tests.scenarios.expected import expected_state, held_fields
from tests.scenarios.oracle import OBJECTS
from tests.scenarios.scenario_runner import Runner
from tests.scenarios.test_personalities import MAPPINGS, deployed, run_to_its_end

SEEN_BY_WINDOWS = ["create", "update", "delete", "undelete", "merge"]
PIPELINE = {"bulk_above": "6", "on_delete": "keep"}


def wrong_records(runner: Runner, sandbox: Sandbox) -> list[str]:
    """Records of Salesforce that Daktela lacks or holds otherwise, rejected ones aside."""
    wrong = []
    for (sobject, id_), wanted in expected_state(sandbox).items():
        rejected = {reject.id for reject in runner.ledger.rejects.read("default", MAPPINGS[sobject])}
        entry = runner.ledger.records.read("default", MAPPINGS[sobject], [id_]).get(id_)
        record = None if entry is None else sandbox.daktela.get(OBJECTS[sobject][0], entry.name)
        if id_ not in rejected and (record is None or held_fields(record, wanted) != wanted):
            wrong.append(f"{sobject} {id_}")
    return wrong


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_users_at_work_while_runs_read(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Edits, deletes, undeletes and merges between any two calls, committed late, in ties: the end state is right."""
    switches: dict[str, Any] = {
        "activity_calls": 3, "activity_acts": SEEN_BY_WINDOWS, "activity_seed": seed, "late_commit_seconds": 240.0,
        "tied_stamps_seconds": 60,
    }  # fmt: skip
    with start_sandbox(tmp_path / "sandbox", size=40, seed=seed, profile=Profile(salesforce=switches)) as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca))
        runner = deployed(tmp_path, sandbox, PIPELINE)
        for _ in range(4):
            run_to_its_end(runner)
        sandbox.salesforce.switch(activity_calls=0)
        run_to_its_end(runner)
        assert wrong_records(runner, sandbox) == []


@pytest.mark.parametrize(
    "switches",
    [
        pytest.param({"bulk_outcome": "failed", "bulk_outcome_jobs": 2}, id="jobs fail"),
        pytest.param({"bulk_outcome": "aborted", "bulk_outcome_jobs": 2}, id="jobs are aborted"),
        pytest.param({"bulk_expire_next": 2}, id="jobs expire"),
        pytest.param({"page_rows": 5, "expire_locator_next": 2}, id="locators expire"),
        pytest.param({"bulk_uneven_pages": True, "bulk_limit_info": False}, id="uneven result pages"),
        pytest.param({"moved": "redirect"}, id="another instance_url"),
        pytest.param({"fail_every": 7}, id="every seventh request fails"),
        pytest.param({"fail_every": 9, "fail_status": 500, "fail_body": "json"}, id="every ninth with a code"),
        pytest.param({"clock_skew_seconds": -5400.0}, id="a clock behind"),
        pytest.param({"clock_skew_seconds": 5400.0}, id="a clock ahead"),
        pytest.param({"unfilterable_fields": ["Contact.SystemModstamp"]}, id="a stamp not to filter on"),
        pytest.param({"failed_calls_counted": False, "limit_info": "absent"}, id="silent about usage"),
        pytest.param({"concurrent_next": 2}, id="too many long calls"),
        pytest.param({"blank_deleted": True}, id="a bin of blanks"),
        pytest.param({"latest_version": 69}, id="the next release"),
    ],
)
def test_salesforces_doubts_lose_nothing(
    switches: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first run, changes, a second run: every record is there with its fields, or its reject is."""
    with start_sandbox(tmp_path / "sandbox", size=14, profile=Profile(salesforce=switches)) as sandbox:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca))
        runner = deployed(tmp_path, sandbox, PIPELINE)
        run_to_its_end(runner)
        records = sandbox.salesforce.records
        sandbox.salesforce.switch(late_commit_seconds=60.0)  # inside the next window, which ends at a whole second
        for sobject in OBJECTS:
            records.mutate(sobject, 5, 1, "LastName" if sobject in ("Contact", "Lead") else "Name")
        records.delete("Contact", next(row["Id"] for row in records.read("Contact") if not row["IsDeleted"]))
        run_to_its_end(runner)
        run_to_its_end(runner, RunRequest(mode=Mode.FULL))
        assert wrong_records(runner, sandbox) == []
        reads = runner.run()
        assert not {"created", "updated"} & {name for report in reads.values() for name in report.outcomes}
