"""The Composite resource: several reads in one call."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_plus

import pytest
import requests

from tests.sandbox.salesforce.client import Caller

PATH = "/services/data/v60.0"


def part(number: int, url: str, method: str = "GET") -> dict[str, str]:
    return {"method": method, "referenceId": f"part{number}", "url": url}


def query(number: int, soql: str) -> dict[str, str]:
    return part(number, f"{PATH}/query?q={quote_plus(soql)}")


def send(caller: Caller, *parts: dict[str, str]) -> requests.Response:
    body = {"allOrNone": False, "compositeRequest": list(parts)}
    return caller.session.post(f"{caller.url}{PATH}/composite", json=body, timeout=20)


def answers(reply: requests.Response) -> list[tuple[int, Any]]:
    return [(each["httpStatusCode"], each["body"]) for each in reply.json()["compositeResponse"]]


def test_each_part_is_answered_by_itself_and_the_whole_is_one_call(caller: Caller) -> None:
    before = caller.org.switches.quota_remaining
    reply = send(
        caller,
        query(0, "SELECT Id FROM Account LIMIT 2"),
        query(1, "SELECT Nothing FROM Account"),
        part(2, f"{PATH}/sobjects/Lead/describe"),
        part(3, f"{PATH}/sobjects/None/describe"),
        part(4, f"{PATH}/sobjects/Lead", "POST"),
    )
    statuses, bodies = zip(*answers(reply), strict=True)
    assert (reply.status_code, statuses) == (200, (200, 400, 200, 404, 400))
    assert len(bodies[0]["records"]) == 2
    assert bodies[1][0]["errorCode"] == "INVALID_FIELD"
    assert bodies[2]["name"] == "Lead"
    assert before - caller.org.switches.quota_remaining == 1


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], "REQUIRED_FIELD_MISSING"),
        ([query(number, "SELECT Id FROM Lead") for number in range(6)], "LIMIT_EXCEEDED"),
        ([part(number, f"{PATH}/sobjects/Lead/describe") for number in range(26)], "LIMIT_EXCEEDED"),
        ([part(0, f"{PATH}/limits")] * 2, "INVALID_INPUT"),
        ([{"method": "GET"}], "JSON_PARSER_ERROR"),
    ],
)
def test_a_request_beyond_the_limits_is_refused_whole(caller: Caller, parts: list[dict[str, str]], code: str) -> None:
    reply = send(caller, *parts)
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, code)


@pytest.mark.parametrize(("answer", "status"), [("missing", 404), ("forbidden", 403)])
def test_an_org_may_have_none(caller: Caller, answer: str, status: int) -> None:
    caller.org.switch(composite=answer)
    assert send(caller, query(0, "SELECT Id FROM Lead")).status_code == status
