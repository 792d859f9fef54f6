"""When records that were written under one mark need a second look under another."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesforce_daktela.steps.fingerprint import mapping_fingerprint, still_holds


@pytest.mark.parametrize(
    ("then", "now", "holds"),
    [
        pytest.param((), (), True, id="nothing left out"),
        pytest.param((), ("title",), True, id="a field went"),
        pytest.param(("title",), ("title",), True, id="still away"),
        pytest.param(("title",), ("title", "user"), True, id="another one went"),
        pytest.param(("title",), (), False, id="it is back"),
        pytest.param(("title", "user"), ("user",), False, id="one of two is back"),
        pytest.param(("title",), ("user",), False, id="one came, one went"),
    ],
)
def test_a_field_that_is_back_asks_for_a_second_look(
    tmp_path: Path, then: tuple[str, ...], now: tuple[str, ...], holds: bool
) -> None:
    """It may have changed while it was left out; a field that goes asks for nothing."""
    (tmp_path / "contacts.yaml").write_text("salesforce: Contact\n")
    marks = [mapping_fingerprint(tmp_path, "contacts", fields) for fields in (then, now)]
    assert still_holds(*marks) is holds
    (tmp_path / "contacts.yaml").write_text("salesforce: Lead\n")
    assert not still_holds(marks[0], mapping_fingerprint(tmp_path, "contacts", now))
