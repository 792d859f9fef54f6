"""Reading query results page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from salesforce_daktela.errors import IntegrityError, TransportError
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query import rest
from salesforce_daktela.salesforce.wire.errors import QueryTimeoutError, SalesforceUnavailableError
from tests.salesforce.examples import DATA, HTML, ORG, calls, grant, page, refusal, schema

CONTACT = schema({"Id": FieldKind.TEXT, "Vip__c": FieldKind.BOOLEAN})
SOQL = "SELECT Id FROM Contact WHERE Name = 'a+b & č'"


def rows(*ids: int) -> list[dict[str, Any]]:
    """Records as REST gives them."""
    return [{"attributes": {"type": "Contact"}, "Id": f"003{id_:012d}AAA", "Vip__c": False} for id_ in ids]


def at(number: int) -> str:
    """The path of a further page."""
    return f"/services/data/v60.0/query/0r8xx-{number}"


def told(pages: Sequence[Sequence[int]], *, total: int, resource: str = "queryAll") -> None:
    """Let the org answer with these pages."""
    for number, ids in enumerate(pages):
        following = at(number + 1) if number + 1 < len(pages) else None
        url = f"{DATA}/{resource}" if number == 0 else f"{ORG}{at(number)}"
        responses.get(url, json=page(rows(*ids), total=total, following=following))


def read(client: SalesforceClient, **more: Any) -> list[list[int]]:
    """The Ids of each page, as numbers."""
    return [
        [int(id_[3:15]) for id_ in table["Id"].to_pylist()] for table in rest.read_rest(client, SOQL, CONTACT, **more)
    ]


def test_pages_are_read_until_salesforce_says_done(client: SalesforceClient) -> None:
    """Pages are followed until Salesforce says done, whatever their size; an empty one in between is no end."""
    told([[1, 2, 3], [4], [], [5, 6]], total=6)
    assert read(client) == [[1, 2, 3], [4], [5, 6]]


def test_special_characters_of_a_query_arrive(client: SalesforceClient) -> None:
    """A plus, an ampersand and letters with accents arrive as such."""
    told([[1]], total=1)
    read(client)
    address = urlsplit(str(responses.calls[-1].request.url))
    assert parse_qs(address.query) == {"q": [SOQL]}


def test_archived_records_are_read_and_counted(client: SalesforceClient) -> None:
    """Only queryAll shows them, so rows are read and counted there."""
    told([[1]], total=1, resource="queryAll")
    assert read(client) == [[1]]


def test_no_rows_give_no_pages(client: SalesforceClient) -> None:
    """No rows are no pages."""
    told([[]], total=0)
    assert read(client) == []


@pytest.mark.parametrize("more", [{}, {"records": None}], ids=["absent", "null"])
def test_a_total_of_zero_needs_no_records(client: SalesforceClient, more: dict[str, Any]) -> None:
    """A total of zero needs no list of records."""
    responses.get(f"{DATA}/queryAll", json={"totalSize": 0, "done": True, **more})
    assert read(client) == []


def test_an_expired_session_is_renewed_between_pages(client: SalesforceClient) -> None:
    """A session that dies between two pages is renewed and the reading goes on."""
    grant("00Dxx!second")
    responses.get(f"{DATA}/queryAll", json=page(rows(1), total=2, following=at(1)))
    responses.get(f"{ORG}{at(1)}", status=401, json=refusal("INVALID_SESSION_ID"))
    responses.get(f"{ORG}{at(1)}", json=page(rows(2), total=2))
    assert read(client) == [[1], [2]]
    assert responses.calls[-1].request.headers["Authorization"] == "Bearer 00Dxx!second"


def test_a_maintenance_page_is_retried(client: SalesforceClient) -> None:
    """A maintenance page between two pages is waited out."""
    responses.get(f"{DATA}/queryAll", json=page(rows(1), total=2, following=at(1)))
    responses.get(f"{ORG}{at(1)}", status=503, body=HTML)
    responses.get(f"{ORG}{at(1)}", json=page(rows(2), total=2))
    assert read(client) == [[1], [2]]


@pytest.mark.parametrize("total", [1, 3])
def test_a_wrong_number_of_rows_is_an_error(client: SalesforceClient, total: int) -> None:
    """A read whose rows are not as many as announced is no read."""
    told([[1], [2]], total=total)
    with pytest.raises(IntegrityError, match=f"Salesforce announced {total} rows and sent 2: nothing was loaded"):
        read(client)


def test_a_query_timeout_has_its_own_error(client: SalesforceClient) -> None:
    """A query that runs too long is told apart, so that less can be asked for, and is not repeated as it is."""
    responses.get(f"{DATA}/queryAll", status=400, json=refusal("QUERY_TIMEOUT", "running for too long"))
    with pytest.raises(QueryTimeoutError):
        read(client)
    assert len(calls()) == 2


def test_expired_pages_are_an_error_that_may_pass(client: SalesforceClient) -> None:
    """Pages that have expired in between are read again by a later try of the task."""
    responses.get(f"{DATA}/queryAll", json=page(rows(1), total=2, following=at(1)))
    responses.get(f"{ORG}{at(1)}", status=400, json=refusal("INVALID_QUERY_LOCATOR"))
    with pytest.raises(SalesforceUnavailableError):
        read(client)
    assert len(calls()) == 3


def test_a_page_that_names_itself_is_an_error(client: SalesforceClient) -> None:
    """A page that follows itself is not read for ever."""
    told([[1], [2]], total=9)
    responses.replace(responses.GET, f"{ORG}{at(1)}", json=page(rows(2), total=9, following=at(1)))
    with pytest.raises(IntegrityError, match="names the same next page twice"):
        read(client)


@pytest.mark.parametrize(
    "body",
    [{}, [], {"totalSize": 1, "done": False, "records": []}, {"totalSize": None, "done": True, "records": []}],
    ids=["empty", "list", "no-next", "no-total"],
)
def test_other_bodies_are_an_error(client: SalesforceClient, body: Any) -> None:
    """A reply that is no page of results is not taken for an empty one."""
    responses.get(f"{DATA}/queryAll", json=body)
    with pytest.raises(IntegrityError, match="the reply is not a page of query results"):
        read(client)


def test_a_cut_page_is_an_error(client: SalesforceClient) -> None:
    """A page that was cut is not taken for a shorter one."""
    responses.get(f"{DATA}/queryAll", body='{"totalSize": 1, "done": true, "reco')
    with pytest.raises(TransportError, match="the reply is not JSON"):
        read(client)


def test_a_count_is_the_total(client: SalesforceClient) -> None:
    """A count is the total of a query without records."""
    responses.get(f"{DATA}/queryAll", json={"totalSize": 42, "done": True, "records": []})
    assert rest.count(client, "SELECT COUNT() FROM Contact") == 42
