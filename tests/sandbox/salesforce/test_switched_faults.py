"""Switches about calls and jobs that go wrong, and about what counts as a call."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.salesforce.client import Caller

JOBS = "/services/data/v60.0/jobs/query"


def error(reply: requests.Response) -> tuple[int, str]:
    """Return status and errorCode."""
    return reply.status_code, reply.json()[0]["errorCode"]


def state(caller: Caller) -> str:
    """Create a job, follow it for a while and return its state."""
    job = caller.post(JOBS, {"operation": "query", "query": "SELECT Id FROM User"}).json()["id"]
    return [str(caller.get(f"jobs/query/{job}").json()["state"]) for _ in range(4)][-1]


def finished(caller: Caller, soql: str = "SELECT Id FROM Contact") -> str:
    """Create a job, wait for its end and return its path below the version."""
    job = caller.post(JOBS, {"operation": "query", "query": soql}).json()["id"]
    while caller.get(f"jobs/query/{job}").json()["state"] != "JobComplete":
        pass
    return f"jobs/query/{job}"


def test_a_locator_can_expire(caller: Caller) -> None:
    """The next further page is refused, and the query is lost; a new one reads to its end."""
    caller.org.switch(page_rows=40, expire_locator_next=1)
    first = caller.query("SELECT Id FROM Contact")["nextRecordsUrl"]
    replies = [caller.session.get(caller.url + first, timeout=20) for _ in range(2)]
    assert [error(each) for each in replies] == [(400, "INVALID_QUERY_LOCATOR")] * 2
    again = caller.query("SELECT Id FROM Contact")["nextRecordsUrl"]
    assert caller.session.get(caller.url + again, timeout=20).json()["done"] is True


@pytest.mark.parametrize(("outcome", "bad"), [("failed", "Failed"), ("aborted", "Aborted"), ("stuck", "InProgress")])
def test_some_jobs_can_fail(caller: Caller, outcome: str, bad: str) -> None:
    """So many jobs end badly, the next one completes."""
    caller.org.switch(bulk_outcome=outcome, bulk_outcome_jobs=2)
    assert [state(caller) for _ in range(3)] == [bad, bad, "JobComplete"]


@pytest.mark.parametrize(("empty", "body"), [(False, '"Id"\n'), (True, "")])
def test_a_page_can_have_no_rows(caller: Caller, empty: bool, body: str) -> None:
    """Its header counts none; whether a line of names comes is a switch."""
    caller.org.switch(bulk_empty_body=empty)
    job = finished(caller, "SELECT Id FROM Contact WHERE Id = null")
    page = caller.get(f"{job}/results")
    assert (page.headers["Sforce-NumberOfRecords"], page.text) == ("0", body)


def test_result_pages_can_be_uneven(caller: Caller) -> None:
    """Pages hold fewer rows than asked for, the same locator the same bytes, all of them every row once."""
    job = finished(caller)
    caller.org.switch(bulk_uneven_pages=True)
    locator, sizes, ids = "", list[int](), set[str]()
    while locator != "null":
        asked: dict[str, Any] = {"maxRecords": 20, **({"locator": locator} if locator else {})}
        page, again = (caller.get(f"{job}/results", **asked) for _ in range(2))
        assert page.content == again.content
        locator, sizes = page.headers["Sforce-Locator"], [*sizes, int(page.headers["Sforce-NumberOfRecords"])]
        ids |= set(page.text.splitlines()[1:])
    assert (sum(sizes), len(ids), len(set(sizes)) > 1, max(sizes) <= 20) == (59, 59, True, True)


def test_a_job_can_expire(caller: Caller) -> None:
    """A job may be gone when its results are asked for, and stays gone."""
    job = finished(caller)
    caller.org.switch(bulk_expire_next=1)
    assert [error(caller.get(path)) for path in (f"{job}/results", job)] == [(404, "NOT_FOUND")] * 2


def test_too_many_long_calls_are_refused(caller: Caller) -> None:
    """The code of an exhausted quota has a second cause, told by its message alone, and passes."""
    caller.org.switch(concurrent_next=1)
    refused, later = caller.get("limits"), caller.get("limits")
    assert (error(refused), later.status_code) == ((403, "REQUEST_LIMIT_EXCEEDED"), 200)
    assert "ConcurrentRequests" in refused.json()[0]["message"]


@pytest.mark.parametrize(("counted", "used"), [(True, 2), (False, 1)])
def test_refused_calls_can_use_the_quota(caller: Caller, counted: bool, used: int) -> None:
    """A refused call may use the quota or not."""
    caller.org.switch(failed_calls_counted=counted, quota_remaining=10)
    caller.get("query", q="SELECT")
    caller.get("sobjects")
    assert caller.org.switches.quota_remaining == 10 - used


def test_bulk_replies_can_lack_usage(caller: Caller) -> None:
    """Bulk replies may lack the usage header that REST replies carry."""
    caller.org.switch(bulk_limit_info=False)
    job = finished(caller)
    replies = [caller.get(path) for path in (job, f"{job}/results", "limits")]
    assert ["Sforce-Limit-Info" in each.headers for each in replies] == [False, False, True]


def test_one_in_n_requests_can_fail(caller: Caller) -> None:
    """Failures may come for ever, at the same places, with a code and a Retry-After of their own."""
    caller.org.switch(
        fail_every=3, fail_status=500, fail_body="json", fail_code="QUERY_TOO_COMPLICATED", fail_retry_after="7"
    )
    replies = [caller.get("limits") for _ in range(9)]
    failed = [each for each in replies if each.status_code == 500]
    assert [each.status_code for each in replies].count(500) == 3
    assert {(error(each)[1], each.headers["Retry-After"]) for each in failed} == {("QUERY_TOO_COMPLICATED", "7")}


@pytest.mark.parametrize("status", [414, 431])
def test_the_status_of_a_long_head_can_be_chosen(caller: Caller, status: int) -> None:
    """A request line that is too long may be called either name."""
    caller.org.switch(long_head_status=status)
    assert caller.get("query", q="x" * 17_000).status_code == status
