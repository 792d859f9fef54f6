"""Damaged replies that fuzzing found to be misread, or to cause a crash."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from salesforce_daktela.errors import IntegrityError, PipelineError, TransportError
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.salesforce.bulk.jobs import job_status, read_results
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query.by_id import read_by_id
from salesforce_daktela.salesforce.query.rest import read_rest
from salesforce_daktela.salesforce.schema.describe import describe
from salesforce_daktela.salesforce.wire.errors import code_and_message
from salesforce_daktela.salesforce.wire.usage import parse_limits, parse_usage
from tests.salesforce.examples import DATA, TOKEN, csv_text, make_client, page, schema

NAMES = schema({"Name": FieldKind.TEXT})


@pytest.mark.parametrize(
    "charset", ["text/plain", "application/json; charset=iso-8859-1", "application/json; charset=x"]
)
def test_json_is_utf_8_whatever_a_header_says(client: SalesforceClient, charset: str) -> None:
    """A proxy that renames the content type must not garble names."""
    body = '{"totalSize": 1, "done": true, "records": [{"Name": "Žluťoučký"}]}'.encode()
    responses.get(f"{DATA}/queryAll", body=body, content_type=charset)
    assert [table.to_pylist() for table in read_rest(client, "SELECT Name FROM Contact", NAMES)] == [
        [{"Name": "Žluťoučký"}]
    ]


@pytest.mark.parametrize("body", [b"\xe9", b"[" * 20_000], ids=["another encoding", "endless nesting"])
def test_a_body_that_is_no_json_is_an_error_of_ours(client: SalesforceClient, body: bytes) -> None:
    """Not one of the parser."""
    responses.get(f"{DATA}/x", body=body)
    with pytest.raises(TransportError, match="the reply is not JSON"):
        client.get_json("/services/data/v60.0/x")


@pytest.mark.parametrize(
    "change",
    [
        {"totalSize": True},
        {"totalSize": -1},
        {"totalSize": 1e400},
        {"records": None},
        {"records": [None]},
        {"done": "yes"},
        {"done": False},
        {"done": False, "nextRecordsUrl": "https://evil.example/next"},
        {"done": False, "nextRecordsUrl": "@evil.example/next"},
        {"done": False, "nextRecordsUrl": ".evil.example/next"},
        {"done": False, "nextRecordsUrl": ["/next"]},
    ],
    ids=str,
)
def test_a_page_of_another_shape_is_refused(client: SalesforceClient, change: dict[str, Any]) -> None:
    """And a next page at another host is not asked for: the token would go there."""
    responses.get(f"{DATA}/queryAll", json={**page([{"Name": "x"}], total=1), **change})
    with pytest.raises(IntegrityError, match="the reply is not a page of query results"):
        list(read_rest(client, "SELECT Name FROM Contact", NAMES))
    assert len(responses.calls) == 2


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"name": "Contact"},
        {"name": "Contact", "fields": {}},
        {"name": None, "fields": []},
        {"name": "Contact", "fields": [None]},
        {"name": "Contact", "fields": [{"name": "Id"}]},
        {"name": "Contact", "fields": [{"name": "Id", "type": ["id"]}]},
        {"name": "Contact", "fields": [{"name": "Id", "type": "id", "referenceTo": "User"}]},
        {"name": "Contact", "fields": [{"name": "Id", "type": "id", "picklistValues": [{}]}]},
    ],
    ids=str,
)
def test_a_describe_of_another_shape_is_refused(client: SalesforceClient, body: Any) -> None:
    """Fields that it leaves out are not taken for fields that have gone."""
    responses.get(f"{DATA}/sobjects/Contact/describe", json=body)
    with pytest.raises(IntegrityError, match="does not describe an object"):
        describe(client, "Contact")


@pytest.mark.parametrize("body", [[], {}, {"state": 7}, {"state": "JobComplete", "numberRecordsProcessed": "many"}])
def test_a_job_without_a_state_is_asked_again(client: SalesforceClient, body: Any) -> None:
    """The job itself goes on."""
    responses.get(f"{DATA}/jobs/query/750xx", json=body)
    with pytest.raises(TransportError, match="does not give the job's state"):
        job_status(client, "750xx")


@pytest.mark.usefixtures("org")
@pytest.mark.parametrize(
    "body",
    [
        {"error": "00Dxx!first", "instance_url": "https://acme.my.salesforce.com"},
        {"access_token": ["00Dxx!first"], "instance_url": "https://acme.my.salesforce.com"},
        {"access_token": "00Dxx!first\r\nX: y", "instance_url": "https://acme.my.salesforce.com"},
        {"access_token": "00Dxx!first", "instance_url": None},
        {"access_token": "", "instance_url": "https://acme.my.salesforce.com", "error": "00Dxx!first"},
    ],
    ids=str,
)
def test_a_grant_of_another_shape_is_not_repeated(body: dict[str, Any]) -> None:
    """A token may stand anywhere in it."""
    responses.post(TOKEN, json=body)
    with pytest.raises(PipelineError) as caught:
        make_client().get_json("/services/data/v60.0/x")
    assert "00Dxx!first" not in str(caught.value)


def test_salesforces_words_come_on_one_line_without_addresses() -> None:
    """A query's error quotes the query; a code that is none is left out."""
    message = "Email = 'jan@example.com'\n\x1b[31m ^ bad"
    assert code_and_message([{"errorCode": "X", "message": message}]) == (
        "X",
        "Email = '(an e-mail address)' [31m ^ bad",
    )
    assert code_and_message({"errorCode": "jan@example.com", "message": 5}) == ("", "5")


