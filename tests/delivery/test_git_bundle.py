"""DAGs and mappings from a Git repository: Airflow's own bundle of provider Git, over a repository on this machine."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from demo.stack import Stack, running_stack, wait_for

PROJECT = Path(__file__).resolve().parents[2]
SHIPPED = PROJECT / "include" / "mappings" / "default"
DAG = "salesforce_to_daktela__crm"
SECONDS = 400.0
SYNC = """salesforce_conn_id: salesforce_default
daktela_conn_id: daktela_default
mappings: [accounts]
limits: {requests_per_second: 300, workers: 8}
"""

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(900)]


@dataclass(frozen=True, slots=True)
class Repository:
    """A team's repository: a DAG file of one line, and mappings beside its folder."""

    path: Path

    def git(self, *words: str) -> str:
        who = {
            f"GIT_{role}_{part}": "team@example.com" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")
        }
        done = subprocess.run(
            ["git", *words], cwd=self.path, env={**os.environ, **who}, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def commit(self, files: dict[str, str]) -> str:
        """Write files, commit them and return the commit."""
        for name, text in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Change the syncs")
        return self.git("rev-parse", "HEAD")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    made = Repository(tmp_path_factory.mktemp("repository"))
    made.git("init", "--quiet", "--initial-branch", "main")
    made.commit(
        {
            "dags/syncs.py": "from salesforce_daktela.airflow import dags\n",
            "dags/mistakes.py": "from salesforce_daktela.airflow import dag_problems\n",
            "include/mappings/crm/sync.yaml": SYNC,
            "include/mappings/crm/accounts.yaml": (SHIPPED / "accounts.yaml").read_text(),
        }
    )
    return made


@pytest.fixture(scope="module")
def stack(repository: Repository, tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Stack]:
    """Sandbox and Airflow, whose DAGs come from the repository alone; no setting says where mappings are."""
    home = tmp_path_factory.mktemp("bundle")
    asked = {"repo_url": str(repository.path), "tracking_ref": "main", "subdir": "dags", "refresh_interval": 5}
    bundle = {"name": "crm", "classpath": "airflow.providers.git.bundles.git.GitDagBundle", "kwargs": asked}
    changed = {
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps([bundle]),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(home / "bundles"),
        "AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": "2",
        "AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER": "",
    }
    with running_stack(
        home / "run", PROJECT, size="small", profile="", say=print, changed=changed, database=empty_database
    ) as started:
        wait_for("finding the DAG", lambda: started.airflow.known(f"/dags/{DAG}"), started.processes, 120)
        yield started


def test_a_run_keeps_the_version_it_began_with(stack: Stack, repository: Repository) -> None:
    """Two runs wait while the mapping changes between them: each writes what its own version says."""
    runs, versions = [stack.airflow.trigger(DAG)], [repository.git("rev-parse", "HEAD")]
    accounts = repository.path / "include" / "mappings" / "crm" / "accounts.yaml"
    changed = accounts.read_text().replace("{from: Name,", '{from: "Second {Name}",')
    assert changed != accounts.read_text()
    versions.append(repository.commit({"include/mappings/crm/accounts.yaml": changed}))
    wait_for("the new version", lambda: newest_version(stack) == versions[1], stack.processes, 120)
    runs.append(stack.airflow.trigger(DAG))
    stack.airflow.ask("PATCH", f"/dags/{DAG}", json={"is_paused": False})
    for run_id in runs:
        assert stack.airflow.wait(DAG, run_id, SECONDS) == "success"
    kept = {run["dag_run_id"]: run["bundle_version"] for run in stack.airflow.runs(DAG)}
    assert [kept[run_id] for run_id in runs] == versions
    first, second = (stack.airflow.xcom(DAG, run_id, "accounts.settle", "report")["outcomes"] for run_id in runs)
    assert first["created"] > 0
    assert second["updated"] == first["created"]
    ours = [title for name, title in titles(stack) if name.startswith("sf_account_")]
    assert len(ours) == first["created"]
    assert all(title.startswith("Second ") for title in ours)
    assert stack.airflow.ask("GET", "/importErrors")["import_errors"] == []


def newest_version(stack: Stack) -> Any:
    return stack.airflow.ask("GET", f"/dags/{DAG}/details")["bundle_version"]


def titles(stack: Stack) -> list[tuple[str, str]]:
    """Name and title of each account in Daktela."""
    reply = requests.get(
        f"{stack.sandbox.daktela['url']}/api/v6/accounts.json",
        params={"take": "1000"},
        headers={"X-AUTH-TOKEN": stack.sandbox.daktela["token"]},
        verify=stack.sandbox.ca,
        timeout=60,
    )
    return [(row["name"], row["title"]) for row in reply.json()["result"]["data"]]
