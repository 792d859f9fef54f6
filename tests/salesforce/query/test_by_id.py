"""Records by their Ids, however long the rest of the query is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa
import pytest
import responses

from salesforce_daktela.errors import ConfigurationError, IntegrityError, TransportError
from salesforce_daktela.mapping.schema import FieldKind
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.query.by_id import read_by_id
from tests.salesforce.examples import DATA, TOKEN, TOKEN_REPLY, csv_text, make_client, page, refusal, schema

CONTACT = schema({"Id": FieldKind.TEXT})
IDS = [f"003{number:012d}AAA" for number in range(60)]
JOBS = f"{DATA}/jobs/query"
LONGEST = 14_000


def query(length: int, ids: Sequence[str]) -> str:
    """A query that has so many characters beside its Ids."""
    return "x" * length + ",".join(f"'{id_}'" for id_ in ids)


def read(client: SalesforceClient, length: int, ids: Sequence[str] = IDS) -> list[str]:
    tables = list(read_by_id(client, lambda some: query(length, some), CONTACT, ids))
    return [id_ for table in tables for id_ in pa.table(table)["Id"].to_pylist()]


def answering(status: str, ids: Sequence[str], *, counted: int | None = None) -> None:
    """A job that ends so with these rows, and counts them, or so many."""
    records = len(ids) if counted is None else counted
    responses.post(JOBS, json={"id": "750xx", "state": "UploadComplete"})
    responses.get(f"{JOBS}/750xx", json={"id": "750xx", "state": "InProgress"})
    responses.get(f"{JOBS}/750xx", json={"id": "750xx", "state": status, "numberRecordsProcessed": records})
    body = csv_text(["Id"], [[id_] for id_ in ids])
    responses.get(f"{JOBS}/750xx/results", body=body, headers={"Sforce-NumberOfRecords": str(len(ids))})
    responses.delete(f"{JOBS}/750xx", status=204)


def told_by_rest() -> None:
    """Answer every query with the Ids that it lists."""

    def answer(request: object) -> tuple[int, dict[str, str], str]:
        (soql,) = parse_qs(urlsplit(str(getattr(request, "url", ""))).query)["q"]
        ids = soql.lstrip("x").replace("'", "").split(",")
        return 200, {}, json.dumps(page([{"Id": id_} for id_ in ids], total=len(ids)))

    responses.add_callback(responses.GET, f"{DATA}/queryAll", answer)


@pytest.mark.parametrize(("room", "queries"), [(27 * 59 + 24, 1), (27 * 29 + 24, 2), (27 * 2 + 24, 20)])
def test_a_query_lists_as_many_ids_as_fit(client: SalesforceClient, room: int, queries: int) -> None:
    """Each Id once, in the order given; short ones are made whole."""
    told_by_rest()
    assert read(client, LONGEST - room, [IDS[0][:15], *IDS]) == IDS
    assert len([call for call in responses.calls if "/queryAll" in str(call.request.url)]) == queries


@pytest.mark.usefixtures("org")
def test_a_long_token_leaves_room_for_fewer_ids() -> None:
    """Request line and headers together are bounded."""
    responses.post(TOKEN, json={**TOKEN_REPLY, "access_token": f"00Dxx!{'x' * 2_000}"})
    client = make_client()
    assert client.longest_query == 16_384 - 1_024 - 2_006
    told_by_rest()
    assert read(client, 13_000) == IDS


@pytest.mark.parametrize("length", [LONGEST - 24 - 27, LONGEST])
def test_bulk_is_used_if_too_few_ids_fit(client: SalesforceClient, length: int) -> None:
    """One job for all, deleted afterwards."""
    answering("JobComplete", IDS)
    assert read(client, length) == IDS
    (order,) = (call.request for call in responses.calls if call.request.url == JOBS)
    assert json.loads(order.body or "")["query"] == query(length, IDS)
    assert responses.calls[-1].request.method == "DELETE"


def test_a_failed_job_is_deleted_and_is_an_error_where_no_id_fits(client: SalesforceClient) -> None:
    """The next try starts another one."""
    answering("Failed", [])
    with pytest.raises(TransportError, match="Bulk refuses it: Bulk job 750xx is Failed: no reason given"):
        read(client, LONGEST)
    assert responses.calls[-1].request.method == "DELETE"


@pytest.mark.parametrize("state", ["Failed", "InProgress"])
def test_ids_are_read_one_by_one_if_the_job_fails_or_does_not_end(client: SalesforceClient, state: str) -> None:
    """Many requests, but every record; the job is given up after ten minutes."""
    answering(state, [])
    responses.patch(f"{JOBS}/750xx", json={"id": "750xx", "state": "Aborted"})
    told_by_rest()
    assert read(client, LONGEST - 24) == IDS


def test_a_job_that_somebody_aborts_is_an_error(client: SalesforceClient) -> None:
    """The next try starts another one."""
    answering("Aborted", [])
    with pytest.raises(TransportError, match="the next try starts a new job"):
        read(client, LONGEST - 24)


def test_rows_that_the_job_counts_and_no_page_holds_are_an_error(client: SalesforceClient) -> None:
    """A lost header ends the pages early: the records after it would be taken for deleted ones."""
    answering("JobComplete", IDS[:40], counted=60)
    with pytest.raises(IntegrityError, match="Salesforce counts 60 rows in Bulk job 750xx but 40 arrived"):
        read(client, LONGEST)
    assert responses.calls[-1].request.method == "DELETE"


def test_ids_are_read_one_by_one_if_bulk_is_refused(client: SalesforceClient) -> None:
    """Many requests, but every record."""
    responses.post(JOBS, status=400, json=refusal("FeatureNotEnabled"))
    told_by_rest()
    assert read(client, LONGEST - 24) == IDS


def test_a_query_too_long_for_rest_and_refused_by_bulk_is_an_error(client: SalesforceClient) -> None:
    """The error says what to do."""
    responses.post(JOBS, status=400, json=refusal("FeatureNotEnabled"))
    with pytest.raises(ConfigurationError, match=r"too long for REST, and Bulk refuses it.*map fewer fields"):
        read(client, LONGEST)


def test_without_ids_nothing_is_sent(client: SalesforceClient) -> None:
    """Nothing is asked."""
    assert read(client, 0, []) == []
