"""Runs sandbox and Airflow together, in a new folder."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import certifi

from demo.airflow_api import AirflowApi
from demo.airflow_settings import PROGRAMS, USER, AirflowSettings, write_shell_file
from demo.ports import usual_or_free
from demo.processes import STOP_SECONDS, Processes
from demo.sandbox_side import SandboxSide, start_sandbox

USUAL_PORT = 8080
HEALTHY_SECONDS = 150.0
NONE: Mapping[str, str] = {}
FAST = "limits: {requests_per_second: 300, workers: 8, bulk_above: 500}"
"""The sandbox answers faster than a real instance allows; contacts come by Bulk, the other objects by REST."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """The running programs, and how to reach them."""

    settings: AirflowSettings
    airflow: AirflowApi
    sandbox: SandboxSide
    processes: Processes
    environment: Mapping[str, str]


@contextlib.contextmanager
def running_stack(
    home: Path,
    project: Path,
    *,
    size: str,
    profile: str,
    say: Callable[[str], None],
    empty: bool = False,
    changed: Mapping[str, str] = NONE,
    database: Path | None = None,
    patience: float = STOP_SECONDS,
) -> Iterator[Stack]:
    """Run everything during the context; ``empty`` leaves out mappings and connections.

    ``changed`` are variables in place of those of the project's own Airflow, ``database`` is an empty one to copy.
    ``patience`` is how many seconds the programs have to end by themselves. Raises RuntimeError that names what failed.
    """
    _make_anew(home)
    processes = Processes(home / "logs", patience)
    try:
        say("starting the sandbox: a Salesforce org and a Daktela instance over TLS")
        sandbox = start_sandbox(processes, home / "sandbox", project, size=size, profile=profile)
        settings = AirflowSettings(
            home=home / "airflow",
            project=project,
            port=usual_or_free(USUAL_PORT),
            ca_bundle=_bundle(home, sandbox.ca),
            mappings=_mappings(home, project, empty=empty),
        )
        environment = {**settings.environment(), **changed}
        write_shell_file(home / "environment", environment)
        say("making Airflow's database")
        make_database(settings, environment, database)
        airflow = _start_airflow(settings, environment, processes, home, say)
        if not empty:
            _connect(airflow, sandbox)
        yield Stack(settings=settings, airflow=airflow, sandbox=sandbox, processes=processes, environment=environment)
    finally:
        processes.stop()
        (home / "pid").unlink(missing_ok=True)


def _start_airflow(
    settings: AirflowSettings,
    environment: Mapping[str, str],
    processes: Processes,
    home: Path,
    say: Callable[[str], None],
) -> AirflowApi:
    say(f"starting Airflow on {settings.url}")
    for name, command in PROGRAMS.items():
        processes.start(name, command, environment, home)
    airflow = AirflowApi(url=settings.url, user=USER, password=settings.password)
    _wait_until_healthy(airflow, processes)
    return airflow


def wait_for(what: str, ready: Callable[[], bool], processes: Processes, seconds: float) -> None:
    """Wait until ``ready``. Raises RuntimeError when a program dies or time runs out."""
    deadline = time.monotonic() + seconds
    while not ready():
        dead = processes.dead()
        if dead:
            raise RuntimeError(dead)
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} took longer than {seconds:.0f} s; logs are in {processes.logs}")
        time.sleep(0.5)


def _wait_until_healthy(airflow: AirflowApi, processes: Processes) -> None:
    wait_for("starting Airflow", airflow.healthy, processes, HEALTHY_SECONDS)


def _make_anew(home: Path) -> None:
    """Replace the folder by an empty one. Raises RuntimeError while another demo uses it."""
    marker = home / "pid"
    if marker.exists() and _alive(int(marker.read_text() or 0)):
        raise RuntimeError(f"a demo is running already (process {marker.read_text()}): stop it first")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    marker.write_text(str(os.getpid()))


def _alive(pid: int) -> bool:
    try:
        return "demo" in Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:
        return False


def _bundle(home: Path, ca: str) -> Path:
    """Write a file with the usual authorities and the sandbox's."""
    bundle = home / "ca-bundle.pem"
    bundle.write_text(Path(certifi.where()).read_text() + Path(ca).read_text())
    return bundle


def _mappings(home: Path, project: Path, *, empty: bool) -> Path:
    """Copy the shipped mappings, with higher limits, unless the folder is to stay empty."""
    folder = home / "include" / "mappings"
    if empty:
        folder.mkdir(parents=True)
    else:
        shutil.copytree(project / "include" / "mappings", folder)
    shutil.copytree(
        project / "include" / "transforms",
        home / "include" / "transforms",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for sync in folder.glob("*/sync.yaml"):
        lines = [FAST if line.startswith("limits:") else line for line in sync.read_text().splitlines()]
        sync.write_text("\n".join(lines) + "\n")
    return folder


def make_database(settings: AirflowSettings, environment: Mapping[str, str], ready: Path | None) -> None:
    """Make Airflow's database, or copy an empty one. Raises RuntimeError with the end of the command's output."""
    if ready is None:
        migrate(environment, settings.home)
    else:
        shutil.copyfile(ready, settings.database)


def migrate(environment: Mapping[str, str], home: Path) -> None:
    done = subprocess.run(
        ["airflow", "db", "migrate"],  # noqa: S607 found in the environment's own PATH
        env=dict(environment),
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"airflow db migrate failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def _connect(airflow: AirflowApi, sandbox: SandboxSide) -> None:
    for connection in connections(sandbox):
        airflow.ask("POST", "/connections", json=connection)


def connections(sandbox: SandboxSide) -> list[dict[str, Any]]:
    """Return the two connections as a user types them into Airflow's form."""
    salesforce, daktela = sandbox.salesforce, sandbox.daktela
    extra = {name: salesforce[name] for name in ("security_token", "consumer_key", "consumer_secret")}
    return [
        {
            "connection_id": "salesforce_default",
            "conn_type": "salesforce",
            "host": salesforce["url"],
            "login": salesforce["username"],
            "password": salesforce["password"],
            "extra": json.dumps(extra),
        },
        {
            "connection_id": "daktela_default",
            "conn_type": "daktela",
            "host": daktela["url"],
            "password": daktela["token"],
            "extra": json.dumps({"database": daktela["database"], "timezone": daktela["timezone"]}),
        },
    ]
