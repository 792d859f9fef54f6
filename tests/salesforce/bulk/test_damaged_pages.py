"""Pages of a Bulk job that are cut, or hold other rows or columns than they should."""

from __future__ import annotations

import pytest
import responses

from salesforce_daktela.errors import IntegrityError
from salesforce_daktela.salesforce.client import SalesforceClient
from salesforce_daktela.salesforce.wire.errors import SalesforceUnavailableError
from tests.salesforce.bulk.results import RESULTS, asked, read, serve
from tests.salesforce.examples import csv_text, pauses

CUT = {
    "within-a-value": '"Key","Name"\n"1","a"\n"2","half a val',
    "after-a-line-of-a-value": '"Key","Name"\n"1","a"\n"2","half a val\n',
    "after-a-column": '"Key","Name"\n"1","a"\n"2"',
    "after-a-row": '"Key","Name"\n"1","a"\n',
    "within-the-header": '"Key","Na',
    "at-once": "",
}


@pytest.mark.parametrize("cut", CUT.values(), ids=CUT.keys())
def test_a_cut_page_is_fetched_again(client: SalesforceClient, cut: str) -> None:
    """A page that ends early is fetched again from its own locator, and none of it is kept."""
    serve([["0", "z"]], following="MTAw")
    serve(cut, count=2)
    serve([["1", "a"], ["2", "b"]])
    assert [row["Name"] for row in read(client)] == ["z", "a", "b"]
    assert [params.get("locator") for params in asked()] == [None, "MTAw", "MTAw"]
    assert len(pauses(client)) == 1


@pytest.mark.parametrize(
    "cut",
    [CUT["within-a-value"], CUT["after-a-line-of-a-value"], CUT["after-a-column"], '"Key","'],
    ids=["value", "line", "column", "name"],
)
def test_a_cut_value_is_noticed_without_a_count(client: SalesforceClient, cut: str) -> None:
    """Half a value must not be read as a whole one, even without a header that counts the rows."""
    serve(cut)
    serve([["1", "a"], ["2", "b"]])
    assert [row["Name"] for row in read(client)] == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [(CUT["after-a-row"], IntegrityError), (CUT["within-a-value"], SalesforceUnavailableError)],
    ids=["short", "cut"],
)
def test_a_page_that_stays_damaged_is_an_error(client: SalesforceClient, body: str, kind: type[Exception]) -> None:
    """After a few tries the read ends instead of going on with what is there."""
    serve(body, count=2)
    with pytest.raises(kind):
        read(client)
    assert len(asked()) == 5


@pytest.mark.parametrize("digits", [20, 30, 5_000])
def test_a_huge_count_is_a_wrong_count(client: SalesforceClient, digits: int) -> None:
    """It must not count as a missing header, because then the page would not be checked."""
    serve([["1", "a"]], count="9" * digits)
    with pytest.raises(IntegrityError, match=r"header counts 9{20} rows, 1 arrived"):
        read(client)


def test_more_rows_than_counted_are_an_error(client: SalesforceClient) -> None:
    """More rows than the header counts are as wrong as fewer."""
    serve([["1", "a"], ["2", "b"]], count=1)
    with pytest.raises(IntegrityError, match="the page's header counts 1 rows, 2 arrived"):
        read(client)


@pytest.mark.parametrize("header", [["Name", "Key"], ["Key"], ["Key", "Name", "More"], ["Key", "Other"]])
def test_other_columns_are_an_error(client: SalesforceClient, header: list[str]) -> None:
    """Columns that were not asked for in this order are refused at once: values would land in other fields."""
    responses.get(RESULTS, body=csv_text(header, [["1", "2", "3"][: len(header)]]))
    with pytest.raises(IntegrityError, match="the columns are not the ones that were asked for"):
        read(client)
    assert len(asked()) == 1
