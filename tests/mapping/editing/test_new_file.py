"""Files from nothing look as if a person had written them, and load."""

from __future__ import annotations

from salesforce_daktela.mapping.editing.edits import Value
from salesforce_daktela.mapping.editing.new_file import new_mapping, new_sync
from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import Entity
from tests.attacks.sync_folders import SHIPPED
from tests.mapping.conftest import WriteSync

FIELDS: dict[str, Value] = {
    "title": {"from": "Name", "transforms": ["collapse"], "default": "(no name)"},
    "user": {"lookup": "users", "from": "Owner.Email", "on_missing": "drop"},
    "description": {"from": ["$Link", "Description"], "transforms": ["html_to_text", {"join": "\n"}]},
    "customFields.number": {"from": "Phone", "transforms": [{"phone": {"region": "CZ"}}], "on_error": "drop"},
    "customFields.address": {
        "from": ["BillingStreet", "{BillingPostalCode} {BillingCity}", "BillingCountry"],
        "transforms": ["collapse", {"join": ", "}],
    },
}


def without_remarks(name: str) -> str:
    """A shipped file as it would be without its first line."""
    return (SHIPPED / name).read_text("utf-8").split("\n", 1)[1]


def test_a_new_mapping_is_written_as_the_shipped_one() -> None:
    """Letter for letter."""
    text = new_mapping(sobject="Account", entity=Entity.ACCOUNTS, key="sf_account_{Id}", fields=FIELDS)
    assert text == without_remarks("accounts.yaml")


def test_a_new_sync_is_written_as_the_shipped_one() -> None:
    """Letter for letter."""
    text = new_sync(
        {
            "salesforce_conn_id": "salesforce_default",
            "daktela_conn_id": "daktela_default",
            "database": "sales",
            "schedule": "*/15 * * * *",
            "timezone": "Europe/Prague",
            "mappings": ["accounts", "contacts", "leads", "opportunities"],
            "limits": {"requests_per_second": 10, "workers": 4, "reserve_api_calls": "20%"},
        }
    )
    assert text == without_remarks("sync.yaml")


def test_a_new_mapping_loads_with_its_settings(write_sync: WriteSync) -> None:
    """In the order of the reference."""
    text = new_mapping(
        sobject="Contact",
        entity=Entity.CONTACTS,
        key="c_{Id}",
        fields={"title": "Name", "lastname": "LastName"},
        settings={"where": "Email != null", "match": ["title"], "on_delete": "delete"},
    )
    spec = load_sync(write_sync(contacts=text)).mapping("contacts")
    assert (spec.where, spec.match, spec.on_delete, spec.reject_above) == ("Email != null", ("title",), "delete", 0.01)
    assert text.splitlines()[3:5] == ['where: "Email != null"', "match: [title]"]
