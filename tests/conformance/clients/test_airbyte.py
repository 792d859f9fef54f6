"""Airbyte's Salesforce source, as its platform runs it: discover, read with a catalogue, read on from a state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.testing import Sandbox
from scripts.clients.airbyte import Airbyte
from scripts.clients.running import Start
from tests.conformance.salesforce.test_simple_salesforce import kept

pytestmark = pytest.mark.clients

OBJECTS = ("Contact", "User", "Nastaveni__c")


def test_airbyte_reads_everything_then_what_changed(
    sandbox: Sandbox, start: Start, tmp_path: Path, config: dict[str, Any], asked: Callable[[], list[str]]
) -> None:
    """By Bulk 2.0, the bin with it; from its state on it reads the one record that was changed."""
    airbyte = Airbyte(start, tmp_path, config, OBJECTS)
    assert [each["connectionStatus"]["status"] for each in airbyte.messages("check") if "connectionStatus" in each] == [
        "SUCCEEDED"
    ]
    catalog = airbyte.catalog()
    full, state = airbyte.read(catalog, [])
    whole = {"Contact": kept(sandbox, "Contact", deleted=True), "Nastaveni__c": kept(sandbox, "Nastaveni__c")}
    whole["User"] = {row["Id"] for row in sandbox.salesforce.records.read("User")}
    assert {name: sorted(ids) for name, ids in full.items()} == {name: sorted(ids) for name, ids in whole.items()}
    assert any("jobs/query" in path for path in asked())
    changed = sorted(kept(sandbox, "Contact"))[0]
    sandbox.salesforce.records.update("Contact", changed, {"Title": "Jednatelka"})
    assert airbyte.read(catalog, state)[0] == {"Contact": [changed], "User": [], "Nastaveni__c": []}
