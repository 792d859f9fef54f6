"""Bulk API 2.0 queries: jobs and their pages, and refusals of either."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import pyarrow as pa
import pytest
import requests
import responses

from salesforce_daktela.errors import ConfigurationError, IntegrityError, QuotaError, TransportError
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.salesforce.bulk import jobs
from salesforce_daktela.salesforce.bulk.jobs import BulkJobGoneError, BulkRefusedError, JobStatus
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.errors import SalesforceRefusedError, SalesforceUnavailableError
from tests.salesforce.bulk.results import CONTACT, JOB, JOBS, RESULTS, asked, read, serve
from tests.salesforce.examples import calls, csv_text, grant, refusal, schema


def test_a_job_is_created_with_its_query_and_format(client: SalesforceClient) -> None:
    """A job is ordered with its query and the shape its results shall have; it sees archived records."""
    responses.post(JOBS, json={"id": "750xx", "state": "UploadComplete"})
    assert jobs.create_job(client, "SELECT Id FROM Contact") == "750xx"
    assert json.loads(responses.calls[-1].request.body or "") == {
        "operation": "queryAll",
        "query": "SELECT Id FROM Contact",
        "contentType": "CSV",
        "columnDelimiter": "COMMA",
        "lineEnding": "LF",
    }


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("API_ERROR", "Selecting compound data not supported in Bulk Query"),
        ("INVALIDENTITY", "Entity 'CaseStatus' is not supported by the Bulk API."),
        ("INVALID_TYPE_FOR_OPERATION", "entity type X does not support query"),
        ("API_ERROR", "Implementation restriction: needs View All Data"),
        ("LIMIT_EXCEEDED", "Max bulk v2 query jobs (10000) per 24 hrs has been reached"),
        ("LIMIT_EXCEEDED", "Max bulk v2 query result size stored (1000000000) kb per 24 hrs has been exceeded"),
        ("FeatureNotEnabled", "Async API not enabled"),
    ],
)
def test_refusals_of_bulk_alone_have_their_own_error(client: SalesforceClient, code: str, text: str) -> None:
    """The refusals that concern Bulk alone are told apart: REST may read what Bulk does not."""
    responses.post(JOBS, status=400, json=refusal(code, text))
    with pytest.raises(BulkRefusedError) as refused:
        jobs.create_job(client, "SELECT Id FROM CaseStatus")
    assert refused.value.what == f"400 {code}: {text}"
    assert len(calls()) == 2


def test_other_refusals_keep_their_error(client: SalesforceClient) -> None:
    """A wrong query is wrong for REST too, and so is an exhausted allowance."""
    responses.post(JOBS, status=400, json=refusal("MALFORMED_QUERY"))
    responses.post(JOBS, status=403, json=refusal("REQUEST_LIMIT_EXCEEDED"))
    with pytest.raises(ConfigurationError, match="check `where`"):
        jobs.create_job(client, "SELECT")
    with pytest.raises(QuotaError):
        jobs.create_job(client, "SELECT")


def test_a_reply_without_a_job_id_is_an_error(client: SalesforceClient) -> None:
    """A reply that names no job is no job."""
    responses.post(JOBS, json={})
    with pytest.raises(IntegrityError, match="the reply names no job"):
        jobs.create_job(client, "SELECT Id FROM Contact")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"state": "InProgress", "numberRecordsProcessed": 7}, JobStatus(state="InProgress", records=None, error="")),
        ({"state": "JobComplete", "numberRecordsProcessed": 0}, JobStatus(state="JobComplete", records=0, error="")),
        ({"state": "JobComplete"}, JobStatus(state="JobComplete", records=None, error="")),
        ({"state": "Failed", "errorMessage": "why"}, JobStatus(state="Failed", records=None, error="why")),
        ({"state": "Aborted"}, JobStatus(state="Aborted", records=None, error="")),
    ],
)
def test_state_count_and_reason_are_read(client: SalesforceClient, body: dict[str, Any], status: JobStatus) -> None:
    """State, count and reason are read; a count before the end is none."""
    responses.get(JOB, json=body)
    assert jobs.job_status(client, "750xx") == status


def test_the_reason_of_a_failed_job_is_shown_as_that_of_a_refusal(client: SalesforceClient) -> None:
    """It repeats the query, whose filter may name somebody: on one line, without addresses and not at length."""
    reason = f"Failed to process query:\nWHERE Email = 'eva@example.com'\n^ ERROR at Row:1 {'x' * 400}"
    responses.get(JOB, json={"state": "Failed", "errorMessage": reason})
    error = jobs.job_status(client, "750xx").error
    assert error.startswith("Failed to process query: WHERE Email = '(an e-mail address)' ^ ERROR at Row:1 xxx")
    assert len(error) == 300


@pytest.mark.parametrize(("status", "code"), [(404, "NOT_FOUND"), (409, "API_ERROR"), (400, "INVALIDJOB")])
def test_an_expired_job_has_its_own_error(client: SalesforceClient, status: int, code: str) -> None:
    """A job that expired, or belongs to another API version, is worth a new one rather than a setting."""
    responses.get(JOB, status=status, json=refusal(code))
    responses.get(RESULTS, status=status, json=refusal(code))
    with pytest.raises(BulkJobGoneError, match="start a new job") as gone:
        jobs.job_status(client, "750xx")
    assert isinstance(gone.value, TransportError)
    with pytest.raises(BulkJobGoneError):
        read(client)


def test_pages_are_read_until_the_last_locator(client: SalesforceClient) -> None:
    """Pages follow each other by their locator until it reads null; each has its own header row."""
    serve([["1", "a"], ["2", "b"]], following="MTAw")
    serve([["3", "c"]], following="null")
    assert [row["Name"] for row in read(client)] == ["a", "b", "c"]
    assert asked() == [{"maxRecords": "2"}, {"maxRecords": "2", "locator": "MTAw"}]
    assert responses.calls[-1].request.headers["Accept"] == "text/csv"
    assert responses.calls[-1].request.headers["Accept-Encoding"] == "gzip"


def test_reading_continues_at_a_locator(client: SalesforceClient) -> None:
    """A read goes on from a locator that was kept."""
    serve([["3", "c"]])
    assert read(client, locator="MTAw") == [{"Key": "3", "Name": "c"}]
    assert asked() == [{"maxRecords": "2", "locator": "MTAw"}]


def test_each_page_gives_the_next_locator(client: SalesforceClient) -> None:
    """So a task can store both together."""
    serve([["1", "a"]], following="MTAw")
    first = next(jobs.read_results(client, "750xx", CONTACT, locator=None, max_records=2))
    assert first.next_locator == "MTAw"


def test_only_one_page_is_downloaded_ahead(client: SalesforceClient) -> None:
    """The next page is under way while one is used; those after it wait."""
    for following in ("MTAw", "MjAw", "null"):
        serve([["1", "a"]], following=following)
    pages = jobs.read_results(client, "750xx", CONTACT, locator=None, max_records=2)
    next(pages)
    pages.close()
    assert [params.get("locator") for params in asked()] == [None, "MTAw"]


def test_a_page_downloaded_after_a_short_one_is_dropped(client: SalesforceClient) -> None:
    """The short page is fetched again; the next page is the one that the second reply names."""
    serve([["1", "a"]], count=2, following="MTAw")
    serve([["9", "z"]])
    serve([["1", "a"], ["2", "b"]], following="MjAw")
    serve([["3", "c"]])
    assert [row["Name"] for row in read(client)] == ["a", "b", "c"]
    assert [params.get("locator") for params in asked()] == [None, "MTAw", None, "MjAw"]


def test_other_spellings_of_numbers_and_dates_are_read(client: SalesforceClient) -> None:
    """Whole numbers with a point and offsets without a colon are of their types too."""
    fields = schema({"Key": FieldKind.TEXT, "Count": FieldKind.INTEGER, "At": FieldKind.DATETIME})
    responses.get(RESULTS, body=csv_text(["Key", "Count", "At"], [["1", "12.0", "2026-03-29T01:00:00.000+0000"]]))
    (row,) = read(client, fields)
    assert (row["Count"], row["At"].isoformat()) == (12, "2026-03-29T01:00:00+00:00")


@pytest.mark.parametrize("following", [None, "", "null"])
def test_the_last_page_has_no_locator(client: SalesforceClient, following: str | None) -> None:
    """The last page has the word null for a locator, or none."""
    serve([["1", "a"]], following=following)
    assert len(read(client)) == 1


def test_a_repeated_locator_is_an_error(client: SalesforceClient) -> None:
    """Otherwise the reading would never end."""
    serve([["1", "a"]], following="MTAw")
    serve([["2", "b"]], following="MTAw")
    with pytest.raises(IntegrityError, match="names the same next page twice"):
        read(client)


@pytest.mark.parametrize(
    "body", ['"Key","Name"\n', '"Key","Name"', "", "\r\n"], ids=["line", "no-line-end", "empty", "blank line"]
)
def test_a_page_without_rows_is_an_empty_table(client: SalesforceClient, body: str) -> None:
    """A page that counts no rows, with or without a line of names, gives an empty table of the right types."""
    serve(body, count=0)
    (page,) = jobs.read_results(client, "750xx", CONTACT, locator=None, max_records=2)
    assert page.table.schema == pa.schema([("Key", pa.string()), ("Name", pa.string())])
    assert page.table.num_rows == 0


@pytest.mark.parametrize("count", [None, 2])
def test_an_empty_page_that_counts_rows_or_nothing_is_broken(client: SalesforceClient, count: int | None) -> None:
    """Only the header's count can confirm that there are no rows."""
    for _ in range(8):
        serve("", count=count)
    with pytest.raises(TransportError, match="the page is no CSV"):
        read(client)


