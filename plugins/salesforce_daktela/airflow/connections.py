"""A connection that Airflow does not find, as an error of ours that names it and says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from salesforce_daktela.airflow.releases import AirflowNotFoundException
from salesforce_daktela.errors import TransportError


class NoConnectionError(TransportError, AirflowNotFoundException):
    """Airflow has no such connection. It says the same where a secrets backend is away, so a later try may succeed."""


@contextmanager
def finding(conn_id: str) -> Iterator[None]:
    """Raises NoConnectionError where Airflow's words would be that a connection is not defined."""
    try:
        yield
    except AirflowNotFoundException as exc:
        raise NoConnectionError(
            "Airflow has no such connection",
            where=f"connection {conn_id}",
            advice="fill it in on the page Connect or under Admin, Connections, or if it is there, see whether its "
            "text can be read and its secrets backend answers",
        ) from exc
