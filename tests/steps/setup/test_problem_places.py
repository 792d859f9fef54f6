"""Where a problem of the loader or of both systems is shown in a form."""

from __future__ import annotations

import pytest

from salesforce_daktela.mapping.model import Position
from salesforce_daktela.mapping.problems import MappingProblem
from salesforce_daktela.steps.setup.problem_places import Place, place_of

ROWS = ("title", "account", "customFields.email", "customFields.email.2", "a.transforms")


def problem(path: str, what: str = "is wrong") -> MappingProblem:
    return MappingProblem(position=Position("mappings/sales/contacts.yaml", 3), path=path, what=what)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("fields.title", Place("title")),
        ("fields.title.transforms", Place("title", "transforms")),
        ("fields.customFields.email", Place("customFields.email")),
        ("fields.customFields.email.lookup", Place("customFields.email", "lookup")),
        ("fields.customFields.email.2", Place("customFields.email.2")),
        ("fields.customFields.email.values.Banking", Place("customFields.email", "values")),
        ("fields.a.transforms", Place("a.transforms")),
        ("fields.titel", Place("titel")),
        ("mark.customFields.note", Place(key="mark")),
        ("where", Place(key="where")),
        ("mapping key `salesforce`", Place(key="salesforce")),
        ("", Place()),
        ("fields", Place()),
    ],
)
def test_a_problem_is_shown_at_its_row_and_key(path: str, place: Place) -> None:
    """The longest field that fits is meant, for names have dots, too."""
    assert place_of(problem(path), ROWS) == place


def test_a_required_field_without_a_row_is_named() -> None:
    """By the loader's words; others that miss something are no rows."""
    assert place_of(problem("fields", "lastname is missing"), ROWS) == Place("lastname")
    assert place_of(problem("fields", "something is missing"), ROWS) == Place()
