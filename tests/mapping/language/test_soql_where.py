"""What is told of a filter without asking Salesforce."""

from __future__ import annotations

import pytest

from salesforce_daktela.mapping.language.soql_where import changes_without_stamp

OWN = {"industry": False, "score__c": True, "last_call__c": False, "createddate": False, "accountid": False}


@pytest.mark.parametrize(
    ("where", "moves"),
    [
        ("Industry = 'Account.Name TODAY'", False),
        ("Contact.Industry != null AND (NOT Industry IN ('a', 'b'))", False),
        ("Last_Call__c = null OR CreatedDate > 2026-01-01T00:00:00Z", False),
        ("account.Industry = 'a'", True),
        ("Owner.Email LIKE '%x'", True),
        ("SCORE__C > 3", True),
        ("Contact.Score__c > 3", True),
        ("CreatedDate > LAST_N_DAYS:90", True),
        ("CreatedDate = today", True),
        ("Last_Call__c < N_DAYS_AGO:3", True),
        ("CreatedDate = THIS_FISCAL_QUARTER", True),
        ("AccountId IN (SELECT AccountId FROM Opportunity)", True),
    ],
)
def test_filters_that_move_without_a_stamp(where: str, moves: bool) -> None:
    """Parents, formulas, dates relative to today and other records do; own fields and texts do not."""
    assert changes_without_stamp(where, "Contact", OWN) == moves
