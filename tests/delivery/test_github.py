"""What GitHub shows and runs is written as GitHub reads it, and runs what a clone runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from check_jsonschema import main
from click.testing import CliRunner
from ruamel.yaml import YAML

GITHUB = Path(__file__).resolve().parents[2] / ".github"
SCHEMAS = {
    "ISSUE_TEMPLATE/bug.yml": "github-issue-forms",
    "ISSUE_TEMPLATE/question.yml": "github-issue-forms",
    "ISSUE_TEMPLATE/feature.yml": "github-issue-forms",
    "ISSUE_TEMPLATE/config.yml": "github-issue-config",
    "dependabot.yml": "dependabot",
    "workflows/ci.yml": "github-workflows",
}


def test_every_file_is_checked() -> None:
    """A new one has a schema here."""
    assert {str(path.relative_to(GITHUB)) for path in GITHUB.rglob("*.yml")} == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_file_is_as_github_reads_it(name: str) -> None:
    """By the schemas that check-jsonschema brings along."""
    done = CliRunner().invoke(main, ["--builtin-schema", f"vendor.{SCHEMAS[name]}", str(GITHUB / name)])
    assert done.exit_code == 0, done.output


def test_the_workflow_runs_what_a_clone_runs() -> None:
    """Nothing else than ``.ci/run``."""
    workflow = YAML(typ="safe", pure=True).load((GITHUB / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]


def test_who_reports_a_mistake_is_asked_for_the_report_and_for_no_value() -> None:
    """Issues are public."""
    form = (GITHUB / "ISSUE_TEMPLATE" / "bug.yml").read_text(encoding="utf-8")
    assert "salesforce-daktela report --json" in form
    assert "Never paste a record's value" in form
