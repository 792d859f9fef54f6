"""A create says nothing about what is empty."""

from __future__ import annotations

from salesforce_daktela.mapping.engine.create import strip_for_create


def test_a_create_leaves_empties_out() -> None:
    """Nulls and empty lists clear something, and there is nothing to clear yet; zeros and texts stay."""
    payload = {"title": "0", "user": None, "customFields": {"email": [], "number": ["1"]}, "description": ""}
    assert strip_for_create(payload) == {"title": "0", "customFields": {"number": ["1"]}, "description": ""}
    assert payload["user"] is None


def test_custom_fields_that_are_all_empty_go_too() -> None:
    """An empty object would be as good as none."""
    assert strip_for_create({"title": "a", "customFields": {"email": []}}) == {"title": "a"}
