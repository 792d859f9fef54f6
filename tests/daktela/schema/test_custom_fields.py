from __future__ import annotations

from typing import Any

import pytest

from salesforce_daktela.daktela.schema.custom_fields import custom_fields, pool_of, scheme_of
from salesforce_daktela.mapping.target import Provenance, TargetField


def test_the_scheme_of_a_record_is_its_form() -> None:
    """A scheme of 2022 tells type and title; whether several values are allowed it leaves open, so they are."""
    scheme = scheme_of({"_sys": {"cfScheme": {"number": {"type": "PHONE", "title": "Telefon", "hidden": False}}}})
    assert custom_fields(scheme, None) == {
        "customFields.number": TargetField(
            path="customFields.number", type="PHONE", title="Telefon", multiple=True, provenance=Provenance.RECORD
        )
    }


def test_the_pool_completes_what_the_form_does_not_tell() -> None:
    """Several values and items come from the pool, type and title from the form."""
    scheme = scheme_of({"_sys": {"cfScheme": {"size": {"type": "SELECTBOX", "title": "Here", "multiple": None}}}})
    pool = pool_of([{"name": "size", "title": "Pool", "multiple": "0", "items": [{"value": "s", "title": "Small"}]}])
    assert custom_fields(scheme, pool) == {
        "customFields.size": TargetField(
            path="customFields.size",
            type="SELECTBOX",
            title="Here",
            options={"s": "Small"},
            provenance=Provenance.RECORD,
        )
    }


def test_fields_known_only_from_the_pool_say_so() -> None:
    """The pool is shared by all databases: whether this form shows the field is not known."""
    (found,) = custom_fields({}, pool_of([{"name": "note", "type": "TEXTAREA"}])).values()
    assert (found.provenance, found.title, found.type) == (Provenance.POOL, "note", "TEXTAREA")


@pytest.mark.parametrize("deleted", [True, 1, "1", "true"], ids=repr)
def test_deleted_fields_of_the_pool_are_left_out(deleted: object) -> None:
    """However the flag is spelt."""
    assert pool_of([{"name": "old", "deleted": deleted}, {"title": "without a name"}]) == {}


@pytest.mark.parametrize(
    "record", [{}, {"_sys": []}, {"_sys": {"cfScheme": None}}, {"_sys": {"cfScheme": []}}], ids=repr
)
def test_a_record_without_a_scheme_tells_nothing(record: dict[str, Any]) -> None:
    """That is not the same as a form without fields."""
    assert scheme_of(record) is None


@pytest.mark.parametrize(
    ("items", "options"),
    [
        pytest.param([{"value": 0, "title": "None"}], {"0": "None"}, id="zero is a value"),
        pytest.param({"a": {"name": "a", "title": "A"}}, {"a": "A"}, id="map, by name"),
        pytest.param([{"title": "Only"}], {"Only": "Only"}, id="only a title"),
        pytest.param([{"value": "v"}], {"v": "v"}, id="no title"),
        pytest.param([], None, id="none"),
        pytest.param("a;b", None, id="a text"),
        pytest.param(None, None, id="absent"),
    ],
)
def test_items_become_the_values_to_send_with_their_titles(items: object, options: dict[str, str] | None) -> None:
    """A select field takes the item's value."""
    (found,) = custom_fields({"x": {"items": items}}, None).values()
    assert found.options == options
