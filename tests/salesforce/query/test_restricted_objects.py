"""Objects that nobody may read whole."""

from __future__ import annotations

import pytest

from salesforce_daktela.salesforce.query.restricted_objects import RESTRICTED, missing_filter


@pytest.mark.parametrize("sobject", [*RESTRICTED, "contentdocumentlink"])
def test_an_object_names_its_own_restriction(sobject: str) -> None:
    """Nobody is sent to look at a `where` that is not there."""
    told = missing_filter(sobject, None)
    assert told.startswith(f"Salesforce gives no {sobject} without a filter on ")
    assert "write such a `where`" in told


@pytest.mark.parametrize(
    "where",
    ["LinkedEntityId IN (SELECT Id FROM Account)", "contentdocumentid = '069000000000001AAA' AND IsDeleted = false"],
)
def test_a_where_that_filters_as_demanded_is_tried(where: str) -> None:
    """Whether it suffices, Salesforce says."""
    assert missing_filter("ContentDocumentLink", where) == ""


def test_another_filter_does_not_help() -> None:
    """Not even one on a field whose name only begins so."""
    assert missing_filter("Vote", "ParentId__c != null") != ""


def test_other_objects_are_free() -> None:
    """Contacts and objects of the org's own."""
    assert missing_filter("Contact", None) == missing_filter("Vote__c", None) == ""
