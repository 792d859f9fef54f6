"""What conditions, orders and limits mean to Salesforce, where SQL would say otherwise."""

# ruff: noqa: S608  SOQL of constants and Ids, not SQL

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sandbox.salesforce.catalogue import Catalogue
from sandbox.salesforce.org import Org
from sandbox.salesforce.results import ResultSet, count_rows, plan_soql
from sandbox.salesforce.soql.rendering import record_sql
from sandbox.salesforce.store import exponent

TODAY = date(2026, 5, 20)
LEADS: dict[str, dict[str, Any]] = {
    "A": {"LastName": "Černý", "Company": "Labe", "AnnualRevenue": 100, "Email": "a@labe.example"},
    "B": {"LastName": "ČERNÝ", "Company": "labe", "AnnualRevenue": 0, "DoNotCall": True},
    "C": {"LastName": "O'Hara", "Company": "100% _x", "AnnualRevenue": -5.5, "FirstName": "Řehoř"},
    "D": {"LastName": "\\Zpět\n", "Company": "Otava", "ConvertedDate": "2026-05-20"},
    "E": {"LastName": "Žák", "Company": "Otava", "ConvertedDate": "2026-05-13", "Status": "closed - converted"},
}


@pytest.fixture(scope="module")
def leads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Org]:
    """An org whose only leads are the five above."""
    path: Path = tmp_path_factory.mktemp("org") / "org.sqlite"
    org = Org.create(size=1, path=path)
    org.records.hard_delete("Lead", org.records.read("Lead")[0]["Id"])
    for title, values in LEADS.items():
        org.records.create("Lead", {"Title": title, **values})
    yield org
    org.close()


def titles(org: Org, rest: str) -> str:
    """Return the titles that ``SELECT Title FROM Lead <rest>`` finds, joined."""
    rows = records(org, f"SELECT Title FROM Lead {rest}")
    return "".join(each["Title"] for each in rows)


