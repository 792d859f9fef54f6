"""The Singer tap for Salesforce, as its readme shows: discover, select, sync, sync on from a bookmark."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.testing import Sandbox
from tests.conformance.clients.conftest import Run
from tests.conformance.clients.installed import python_client
from tests.conformance.salesforce.test_simple_salesforce import kept

pytestmark = pytest.mark.clients

KEY = "SystemModstamp"


class Tap:
    """The tap with its configuration; every call is a process of its own."""

    def __init__(self, run: Run, file: Callable[[str, Any], str], config: dict[str, Any]) -> None:
        self._run, self._file = run, file
        settings = {**config, "api_type": "REST", "select_fields_by_default": True}
        self._command = [str(python_client("tap") / "tap-salesforce"), "--config", file("config.json", settings)]

    def discovered(self) -> dict[str, Any]:
        """Every stream of the org."""
        found: dict[str, Any] = json.loads(self._run([*self._command, "--discover"]))
        return found

    def sync(self, properties: dict[str, Any], state: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
        """The Ids of the selected streams, and the last state."""
        more = ["--state", self._file("state.json", state)] if state else []
        given = ["--properties", self._file("properties.json", properties)]
        messages = [json.loads(line) for line in self._run([*self._command, *given, *more]).splitlines()]
        ids = [each["record"]["Id"] for each in messages if each["type"] == "RECORD"]
        return ids, [each["value"] for each in messages if each["type"] == "STATE"][-1]


def selected(properties: dict[str, Any], name: str) -> dict[str, Any]:
    """The catalogue with one stream chosen, to be read from its bookmark on."""
    for stream in properties["streams"]:
        if stream["tap_stream_id"] == name:
            for entry in stream["metadata"]:
                entry["metadata"]["selected"] = entry["metadata"].get("inclusion") != "unsupported"
                if entry["breadcrumb"] == []:
                    entry["metadata"] |= {"replication-method": "INCREMENTAL", "replication-key": KEY}
    return properties


def test_the_tap_reads_everything_then_what_changed(
    sandbox: Sandbox, run: Run, file: Callable[[str, Any], str], config: dict[str, Any]
) -> None:
    """By REST, the bin with it; from its bookmark on it reads what bears that stamp or a later one."""
    tap = Tap(run, file, config)
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
