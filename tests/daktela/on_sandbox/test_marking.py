"""Marking changes what it names and nothing else, also where PUT replaces the whole record."""

from __future__ import annotations

import pytest

from salesforce_daktela.daktela.client import DaktelaClient
from salesforce_daktela.daktela.write.partial_update import mark_existing, update_keeping
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


@pytest.mark.parametrize("mode", ["partial", "replacing"])
def test_a_field_that_left_the_form_is_not_sent_back(client: DaktelaClient, daktela: Instance, mode: str) -> None:
    """An instance that still shows its value refuses it all the same; the other fields stay."""
    custom = {"email": ["jan@vltava.example"], "number": ["+420602123456"]}
    contact = {"name": "one", "title": "Jan Novák", "lastname": "Novák", "database": "sales", "customFields": custom}
    client.create("contacts", contact)
    shown = {"removed_custom_field": "number", "removed_custom_field_shown": True}
    daktela.switch(put_mode=mode, unknown_custom_field="refused", **shown)
    assert mark_existing(client, Entity.CONTACTS, "one", MARKS) is True
    keep = ("customFields.number", "customFields.email", "description")
    body = {"title": "Jan Nový", "lastname": "Nový", "database": "sales"}
    update_keeping(client, Entity.CONTACTS, "one", body, keep)
    held = daktela.get("contacts", "one")
    assert held is not None
    assert (held.values["title"], held.values["description"]) == ("Jan Nový", "gone")
    assert held.custom["email"] == ["jan@vltava.example"]


def test_a_record_that_is_not_there_is_told(client: DaktelaClient) -> None:
    """Nothing is created in its place."""
    assert mark_existing(client, Entity.CONTACTS, "nobody", MARKS) is False
