"""The services of the compose file without containers: CeleryExecutor, workers, PostgreSQL, Redis."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import certifi
from cryptography.fernet import Fernet

from demo.airflow_api import AirflowApi
from demo.airflow_settings import SANDBOX_HOSTS, link_config
from demo.compose import container_command, container_environment
from demo.ports import HOST, usual_or_free
from demo.postgresql import PASSWORD, PostgreSQL, running_postgresql
from demo.processes import Processes
from demo.sandbox_side import SandboxSide, start_sandbox
from demo.stack import connections, wait_for

HEALTHY_SECONDS = 300.0
COMPONENTS = ("airflow-apiserver", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What one container runs, in this machine's own terms."""

    command: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The running services, by the names of their containers, workers numbered; and the ledger's address."""

    airflow: AirflowApi
    sandbox: SandboxSide
    processes: Processes
    postgresql: PostgreSQL
    programs: Mapping[str, Program]
    ledger: str


@contextlib.contextmanager
def running_cluster(
    home: Path,
    project: Path,
    *,
    size: str,
    workers: int,
    settle: Callable[[Path], None],
    settings: Mapping[str, str] | None = None,
) -> Iterator[Cluster]:
    """Start all services on the loopback, with Celery workers of two tasks each; stop them after the context.

    ``settle`` is called with the copied ``include`` folder before a service reads it; ``settings`` are more lines of
    ``.env``. Raises RuntimeError that names what failed.
    """
    redis, port = usual_or_free(16379), usual_or_free(18080)
    processes = Processes(home / "logs")
    with contextlib.ExitStack() as stack:
        postgresql = stack.enter_context(running_postgresql())
        stack.callback(processes.stop)
        sandbox = start_sandbox(processes, home / "sandbox", project, size=size, profile="")
        services = Services(home, project, write_env_file(home, sandbox, settings or {}), postgresql.port, redis, port)
        settle(services.include)
        programs = services.programs(workers)
        processes.start("redis", programs["redis"].command, programs["redis"].environment, home)
        initialise(services.program("airflow-init"), home)
        for name, program in programs.items():
            if name != "redis":
                processes.start(name, program.command, program.environment, home)
        airflow = AirflowApi(url=f"http://{HOST}:{port}", user="admin", password=PASSWORD)
        wait_for("starting Airflow", airflow.healthy, processes, HEALTHY_SECONDS)
        yield Cluster(
            airflow=airflow,
            sandbox=sandbox,
            processes=processes,
            postgresql=postgresql,
            programs=programs,
            ledger=programs["airflow-scheduler"].environment["AIRFLOW_CONN_LEDGER"],
        )


class Services:
    """Translates what the compose file says of its containers to programs, ports and folders of this machine."""

    def __init__(self, home: Path, project: Path, env_file: Path, postgres: int, redis: int, port: int) -> None:
        self.home, self.project, self.env_file, self.port = home, project, env_file, port
        self.include = home / "include"
        shutil.copytree(project / "include", self.include, ignore=shutil.ignore_patterns("__pycache__"))
        (home / "redis").mkdir()
        link_config(home / "airflow", project)
        (home / "airflow" / "airflow.cfg").touch()
        self.health_port = usual_or_free(8974)
        self.postgres = {"PGHOST": HOST, "PGPORT": str(postgres)}
        self.here = {
            "@postgres/": f"@{HOST}:{postgres}/",
            "@redis:6379": f"@{HOST}:{redis}",
            "--port 6379 --dir /data": f"--port {redis} --bind {HOST} --dir {home / 'redis'}",
            "airflow-apiserver:8080": f"{HOST}:{port}",
            "/opt/airflow/staging": str(home / "staging"),
            "/etc/ssl/certs/own/ca-certificates.crt": str(home / "ca-bundle.pem"),
            "/tmp/worker.pid": str(home / "worker.pid"),  # noqa: S108 a container's own folder
        }

    def programs(self, workers: int) -> dict[str, Program]:
        """Return Redis and everything of Airflow that keeps running."""
        found = {name: self.program(name) for name in ("redis", *COMPONENTS)}
        for number in range(1, workers + 1):
            own = ("-H", f"w{number}@%h", "-c", "2", "--skip-serve-logs")
            found[f"airflow-worker-{number}"] = self.program("airflow-worker", *own, number=number)
        return found

    def program(self, service: str, *more: str, number: int = 1) -> Program:
        """Return what a service's container runs, with ``more`` arguments, which containers do not need.

        These are a name of its own for each worker, and no port for logs, which all programs keep in one folder here.
        """
        told = container_environment(self.project, service, self.env_file)
        environment = {name: self._translated(text) for name, text in told.items()}
        command = [self._translated(text) for text in container_command(self.project, service)]
        if number > 1:
            command = [text.replace("worker.pid", f"worker-{number}.pid") for text in command]
        return Program(command=[*command, *more], environment={**self._inherited(), **environment, **self._own()})

    def _translated(self, text: str) -> str:
        for old, new in self.here.items():
            text = text.replace(old, new)
        return text

    def _inherited(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}

    def _own(self) -> dict[str, str]:
        """What the Dockerfile and the containers' mounts give, on this machine."""
        return {
            **self.postgres,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "AIRFLOW_HOME": str(self.home / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.project / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(self.project / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__API__HOST": HOST,
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
            "AIRFLOW__SALESFORCE_DAKTELA__MAPPINGS_FOLDER": str(self.include / "mappings"),
            "AIRFLOW__SALESFORCE_DAKTELA__TRUSTED_HOSTS": SANDBOX_HOSTS,
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(self.health_port),
        }


def write_env_file(home: Path, sandbox: SandboxSide, settings: Mapping[str, str]) -> Path:
    """Write ``.env`` as a user does after copying ``.env.example``, with connections, authorities and ``settings``."""
    bundle = home / "ca-bundle.pem"
    bundle.write_text(Path(certifi.where()).read_text() + Path(sandbox.ca).read_text())
    values = {
        "FERNET_KEY": Fernet.generate_key().decode(),
        "JWT_SECRET": secrets.token_hex(32),
        "API_SECRET_KEY": secrets.token_hex(32),
        "POSTGRES_PASSWORD": PASSWORD,
        "REDIS_PASSWORD": PASSWORD,
        "ADMIN_PASSWORD": PASSWORD,
        "CA_BUNDLE": str(bundle),
        **settings,
    }
    for connection in connections(sandbox):
        name = f"AIRFLOW_CONN_{connection.pop('connection_id').upper()}"
        values[name] = json.dumps({**connection, "extra": json.loads(connection["extra"])})
    path = home / ".env"
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}='{value}'\n" for name, value in values.items()))
    return path


def initialise(init: Program, home: Path) -> None:
    """Run what airflow-init runs. Raises RuntimeError with the end of its output."""
    done = subprocess.run(  # noqa: S603 the commands are this project's own
        init.command, env=dict(init.environment), cwd=home, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"airflow-init failed:\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}")
