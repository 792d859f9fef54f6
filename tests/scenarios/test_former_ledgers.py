"""The first run of this program on a ledger of an earlier one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from salesforce_daktela.sync.run_report import RunReport
from sandbox.testing import Sandbox
from tests.ledger.former_ledgers import FORMER, age, turn_back
from tests.scenarios.oracle import alive
from tests.scenarios.scenario_runner import Runner
from tests.scenarios.test_restored_ledger import names
from tests.scenarios.test_user_activity import wrong_records

WRITTEN = ("created", "updated", "adopted", "removed", "became")


@pytest.mark.parametrize("version", FORMER)
def test_a_run_on_a_former_ledger_settles_and_doubles_nothing(
    runner: Runner, sandbox: Sandbox, ledger_url: str, version: int, tmp_path: Path, before_now: datetime
) -> None:
    """It reads everything once, creates what is new, writes what differs, and knows what is rejected and what waits."""
    sandbox.daktela.switch(post_existing="doubles")
    wrong = {"LastName": "Vadná", "Email": "nobody@nowhere@x"}
    sandbox.salesforce.records.create("Contact", wrong, at=before_now)
    runner.run()
    rejected = {reject.id for reject in runner.ledger.rejects.read("default", "contacts")}
    age(runner.ledger)
    runner.ledger = turn_back(runner.ledger, ledger_url, version, tmp_path / "aside.db")
    runner.ledger.upgrade()  # as the task preflight does at its beginning
    sandbox.salesforce.records.create("Account", {"Name": "Nová firma"}, at=before_now)
    changed = alive(sandbox, "Contact")[0]["Id"]
    sandbox.salesforce.records.update("Contact", changed, {"Description": "after the upgrade"}, at=before_now)
    held = names(sandbox)
    first, second = runner.run(), runner.run()
    assert all(sum(report.outcomes.values()) == report.extracted for report in (first | second).values())
    assert [written(reports) for reports in (first, second)] == [{"created": 1, "updated": 1}, {}]
    assert first["opportunities"].extracted == len(alive(sandbox, "Opportunity"))
    assert len(names(sandbox)) == len(set(names(sandbox))) == len(held) + 1
    assert {reject.id for reject in runner.ledger.rejects.read("default", "contacts")} == rejected != set()
    assert wrong_records(runner, sandbox) == []


def written(reports: Mapping[str, RunReport]) -> dict[str, int]:
    """How many records the mappings have written together, by outcome."""
    found: Counter[str] = Counter()
    for report in reports.values():
        found.update({name: count for name, count in report.outcomes.items() if name in WRITTEN and count})
    return dict(found)
