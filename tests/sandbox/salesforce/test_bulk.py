"""Bulk API 2.0 query jobs from creation to deletion."""

# ruff: noqa: S608  SOQL of constants and Ids, not SQL

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import requests

from tests.sandbox.salesforce.client import Caller

JOBS = "/services/data/v60.0/jobs/query"


def create(caller: Caller, soql: str, **more: Any) -> requests.Response:
    """Create a job."""
    found: requests.Response = caller.post(JOBS, {"operation": "query", "query": soql, **more})
    return found


def finished(caller: Caller, soql: str, **more: Any) -> str:
    """Create a job, wait for its end and return its path below the version."""
    job = create(caller, soql, **more).json()["id"]
    while caller.get(f"jobs/query/{job}").json()["state"] in ("UploadComplete", "InProgress"):
        pass
    return f"jobs/query/{job}"


def rows(page: requests.Response) -> list[list[str]]:
    """Return the parsed lines of a page."""
    return list(csv.reader(io.StringIO(page.content.decode(errors="replace"), newline="")))


def error(reply: requests.Response) -> tuple[int, str]:
    """Return status and errorCode."""
    return reply.status_code, reply.json()[0]["errorCode"]


def test_a_job_passes_through_its_states(caller: Caller) -> None:
    """A job is UploadComplete when created, InProgress once, then complete with its count."""
    reply = create(caller, "SELECT Id FROM Contact")
    body = reply.json()
    assert (reply.status_code, body["state"], body["object"], body["id"][:3]) == (
        200,
        "UploadComplete",
        "Contact",
        "750",
    )
    states = [caller.get(f"jobs/query/{body['id']}").json() for _ in range(3)]
    assert [each["state"] for each in states] == ["InProgress", "JobComplete", "JobComplete"]
    assert states[2]["numberRecordsProcessed"] == 59


def test_pages_have_headers_and_locators(caller: Caller) -> None:
    """Each page has a header row and its count; the locator ends as the text null; a page reads the same twice."""
    job = finished(caller, "SELECT Id, Name FROM Contact")
    locator, seen, counts = "", [], []
    while locator != "null":
        page, again = (
            caller.get(f"{job}/results", maxRecords=25, **({"locator": locator} if locator else {})) for _ in range(2)
        )
        assert (page.content, rows(page)[0]) == (again.content, ["Id", "Name"])
        seen += rows(page)[1:]
        counts.append(page.headers["Sforce-NumberOfRecords"])
        locator = page.headers["Sforce-Locator"]
    assert (counts, len({each[0] for each in seen})) == (["25", "25", "9"], 59)


def test_the_csv_has_salesforces_format(caller: Caller) -> None:
    """Everything is quoted, quotes are doubled, null is empty, datetimes end in Z, columns follow the SELECT."""
    record = caller.org.records.create(
        "Contact",
        {"LastName": 'a"b,\r\nc\x00d', "VIP__c": True, "Body__c": 2, "Posledni_hovor__c": "2026-03-29T03:00:00+02:00"},
    )
    fields = "LastName,FirstName,VIP__c,Skore__c,Posledni_hovor__c,Account.Name,Birthdate"
    job = finished(caller, f"SELECT {fields} FROM Contact WHERE Id = '{record}'")
    page = caller.get(f"{job}/results").content
    caller.org.records.hard_delete("Contact", record)
    header = ",".join(f'"{each}"' for each in fields.split(","))
    assert page.decode() == f'{header}\n"a""b,\r\nc\x00d","","true","3.0","2026-03-29T01:00:00.000Z","",""\n'


def test_delimiter_and_line_ending_can_be_chosen(caller: Caller) -> None:
    """The chosen delimiter and line ending are used."""
    job = finished(caller, "SELECT Id, Username FROM User", columnDelimiter="CARET", lineEnding="CRLF")
    assert caller.get(f"{job}/results").content.startswith(b'"Id"^"Username"\r\n"005')


def test_a_job_without_rows_has_a_header_line(caller: Caller) -> None:
    """A job without rows gives the header alone."""
    page = caller.get(finished(caller, "SELECT Id FROM Contact WHERE LastName = 'nikdo takový'") + "/results")
    assert (page.text, page.headers["Sforce-NumberOfRecords"], page.headers["Sforce-Locator"]) == (
        '"Id"\n',
        "0",
        "null",
    )


def test_query_all_includes_deleted_rows(caller: Caller) -> None:
    """queryAll has the deleted rows."""
    job = finished(caller, "SELECT Id FROM Contact", operation="queryAll")
    assert caller.get(job).json()["numberRecordsProcessed"] == 60


