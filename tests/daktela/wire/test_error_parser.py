from __future__ import annotations

from typing import Any

import pytest

from salesforce_daktela.daktela.wire.error_parser import declared_errors, parse_errors
from salesforce_daktela.daktela.wire.errors import FieldError

SHAPES: dict[str, tuple[Any, list[tuple[str, str]]]] = {
    "no error as list": ({"error": [], "result": {}}, []),
    "no error as null": ({"error": None, "result": {}}, []),
    "no error named": ({"result": {}}, []),
    "no error as empty map": ({"error": {}, "result": {}}, []),
    "text": ({"error": "Object not exist", "result": None}, [("", "Object not exist")]),
    "list of texts": ({"error": ["Object not exist"], "result": None}, [("", "Object not exist")]),
    "form": ({"error": {"form": {"lastname": "Item is mandatory"}}}, [("lastname", "Item is mandatory")]),
    "form with lists": ({"error": {"form": {"lastname": ["a", "b"]}}}, [("lastname", "a"), ("lastname", "b")]),
    "primary": ({"error": {"primary": ["no devices", "error"]}}, [("", "no devices"), ("", "error")]),
    "primary and form": (
        {"error": {"primary": ["error"], "form": {"lastname": "mandatory"}}},
        [("", "error"), ("lastname", "mandatory")],
    ),
    "form nested": (
        {"error": {"form": {"customFields": {"email": ["E-mail není ve správném formátu"]}}}},
        [("customFields.email", "E-mail není ve správném formátu")],
    ),
    "form dotted": ({"error": {"form": {"customFields.email": "bad"}}}, [("customFields.email", "bad")]),
    "form with places in a list": (
        {"error": {"form": {"customFields": {"email": {"0": "bad"}}}}},
        [("customFields.email", "bad")],
    ),
    "fields without a form": ({"error": {"title": "required"}}, [("title", "required")]),
    "plural": ({"errors": {"lastname": ["required"]}}, [("lastname", "required")]),
    "plural with a form": ({"errors": {"form": {"user": "Chyba cizího klíče"}}}, [("user", "Chyba cizího klíče")]),
    "message and code": ({"error": {"message": "no right", "code": 17}}, [("", "no right")]),
    "message at the top": ({"message": "no right", "code": 17}, [("", "no right")]),
    "custom fields called code and message": (
        {"error": {"form": {"code": "bad", "message": "bad"}}},
        [("code", "bad"), ("message", "bad")],
    ),
    "true leaf": ({"errors": {"lastname": True, "title": False}}, [("lastname", "True")]),
    "number leaf": ({"error": {"form": {"lastname": 3}}}, [("lastname", "3")]),
    "zero": ({"error": 0}, []),
    "violations": (
        {
            "status": 422,
            "title": "An error occurred",
            "type": "about:blank",
            "detail": "customFields[email]: bad",
            "violations": [{"propertyPath": "customFields[email][0]", "message": "bad"}],
        },
        [("customFields.email", "bad")],
    ),
    "violations by number": ({"violations": {"0": {"propertyPath": "title", "message": "bad"}}}, [("title", "bad")]),
    "empty violations in a map": ({"violations": {"form": {"customFields": {}}}, "result": {}}, []),
    "empty violations in a list": ({"violations": [{}, {"form": []}], "result": {}}, []),
    "violations by field": ({"violations": {"form": {"title": "bad"}}, "result": {}}, [("title", "bad")]),
    "no violations": ({"status": 422, "detail": "bad", "violations": []}, [("", "bad")]),
    "problem without violations": ({"status": 403, "title": "Forbidden", "detail": "no"}, [("", "no")]),
    "a list at the top": (["bad"], [("", "bad")]),
    "a text at the top": ("bad", [("", "bad")]),
    "nothing": (None, []),
    "a number": (17, [("", "17")]),
}  # fmt: skip


@pytest.mark.parametrize(("body", "found"), SHAPES.values(), ids=SHAPES.keys())
def test_every_shape_of_refusal_becomes_fields_and_texts(body: Any, found: list[tuple[str, str]]) -> None:
    """Both generations' layouts give the same flat list, in order."""
    assert [(error.path, error.text) for error in parse_errors(body)] == found


def test_a_complaint_told_twice_counts_once() -> None:
    """The same text about the same field in two places is one complaint."""
    assert len(parse_errors({"error": ["bad", "bad"], "errors": "bad"})) == 1


def test_a_success_is_not_refused_for_looking_like_a_problem() -> None:
    """A record's own title in a success without `result` is no complaint."""
    assert declared_errors({"title": "Jan Novák", "message": "saved"}) == ()


@pytest.mark.parametrize("body", [{"error": "bad"}, {"errors": ["bad"]}, {"violations": [{"message": "bad"}]}])
def test_a_success_that_declares_an_error_is_one(body: dict[str, Any]) -> None:
    """All three places in which an error is declared count whatever the status says."""
    assert len(declared_errors(body)) == 1


def test_a_value_in_the_place_of_a_field_does_not_get_into_the_path() -> None:
    """A key that cannot be a field's name may be a customer's value, and paths are shown."""
    (error,) = parse_errors({"error": {"form": {"customFields": {"email": {"jan@example.com": "bad"}}}}})
    assert error.path == "customFields.email"


def test_the_text_of_a_complaint_is_never_shown() -> None:
    """Daktela's wording may quote what was sent."""
    assert "jan@example.com" not in repr(FieldError(path="title", text="jan@example.com is taken"))


def test_a_bottomless_reply_is_cut() -> None:
    """Deep nesting ends in one complaint instead of an exhausted stack."""
    body: Any = "bad"
    for _ in range(500):
        body = {"x": [body]}
    assert len(parse_errors({"error": {"form": body}})) == 1
