from __future__ import annotations

import pytest
import responses

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.schema.discovery import check_database, discover
from salesforce_daktela.daktela.wire.errors import DaktelaError, ErrorKind
from tests.daktela.examples import API, listing

Web = responses.RequestsMock


@pytest.mark.parametrize("status", [403, 404, 405])
def test_a_database_that_cannot_be_checked_is_neither_known_nor_unknown(
    web: Web, client: DaktelaClient, status: int
) -> None:
    """The endpoint is not promised: its absence proves nothing."""
    web.get(f"{API}/crmDatabases.json", status=status)
    checked = check_database(client, "sales")
    assert (checked.known, checked.reason) == (None, f"Daktela answers {status} for crmDatabases")


def test_an_empty_list_of_databases_proves_nothing(web: Web, client: DaktelaClient) -> None:
    """A role without the right may see an empty list."""
    web.get(f"{API}/crmDatabases.json", json=listing([], 0))
    assert check_database(client, "sales").known is None


def test_a_bad_token_stops_discovery(web: Web, client: DaktelaClient) -> None:
    """401 is no missing endpoint."""
    web.get(f"{API}/contacts.json", json=listing([]))
    web.get(f"{API}/formCrmFields.json", status=401)
    with pytest.raises(DaktelaError) as caught:
        discover(client, "contacts", database="sales")
    assert caught.value.kind is ErrorKind.UNAUTHORIZED


def test_a_sample_of_another_database_tells_nothing(web: Web, client: DaktelaClient) -> None:
    """Its form is not the one that will be written to."""
    scheme = {"cfScheme": {"email": {"type": "EMAIL"}}}
    web.get(f"{API}/contacts.json", json=listing([{"name": "a", "database": {"name": "support"}, "_sys": scheme}]))
    web.get(f"{API}/formCrmFields.json", status=404)
    found = discover(client, "contacts", database="sales")
    assert (found.complete, "customFields.email" in found.fields) == (False, False)
    assert found.fields["lastname"].required
