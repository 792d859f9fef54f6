"""Which Salesforce fields each Daktela field is made of."""

from __future__ import annotations

from pathlib import Path

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.lineage import Column, columns

DEFAULT = Path(__file__).resolve().parents[2] / "include" / "mappings" / "default"


def test_columns_follow_templates_lists_parents_transforms_and_lookups() -> None:
    """Of the shipped mapping of contacts."""
    made = {column.target: column for column in columns(load_sync(DEFAULT).mapping("contacts"))}
    assert made["name"] == Column(target="name", sources=("Id",), steps=("template",))
    assert made["title"].sources == ("FirstName", "LastName")
    assert made["firstname"] == Column(target="firstname", sources=("FirstName",), steps=("trim",))
    assert made["account"] == Column(target="account", sources=("AccountId",), steps=("lookup in accounts",))
    assert made["title"].steps == ("template", "collapse", "default")
    assert made["description"].sources == ("Id", "Title", "Description")
    assert made["user"].sources == ("Owner.Email",)
    assert made["customFields.number"].sources == ("Phone", "MobilePhone")
    assert made["customFields.number"].steps == ("list", "phone", "unique")
