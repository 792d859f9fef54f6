"""Names of parts: one component for each piece, different for different pieces."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_daktela.staging.keys import PartRef, component


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("manual__2026-03-29T01:30:00+00:00", "manual__2026-03-29T01%3A30%3A00%2B00%3A00"),
        ("..", "%2E%2E"),
        (".", "%2E"),
        ("a/../b", "a%2F..%2Fb"),
        ("100%", "100%25"),
        ("účty", "%C3%BA%C4%8Dty"),
        ("*?[x]", "%2A%3F%5Bx%5D"),
    ],
    ids=["run id", "parent", "itself", "climbing", "percent", "Czech", "glob"],
)
def test_a_piece_becomes_one_safe_component(text: str, expected: str) -> None:
    """Nothing leaves its folder, means a pattern or is refused by an object storage."""
    assert component(text) == expected


def test_an_empty_piece_is_refused() -> None:
    """It would make one run's folder another's."""
    with pytest.raises(ValueError, match="empty piece"):
        component("")


@given(st.text(min_size=1), st.text(min_size=1))
def test_different_pieces_make_different_components(one: str, other: str) -> None:
    """Two runs never share a folder, whatever their ids."""
    for text in (one, other):
        try:
            text.encode()
        except UnicodeEncodeError:
            return
    assert (component(one) == component(other)) is (one == other)


def test_a_reference_travels_as_json() -> None:
    """XCom carries plain values."""
    ref = PartRef(path="crm/run/contacts/e1/rows-00000.parquet", rows=3, size=1024)
    assert PartRef.from_dict(json.loads(json.dumps(ref.to_dict()))) == ref