def records(org: Org, soql: str, *, with_deleted: bool = False) -> list[dict[str, Any]]:
    """Return the records of a query."""
    plan = plan_soql(soql, Catalogue(), today=TODAY, with_deleted=with_deleted)
    rows = ResultSet(org.path, plan)
    try:
        return [json.loads(each) for each in rows.render(record_sql(plan, "60.0"), 0, len(rows))]
    finally:
        rows.close()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param("LastName = 'černý'", "AB", id="texts are equal in any case, letters with accents too"),
        pytest.param("Company != 'LABE'", "CDE", id="unequal minds no case"),
        pytest.param("FirstName != 'Řehoř'", "ABDE", id="unequal includes null"),
        pytest.param("FirstName = ''", "ABDE", id="an empty text is null"),
        pytest.param("FirstName != ''", "C", id="not an empty text is not null"),
        pytest.param("Email = null", "BCDE", id="null"),
        pytest.param("Email <> null", "A", id="not null, the other sign"),
        pytest.param("AnnualRevenue = 0", "B", id="zero is not null"),
        pytest.param("AnnualRevenue >= 0", "AB", id="null is in no range"),
        pytest.param("AnnualRevenue < 0", "C", id="negative"),
        pytest.param("AnnualRevenue = -5.5", "C", id="negative decimal"),
        pytest.param("AnnualRevenue = 1e2", "A", id="exponent"),
        pytest.param("NOT AnnualRevenue >= 0", "CDE", id="not of a comparison includes null"),
        pytest.param("(NOT (AnnualRevenue > 0 OR Email = null))", "", id="not of a group"),
        pytest.param("DoNotCall = true", "B", id="true"),
        pytest.param("DoNotCall != TRUE", "ACDE", id="not true"),
        pytest.param("LastName LIKE 'ž%'", "E", id="like minds no case"),
        pytest.param("Company LIKE '%\\%%'", "C", id="an escaped percent sign"),
        pytest.param("Company LIKE '____'", "AB", id="underscores stand for one character"),
        pytest.param("Company LIKE '%\\_x'", "C", id="an escaped underscore"),
        pytest.param("LastName = 'O\\'Hara'", "C", id="an escaped apostrophe"),
        pytest.param("LastName = '\\\\Zpět\\n'", "D", id="backslash and line break"),
        pytest.param("LastName = '\\u017d\\u00e1k'", "E", id="unicode escapes"),
        pytest.param("Title IN ('a', 'C')", "AC", id="in"),
        pytest.param("Email IN ('A@LABE.EXAMPLE', null)", "ABCDE", id="in with null"),
        pytest.param("FirstName NOT IN ('řehoř')", "ABDE", id="not in includes null"),
        pytest.param("NOT Title IN ('A', 'B')", "CDE", id="not before in"),
        pytest.param("Status = 'Closed - Converted'", "E", id="a picklist value in any case"),
        pytest.param("ConvertedDate = TODAY", "D", id="today"),
        pytest.param("ConvertedDate = 2026-05-13", "E", id="a date"),
        pytest.param("ConvertedDate = LAST_WEEK", "E", id="last week begins on a Monday"),
        pytest.param("ConvertedDate = LAST_N_DAYS:7", "DE", id="the last n days include today"),
        pytest.param("ConvertedDate < LAST_N_DAYS:6", "E", id="before the last n days"),
        pytest.param("ConvertedDate > YESTERDAY", "D", id="after yesterday"),
        pytest.param("ConvertedDate != TODAY", "ABCE", id="not today includes null"),
        pytest.param("Title = 'A' OR (Title = 'B' AND DoNotCall = true)", "AB", id="parentheses"),
        pytest.param("Owner.Email = 'INTEGRACE@vltava.example'", "ABCDE", id="a parent's field"),
        pytest.param("owner.isactive = true and TITLE = 'a'", "A", id="names and keywords in any case"),
        pytest.param("Lead.Title = 'A'", "A", id="the object's own name before a field"),
        pytest.param("SystemModstamp > 2026-01-01T00:00:00+02:00", "ABCDE", id="an offset"),
        pytest.param("SystemModstamp < 2026-01-01T00:00:00.123Z", "", id="milliseconds"),
    ],
)
def test_conditions_match_as_in_salesforce(leads: Org, condition: str, expected: str) -> None:
    """A condition finds what Salesforce finds."""
    assert titles(leads, f"WHERE {condition}") == expected


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        pytest.param("ORDER BY AnnualRevenue, Title", "DECBA", id="nulls come first"),
        pytest.param("ORDER BY AnnualRevenue DESC NULLS LAST, Title DESC", "ABCED", id="nulls last, two terms"),
        pytest.param("ORDER BY Company ASC, Title DESC", "CBAED", id="no case in orders"),
        pytest.param("ORDER BY Title LIMIT 2 OFFSET 1", "BC", id="limit and offset"),
        pytest.param("ORDER BY Owner.Email, Title LIMIT 1", "A", id="by a parent's field"),
        pytest.param("l WHERE l.Title = 'B'", "B", id="an alias"),
    ],
)
def test_order_limit_and_offset_are_as_in_salesforce(leads: Org, rest: str, expected: str) -> None:
    """ORDER BY, LIMIT and OFFSET give the rows in Salesforce's order."""
    assert titles(leads, rest) == expected


def test_semi_joins_and_anti_joins_work(org: Org) -> None:
    """A semi-join finds accounts that have contacts, an anti-join those that have none, deleted ones not counted."""
    records_ = org.records
    with_child, without = (records_.create("Account", {"Name": name}) for name in ("s", "bez"))
    gone = records_.create("Contact", {"LastName": "x", "AccountId": without})
    records_.create("Contact", {"LastName": "y", "AccountId": with_child})
    records_.delete("Contact", gone)
    inner = f"(SELECT AccountId FROM Contact) AND Id IN ('{with_child}', '{without[:15]}')"
    assert [each["Name"] for each in records(org, f"SELECT Name FROM Account WHERE Id IN {inner}")] == ["s"]
    assert [each["Name"] for each in records(org, f"SELECT Name FROM Account WHERE Id NOT IN {inner}")] == ["bez"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("Jazyky__c INCLUDES ('čeština')", "12"),
        ("Jazyky__c INCLUDES ('Čeština;angličtina', 'němčina')", "23"),
        ("Jazyky__c EXCLUDES ('čeština')", "34"),
        ("Jazyky__c = 'čeština;angličtina'", "2"),
        ("Jazyky__c = null", "4"),
    ],
)
def test_includes_and_excludes_compare_choices(org: Org, condition: str, expected: str) -> None:
    """INCLUDES wants all choices of one text, any of several texts; EXCLUDES takes null too."""
    org.records.hard_delete("Contact", org.records.read("Contact")[0]["Id"])
    for name, languages in (("1", "čeština"), ("2", "čeština;angličtina"), ("3", "němčina"), ("4", None)):
        org.records.create("Contact", {"LastName": name, "Jazyky__c": languages})
    found = records(org, f"SELECT LastName FROM Contact WHERE {condition}")
    assert "".join(each["LastName"] for each in found) == expected


