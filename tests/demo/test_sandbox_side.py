"""What the demo asks of Daktela is asked until it is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.sandbox_side import INSISTING, SandboxSide
from sandbox.testing import start_sandbox


def test_a_daktela_that_often_refuses_is_asked_until_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A profile that shows an outage must not end the demo at the last look."""
    monkeypatch.setattr(INSISTING, "sleep", lambda _: None)
    with start_sandbox(tmp_path, size="tiny") as sandbox:
        found = sandbox.description()
        side = SandboxSide(salesforce=found["salesforce"], daktela=found["daktela"], ca=str(sandbox.ca))
        name = sandbox.daktela.records("contacts")[0].name
        sandbox.daktela.switch(too_many=0.3, server_error=0.3)
        assert [side.holds("contacts", ("name", name)) for _ in range(10)] == [True] * 10
        assert not side.holds("contacts", ("name", "nobody"))
