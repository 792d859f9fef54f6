"""Queries that Salesforce refuses, and the words it uses."""

# ruff: noqa: S608  SOQL of constants and Ids, not SQL

from __future__ import annotations

from datetime import date

import pytest

from sandbox.salesforce.catalogue import Catalogue
from sandbox.salesforce.results import plan_soql
from sandbox.salesforce.soql.errors import SoqlError

HINT = (
    "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)


def refusal(soql: str, hidden: frozenset[str] = frozenset()) -> SoqlError:
    """Return the error that ``soql`` gets."""
    with pytest.raises(SoqlError) as caught:
        plan_soql(soql, Catalogue(hidden), today=date(2026, 5, 20), with_deleted=False)
    return caught.value


def test_an_unknown_field_is_refused_with_its_place() -> None:
    """An unknown field is INVALID_FIELD with the line, a caret, row and column."""
    error = refusal("SELECT Id, Prijmeni FROM Contact")
    assert error.code == "INVALID_FIELD"
    assert error.message == (
        "\nSELECT Id, Prijmeni FROM Contact\n           ^\nERROR at Row:1:Column:12\n"
        f"No such column 'Prijmeni' on entity 'Contact'. {HINT}"
    )


def test_a_hidden_field_is_unknown() -> None:
    """A field the user may not see is refused as if it did not exist."""
    assert "No such column 'Email'" in refusal("SELECT Email FROM Contact", frozenset({"contact.email"})).message


@pytest.mark.parametrize(
    ("soql", "code", "words"),
    [
        ("SELECT Id FROM Nic", "INVALID_TYPE", "sObject type 'Nic' is not supported."),
        ("SELECT Id FROM ContactChangeEvent", "INVALID_TYPE_FOR_OPERATION", "does not support query"),
        ("SELECT Firma.Name FROM Contact", "INVALID_FIELD", "Didn't understand relationship 'Firma'"),
        ("SELECT Id FROMM Contact", "MALFORMED_QUERY", "unexpected token: 'FROMM'"),
        ("SELECT Id", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        ("SELECT Id, Id FROM Contact", "INVALID_FIELD", "duplicate field selected: Id"),
        ("SELECT Id FROM Contact WHERE a = 1 AND b = 2 OR c = 3", "MALFORMED_QUERY", "unexpected token: 'OR'"),
        ("SELECT Id FROM Contact WHERE LastName = 'a\\q'", "MALFORMED_QUERY", "Illegal character sequence '\\q'"),
        ("SELECT Id FROM Contact WHERE LastName = 'a", "MALFORMED_QUERY", "no viable alternative"),
        (f"SELECT Id FROM Contact WHERE LastName = '{'x' * 4001}'", "MALFORMED_QUERY", "longer than 4000"),
        (f"SELECT Id FROM Contact WHERE LastName = '{'x' * 100_000}'", "MALFORMED_QUERY", "100000 characters"),
        ("SELECT Id FROM Contact WHERE CreatedDate > 2026-01-02T03:04:05 00:00", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id FROM Contact WHERE CreatedDate > 2026-13-02T03:04:05Z", "MALFORMED_QUERY", "Invalid date"),
        ("SELECT Id FROM Contact WHERE CreatedDate > '2026-01-02T03:04:05Z'", "INVALID_FIELD", "of type dateTime and "
         "should not be enclosed in quotes"),
        ("SELECT Id FROM Contact WHERE CreatedDate > 2026-01-02", "INVALID_FIELD", "must be of type dateTime"),
        ("SELECT Id FROM Contact WHERE Birthdate = '2026-01-02'", "INVALID_FIELD", "must be of type date"),
        ("SELECT Id FROM Contact WHERE VIP__c = 'true'", "INVALID_FIELD", "must be of type boolean"),
        ("SELECT Id FROM Contact WHERE Body__c = '1'", "INVALID_FIELD", "must be of type double"),
        ("SELECT Id FROM Contact WHERE LastName = 1", "INVALID_FIELD", "should be enclosed in quotes"),
        ("SELECT Id FROM Contact WHERE CreatedDate = SOMEDAY", "MALFORMED_QUERY", "unexpected token: 'SOMEDAY'"),
        ("SELECT Id FROM Contact WHERE Description = 'x'", "INVALID_FIELD", "can not be filtered in a query call"),
        ("SELECT Id FROM Contact ORDER BY Description", "INVALID_FIELD", "can not be sorted in a query call"),
        ("SELECT Id FROM Contact WHERE VIP__c > true", "INVALID_QUERY_FILTER_OPERATOR", "boolean field"),
        ("SELECT Id FROM Contact WHERE Id LIKE '003%'", "INVALID_QUERY_FILTER_OPERATOR", "id field"),
        ("SELECT Id FROM Contact WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: x"),
        ("SELECT Id FROM Contact WHERE LastName INCLUDES ('x')", "INVALID_QUERY_FILTER_OPERATOR", "multipicklist"),
        ("SELECT FIELDS(ALL) FROM Contact", "MALFORMED_QUERY", "must have a LIMIT of at most 200"),
        ("SELECT FIELDS(CUSTOM) FROM Contact LIMIT 201", "MALFORMED_QUERY", "must have a LIMIT of at most 200"),
        ("SELECT Id, COUNT(Id) FROM Contact", "MALFORMED_QUERY", "grouped or aggregated"),
        ("SELECT Id FROM Contact LIMIT 1 OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "2000"),
        ("SELECT Id FROM Contact WHERE Id IN (SELECT Name FROM Account)", "INVALID_FIELD", "must be an id"),
    ],
)  # fmt: skip
def test_invalid_queries_get_salesforces_code_and_text(soql: str, code: str, words: str) -> None:
    """A query that does not fit is refused with Salesforce's code and words."""
    error = refusal(soql)
    assert (error.code, words in error.message) == (code, True)
