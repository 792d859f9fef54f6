"""The network as scripted replies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from salesforce_daktela.daktela.client import DaktelaClient
from tests.daktela.examples import Clock, make_client
from tests.scripted_web import scripted_web


@pytest.fixture
def clock() -> Clock:
    """A clock that only sleeping moves."""
    return Clock()


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    """The network: replies as scripted, nothing else reachable."""
    with scripted_web() as web:
        yield web


@pytest.fixture
def client(clock: Clock) -> Iterator[DaktelaClient]:
    """A client of the instance that `web` scripts."""
    made = make_client(clock)
    yield made
    made.close()
