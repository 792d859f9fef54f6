"""Calls of the pages to Salesforce and Daktela: few at once, with clients that are kept for a while."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from salesforce_daktela.errors import ConfigurationError, TransportError

pytestmark = pytest.mark.usefixtures("server")  # Airflow is set up before its modules are imported

ORG = {"conn_type": "salesforce", "host": "https://acme.my.salesforce.com", "login": "a@b.example", "password": "x"}
INSTANCE = {"conn_type": "daktela", "host": "https://acme.daktela.com", "password": "token"}


@pytest.fixture(autouse=True)
def connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from salesforce_daktela.ui import outside

    monkeypatch.setenv("AIRFLOW_CONN_ORG", json.dumps(ORG))
    monkeypatch.setenv("AIRFLOW_CONN_INSTANCE", json.dumps(INSTANCE))
    yield
    for pool in (outside._orgs, outside._instances):
        pool._idle.clear()


def test_a_turn_that_does_not_come_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow's own requests keep the other threads; a turn that ends is given to the next."""
    from salesforce_daktela.ui import outside

    monkeypatch.setattr(outside, "TURN", 0.01)
    with ExitStack() as taken:
        for _ in range(outside.AT_ONCE):
            taken.enter_context(outside.outside())
        with pytest.raises(TransportError, match="still waiting"), outside.outside():
            pass
    with outside.outside():
        pass


def test_a_client_is_kept_while_its_connection_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two requests at once have two."""
    from salesforce_daktela.ui.outside import daktela, salesforce

    with salesforce("org") as first, salesforce("org") as second:
        assert first is not second
    with salesforce("org") as again:
        assert again in (first, second)
    with daktela("instance") as instance:
        pass
    with daktela("instance") as again_there:
        assert again_there is instance
    monkeypatch.setenv("AIRFLOW_CONN_ORG", json.dumps({**ORG, "host": "https://other.my.salesforce.com"}))
    with salesforce("org") as other:
        assert other not in (first, second)
        assert other.credentials.instance_uri == "https://other.my.salesforce.com"


def test_a_client_that_failed_or_is_old_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What made it fail may be in it."""
    from salesforce_daktela.ui import outside

    with pytest.raises(RuntimeError), outside.salesforce("org") as failed:
        raise RuntimeError
    with outside.salesforce("org") as fresh:
        assert fresh is not failed
    monkeypatch.setattr(outside, "KEPT", -1.0)
    with outside.salesforce("org") as later:
        assert later is not fresh


def test_pauses_between_tries_end_within_seconds() -> None:
    """A task has more patience."""
    from salesforce_daktela.ui.outside import PATIENCE, salesforce

    with pytest.raises(TransportError), salesforce("org") as client:
        client.sleep(PATIENCE + 1)


def test_a_connection_that_is_not_there_is_named() -> None:
    """With what to do."""
    from salesforce_daktela.ui.outside import salesforce

    with pytest.raises(ConfigurationError, match="nowhere"), salesforce("nowhere"):
        pass
