"""Several queries in one call: each has its own answer."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query.composite import FirstPage, Query, ask_together
from salesforce_daktela.salesforce.wire.errors import SalesforceRefusedError
from tests.salesforce.examples import DATA, schema

CONTACT = schema({"Id": FieldKind.TEXT})
SOQL = "SELECT Id FROM Contact WHERE Name = 'a+b & č'"


def answer(number: int, body: Any, status: int = 200) -> dict[str, Any]:
    return {"body": body, "httpHeaders": {}, "httpStatusCode": status, "referenceId": f"query{number}"}


def found(*ids: int, total: int | None = None, done: bool = True) -> dict[str, Any]:
    rows = [{"attributes": {}, "Id": f"003{id_:012d}AAA"} for id_ in ids]
    return {"totalSize": len(rows) if total is None else total, "done": done, "records": rows}


def told(*answers: dict[str, Any]) -> None:
    responses.post(f"{DATA}/composite", json={"compositeResponse": list(answers)})


def ask(client: SalesforceClient, count: int) -> list[FirstPage]:
    return ask_together(client, [Query(soql=SOQL, schema=CONTACT)] * count)


def sizes(pages: list[FirstPage]) -> list[int | None]:
    return [None if page.rows is None else page.rows.num_rows for page in pages]


def test_answers_are_told_apart_by_their_names(client: SalesforceClient) -> None:
    """Not by their order."""
    told(answer(1, found(1, 2)), answer(0, found()))
    assert sizes(ask(client, 2)) == [0, 2]
    sent = json.loads(responses.calls[-1].request.body or "")
    assert sent["allOrNone"] is False
    assert [each["method"] for each in sent["compositeRequest"]] == ["GET", "GET"]
    address = urlsplit(sent["compositeRequest"][0]["url"])
    assert (address.path, parse_qs(address.query)) == ("/services/data/v60.0/queryAll", {"q": [SOQL]})


def test_five_queries_go_into_one_call(client: SalesforceClient) -> None:
    told(*[answer(number, found(number)) for number in range(5)])
    told(answer(0, found()))
    before = client.calls
    assert sizes(ask(client, 6)) == [1, 1, 1, 1, 1, 0]
    assert client.calls - before == 3  # the sign-in is the third


def test_one_refusal_leaves_the_other_answers(client: SalesforceClient) -> None:
    told(answer(0, [{"errorCode": "INVALID_FIELD", "message": "No such column"}], 400), answer(1, found(1)))
    refused, other = ask(client, 2)
    assert isinstance(refused.refused, SalesforceRefusedError)
    assert refused.refused.code == "INVALID_FIELD"
    assert sizes([refused, other]) == [None, 1]


@pytest.mark.parametrize("page", [found(1, done=False), found(1, total=2)])
def test_rows_of_further_pages_are_no_answer(client: SalesforceClient, page: dict[str, Any]) -> None:
    told(answer(0, page))
    assert ask(client, 1) == [FirstPage()]


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"compositeResponse": []},
        {"compositeResponse": ["query0"]},
        {"compositeResponse": [answer(1, found())]},
        {"compositeResponse": [{**answer(0, found()), "httpStatusCode": "200"}]},
        {"compositeResponse": [answer(0, {"done": True})]},
        {"compositeResponse": [answer(0, [])]},
    ],
)
def test_a_reply_of_another_form_is_refused(client: SalesforceClient, body: Any) -> None:
    responses.post(f"{DATA}/composite", json=body)
    with pytest.raises(IntegrityError, match="does not answer the queries"):
        ask(client, 1)


def test_an_org_without_the_resource_refuses_the_whole(client: SalesforceClient) -> None:
    responses.post(f"{DATA}/composite", json=[{"errorCode": "NOT_FOUND", "message": "no"}], status=404)
    with pytest.raises(SalesforceRefusedError):
        ask(client, 1)
