"""What marks a departed record is sent as Daktela takes it, whatever YAML made of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from salesforce_daktela.mapping.language.loader import load_sync
from salesforce_daktela.mapping.model import Scalar

SHIPPED = Path(__file__).resolve().parents[3] / "include" / "mappings" / "default"


@pytest.mark.parametrize(
    ("written", "text"), [("gone", "gone"), (True, "1"), (False, "0"), (5, "5"), ("", None), (" ", None), (None, None)]
)
def test_a_mark_is_a_text_or_clears_its_field(written: Scalar, text: str | None) -> None:
    """Never an empty text, which some instances refuse, nor the word of a value that is none."""
    mapping = dataclasses.replace(
        load_sync(SHIPPED).mapping("contacts"), mark={"firstname": written, "customFields.note": written}
    )
    assert mapping.mark_body() == {"firstname": text, "customFields": {"note": [] if text is None else [text]}}
