"""Values as YAML: read back they are what they were."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from salesforce_daktela.mapping.editing.edits import Value
from salesforce_daktela.mapping.editing.emitting import emit
from tests.mapping.editing.oracle import plain, says
from tests.mapping.editing.test_one_change import values


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("FirstName", "FirstName"),
        ("Owner.Email", "Owner.Email"),
        ("$Link", "$Link"),
        ("Europe/Prague", "Europe/Prague"),
        ("Nové Město", "Nové Město"),
        ("20%", "20%"),
        ("10m", "10m"),
        ("{FirstName} {LastName}", '"{FirstName} {LastName}"'),
        ("(no name)", '"(no name)"'),
        ("*/15 * * * *", '"*/15 * * * *"'),
        ("yes", '"yes"'),
        ("true", '"true"'),
        ("0123", '"0123"'),
        ("2026-03-29", '"2026-03-29"'),
        ("", '""'),
        ("a\nb\u202e", '"a\\nb\\u202e"'),
        (True, "true"),
        (None, "null"),
        (3.0, "3"),
        (1e-7, "0.0000001"),
        ({"from": ["A", "B"], "transforms": ["trim", {"truncate": 5}]},
         "{from: [A, B], transforms: [trim, {truncate: 5}]}"),
    ],
)  # fmt: skip
def test_a_value_is_written_as_in_the_shipped_files(value: Value, written: str) -> None:
    """Without quotes where nobody would put any; with double ones where a reader might take it for something else."""
    assert emit(value) == written


@settings(max_examples=150)
@given(value=values)
def test_any_value_is_read_back_as_it_was(value: Value) -> None:
    """In brackets and as a value of its own."""
    assert says(f"a: {emit(value)}\nb: [{emit(value)}]\nc: {{d: {emit(value)}}}\n") == {
        "keys": [
            (("str", "a"), plain(value)),
            (("str", "b"), [plain(value)]),
            (("str", "c"), {"keys": [(("str", "d"), plain(value))]}),
        ]
    }
