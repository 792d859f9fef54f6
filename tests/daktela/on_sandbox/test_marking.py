"""Marking changes what it names and nothing else, also where PUT replaces the whole record."""

from __future__ import annotations

import pytest

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.marking import mark_existing
from salesforce_daktela.mapping.model import Entity
from sandbox.daktela.instance import Instance

MARKS = {"description": "gone", "customFields": {"note": ["deleted in Salesforce"]}}


@pytest.mark.parametrize("custom", ["list", "scalar"])
@pytest.mark.parametrize("mode", ["partial", "replacing"])
def test_a_mark_leaves_the_rest_as_it_was(client: DaktelaClient, daktela: Instance, mode: str, custom: str) -> None:
    """Names, references and custom fields stay; the marks are there."""
    client.create("accounts", {"name": "firm", "title": "Firma", "database": "sales"})
    contact = {"name": "one", "title": "Jan Novák", "firstname": "Jan", "lastname": "Novák", "account": "firm"}
    client.create("contacts", {**contact, "database": "sales", "customFields": {"email": ["jan@vltava.example"]}})
    daktela.switch(put_mode=mode, custom_field_shape=custom, empty_description="refused")
    assert mark_existing(client, Entity.CONTACTS, "one", MARKS) is True
    held = daktela.get("contacts", "one")
    assert held is not None
    assert {name: held.values[name] for name in ("firstname", "lastname", "account", "description")} == {
        "firstname": "Jan", "lastname": "Novák", "account": "firm", "description": "gone",
    }  # fmt: skip
    assert (held.custom["email"], held.custom["note"]) == (["jan@vltava.example"], ["deleted in Salesforce"])


def test_a_record_that_is_not_there_is_told(client: DaktelaClient) -> None:
    """Nothing is created in its place."""
    assert mark_existing(client, Entity.CONTACTS, "nobody", MARKS) is False