def test_figures_out_of_range_say_nothing() -> None:
    """They are hints, and no reason to stop."""
    assert parse_usage("api-usage=" + "9" * 5_000 + "/1") is None
    assert parse_limits({"A": {"Max": "x", "Remaining": 1}, "B": {"Max": 1, "Remaining": None}, "C": []}) == {}


WHOLE_ID = "003000000000001AAA"
SYSTEM = schema(
    {
        "Id": FieldKind.TEXT,
        "SystemModstamp": FieldKind.DATETIME,
        "IsDeleted": FieldKind.BOOLEAN,
        "MasterRecordId": FieldKind.TEXT,
    }
)
RECORD = {
    "Id": WHOLE_ID,
    "SystemModstamp": "2026-11-25T10:00:00.000+0000",
    "IsDeleted": False,
    "MasterRecordId": None,
}
NO_RECORDS: list[dict[str, Any]] = [
    {"Id": True},
    {"Id": 1},
    {"Id": None},
    {"Id": ""},
    {"Id": "null"},
    {"Id": WHOLE_ID[:-1]},
    {"Id": WHOLE_ID.lower()},
    {"Id": f"{WHOLE_ID}x"},
    {"Id": f" {WHOLE_ID}"},
    {"SystemModstamp": None},
    {"IsDeleted": None},
    {"MasterRecordId": ""},
    {"MasterRecordId": False},
]


@pytest.mark.parametrize("change", NO_RECORDS, ids=str)
def test_a_row_that_names_no_record_is_refused(client: SalesforceClient, change: dict[str, Any]) -> None:
    """By REST; it would be loaded as a record that the org never had, or taken for one that never changed."""
    responses.get(f"{DATA}/queryAll", json=page([RECORD, {**RECORD, **change}], total=2))
    with pytest.raises(
        IntegrityError, match=f"field {next(iter(change))}: Salesforce sent .*; the next try reads again"
    ):
        list(read_rest(client, "SELECT Id FROM Contact", SYSTEM))


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("text", ["", "x", "null", WHOLE_ID.lower()])
def test_a_line_that_names_no_record_is_refused(client: SalesforceClient, place: int, text: str) -> None:
    """By Bulk, whose values are all text."""
    good = [WHOLE_ID, "2026-11-25T10:00:00.000Z", "false", ""]
    bad = [*good[:place], text, *good[place + 1 :]]
    body = csv_text(list(SYSTEM.fields), [good, bad])
    responses.get(f"{DATA}/jobs/query/750xx/results", body=body, headers={"Sforce-NumberOfRecords": "2"})
    with pytest.raises(IntegrityError, match="Salesforce sent"):
        list(read_results(client, "750xx", SYSTEM, locator=None, max_records=2))


def test_a_record_that_was_not_asked_for_is_refused(client: SalesforceClient) -> None:
    """A query by Ids brings these and no other."""
    responses.get(f"{DATA}/queryAll", json=page([{**RECORD, "Id": "003000000000002AAA"}], total=1))
    with pytest.raises(IntegrityError, match="Salesforce sent a record that was not asked for"):
        list(read_by_id(client, lambda _: "SELECT Id FROM Contact", SYSTEM, [WHOLE_ID]))