def test_a_job_is_a_snapshot(caller: Caller) -> None:
    """A job shows what was there when it was created."""
    job = finished(caller, "SELECT Id, Title FROM User")
    before = caller.get(f"{job}/results").content
    caller.org.records.update("User", caller.org.user_id, {"Title": "robot"})
    assert caller.get(f"{job}/results").content == before


def test_result_pages_lists_addresses_of_all_rows(caller: Caller) -> None:
    """Addresses of up to five pages at a time lead to every row."""
    job = finished(caller, "SELECT Id FROM Contact")
    first = caller.get(f"{job}/resultPages", maxRecords=10).json()
    second = caller.session.get(caller.url + first["nextRecordsUrl"], timeout=20).json()
    urls = [each["resultUrl"] for each in first["resultPages"] + second["resultPages"]]
    found = [row for url in urls for row in rows(caller.session.get(caller.url + url, timeout=20))[1:]]
    assert (first["done"], second["done"], len(urls), len({row[0] for row in found})) == (False, True, 6, 59)


@pytest.mark.parametrize(
    ("soql", "expected", "words"),
    [
        ("SELECT MailingAddress FROM Contact", "API_ERROR", "Selecting compound data not supported in Bulk Query"),
        ("SELECT Id FROM CaseStatus", "INVALIDENTITY", "is not supported by the Bulk API"),
        ("SELECT COUNT() FROM Contact", "API_ERROR", "not supported in Bulk Query"),
        ("SELECT Id FROM Contact OFFSET 1", "API_ERROR", "OFFSET"),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "API_ERROR", "not supported in Bulk Query"),
        ("SELECT FIELDS(STANDARD) FROM Contact", "API_ERROR", "FIELDS"),
        ("SELECT Nic FROM Contact", "INVALID_FIELD", "No such column"),
        ("SELECT", "MALFORMED_QUERY", "unexpected token"),
    ],
)
def test_queries_that_bulk_does_not_support_are_refused(caller: Caller, soql: str, expected: str, words: str) -> None:
    """What Bulk does not take is refused when the job is created."""
    reply = create(caller, soql)
    assert (*error(reply), words in reply.json()[0]["message"]) == (400, expected, True)


@pytest.mark.parametrize(
    ("switch", "expected", "words"),
    [
        ("jobs", (400, "LIMIT_EXCEEDED"), "Max bulk v2 query jobs (10000) per 24 hrs has been reached"),
        ("storage", (400, "LIMIT_EXCEEDED"), "Max bulk v2 query result size stored (1000000000) kb per 24 hrs"),
        ("quota", (403, "REQUEST_LIMIT_EXCEEDED"), "Limit exceeded"),
        ("rights", (400, "API_ERROR"), "Implementation restriction"),
        ("unsupported", (400, "INVALIDENTITY"), "is not supported by the Bulk API"),
        ("disabled", (400, "FEATURENOTENABLED"), "is not enabled for user or organization"),
        ("user", (400, "INVALIDUSER"), "does not have the permission to use the Bulk API"),
        ("missing", (404, "NOT_FOUND"), "The requested resource does not exist"),
        ("compound", (400, "FUNCTIONALITY_NOT_ENABLED"), "compound data not supported in Bulk Query"),
        ("operation", (400, "INVALIDBATCH"), "Failed to process query"),
    ],
)
def test_a_switch_refuses_jobs(caller: Caller, switch: str, expected: tuple[int, str], words: str) -> None:
    """Limits and rights refuse jobs in the words clients look for."""
    caller.org.switch(bulk_refusal=switch)
    reply = create(caller, "SELECT Id FROM Contact")
    assert (error(reply), words in reply.json()[0]["message"]) == (expected, True)


def test_a_switch_refuses_jobs_of_some_objects(caller: Caller) -> None:
    """A switch refuses Bulk for some objects alone."""
    caller.org.switch(bulk_refused=["contact"])
    assert error(create(caller, "SELECT Id FROM Contact")) == (400, "INVALIDENTITY")
    assert create(caller, "SELECT Id FROM Account").status_code == 200


def test_a_switch_slows_jobs_of_some_objects(caller: Caller) -> None:
    """A switch makes jobs of some objects take their time, and leaves the others alone."""
    caller.org.switch(bulk_seconds=1000.0, bulk_slow=["contact"], bulk_polls=0)
    states = {}
    for name in ("Contact", "Account"):
        job = create(caller, f"SELECT Id FROM {name}").json()["id"]
        states[name] = caller.get(f"jobs/query/{job}").json()["state"]
    assert states == {"Contact": "InProgress", "Account": "JobComplete"}