NASTY = "řádek 1\nřádek 2\r\n\"quoted\", comma;\ttab 'single' \\ 🎉"


@pytest.mark.parametrize("compressed", [False, True])
def test_texts_are_read_unchanged(client: SalesforceClient, compressed: bool) -> None:
    """Line breaks, quotes, commas and every letter arrive as they are, compressed or not; NUL is left out."""
    body = csv_text(["Key", "Name"], [["1", NASTY], ["2", "00420"], ["3", "a\0b"], ["4", "null"]]).encode()
    headers = {"Sforce-NumberOfRecords": "4", "Content-Type": "text/csv"}
    if compressed:
        body, headers = gzip.compress(body), {**headers, "Content-Encoding": "gzip"}
    responses.get(RESULTS, body=body, headers=headers)
    assert [row["Name"] for row in read(client)] == [NASTY, "00420", "ab", "null"]


def test_values_have_the_types_of_their_fields(client: SalesforceClient) -> None:
    """Every value has its field's type; what is empty is null, and zero and false are values."""
    fields = schema(
        {
            "Key": FieldKind.TEXT,
            "Vip__c": FieldKind.BOOLEAN,
            "Kids__c": FieldKind.INTEGER,
            "Score__c": FieldKind.NUMBER,
            "Birthdate": FieldKind.DATE,
            "Seen__c": FieldKind.DATETIME,
            "Account.Name": FieldKind.TEXT,
        }
    )
    header = list(fields.fields)
    rows = [["1", "false", "0", "0.0", "2026-03-29", "2026-03-29T01:30:05.678Z", "Acme"], ["2", "", "", "", "", "", ""]]
    responses.get(RESULTS, body=csv_text(header, rows))
    (page,) = jobs.read_results(client, "750xx", fields, locator=None, max_records=2)
    assert page.table.column_names == header
    first, second = (list(row.values()) for row in page.table.to_pylist())
    assert [str(value) for value in first] == [
        "1", "False", "0", "0.0", "2026-03-29", "2026-03-29 01:30:05.678000+00:00", "Acme",
    ]  # fmt: skip
    assert second == ["2", None, None, None, None, None, None]


