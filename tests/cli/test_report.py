"""``report`` tells what a run did, in the same document as everywhere."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
from sqlalchemy import update

from salesforce_daktela.ledger.store.tables import runs
from salesforce_daktela.sync.request import Mode, RunRequest
from tests.cli.conftest import Terminal, answer
from tests.scenarios.scenario_runner import Runner

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "report-schema.json").read_text())


def test_the_latest_run_is_told_as_its_tasks_have_told_it(terminal: Terminal, runner: Runner) -> None:
    """The same dict as in the asset event; a run can also be named."""
    reports = {name: report.to_dict() for name, report in runner.run().items()}
    found = answer(terminal("report", "--json"))["reports"]
    assert {each["mapping"]: each for each in found} == reports
    for each in found:
        jsonschema.validate(each, SCHEMA)
    named = answer(terminal("report", "--sync", "default", "--run", found[0]["run_id"], "--json"))["reports"]
    assert named == found
    shown = terminal("report").stdout
    assert "requests to Daktela: " in shown
    assert "watermark: none before" in shown


def test_a_plan_has_a_report_too(terminal: Terminal, runner: Runner) -> None:
    """With what was planned."""
    runner.run(RunRequest(mode=Mode.PLAN, mappings=("accounts",)))
    (found,) = answer(terminal("report", "--json"))["reports"]
    jsonschema.validate(found, SCHEMA)
    assert (found["state"], found["plan"]["counts"]) == ("planned", found["outcomes"])


def test_a_comparison_has_one_of_its_own(terminal: Terminal, runner: Runner) -> None:
    """What each side has, and what was found."""
    runner.run()
    terminal("reconcile", "default", "--mapping", "accounts", "--json")
    (found,) = answer(terminal("report", "--json"))["reports"]
    jsonschema.validate(found, SCHEMA)
    assert (found["kind"], found["state"], found["found"]) == ("comparison", "compared", 0)
    assert "right" in terminal("report").stdout


def test_a_comparison_is_found_by_its_id_in_airflow(terminal: Terminal, runner: Runner) -> None:
    """The ledger tells it from the run of the same id that loads; both are shown where both are there."""
    runner.run()
    terminal("reconcile", "default", "--mapping", "accounts", "--json")
    (found,) = answer(terminal("report", "--json"))["reports"]
    with runner.ledger.db.write("runs", "moved") as connection:
        moved = update(runs).where(runs.c.run_id == found["run_id"]).values(run_id="reconcile__scheduled__1")
        connection.execute(moved)
    (named,) = answer(terminal("report", "--run", "scheduled__1", "--json"))["reports"]
    assert (named["kind"], named["mapping"]) == ("comparison", "accounts")


def test_a_run_without_a_report_is_refused(terminal: Terminal) -> None:
    """Rather than shown as having done nothing; the id may be right, and the run under way or stopped by its check."""
    result = terminal("report", "--run", "manual__1")
    assert (result.exit_code, "the ledger has no report of the run manual__1" in result.stderr) == (2, True)
    assert "a run has one when its first mapping has ended: look at its tasks in Airflow" in result.stderr


def test_before_the_first_run_it_says_that_there_is_no_report(terminal: Terminal) -> None:
    """An empty answer could be taken for a run that did nothing."""
    result = terminal("report")
    assert (result.exit_code, "sync default: no run has a report yet" in result.stdout) == (0, True)
    assert answer(terminal("report", "--json"))["reports"] == []
