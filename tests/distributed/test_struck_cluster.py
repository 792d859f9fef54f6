"""100,000 records over the compose file's services, with parts on S3, while every one of the services fails once."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from moto.server import ThreadedMotoServer

from benchmarks.contacts_sync import contacts_alone
from benchmarks.daktela_control import DaktelaControl
from demo.airflow_api import FINAL
from demo.cluster import COMPONENTS, Cluster, running_cluster
from demo.stack import wait_for
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.staging.keys import HANDED_ON, kind_of
from tests import s3_storage
from tests.distributed.operating import Operator

pytestmark = [pytest.mark.distributed, pytest.mark.timeout(3000)]

PROJECT = Path(__file__).resolve().parents[2]
DAG = "salesforce_to_daktela__default"
MAPPINGS = ("accounts", "contacts")
"""Also the names of what they become in Daktela."""

ROWS = 100_000
SIZE = 104_000
"""What the sandbox is asked for: some of its contacts are deleted, and no run loads those."""

BUCKET = "parts"
WORKERS = ("airflow-worker-1", "airflow-worker-2")
REFUSING_SECONDS = 60.0
LIMITS = {"requests_per_second": 400, "workers": 4, "part_rows": 5000}


@dataclass(slots=True)
class Storage:
    """S3 in this process. Its objects stay while it does not answer."""

    server: ThreadedMotoServer = field(default_factory=s3_storage.start)

    @property
    def there(self) -> s3_storage.S3Server:
        """Where it answers."""
        return s3_storage.S3Server(url="http://{}:{}".format(*self.server.get_host_and_port()))

    def refuse(self, seconds: float) -> None:
        """Refuse every connection for a while."""
        _, port = self.server.get_host_and_port()
        self.server.stop()
        time.sleep(seconds)
        self.server = s3_storage.start(port)


@dataclass(slots=True)
class Strikes:
    """Strikes once each when a share of the records is written, in this order."""

    operator: Operator
    storage: Storage
    began: float = field(default_factory=time.monotonic)
    done: list[str] = field(default_factory=list)

    def due(self, share: float) -> None:
        """Carry out what is due."""
        for name, (when, strike) in self._plan().items():
            if name not in self.done and share >= when:
                self.done.append(name)
                self.say(f"{share:4.0%} written: {name}")
                strike()
                self.say(f"  done: {name}")

    def missed(self) -> set[str]:
        """What has not been due."""
        return self._plan().keys() - set(self.done)

    def say(self, text: str) -> None:
        """Tell whoever watches."""
        print(f"[{time.monotonic() - self.began:6.1f} s] {text}", flush=True)

    def _plan(self) -> Mapping[str, tuple[float, Callable[[], None]]]:
        return {
            "kill -9 of a worker with its tasks": (0.08, lambda: self.operator.kill(WORKERS[0])),
            "PostgreSQL ended at once and started again": (0.25, self.operator.restart_postgresql),
            "Redis restarted": (0.4, lambda: self.operator.restart("redis")),
            "every component restarted in turn": (0.5, self._restart_all),
            "the storage refuses for a minute": (0.75, lambda: self.storage.refuse(REFUSING_SECONDS)),
        }

    def _restart_all(self) -> None:
        for name in (*COMPONENTS, *WORKERS):
            self.operator.restart(name)
            self.say(f"  restarted {name}")


@pytest.fixture
def storage() -> Iterator[Storage]:
    """S3 with the bucket."""
    storage = Storage()
    storage.there.filesystem().mkdir(BUCKET)
    yield storage
    storage.server.stop()


@pytest.fixture
def cluster(storage: Storage, tmp_path: Path) -> Iterator[Cluster]:
    """All services, with what somebody writes into .env for parts on S3."""
    settings = {
        "STAGING_PATH": f"s3://aws_default@{BUCKET}/salesforce",
        "AIRFLOW_CONN_AWS_DEFAULT": storage.there.connection(),
    }
    with running_cluster(
        tmp_path,
        PROJECT,
        size=str(SIZE),
        workers=len(WORKERS),
        settle=lambda include: contacts_alone(include, LIMITS),
        settings=settings,
    ) as running:
        yield running


def test_every_record_arrives_once_whatever_fails_meanwhile(cluster: Cluster, storage: Storage, tmp_path: Path) -> None:
    """Settled, balanced, nothing doubled, over both workers, no values left on S3; the next run creates nothing."""
    control = DaktelaControl(cluster.sandbox)
    control.switch(post_existing="doubles")
    wait_for("finding the DAG", lambda: cluster.airflow.known(f"/dags/{DAG}"), cluster.processes, 120)
    cluster.airflow.ask("PATCH", f"/dags/{DAG}", json={"is_paused": False})
    before, operator = held(cluster), Operator(cluster, tmp_path)
    control.forget()
    strikes = Strikes(operator, storage)
    run_id = cluster.airflow.trigger(DAG)
    assert struck_to_the_end(cluster, control, strikes, run_id) == "success"
    assert strikes.missed() == set()
    ledger = Ledger.open(cluster.ledger.replace("postgresql://", "postgresql+psycopg2://"))
    reports = {name: cluster.airflow.xcom(DAG, run_id, f"{name}.settle", "report") for name in MAPPINGS}
    strikes.say(f"{[(report['extracted'], report['outcomes']) for report in reports.values()]}; {operator.restarts}")
    for name in MAPPINGS:
        outcomes, extracted = reports[name]["outcomes"], reports[name]["extracted"]
        assert sum(outcomes.values()) == extracted
        assert held(cluster)[name] - before[name] == outcomes["created"]
        assert ledger.watermarks.read("default", name) is not None
    assert reports["contacts"]["extracted"] >= ROWS
    assert doubled_names(cluster, "contacts") == []
    assert all(loads_of(tmp_path / "logs" / f"{name}.log") for name in WORKERS)
    assert {kind_of(path) for path in storage.there.filesystem().find(BUCKET)} <= HANDED_ON
    assert quiet(cluster, strikes)
    assert sorted(path.name for path in (tmp_path / "airflow").iterdir()) == ["airflow.cfg", "config", "logs"]


def struck_to_the_end(cluster: Cluster, control: DaktelaControl, strikes: Strikes, run_id: str) -> str:
    """Watch a run, strike when it is time, and start what has died; return how it ended."""
    told = 0.0
    while (state := patiently(cluster, run_id)) not in FINAL:
        calls = control.kinds()
        written = sum(count for call, count in calls.items() if call in ("POST contacts", "PUT contacts"))
        if time.monotonic() - told > 30:
            told = time.monotonic()
            strikes.say(f"{written} written; loads {states(cluster)}; restarts {dict(strikes.operator.restarts)}")
        strikes.due(written / ROWS)
        strikes.operator.revive()
        time.sleep(3)
    strikes.say(f"run ended: {state}")
    return state


def patiently(cluster: Cluster, run_id: str) -> str:
    """The state of a run, also while the API server or its database is away."""
    try:
        return cluster.airflow.state(DAG, run_id)
    except (requests.RequestException, ValueError, KeyError):
        cluster.airflow.healthy()  # signs in again
        return "unknown"


def states(cluster: Cluster) -> dict[str, int]:
    """How many tasks are in which state, as Airflow's database has it."""
    statement = "SELECT COALESCE(state, 'none'), count(*) FROM task_instance GROUP BY 1"
    return {str(state): int(count) for state, count in cluster.postgresql.ask(statement, database="airflow")}