def test_a_record_longer_than_usual(client: SalesforceClient) -> None:
    """A record may hold all the long text an object can have."""
    serve([["1", "x" * 6_400_000], ["2", "y"]])
    assert [len(row["Name"]) for row in read(client)] == [6_400_000, 1]


def test_only_one_page_is_in_memory(client: SalesforceClient) -> None:
    """However many pages a job has, about one is in memory at a time."""
    before, most = pa.total_allocated_bytes(), 0
    for number in range(12):
        serve([[str(row), "x" * 1_000] for row in range(2_000)], following="null" if number == 11 else f"at{number}")
    for page in jobs.read_results(client, "750xx", CONTACT, locator=None, max_records=2_000):
        most = max(most, pa.total_allocated_bytes() - before)
        assert page.table.num_rows == 2_000
    assert most < 12_000_000


def test_an_expired_session_is_renewed_between_pages(client: SalesforceClient) -> None:
    """A session that dies in the middle of a long download is renewed, and the page fetched with the new token."""
    grant("00Dxx!second")
    serve([["1", "a"]], following="MTAw")
    responses.get(RESULTS, status=401, json=refusal("INVALID_SESSION_ID"))
    serve([["2", "b"]])
    assert [row["Name"] for row in read(client)] == ["a", "b"]
    assert responses.calls[-1].request.headers["Authorization"] == "Bearer 00Dxx!second"
    assert asked()[-1]["locator"] == "MTAw"