@pytest.mark.parametrize("status", [400, 412, 204])
def test_results_of_a_running_job_are_refused(caller: Caller, status: int) -> None:
    """Results of a running job are refused, with the status the switch says."""
    caller.org.switch(unfinished_results=status)
    job = create(caller, "SELECT Id FROM Contact").json()["id"]
    assert caller.get(f"jobs/query/{job}/results").status_code == status


def test_results_need_the_version_of_their_job(caller: Caller) -> None:
    """Results are only read by the version the job was created with."""
    job = finished(caller, "SELECT Id FROM Contact")
    assert caller.session.get(f"{caller.url}/services/data/v61.0/{job}/results", timeout=20).status_code == 409


def test_open_jobs_are_aborted_and_ended_ones_deleted(caller: Caller) -> None:
    """Open jobs can be aborted and not deleted; ended ones deleted with an empty 204, then they are 404."""
    job = create(caller, "SELECT Id FROM Contact").json()["id"]
    url = f"{caller.url}{JOBS}/{job}"
    assert error(caller.session.delete(url, timeout=20)) == (400, "API_ERROR")
    assert caller.session.patch(url, json={"state": "Aborted"}, timeout=20).json()["state"] == "Aborted"
    assert error(caller.session.patch(url, json={"state": "Aborted"}, timeout=20)) == (400, "API_ERROR")
    deleted = caller.session.delete(url, timeout=20)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert error(caller.session.get(url, timeout=20)) == (404, "NOT_FOUND")


@pytest.mark.parametrize(("outcome", "state"), [("failed", "Failed"), ("aborted", "Aborted"), ("stuck", "InProgress")])
def test_jobs_can_fail_stop_or_hang(caller: Caller, outcome: str, state: str) -> None:
    """Jobs can fail, be aborted by someone else or hang."""
    caller.org.switch(bulk_outcome=outcome)
    job = create(caller, "SELECT Id FROM Contact").json()["id"]
    info = [caller.get(f"jobs/query/{job}").json() for _ in range(4)][-1]
    assert (info["state"], "errorMessage" in info) == (state, state == "Failed")


def test_a_failed_job_gives_the_reason_of_a_switch(caller: Caller) -> None:
    """In the words of the switch, or not at all."""
    caller.org.switch(bulk_outcome="failed", bulk_error_text="InvalidBatch : Failed to process query")
    job = create(caller, "SELECT Id FROM Contact").json()["id"]
    info = [caller.get(f"jobs/query/{job}").json() for _ in range(4)][-1]
    assert info["errorMessage"] == "InvalidBatch : Failed to process query"
    caller.org.switch(bulk_error_message=False)
    assert "errorMessage" not in caller.get(f"jobs/query/{job}").json()


def test_downloads_can_be_cut_or_reset(caller: Caller) -> None:
    """A truncated page ends well-formed but short, a reset one breaks off; the next one is whole."""
    job = finished(caller, "SELECT Id, Name FROM Contact")
    caller.org.switch(truncate_next=1)
    short = caller.get(f"{job}/results")
    assert (short.status_code, short.headers["Sforce-NumberOfRecords"], len(rows(short)) < 40) == (200, "59", True)
    caller.org.switch(reset_download_next=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        caller.get(f"{job}/results")
    assert len(rows(caller.get(f"{job}/results"))) == 60


def test_counts_can_be_wrong(caller: Caller) -> None:
    """Header and job total can be made to disagree with the rows."""
    job = finished(caller, "SELECT Id FROM Contact")
    caller.org.switch(bulk_page_count=-1, bulk_job_total=2)
    assert caller.get(f"{job}/results").headers["Sforce-NumberOfRecords"] == "58"
    assert caller.get(job).json()["numberRecordsProcessed"] == 61


def test_pages_are_compressed_on_request(caller: Caller) -> None:
    """Pages are compressed for clients that ask, with the same content."""
    url = f"{caller.url}/services/data/v60.0/{finished(caller, 'SELECT Id, Name FROM Contact')}/results"
    packed, plain = (
        caller.session.get(url, headers={"Accept-Encoding": wanted}, timeout=20) for wanted in ("gzip", "identity")
    )
    assert (packed.headers["Content-Encoding"], packed.content) == ("gzip", plain.content)


def test_jobs_are_listed_latest_first(caller: Caller) -> None:
    """Jobs are listed, the latest first."""
    jobs = [create(caller, "SELECT Id FROM User").json()["id"] for _ in range(2)]
    assert [each["id"] for each in caller.get("jobs/query").json()["records"]][:2] == jobs[::-1]