def test_records_have_salesforces_format(leads: Org) -> None:
    """Records carry attributes and canonical names; parents nest with their own; a missing parent is null."""
    (found,) = records(
        leads,
        "select ID, annualrevenue, donotcall, convertedaccount.name, OWNER.manager.name, owner.email, address"
        " from LEAD where title = 'A'",
    )
    user = leads.user_id
    assert found == {
        "attributes": {"type": "Lead", "url": f"/services/data/v60.0/sobjects/Lead/{found['Id']}"},
        "Id": found["Id"],
        "AnnualRevenue": 100.0,
        "DoNotCall": False,
        "ConvertedAccount": None,
        "Owner": {
            "attributes": {"type": "User", "url": f"/services/data/v60.0/sobjects/User/{user}"},
            "Manager": None,
            "Email": "integrace@vltava.example",
        },
        "Address": None,
    }


def test_an_address_is_an_object(leads: Org) -> None:
    """An address is an object of its parts with lower-case names."""
    record = leads.records.create("Account", {"Name": "x", "BillingCity": "Plzeň", "BillingPostalCode": "301 00"})
    (found,) = records(leads, f"SELECT BillingAddress FROM Account WHERE Id = '{record}'")
    assert found["BillingAddress"] == {
        "city": "Plzeň",
        "country": None,
        "geocodeAccuracy": None,
        "latitude": None,
        "longitude": None,
        "postalCode": "301 00",
        "state": None,
        "street": None,
    }


def test_count_counts_rows(leads: Org) -> None:
    """COUNT() counts rows."""
    plan = plan_soql("SELECT COUNT() FROM Lead WHERE DoNotCall = false", Catalogue(), today=TODAY, with_deleted=False)
    assert (plan.count_only, count_rows(leads.path, plan)) == (True, 4)


def test_fields_functions_select_standard_and_custom_fields(leads: Org) -> None:
    """FIELDS(STANDARD) has no custom fields, FIELDS(CUSTOM) no others, FIELDS(ALL) both."""
    standard, custom, everything = (
        set(records(leads, f"SELECT FIELDS({kind}) FROM Contact LIMIT 1")[0]) - {"attributes"}
        for kind in ("standard", "CUSTOM", "All")
    )
    assert (custom & standard, custom | standard) == (set(), everything)
    assert custom >= {"VIP__c", "Skore__c", "Jazyky__c"}


def test_all_rows_shows_the_bin(org: Org) -> None:
    """ALL ROWS in the query, like queryAll, shows deleted records."""
    record = org.records.create("Lead", {"LastName": "x", "Company": "y"})
    org.records.delete("Lead", record)
    soql = f"SELECT IsDeleted FROM Lead WHERE Id = '{record}'"
    assert [len(records(org, text, with_deleted=deep)) for text, deep in (
        (soql, False), (soql, True), (soql + " ALL ROWS", False),
    )] == [0, 1, 1]  # fmt: skip


def test_a_double_has_the_same_digits_however_it_is_written() -> None:
    """Fifteen of them, as SQLite writes it where exponents are off."""
    assert [exponent(number) for number in (375.35 * 1.5, 0.0, 12345678.9, None)] == [
        "563.025",
        "0.0",
        "1.23456789E7",
        None,
    ]
