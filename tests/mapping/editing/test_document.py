"""Forms as JSON: what a page gets, and what it may send back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesforce_daktela.mapping.editing.document import from_document, to_document
from salesforce_daktela.mapping.editing.form import read_form
from salesforce_daktela.mapping.editing.form_changes import changes
from tests.attacks.sync_folders import RICH
from tests.mapping.editing.test_one_change import FILES, GENERATE_ONLY, styled

TABLE = """\
fields:
  title: {from: Name, values: {Banking: bank, 2: two, 10: 12345678901234567890}, default: 007}
"""


def there_and_back(text: str) -> None:
    """A form that has been JSON asks for no edit."""
    form = read_form(text)
    back = from_document(json.loads(json.dumps(to_document(form))))
    assert back == replace(form, unshown=())
    assert changes(text, back) == []


@pytest.mark.parametrize("text", [RICH, TABLE, *(text for text in FILES if "fields:" in text)])
def test_a_form_comes_back_from_json_as_it_was(text: str) -> None:
    """Tables in their order, numbers in their spelling."""
    there_and_back(text)


@settings(GENERATE_ONLY, max_examples=15)
@given(text=styled().filter(lambda text: "fields" in text))
def test_a_form_of_any_file_comes_back_from_json_as_it_was(text: str) -> None:
    """Whatever its style."""
    there_and_back(text)


def test_javascript_cannot_reorder_or_round_what_a_form_says() -> None:
    """It would put the key 2 first, and write 12345678901234567000."""
    (row,) = to_document(read_form(TABLE))["rows"]
    assert row == {
        "target": "title",
        "origin": "title",
        "rule": {
            "keys": [
                ["from", "Name"],
                ["values", {"keys": [["Banking", "bank"], ["2", "two"], ["10", {"number": "12345678901234567890"}]]}],
                ["default", {"bare": "007"}],
            ]
        },
    }


def test_what_cannot_be_shown_is_told_with_its_place() -> None:
    """For the page to say so."""
    document = to_document(read_form("salesforce: Contact\nodd: [1]\n"))
    assert document["unshown"] == [{"path": ["odd"], "text": "odd: [1]", "line": 2}]


EMPTY: dict[str, Any] = {"keys": []}


def row(**rule: Any) -> dict[str, Any]:
    """A document of one row."""
    keys = {"keys": [[key, value] for key, value in rule.items()]}
    return {"settings": EMPTY, "rows": [{"target": "title", "origin": None, "rule": keys}]}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (None, "the form: settings is missing"),
        ({"settings": EMPTY}, "the form: rows is missing"),
        ({"settings": [], "rows": []}, "settings: expected keys"),
        ({"settings": EMPTY, "rows": {}}, "rows: expected a list"),
        ({"settings": {"keys": [["schedule", "x"]]}, "rows": []}, "settings: there is no key 'schedule'"),
        ({"settings": {"keys": [["key", 5]]}, "rows": []}, "settings.key: no control shows this"),
        ({"settings": {"keys": [["key"]]}, "rows": []}, "settings: expected pairs of a key and a value"),
        ({"settings": {"keys": [["key", "a"], ["key", "b"]]}, "rows": []}, "each key once"),
        ({"settings": EMPTY, "rows": [[]]}, r"rows\[0\]: target is missing"),
        ({"settings": EMPTY, "rows": [{"target": 1, "origin": None, "rule": EMPTY}]}, "expected texts as target"),
        (row(frm="A"), r"rows\[0\]\.rule: there is no key 'frm'"),
        (row(lookup=[1]), r"rows\[0\]\.rule\.lookup: no control shows this"),
        (row(default={"bare": "x: y"}), "neither a number nor a date"),
        (row(default={"number": "1e5"}), "expected keys, bare or number"),
        (row(default={"bare": "1", "keys": []}), "expected keys, bare or number"),
        (row(default="\ud83d"), "half a character"),
        (row(default=float("inf")), "not a finite number"),
        (row(transforms=json.loads("[" * 40 + "]" * 40)), "nested too deep"),
    ],
)
def test_what_no_form_says_is_refused_with_its_place(document: Any, message: str) -> None:
    """Whoever sends it."""
    with pytest.raises(ValueError, match=message):
        from_document(document)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["keys", "bare", "number", "settings", "rows", "rule"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=200)
@given(value=json_values, key=st.sampled_from(["from", "values", "transforms", "default"]))
def test_no_json_makes_it_fail_otherwise(value: Any, key: str) -> None:
    """It is a form, or a ValueError says why not."""
    for document in (value, row(**{key: value}), {"settings": value, "rows": value}):
        try:
            from_document(document)
        except ValueError as exc:
            assert str(exc)  # noqa: PT017