def quiet(cluster: Cluster, strikes: Strikes) -> bool:
    """Whether the next run creates nothing."""
    run_id = cluster.airflow.trigger(DAG)
    assert cluster.airflow.wait(DAG, run_id, 600) == "success"
    outcomes = [cluster.airflow.xcom(DAG, run_id, f"{name}.settle", "report") for name in MAPPINGS]
    strikes.say(f"the next run: {[report['outcomes'] for report in outcomes]}")
    return not any("created" in report["outcomes"] for report in outcomes)


def held(cluster: Cluster) -> dict[str, int]:
    """How many objects Daktela holds."""
    return {model: int(page(cluster, model, 0, 1)["total"]) for model in MAPPINGS}


def doubled_names(cluster: Cluster, model: str) -> list[str]:
    """Names that Daktela holds more than once."""
    names: Counter[str] = Counter()
    for skip in range(0, held(cluster)[model], 1000):
        names.update(row["name"] for row in page(cluster, model, skip, 1000)["data"])
    return [name for name, count in names.items() if count > 1]


def page(cluster: Cluster, model: str, skip: int, take: int) -> dict[str, Any]:
    """Rows of Daktela, and how many there are."""
    side = cluster.sandbox
    reply = requests.get(
        f"{side.daktela['url']}/api/v6/{model}.json",
        params={"skip": str(skip), "take": str(take), "sort[0][field]": "name", "sort[0][dir]": "asc"},
        headers={"X-AUTH-TOKEN": side.daktela["token"]},
        timeout=60,
        verify=side.ca,
    )
    reply.raise_for_status()
    return dict(reply.json()["result"])


def loads_of(log: Path) -> int:
    """How many load tasks a worker has begun, by its own log."""
    return len(re.findall(r"Executing workload in Celery.*?contacts\.load", log.read_text(errors="replace")))
