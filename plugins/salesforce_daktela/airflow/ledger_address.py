"""Where the ledger is: a file of its own, or the database behind an Airflow connection with all its options."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflow.configuration import AIRFLOW_HOME
from airflow.sdk import Connection
from sqlalchemy.engine import URL

from salesforce_daktela.airflow.connections import found_by_a_task
from salesforce_daktela.errors import ConfigurationError

FORMER = "salesforce_daktela.db"
"""The ledger's file in releases that gave it no folder of its own. Such a file stays in use where it exists."""

FIELDS = {"host": "Host", "port": "Port", "user": "Login", "password": "Password", "dbname": "Schema"}
"""Options of libpq that are fields of the connection. An extra of the same name could contradict the field."""

NOT_FOR_A_LEDGER = ("replication",)


def default_ledger() -> str:
    """SQLAlchemy's URL of the file in AIRFLOW_HOME, in a folder that only its owner may enter."""
    former = Path(AIRFLOW_HOME) / FORMER
    if former.exists():
        return f"sqlite:///{former}"
    folder = Path(AIRFLOW_HOME) / "salesforce_daktela"
    # A failure here is not reported: SQLite refuses a file that it cannot open.
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    return f"sqlite:///{folder / 'ledger.db'}"


def ledger_url(conn_id: str, setting: str) -> str:
    """SQLAlchemy's URL for an Airflow connection of type postgres or sqlite, the options in its extras included.

    Raises ConfigurationError for another type, for extras that would have no effect, and for a file without its folder;
    NoConnectionError.
    """
    with found_by_a_task(conn_id):
        connection = Connection.get(conn_id)
    extras = {name: value for name, value in connection.extra_dejson.items() if value not in (None, "")}
    where = f"{setting} = {conn_id}"
    if connection.conn_type == "sqlite":
        _refuse(sorted(extras), where, "a SQLite file takes none")
        return f"sqlite:///{_file(connection, where)}"
    if connection.conn_type not in ("postgres", "postgresql"):
        raise ConfigurationError(
            f"a ledger cannot live behind a connection of type {connection.conn_type}",
            where=where,
            advice="name a connection of type postgres, or leave the setting empty for SQLite in AIRFLOW_HOME",
        )
    url = URL.create(
        "postgresql+psycopg2",
        username=connection.login,
        password=connection.password,
        host=connection.host,
        port=connection.port,
        database=connection.schema,
        query=_options(extras, where),
    )
    return url.render_as_string(hide_password=False)


def _file(connection: Connection, where: str) -> str:
    """The path of a SQLite file: the host, or the schema, which is where Airflow puts the path of a URI.

    Without a path SQLite would keep the ledger in memory, and a relative one is another file for each program.
    """
    path = connection.host or connection.schema or ""
    if not Path(path).is_absolute():
        raise ConfigurationError(
            "this is no whole path of a SQLite file",
            where=f"{where}: Host",
            advice="write it like /opt/airflow/ledger.db, or leave the setting empty for SQLite in AIRFLOW_HOME",
        )
    return path


def _options(extras: Mapping[str, Any], where: str) -> dict[str, str]:
    """The extras as options of libpq. libpq itself is asked which options it understands."""
    own = [f"{name} (fill in {FIELDS[name]})" for name in sorted(extras) if name in FIELDS]
    _refuse(own, where, "each has a field of its own")
    unknown = [name for name, value in sorted(extras.items()) if not _understood(name, value)]
    _refuse(unknown, where, "only options of PostgreSQL's libpq are understood, such as sslmode and sslrootcert")
    return {name: str(value) for name, value in extras.items()}


def _understood(name: str, value: Any) -> bool:
    from psycopg2 import ProgrammingError
    from psycopg2.extensions import make_dsn

    if name in NOT_FOR_A_LEDGER or isinstance(value, bool) or not isinstance(value, str | int):
        return False
    try:
        make_dsn(f"{name}=x" if name.isidentifier() else "=")
    except ProgrammingError:
        return False
    return True


def _refuse(names: list[str], where: str, why: str) -> None:
    if names:
        raise ConfigurationError(
            f"these extras are not passed on to the database: {', '.join(names)}: {why}",
            where=where,
            advice="take them out of the connection's Extra Fields JSON",
        )
