"""What the demo without a sync tells a visitor to type."""

from __future__ import annotations

from demo.credentials import BY_PASSWORD, DAKTELA, SALESFORCE, fields
from salesforce_daktela.airflow.provider_info import get_provider_info


def test_only_what_there_is_to_type_is_told() -> None:
    """In the form's order."""
    assert fields({"url": "https://x", "consumer_key": None, "consumer_secret": "s"}, SALESFORCE) == [
        ("Instance URL", "https://x"),
        ("Consumer Secret", "s"),
    ]


def test_fields_are_called_as_in_the_forms() -> None:
    """A visitor finds each of them."""
    types = {each["connection-type"]: each for each in get_provider_info()["connection-types"]}
    for name, labels in (("salesforce", {**SALESFORCE, **BY_PASSWORD}), ("daktela", DAKTELA)):
        known = set(types[name]["ui-field-behaviour"]["relabeling"].values())
        known |= {each["label"] for each in types[name]["conn-fields"].values()}
        assert set(labels.values()) <= known | {"Password"}  # Airflow's own name of a field that has no other
