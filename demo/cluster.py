"""The services of the compose file without containers: CeleryExecutor, workers, PostgreSQL, Redis."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import certifi
from cryptography.fernet import Fernet

from demo.airflow_api import AirflowApi
from demo.airflow_settings import SANDBOX_HOSTS, link_config
from demo.compose import container_environment
from demo.ports import HOST, usual_or_free
from demo.postgresql import PASSWORD, running_postgresql
from demo.processes import Processes
from demo.sandbox_side import SandboxSide, start_sandbox
from demo.stack import connections, wait_for

HEALTHY_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The running services, and the ledger's address."""

    airflow: AirflowApi
    sandbox: SandboxSide
    processes: Processes
    ledger: str


@contextlib.contextmanager
def running_cluster(
    home: Path, project: Path, *, size: str, workers: int, settle: Callable[[Path], None]
) -> Iterator[Cluster]:
    """Start all services on the loopback, with Celery workers of two tasks each; stop them after the context.

    ``settle`` is called with the copied ``include`` folder before a service reads it. Raises RuntimeError that names
    what failed.
    """
    redis, port = usual_or_free(16379), usual_or_free(18080)
    processes = Processes(home / "logs")
    with contextlib.ExitStack() as stack:
        postgresql = stack.enter_context(running_postgresql())
        stack.callback(processes.stop)
        redis_command = ["redis-server", "--bind", HOST, "--port", str(redis), "--save", "", "--appendonly", "no"]
        processes.start("redis", redis_command, os.environ, home)
        sandbox = start_sandbox(processes, home / "sandbox", project, size=size, profile="")
        environment = cluster_environment(home, project, sandbox, postgres=postgresql.port, redis=redis, port=port)
        settle(home / "include")
        initialise(environment, home)
        for name in ("api-server", "scheduler", "dag-processor", "triggerer"):
            processes.start(name, ["airflow", name], environment, home)
        for number in range(1, workers + 1):
            command = ["airflow", "celery", "worker", "-H", f"w{number}@%h", "-c", "2", "--skip-serve-logs"]
            processes.start(f"worker-{number}", command, environment, home)
        airflow = AirflowApi(url=f"http://{HOST}:{port}", user="admin", password=PASSWORD)
        wait_for("starting Airflow", airflow.healthy, processes, HEALTHY_SECONDS)
        yield Cluster(airflow=airflow, sandbox=sandbox, processes=processes, ledger=environment["AIRFLOW_CONN_LEDGER"])


def cluster_environment(
    home: Path, project: Path, sandbox: SandboxSide, *, postgres: int, redis: int, port: int
) -> dict[str, str]:
    """Return the compose file's environment, for programs without containers."""
    bundle = home / "ca-bundle.pem"
    bundle.write_text(Path(certifi.where()).read_text() + Path(sandbox.ca).read_text())
    include = home / "include"
    shutil.copytree(project / "include", include, ignore=shutil.ignore_patterns("__pycache__"))
    filled = container_environment(project, "airflow-scheduler", _write_env_file(home, sandbox, bundle))
    here = {
        "@postgres/": f"@{HOST}:{postgres}/",
        "redis:6379": f"{HOST}:{redis}",
        "airflow-apiserver:8080": f"{HOST}:{port}",
        "/opt/airflow/staging": str(home / "staging"),
        "/opt/airflow/ca-bundle.pem": str(bundle),
    }
    for old, new in here.items():
        filled = {name: text.replace(old, new) for name, text in filled.items()}
    link_config(home / "airflow", project)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    return {
        **inherited,
        **filled,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(project / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(project / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
        "AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER": str(include / "mappings"),
        "AIRFLOW__SALESFORCE_DAKTELA__TRUSTED_HOSTS": SANDBOX_HOSTS,
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(usual_or_free(8974)),
    }


def _write_env_file(home: Path, sandbox: SandboxSide, bundle: Path) -> Path:
    """Write ``.env`` as a user does after copying ``.env.example``, with connections and authorities."""
    values = {
        "FERNET_KEY": Fernet.generate_key().decode(),
        "JWT_SECRET": secrets.token_hex(32),
        "API_SECRET_KEY": secrets.token_hex(32),
        "POSTGRES_PASSWORD": PASSWORD,
        "ADMIN_PASSWORD": PASSWORD,
        "CA_BUNDLE": str(bundle),
    }
    for connection in connections(sandbox):
        name = f"AIRFLOW_CONN_{connection.pop('connection_id').upper()}"
        values[name] = json.dumps({**connection, "extra": json.loads(connection["extra"])})
    path = home / ".env"
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}='{value}'\n" for name, value in values.items()))
    return path


def initialise(environment: Mapping[str, str], home: Path) -> None:
    """Do what airflow-init in the compose file does."""
    user = ["users", "create", "--username", "admin", "--password", PASSWORD, "--role", "Admin"]
    person = ["--firstname", "Admin", "--lastname", "Admin", "--email", "admin@localhost.localdomain"]
    for command in (["db", "migrate"], [*user, *person]):
        done = subprocess.run(  # noqa: S603 the commands are this project's own
            ["airflow", *command],  # noqa: S607 found in the environment's own PATH
            env=dict(environment),
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"airflow {command[0]} failed:\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}")