def test_a_fault_between_pages_is_retried(client: SalesforceClient) -> None:
    """A fault between two pages is waited out."""
    serve([["1", "a"]], following="MTAw")
    responses.get(RESULTS, status=503, body="<html>")
    responses.get(RESULTS, body=requests.exceptions.ReadTimeout())
    serve([["2", "b"]])
    assert [row["Name"] for row in read(client)] == ["a", "b"]


@pytest.mark.parametrize(("status", "code"), [(204, ""), (412, "JOB_NOT_COMPLETE")])
def test_results_that_are_not_ready_are_an_error(client: SalesforceClient, status: int, code: str) -> None:
    """Results that are not ready are no empty results."""
    responses.get(RESULTS, status=status, **({"json": refusal(code)} if code else {}))
    with pytest.raises(SalesforceUnavailableError):
        read(client)


def test_a_running_job_is_aborted(client: SalesforceClient) -> None:
    """A running job is stopped."""
    responses.patch(JOB, json={"state": "Aborted"})
    jobs.abort_job(client, "750xx")
    assert json.loads(responses.calls[-1].request.body or "") == {"state": "Aborted"}


@pytest.mark.parametrize(("state", "verbs"), [("JobComplete", "GET DELETE"), ("InProgress", "GET PATCH DELETE")])
def test_a_job_is_deleted_with_its_results(client: SalesforceClient, state: str, verbs: str) -> None:
    """A job is deleted with its results, a running one after it was aborted."""
    responses.get(JOB, json={"state": state})
    responses.patch(JOB, json={"state": "Aborted"})
    responses.delete(JOB, status=204)
    jobs.delete_job(client, "750xx")
    assert [call.split()[0] for call in calls()[1:]] == verbs.split()


def test_a_job_that_ends_before_it_can_be_aborted_is_deleted(client: SalesforceClient) -> None:
    """Otherwise its results would stay for seven days, and count."""
    responses.get(JOB, json={"state": "InProgress"})
    responses.patch(JOB, status=400, json=refusal("INVALIDJOBSTATE"))
    responses.delete(JOB, status=204)
    jobs.delete_job(client, "750xx")
    assert [call.split()[0] for call in calls()[1:]] == ["GET", "PATCH", "DELETE"]


@pytest.mark.parametrize("status", [404, 400, 403])
def test_a_failed_deletion_is_only_logged(client: SalesforceClient, status: int) -> None:
    """The rows were read: the task must not fail."""
    responses.get(JOB, json={"state": "JobComplete"})
    responses.delete(JOB, status=status, json=refusal("API_ERROR"))
    jobs.delete_job(client, "750xx")


def test_other_refusals_of_results_keep_their_reason(client: SalesforceClient) -> None:
    """Other refusals of a download keep their reason."""
    responses.get(RESULTS, status=403, json=refusal("INSUFFICIENT_ACCESS"))
    with pytest.raises(SalesforceRefusedError, match="read access"):
        read(client)


def test_nothing_may_come_as_gzip(client: SalesforceClient) -> None:
    """Some servers name the encoding of a body that they do not send."""
    responses.get(RESULTS, body=b"", headers={"Content-Encoding": "gzip", "Sforce-NumberOfRecords": "0"})
    assert read(client) == []


def test_another_encoding_is_undone(client: SalesforceClient) -> None:
    """It was not asked for, but a proxy may choose it."""
    body = zlib.compress(csv_text(["Key", "Name"], [["1", "a"]]).encode())
    responses.get(RESULTS, body=body, headers={"Content-Encoding": "deflate", "Sforce-NumberOfRecords": "1"})
    assert read(client) == [{"Key": "1", "Name": "a"}]
