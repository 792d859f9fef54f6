"""Tests that name ``org`` or ``client`` meet invented replies only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from salesforce_daktela.salesforce.client import SalesforceClient
from tests.salesforce.examples import grant, make_client


@pytest.fixture
def org() -> Iterator[None]:
    """No request leaves this process; what is not announced fails."""
    with responses.mock:
        yield


@pytest.fixture
def client() -> Iterator[SalesforceClient]:
    """A client whose first sign-in succeeds, among replies as in ``org``."""
    with responses.mock:
        grant()
        yield make_client()
