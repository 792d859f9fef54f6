"""The engine behind a ledger's address, and the errors of a database that does not answer."""

from __future__ import annotations

import re

from sqlalchemy import (
    Engine,
    create_engine,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from salesforce_daktela.errors import ConfigurationError, TransportError
from salesforce_daktela.ledger.store.sqlite import keep_private, prepare

SETTING = "[salesforce_daktela] ledger_conn_id"

CONNECT_SECONDS = 10
"""Seconds that PostgreSQL may take to answer."""

KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
"""Seconds, a number, and milliseconds, by which a server that has vanished without a word is noticed within a minute.
The system's own two hours would be waited in silence."""

SECRET = re.compile("password|key$")
"""Connection options that are secrets or name the place of one."""


def parse(url: str) -> URL:
    """The parsed address. Raises ConfigurationError for a database that is neither SQLite nor PostgreSQL."""
    try:
        parsed = make_url(url)
        backend = parsed.get_dialect().name
    except (ArgumentError, NoSuchModuleError, ValueError, ModuleNotFoundError):
        backend = "of no known kind"
    if backend not in ("sqlite", "postgresql"):
        raise ConfigurationError(
            f"the ledger cannot use a database {backend}",
            where=SETTING,
            advice="name a connection of type postgres, or leave it empty for SQLite in AIRFLOW_HOME",
        )
    return parsed


def make_engine(url: URL) -> Engine:
    """An engine for the address; nothing is connected yet."""
    if url.get_backend_name() == "sqlite":
        keep_private(url.database)
        return prepare(create_engine(url, hide_parameters=True))
    ours = {"connect_timeout": CONNECT_SECONDS, "application_name": "salesforce_daktela", **KEEPALIVES}
    return create_engine(
        url.set(drivername="postgresql+psycopg2"),
        hide_parameters=True,
        pool_pre_ping=True,
        # An upsert is not rewritten into one statement of many rows: without batches each row is a round trip.
        executemany_mode="values_plus_batch",
        executemany_batch_page_size=500,
        connect_args={name: value for name, value in ours.items() if name not in url.query},
    )


def shown(url: URL) -> str:
    """The address without its password; options may hold one too."""
    return url.set(query={}).render_as_string(hide_password=True)


def reason(url: URL, exc: Exception) -> str:
    """The first line of the driver\'s message, without secrets of the address."""
    said = str(getattr(exc, "orig", None) or exc).strip().partition("\n")[0] or type(exc).__name__
    secrets = [url.password, *(value for name, value in url.query.items() if SECRET.search(name))]
    for secret in secrets:
        said = said if not secret else said.replace(str(secret), "***")
    return said


def unusable(url: URL, exc: Exception) -> ConfigurationError:
    """The error for a database that cannot be opened or written to."""
    return ConfigurationError(
        f"the ledger at {shown(url)} cannot be opened or written to ({reason(url, exc)})",
        where=SETTING,
        advice="name a connection to an existing PostgreSQL database whose user may create tables, "
        "or leave it empty and make AIRFLOW_HOME writable",
    )


def unreachable(url: URL, exc: Exception) -> TransportError:
    """The error for a database that restarts, or has no connection to spare: a later try may find it."""
    return TransportError(
        f"the ledger at {shown(url)} cannot be reached ({reason(url, exc)})",
        where=SETTING,
        advice="start it, or correct the connection's host and port; the next try goes on from what is saved",
    )
