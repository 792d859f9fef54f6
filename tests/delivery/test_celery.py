"""The compose file's services, run natively: CeleryExecutor, two workers, PostgreSQL for everything, Redis."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import certifi
import pytest
from ruamel.yaml import YAML

from demo.airflow_api import AirflowApi
from demo.ports import HOST, usual_or_free
from demo.processes import Processes
from demo.sandbox_side import SandboxSide, start_sandbox
from demo.stack import FAST, connections, wait_for
from salesforce_daktela.ledger.ledger import Ledger
from tests.postgresql import PASSWORD, running_postgresql

PROJECT = Path(__file__).resolve().parents[2]
DAG = "salesforce_to_daktela__default"
pytestmark = [pytest.mark.heavy, pytest.mark.timeout(900)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """What runs, and the ledger's address."""

    airflow: AirflowApi
    sandbox: SandboxSide
    processes: Processes
    ledger: str


def compose_environment(values: Mapping[str, str]) -> dict[str, str]:
    """The compose file's own environment with its variables and host names filled in."""
    compose = YAML(typ="safe").load((PROJECT / "docker-compose.yaml").read_text())
    found: dict[str, str] = compose["services"]["airflow-scheduler"]["environment"]
    filled = {}
    for name, text in found.items():
        for old, new in values.items():
            text = text.replace(old, new)
        filled[name] = text
    return filled


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Everything the compose file starts, on the loopback."""
    home = tmp_path_factory.mktemp("celery")
    redis, port = usual_or_free(16379), usual_or_free(18080)
    processes = Processes(home / "logs")
    with contextlib.ExitStack() as stack:
        postgresql = stack.enter_context(running_postgresql())
        stack.callback(processes.stop)
        redis_command = ["redis-server", "--bind", HOST, "--port", str(redis), "--save", "", "--appendonly", "no"]
        processes.start("redis", redis_command, os.environ, home)
        sandbox = start_sandbox(processes, home / "sandbox", PROJECT, size="small", profile="")
        environment = cluster_environment(home, sandbox, postgres=postgresql.port, redis=redis, port=port)
        initialise(environment, home)
        for name in ("api-server", "scheduler", "dag-processor", "triggerer"):
            processes.start(name, ["airflow", name], environment, home)
        for number in (1, 2):
            command = ["airflow", "celery", "worker", "-H", f"w{number}@%h", "-c", "2", "--skip-serve-logs"]
            processes.start(f"worker-{number}", command, environment, home)
        airflow = AirflowApi(url=f"http://{HOST}:{port}", user="admin", password=PASSWORD)
        wait_for("starting Airflow", airflow.healthy, processes, 180)
        for connection in connections(sandbox):
            airflow.ask("POST", "/connections", json=connection)
        yield Cluster(airflow=airflow, sandbox=sandbox, processes=processes, ledger=environment["AIRFLOW_CONN_LEDGER"])


def cluster_environment(home: Path, sandbox: SandboxSide, *, postgres: int, redis: int, port: int) -> dict[str, str]:
    bundle = home / "ca-bundle.pem"
    bundle.write_text(Path(certifi.where()).read_text() + Path(sandbox.ca).read_text())
    include = home / "include"
    shutil.copytree(PROJECT / "include", include, ignore=shutil.ignore_patterns("__pycache__"))
    sync = include / "mappings" / "default" / "sync.yaml"
    lines = [FAST if line.startswith("limits:") else line for line in sync.read_text().splitlines()]
    sync.write_text("\n".join(lines))
    filled = compose_environment(
        {
            "${FERNET_KEY:?see .env.example}": "Zm9yLXRoaXMtdGVzdC1vbmx5LWZvci10aGlzLXRlc3Q=",
            "${API_SECRET_KEY:?see .env.example}": "a" * 64,
            "${JWT_SECRET:?see .env.example}": "b" * 64,
            "${POSTGRES_PASSWORD:?see .env.example}": PASSWORD,
            "@postgres/": f"@{HOST}:{postgres}/",
            "redis:6379": f"{HOST}:{redis}",
            "airflow-apiserver:8080": f"{HOST}:{port}",
            "/opt/airflow/staging": str(home / "staging"),
        }
    )
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    return {
        **inherited,
        **filled,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
        "AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER": str(include / "mappings"),
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(usual_or_free(8974)),
        "REQUESTS_CA_BUNDLE": str(bundle),
    }


def initialise(environment: Mapping[str, str], home: Path) -> None:
    """What the compose file's airflow-init does."""
    user = ["users", "create", "--username", "admin", "--password", PASSWORD, "--role", "Admin"]
    person = ["--firstname", "Admin", "--lastname", "Admin", "--email", "admin@localhost.localdomain"]
    for command in (["db", "migrate"], [*user, *person]):
        done = subprocess.run(
            ["airflow", *command], env=dict(environment), cwd=home, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]


def test_two_workers_bring_every_record(cluster: Cluster) -> None:
    """The DAG runs green over Celery, with the ledger in PostgreSQL and parts in a shared folder."""
    airflow = cluster.airflow
    wait_for("finding the DAG", lambda: airflow.known(f"/dags/{DAG}"), cluster.processes, 120)
    airflow.ask("PATCH", f"/dags/{DAG}", json={"is_paused": False})
    wait_for("the first run", lambda: bool(airflow.runs(DAG)), cluster.processes, 60)
    run_id = airflow.runs(DAG)[-1]["dag_run_id"]
    state = airflow.wait(DAG, run_id, lambda _: None, 400)
    tasks = airflow.tasks(DAG, run_id)
    assert state == "success", {task["task_id"]: task["state"] for task in tasks}
    report = airflow.xcom(DAG, run_id, "contacts.settle", "report")
    assert sum(report["outcomes"].values()) == report["extracted"] > 500
    assert len({task["hostname"] for task in tasks if task["hostname"]}) >= 1


def test_the_next_run_over_celery_writes_what_changed(cluster: Cluster) -> None:
    """The watermark in PostgreSQL carries over."""
    cluster.sandbox.change("Account", 3)
    time.sleep(7)
    run_id = cluster.airflow.trigger(DAG)
    assert cluster.airflow.wait(DAG, run_id, lambda _: None, 300) == "success"
    assert cluster.airflow.xcom(DAG, run_id, "accounts.settle", "report")["outcomes"] == {"updated": 3}
    ledger = Ledger.open(cluster.ledger.replace("postgresql://", "postgresql+psycopg2://"))
    assert ledger.watermark("default", "accounts") is not None
