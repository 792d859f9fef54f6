"""The ledger's connection: every option that somebody fills in has its effect or is refused."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL, make_url

from salesforce_daktela.airflow import ledger_address
from salesforce_daktela.airflow.ledger_address import default_ledger, ledger_url
from salesforce_daktela.airflow.settings import confirmed_ledger, connect_ledger
from salesforce_daktela.errors import ConfigurationError
from salesforce_daktela.ledger.ledger import Ledger
from salesforce_daktela.steps.run.facts import Memory, RunFacts
from salesforce_daktela.sync.binding import Ends

pytestmark = pytest.mark.filterwarnings("ignore")
SETTING = "[salesforce_daktela] ledger_conn_id"


def address(monkeypatch: pytest.MonkeyPatch, *, conn_type: str = "postgres", **extra: Any) -> URL:
    fields = {"conn_type": conn_type, "host": "db", "login": "ledger", "password": "s3cret", "schema": "crm"}
    monkeypatch.setenv("AIRFLOW_CONN_LEDGER", json.dumps({**fields, "extra": extra}))
    return make_url(ledger_url("ledger", SETTING))


def test_options_of_libpq_are_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that make the connection safe above all; numbers are taken as they are, empty fields left out."""
    url = address(
        monkeypatch,
        sslmode="verify-full",
        sslrootcert="/etc/ssl/db ca.pem",
        target_session_attrs="read-write",
        keepalives_idle=30,
        connect_timeout=3,
        options="-c statement_timeout=60s",
        sslcert="",
    )
    assert dict(url.query) == {
        "sslmode": "verify-full",
        "sslrootcert": "/etc/ssl/db ca.pem",
        "target_session_attrs": "read-write",
        "keepalives_idle": "30",
        "connect_timeout": "3",
        "options": "-c statement_timeout=60s",
    }
    assert (url.host, url.username, url.password, url.database) == ("db", "ledger", "s3cret", "crm")


@pytest.mark.parametrize(
    "extra",
    [
        {"sslmod": "verify-full"},
        {"iam": True},
        {"sqlalchemy_query": {"a": "b"}},
        {"cursor": "dictcursor"},
        {"replication": "database"},
        {"ssl mode": "require"},
        {"host": "elsewhere"},
    ],
    ids=lambda extra: next(iter(extra)),
)
def test_what_would_have_no_effect_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, extra: dict[str, Any]) -> None:
    """Nobody believes in a setting that is not there; no value is shown."""
    (name,) = extra
    with pytest.raises(ConfigurationError) as refused:
        address(monkeypatch, sslmode="verify-full", sslpassword="s3cret", **extra)
    assert f"{SETTING} = ledger: these extras are not passed on to the database: {name}" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_file_takes_no_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are refused by name as well."""
    with pytest.raises(ConfigurationError, match="database: timeout: a SQLite file takes none"):
        address(monkeypatch, conn_type="sqlite", timeout=5)


def test_an_option_with_a_wrong_value_is_a_wrong_setting() -> None:
    """Nobody waits for a word that no server understands; secrets in options are not shown."""
    url = "postgresql://ledger:s3cret@127.0.0.1:1/crm?sslmode=verfy-full&sslpassword=h1dden"
    with pytest.raises(ConfigurationError, match='invalid sslmode value: "verfy-full"') as refused:
        Ledger.open(url)
    assert not {"s3cret", "h1dden"} & set(str(refused.value).split())


def test_a_new_file_gets_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only its owner may enter it; AIRFLOW_HOME, which holds more than ours, stays as it is."""
    tmp_path.chmod(0o755)
    monkeypatch.setattr(ledger_address, "AIRFLOW_HOME", str(tmp_path))
    assert default_ledger() == f"sqlite:///{tmp_path}/salesforce_daktela/ledger.db"
    found = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path, tmp_path / "salesforce_daktela")]
    assert found == [0o755, 0o700]


def test_the_file_of_an_earlier_release_stays_in_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A ledger is never left behind."""
    (tmp_path / "salesforce_daktela.db").touch()
    monkeypatch.setattr(ledger_address, "AIRFLOW_HOME", str(tmp_path))
    assert default_ledger() == f"sqlite:///{tmp_path}/salesforce_daktela.db"


def test_a_task_does_not_touch_a_ledger_that_is_not_its_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file on another worker: the error names both, and not even tables are made in it."""
    host = str(tmp_path / "elsewhere.db")
    monkeypatch.setenv("AIRFLOW_CONN_LEDGER", json.dumps({"conn_type": "sqlite", "host": host}))
    monkeypatch.setenv("AIRFLOW__SALESFORCE_DAKTELA__LEDGER_CONN_ID", "ledger")
    ends = Ends(organization="00Dxx0000001gPLEAY", instance="https://acme.daktela.com", database="sales")
    facts = RunFacts(
        instance_url="https://acme.my.salesforce.com",
        database="sales",
        timezone="Europe/Prague",
        now=datetime(2026, 3, 1, tzinfo=UTC),
        fingerprint="f",
        deferred="",
        mappings={},
        memory=Memory(ledger="0123456789abcdef", ends=ends, mark="m"),
    )
    with pytest.raises(
        ConfigurationError, match=r"without tables at .*elsewhere\.db, preflight opened ledger 01234567"
    ):
        confirmed_ledger("default", facts)
    ledger = connect_ledger()
    assert ledger.overview.version().found == 0
    ledger.close()


def test_a_sqlite_file_may_be_named_by_a_uri(monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow takes the path of a URI for the schema. As an empty host it would mean a ledger in memory."""
    monkeypatch.setenv("AIRFLOW_CONN_LEDGER", "sqlite:////opt/airflow/ledger.db")
    assert ledger_url("ledger", SETTING) == "sqlite:////opt/airflow/ledger.db"


@pytest.mark.parametrize("uri", ["sqlite://", "sqlite:///ledger.db", "sqlite://ledger.db"])
def test_a_sqlite_file_needs_its_whole_path(monkeypatch: pytest.MonkeyPatch, uri: str) -> None:
    """Each program would have a ledger of its own, in memory or in the folder that it was started in."""
    monkeypatch.setenv("AIRFLOW_CONN_LEDGER", uri)
    with pytest.raises(ConfigurationError, match=r"ledger_conn_id = ledger: Host: this is no whole path"):
        ledger_url("ledger", SETTING)
