"""The Singer tap for Salesforce, as its readme shows: discover, select, sync, sync on from a bookmark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.testing import Sandbox
from scripts.clients.running import Start
from scripts.clients.tap import KEY, Tap, selected
from tests.conformance.salesforce.test_simple_salesforce import kept

pytestmark = pytest.mark.clients


def test_the_tap_reads_everything_then_what_changed(
    sandbox: Sandbox, start: Start, tmp_path: Path, config: dict[str, Any]
) -> None:
    """By REST, the bin with it; from its bookmark on it reads what bears that stamp or a later one."""
    tap = Tap(start, tmp_path, config)
    found = tap.discovered()
    assert {"Account", "Contact", "User", "Nastaveni__c"} <= {each["tap_stream_id"] for each in found["streams"]}
    properties = selected(found, "Contact")
    sandbox.salesforce.switch(page_rows=25, uneven_pages=True)
    full, state = tap.sync(properties, {})
    assert sorted(full) == sorted(kept(sandbox, "Contact", deleted=True))
    newest = max(row[KEY] for row in sandbox.salesforce.records.read("Contact", limit=10_000))
    assert state["bookmarks"]["Contact"][KEY][:19] == newest[:19]
    changed = sorted(kept(sandbox, "Contact"))[0]
    sandbox.salesforce.records.update("Contact", changed, {"Title": "Jednatelka"})
    rows = sandbox.salesforce.records.read("Contact", limit=10_000)
    again, _ = tap.sync(properties, state)
    assert sorted(again) == sorted(row["Id"] for row in rows if row[KEY] >= newest)
    assert changed in again
