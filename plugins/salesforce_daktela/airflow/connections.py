"""A connection that Airflow does not find, as an error of ours that names it and says what to do.

A task tries again, because Airflow says the same where its secrets backend is away. A person in a terminal or before a
page is told at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from salesforce_daktela.airflow.releases import AirflowNotFoundException
from salesforce_daktela.errors import ConfigurationError, TransportError

MISSING = "Airflow has no such connection"


class NoConnectionError(TransportError, AirflowNotFoundException):
    """Airflow has no such connection, or its secrets backend is away: a later try may succeed."""


@contextmanager
def found_by_a_task(conn_id: str) -> Iterator[None]:
    """Raises NoConnectionError where Airflow's words would be that a connection is not defined."""
    try:
        yield
    except AirflowNotFoundException as exc:
        raise NoConnectionError(MISSING, where=f"connection {conn_id}", advice=_how_to_fill_in(conn_id)) from exc


@contextmanager
def found_for_a_person(conn_id: str) -> Iterator[None]:
    """Raises ConfigurationError for the same in a terminal and on a page, also where Airflow's database is not ready.

    A terminal without the scheduler's settings looks into a database of its own, which has no tables.
    """
    try:
        yield
    except (AirflowNotFoundException, SQLAlchemyError) as exc:
        raise ConfigurationError(
            MISSING,
            where=f"connection {conn_id}",
            advice=f"{_how_to_fill_in(conn_id)}. A terminal needs the scheduler's environment, its AIRFLOW_HOME and "
            "database settings among it",
        ) from exc


def _how_to_fill_in(conn_id: str) -> str:
    variable = f"AIRFLOW_CONN_{conn_id.upper()}"
    return (
        "fill it in under Admin, Connections, or if it is Salesforce's or Daktela's, on the page Connect, or set "
        f"{variable} for every program of Airflow. If it is there, see whether its text can be read and its secrets "
        "backend answers"
    )
